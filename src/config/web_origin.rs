//! Origins of the web (RFC 6454): a scheme, a host and a port.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::Deserialize;
use url::{Host, Url};

use renown_core::domain::Invalid;

/// An origin to which secrets may go: `https`, or `http` on this machine alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WebOrigin {
    text: String,
    is_encrypted: bool,
}

impl WebOrigin {
    /// Returns whether its scheme is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Returns the origin as browsers send it, such as `https://renown.example.com`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for WebOrigin {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = |why: &str| {
            Invalid::new(format_args!(
                "'{text}' {why}; write an address such as https://renown.example.com"
            ))
        };
        let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
        let is_encrypted = url.scheme() == "https";
        let is_local = url.scheme() == "http" && is_of_this_machine(&url);
        if !(is_encrypted || is_local) {
            return Err(wrong("is neither https nor http on this machine"));
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has more than a scheme, a host and a port"));
        }
        Ok(Self {
            text: url.origin().ascii_serialization(),
            is_encrypted,
        })
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

/// Returns whether an address is one of the machine itself, so that nothing sent to it goes
/// over a network.
pub fn is_of_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        let origin = |text: &str| text.parse::<WebOrigin>().map(|origin| origin.to_string());
        for (text, read) in [
            ("https://Renown.example.com/", "https://renown.example.com"),
            ("https://a.example:8443", "https://a.example:8443"),
            ("https://a.example:443", "https://a.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(read), "{text}");
        }
        for wrong in [
            "",
            "*",
            "renown.example.com",
            "http://renown.example.com",
            "http://127.0.0.1.example.com",
            "https://a.example/path",
            "https://a.example; script-src *",
            "https://user@a.example",
            "https://a.example?q",
            "ftp://localhost",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
