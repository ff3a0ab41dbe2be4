//! The address of a request's sender.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::http::App;
use crate::http::error::Problem;

/// The header to which each proxy adds the address that has connected to it.
static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the sender, or the network of it: of an address of IPv6 only the half that
/// a sender cannot choose.
#[derive(Debug, Clone, Copy)]
pub struct Sender(pub IpAddr);

impl FromRequestParts<App> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // A connection always has one.
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
        let forwarded = forwarded(&parts.headers, app.service.config.http.proxies);
        Ok(Self(network(forwarded.unwrap_or(peer))))
    }
}

/// Returns the address that the outermost of our proxies has seen. What stands before it, the
/// sender may have written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(&FORWARDED_FOR).iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let added = lines.iter().flat_map(|line| line.split(','));
    let added: Vec<&str> = added.map(str::trim).collect();
    let place = added.len().checked_sub(proxies)?;
    added.get(place)?.parse().ok()
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let half = u128::from(address) & (u128::MAX << 64);
            Ipv6Addr::from(half).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_whom_the_outermost_proxy_has_seen() {
        let mut headers = HeaderMap::new();
        headers.append(&FORWARDED_FOR, "6.6.6.6, 1.2.3.4".parse().unwrap());
        headers.append(&FORWARDED_FOR, "10.0.0.1".parse().unwrap());
        let address = |proxies| forwarded(&headers, proxies).map(|found| found.to_string());
        assert_eq!(address(0), None);
        assert_eq!(address(1).as_deref(), Some("10.0.0.1"));
        assert_eq!(address(2).as_deref(), Some("1.2.3.4"));
        assert_eq!(address(4), None);
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:1.2.3.4"), "1.2.3.4");
    }
}
