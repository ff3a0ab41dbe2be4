//! How people sign in, and how long they stay signed in.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use garde::Validate;
use serde::Deserialize;
use url::Url;

use super::secret::Secret;
use super::web_origin::is_of_this_machine;
use renown_core::domain::{Allowance, ProviderId, Role};

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SessionsConfig {
    #[garde(range(min = 1, max = 720))]
    pub hours: i64,
    #[garde(range(min = 1, max = 43_200))]
    pub idle_minutes: i64,
    #[garde(range(min = 1, max = 3650))]
    pub keep_days: i64,
}

impl SessionsConfig {
    /// Returns how long a session lasts, however it is used.
    pub fn lifetime(&self) -> TimeDelta {
        TimeDelta::hours(self.hours)
    }

    /// Returns after how long without use a session ends.
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(self.idle_minutes)
    }

    /// Returns for how long a session is listed after its end.
    pub fn kept(&self) -> TimeDelta {
        TimeDelta::days(self.keep_days)
    }
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SignInConfig {
    #[garde(range(min = 1, max = 1_000_000))]
    pub guesses: u32,
    #[garde(range(min = 1, max = 86_400))]
    pub guess_seconds: i64,
    #[garde(custom(each_provider))]
    pub providers: BTreeMap<ProviderId, ProviderConfig>,
}

/// A provider by which people sign in.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProviderConfig {
    #[garde(length(chars, min = 1, max = 100))]
    pub title: String,
    #[garde(custom(safe_address))]
    pub issuer: String,
    #[garde(length(min = 1))]
    pub client_id: String,
    #[garde(custom(is_given))]
    pub client_secret: Secret,
    #[garde(skip)]
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    #[garde(length(min = 1))]
    pub role_claim: String,
    #[garde(length(min = 1))]
    pub roles: BTreeMap<String, Role>,
}

fn usual_scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn each_provider(providers: &BTreeMap<ProviderId, ProviderConfig>, (): &()) -> garde::Result {
    for (id, provider) in providers {
        let checked = provider.validate();
        checked.map_err(|report| garde::Error::new(format!("{id}: {report}")))?;
    }
    Ok(())
}

/// Checks that tokens of an issuer do not travel openly.
fn safe_address(address: &str, (): &()) -> garde::Result {
    let is_safe = |url: &Url| url.scheme() == "https" || is_of_this_machine(url);
    match Url::parse(address).is_ok_and(|url| is_safe(&url)) {
        true => Ok(()),
        false => Err(garde::Error::new(
            "must be the address of the provider, with https, or http on this machine",
        )),
    }
}

fn is_given(secret: &Secret, (): &()) -> garde::Result {
    match secret.is_empty() {
        true => Err(garde::Error::new(
            "must be set: RENOWN__SIGN_IN__PROVIDERS__<ID>__CLIENT_SECRET, or the same name with \
             _FILE",
        )),
        false => Ok(()),
    }
}

impl SignInConfig {
    /// Returns how often keys that do not work may be tried from one address.
    pub fn allowance(&self) -> Allowance {
        Allowance {
            failures: self.guesses,
            every: TimeDelta::seconds(self.guess_seconds),
        }
    }
}
