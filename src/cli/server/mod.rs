//! A service that runs elsewhere: commands with `--server URL` ask it over HTTP, as any
//! caller, instead of opening a database.
//!
//! The key comes from the environment or a file, never from an argument, because every user
//! of a machine can read the arguments of its processes.

mod answer;
mod call;
mod lines;

pub(in crate::cli) mod audiences;
pub(in crate::cli) mod codes;
pub(in crate::cli) mod decision;
pub(in crate::cli) mod events;
pub(in crate::cli) mod grants;
pub(in crate::cli) mod keys;
pub(in crate::cli) mod members;
pub(in crate::cli) mod models;
pub(in crate::cli) mod programs;

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

use crate::cli::{CliError, Result};
use crate::config::{self, Secret};
use crate::https::trusting_connector;

pub(in crate::cli) use answer::{Failure, ServerProblem};
use call::Call;

/// The time to connect.
const CONNECT: Duration = Duration::from_secs(10);

/// The options that choose a service.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct ServerArgs {
    /// Address of a running service, such as https://renown.example.com, to ask instead of
    /// a database; its API key is read from RENOWN_KEY, or from the file that
    /// RENOWN_KEY_FILE names.
    #[arg(long, global = true, env = "RENOWN_SERVER", value_name = "URL")]
    server: Option<Url>,
    /// Allow a server on another machine without encryption (http://), which shows the key
    /// to the network.
    #[arg(long, global = true, requires = "server")]
    plain_http: bool,
}

/// A service that runs elsewhere, with the key to ask it.
pub(in crate::cli) struct Server {
    client: Client<HttpsConnector<HttpConnector>, call::Body>,
    base: Url,
    authorization: HeaderValue,
}

impl ServerArgs {
    /// Returns the address, if one is given.
    pub(in crate::cli) fn address(&self) -> Option<&Url> {
        self.server.as_ref()
    }

    /// Returns the service to ask; `None` if the commands work on a database.
    ///
    /// # Errors
    /// If the address cannot be used, or there is no key.
    pub(in crate::cli) fn open(&self) -> Result<Option<Server>> {
        let Some(address) = &self.server else {
            return Ok(None);
        };
        check_address(address, self.plain_http).map_err(CliError::Failed)?;
        let key = config::secret("RENOWN_KEY").map_err(CliError::new)?;
        let missing = "the server needs an API key: set RENOWN_KEY, or name a file that contains \
            it in RENOWN_KEY_FILE";
        let key = key.ok_or_else(|| CliError::Failed(missing.to_owned()))?;
        Server::new(address.clone(), &key).map(Some)
    }
}

impl Server {
    /// Prepares to ask a service. Redirects are not followed, because one would carry the
    /// key somewhere else.
    fn new(base: Url, key: &Secret) -> Result<Self> {
        let unusable = |_| CliError::Failed("RENOWN_KEY has a character no key has".to_owned());
        let bearer = format!("Bearer {}", key.reveal());
        let mut authorization = HeaderValue::try_from(bearer).map_err(unusable)?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(trusting_connector(CONNECT)),
            base,
            authorization,
        })
    }
}

/// Checks that an address is one of a server, and that the key does not travel openly.
fn check_address(address: &Url, plain_http: bool) -> std::result::Result<(), String> {
    if !address.username().is_empty() || address.password().is_some() {
        return Err("--server takes no user and no password; the key is in RENOWN_KEY".into());
    }
    if address.query().is_some() || address.fragment().is_some() {
        return Err("--server takes an address without '?' and '#'".into());
    }
    match address.scheme() {
        "https" => Ok(()),
        "http" if plain_http || is_this_machine(address) => Ok(()),
        "http" => Err(format!(
            "{address} is not encrypted, so that the network could read the key; use https://, \
             or allow it with --plain-http"
        )),
        scheme => Err(format!(
            "--server begins with https:// or http://, not with {scheme}:"
        )),
    }
}

fn is_this_machine(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: &str) -> Option<String> {
        check_address(&address.parse().unwrap(), false).err()
    }

    #[test]
    fn a_key_is_not_sent_openly_through_a_network() {
        for good in [
            "https://renown.example.com",
            "https://10.0.0.1:8080/renown/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost:8080",
        ] {
            assert_eq!(refusal(good), None, "{good}");
        }
        for (bad, why) in [
            ("http://renown.example.com", "not encrypted"),
            ("http://10.0.0.1:8080", "not encrypted"),
            ("http://127.0.0.1.example.com", "not encrypted"),
            ("ftp://renown.example.com", "begins with https://"),
            ("https://me:secret@renown.example.com", "no password"),
            ("https://renown.example.com?key=1", "without '?'"),
        ] {
            let refused = refusal(bad).unwrap();
            assert!(refused.contains(why), "{bad}: {refused}");
        }
        let open = "http://10.0.0.1:8080".parse().unwrap();
        assert_eq!(check_address(&open, true), Ok(()));
    }
}
