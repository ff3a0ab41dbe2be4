//! Connections to servers that the operator has named, as opposed to those that callers name.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// An HTTP client that sends whole bodies. Redirects are not followed, and no proxy is used.
pub type HttpsClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Returns a client with a [`trusting_connector`].
pub fn client(connect: Duration) -> HttpsClient {
    Client::builder(TokioExecutor::new()).build(trusting_connector(connect))
}

/// Sends a request, and reads the whole answer if its body has at most `longest` bytes.
///
/// # Errors
/// If the connection fails, or the body is longer.
pub async fn exchange(
    client: &HttpsClient,
    request: Request<Bytes>,
    longest: usize,
) -> Result<Response<Bytes>, Box<dyn Error + Send + Sync>> {
    let (parts, body) = client.request(request.map(Full::new)).await?.into_parts();
    let body = Limited::new(body, longest).collect().await?.to_bytes();
    Ok(Response::from_parts(parts, body))
}

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
