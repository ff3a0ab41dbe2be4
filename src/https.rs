//! Connections to servers that the operator has named, as opposed to those that callers name.

use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

/// Returns a connector that takes `connect` at most to connect to one of the addresses of a
/// host. It trusts the authorities that this machine trusts, because a business may have one
/// of its own; the public ones if the machine names none.
pub fn trusting_connector(connect: Duration) -> HttpsConnector<HttpConnector> {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(connect));
    connector.enforce_http(false);
    let tls = match HttpsConnectorBuilder::new().with_native_roots() {
        Ok(native) => native,
        Err(_) => HttpsConnectorBuilder::new().with_webpki_roots(),
    };
    tls.https_or_http().enable_http1().wrap_connector(connector)
}
