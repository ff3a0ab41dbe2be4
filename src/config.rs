//! The configuration: typed sections, read once at the start, from the built-in
//! defaults (`config/default.toml`), then a file, then the environment.

mod secret;
mod sign_in;
mod web_origin;

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use figment::value::Value;
use garde::Validate;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use url::Url;

use renown_core::domain::{
    Allowance, EgressPolicy, ExternalKind, HandleKey, HandleKeys, Invalid, SilenceThreshold,
};

pub use secret::{Secret, SecretError, secret};
pub use sign_in::{ProviderConfig, SessionsConfig, SignInConfig};
pub use web_origin::{WebOrigin, is_of_this_machine};

/// The defaults as TOML, with a comment for every key.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The prefix of variables of the environment.
const PREFIX: &str = "RENOWN__";

/// The keys that are secret, as in a variable and as in a file: their variables may name
/// a file instead (`…_FILE`).
const SECRETS: [(&str, &str); 2] = [
    ("accounts__hash_key", "accounts.hash_key"),
    ("accounts__retired_hash_keys", "accounts.retired_hash_keys"),
];

/// All settings.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Each section and key is documented in config/default.toml.
pub struct Config {
    #[garde(dive)]
    pub http: HttpConfig,
    #[garde(dive)]
    pub database: DatabaseConfig,
    #[garde(dive)]
    pub accounts: AccountsConfig,
    #[garde(dive)]
    pub ingest: IngestConfig,
    #[garde(dive)]
    pub members: MembersConfig,
    #[garde(dive)]
    pub scoring: ScoringConfig,
    #[garde(dive)]
    pub rank: RankConfig,
    #[garde(dive)]
    pub history: HistoryConfig,
    #[garde(dive)]
    pub feeds: FeedsConfig,
    #[garde(skip)]
    pub topics: TopicsConfig,
    #[garde(skip)]
    pub programs: ProgramsConfig,
    #[garde(dive)]
    pub claims: ClaimsConfig,
    #[garde(dive)]
    pub webhooks: WebhooksConfig,
    #[garde(dive)]
    pub stream: StreamConfig,
    #[garde(dive)]
    pub sessions: SessionsConfig,
    #[garde(dive)]
    pub sign_in: SignInConfig,
    #[garde(dive)]
    pub codes: CodesConfig,
    #[garde(dive)]
    pub cache: CacheConfig,
    #[garde(dive)]
    pub jobs: JobsConfig,
    #[garde(skip)]
    pub log: LogConfig,
    #[garde(dive)]
    pub traces: TracesConfig,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HttpConfig {
    #[garde(skip)]
    pub bind: SocketAddr,
    #[garde(skip)]
    #[serde(deserialize_with = "empty_is_none")]
    pub public_url: Option<WebOrigin>,
    #[garde(skip)]
    pub frame_origins: Vec<WebOrigin>,
    #[garde(skip)]
    pub cors_origins: Vec<WebOrigin>,
    #[garde(range(max = 16))]
    pub proxies: usize,
    #[garde(range(min = 1, max = 3600))]
    pub timeout_seconds: u64,
    #[garde(range(min = 1024))]
    pub max_stream_bytes: u64,
    #[garde(range(min = 1024, max = 1_073_741_824))]
    pub max_body_bytes: usize,
    #[garde(range(min = 1024, max = 1_099_511_627_776))]
    pub buffered_body_bytes: usize,
    #[garde(range(min = 1, max = 3600))]
    pub body_seconds: u64,
    #[garde(range(min = 1, max = 86_400))]
    pub stream_seconds: u64,
    #[garde(range(min = 1, max = 3600))]
    pub idle_seconds: u64,
    #[garde(range(min = 16, max = 1_000_000))]
    pub max_connections: usize,
    #[garde(range(min = 1, max = 1_000_000))]
    pub max_requests: usize,
    #[garde(range(min = 1, max = 1_000_000))]
    pub max_bulk_requests: usize,
    #[garde(skip)]
    pub rate_limit_requests: u32,
    #[garde(range(min = 1, max = 86_400))]
    pub rate_limit_seconds: u64,
    #[garde(range(min = 1, max = 3600))]
    pub head_seconds: u64,
    #[garde(range(min = 1, max = 3600))]
    pub keep_alive_seconds: u64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DatabaseConfig {
    /// The least is one for each writer, the scorer and its upkeep, and one for reading.
    #[garde(range(min = 6, max = 1000))]
    pub max_connections: u32,
    #[garde(range(min = 0, max = 3600))]
    pub wait_seconds: u64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AccountsConfig {
    #[garde(skip)]
    pub hash_key: Secret,
    #[garde(skip)]
    pub hash_key_id: i16,
    #[garde(skip)]
    pub retired_hash_keys: Vec<RetiredKey>,
    #[garde(custom(numbers))]
    pub case_counts: Vec<ExternalKind>,
}

/// Checks that kinds are those of numbers.
fn numbers(kinds: &[ExternalKind], (): &()) -> garde::Result {
    match kinds.contains(&ExternalKind::Email) {
        true => Err(garde::Error::new(
            "email addresses are the same in any case; name \"loyalty\" or \"crm\"",
        )),
        false => Ok(()),
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RetiredKey {
    pub id: i16,
    pub key: Secret,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct IngestConfig {
    #[garde(skip)]
    pub enrolment: Enrolment,
    #[garde(range(min = 0, max = 31_536_000))]
    pub max_future_seconds: i64,
    #[garde(range(min = 1, max = 50_000))]
    pub batch_events: usize,
    #[garde(range(min = 1, max = 10_000_000))]
    pub queue_events: usize,
    #[garde(range(min = 1, max = 16))]
    pub writers: usize,
    #[garde(range(min = 1, max = 100_000))]
    pub max_listed_rejections: usize,
    #[garde(range(min = 1, max = 1_000_000_000))]
    pub max_rejections: u64,
}

/// Which accounts become members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enrolment {
    /// Only those that the business enrols.
    Explicit,
    /// Also every account that posts, receives a reaction or buys.
    Automatic,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ScoringConfig {
    #[garde(skip)]
    #[serde(deserialize_with = "empty_is_none")]
    pub model: Option<PathBuf>,
    #[garde(skip)]
    #[serde(deserialize_with = "empty_is_none")]
    pub as_of: Option<DateTime<Utc>>,
    #[garde(range(min = 1, max = 86_400))]
    pub tick_seconds: i64,
    #[garde(range(min = 60, max = 2_592_000))]
    pub refresh_seconds: i64,
    #[garde(range(min = 10, max = 60_000))]
    pub poll_milliseconds: u64,
    #[garde(skip)]
    pub correct_confidence: bool,
    #[garde(range(min = 1, max = 1_000_000))]
    pub rebuild_accounts: usize,
}

impl ScoringConfig {
    /// Returns the time as of which scores are published: the configured time, or the
    /// last whole tick.
    pub fn as_of(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.as_of.unwrap_or_else(|| self.tick(now))
    }

    /// Returns the last whole tick.
    pub fn tick(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = now.timestamp().div_euclid(self.tick_seconds) * self.tick_seconds;
        DateTime::from_timestamp(seconds, 0).unwrap_or(now)
    }
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RankConfig {
    #[garde(range(min = 1, max = 2_592_000))]
    pub interval_seconds: i64,
    #[garde(range(min = 1024, max = 1_000_000_000))]
    pub piece_bytes: usize,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HistoryConfig {
    #[garde(range(min = 1, max = 36_500))]
    pub days: i64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FeedsConfig {
    #[garde(range(min = 1, max = 31_536_000))]
    pub min_silence_seconds: i64,
    #[garde(range(min = 1.0, max = 1000.0))]
    pub factor: f64,
    #[garde(range(min = 1, max = 1_000_000))]
    pub min_periods: i32,
    #[garde(range(min = 0, max = 31_536_000))]
    pub min_age_seconds: i64,
}

impl FeedsConfig {
    /// Returns the silence threshold of sources.
    pub fn silence_threshold(&self) -> SilenceThreshold {
        SilenceThreshold {
            minimum: TimeDelta::seconds(self.min_silence_seconds),
            factor: self.factor,
            periods: self.min_periods,
            age: TimeDelta::seconds(self.min_age_seconds),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TopicsConfig {
    #[serde(deserialize_with = "empty_is_none")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProgramsConfig {
    pub protected_attributes: BTreeSet<String>,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ClaimsConfig {
    #[garde(range(min = 1, max = 31_536_000))]
    pub hold_seconds: i64,
    #[garde(range(min = 0, max = 31_536_000))]
    pub reversal_seconds: i64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct WebhooksConfig {
    #[garde(range(min = 1, max = 300))]
    pub timeout_seconds: u64,
    #[garde(range(min = 1, max = 100))]
    pub in_flight: usize,
    #[garde(range(min = 0, max = 10_000))]
    pub max_webhooks: i64,
    #[garde(skip)]
    pub allow_addresses: Vec<IpNet>,
    #[garde(range(min = 0.0, max = 100.0))]
    pub score_change_threshold: f64,
    #[garde(range(min = 10, max = 60_000))]
    pub poll_milliseconds: u64,
    #[garde(range(min = 1, max = 3650))]
    pub keep_days: i64,
}

impl WebhooksConfig {
    /// Returns the egress policy: which addresses may be called.
    pub fn reach(&self) -> EgressPolicy {
        EgressPolicy::new(self.allow_addresses.clone())
    }
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CodesConfig {
    #[garde(range(min = 1, max = 1_000_000))]
    pub guesses: u32,
    #[garde(range(min = 1, max = 86_400))]
    pub guess_seconds: i64,
}

impl CodesConfig {
    /// Returns how often wrong codes may be tried.
    pub fn allowance(&self) -> Allowance {
        Allowance {
            failures: self.guesses,
            every: TimeDelta::seconds(self.guess_seconds),
        }
    }
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct StreamConfig {
    #[garde(range(min = 0, max = 100_000))]
    pub max_streams: usize,
    #[garde(range(min = 1, max = 3600))]
    pub heartbeat_seconds: u64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct MembersConfig {
    #[garde(range(min = 0, max = 31_536_000))]
    pub merge_undo_seconds: i64,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CacheConfig {
    #[garde(range(min = 1, max = 100_000_000))]
    pub members: usize,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct JobsConfig {
    #[garde(range(min = 1, max = 86_400))]
    pub patience_seconds: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct LogConfig {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TracesConfig {
    #[garde(skip)]
    #[serde(deserialize_with = "empty_is_none")]
    pub endpoint: Option<Url>,
    #[garde(range(min = 0.0, max = 1.0))]
    pub share: f64,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text, for people.
    Text,
    /// JSON, for programs.
    Json,
}

/// An error of the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Unreadable, of a wrong type, or with an unknown key.
    #[error("the configuration cannot be read: {0}")]
    Read(#[from] Box<figment::Error>),
    /// A value out of its range.
    #[error("the configuration is not valid: {0}")]
    Range(#[from] garde::Report),
    /// A secret that cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A value that is wrong in itself.
    #[error("the configuration is not valid: {0}")]
    Invalid(#[from] Invalid),
}

impl Config {
    /// Reads the defaults, then `file`, then the environment.
    ///
    /// # Errors
    /// If a key or a value is wrong; the error names the key.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed(PREFIX).filter(|key| !is_secret(key.as_str()));
        figment = figment.merge(environment.split("__"));
        let of_providers = secrets_of_providers(&figment);
        let secrets = SECRETS.map(|(name, key)| (name.to_owned(), key.to_owned()));
        for (name, key) in secrets.into_iter().chain(of_providers) {
            if let Some(value) = secret(&format!("{PREFIX}{}", name.to_ascii_uppercase()))? {
                // A list is written as in a variable.
                let value: Value = match key.as_str() {
                    "accounts.retired_hash_keys" => value
                        .reveal()
                        .parse()
                        .unwrap_or_else(|never| match never {}),
                    _ => value.reveal().into(),
                };
                figment = figment.merge((key, value));
            }
        }
        let config: Self = figment.extract().map_err(Box::new)?;
        config.validate()?;
        if !config.sign_in.providers.is_empty() && config.http.public_url.is_none() {
            return Err(Invalid::new(
                "sign_in.providers needs http.public_url, to which the provider sends people back",
            )
            .into());
        }
        Ok(config)
    }

    /// Returns the defaults alone, for tests and for tools that need no configuration.
    pub fn defaults() -> Self {
        Figment::from(Toml::string(DEFAULTS))
            .extract()
            .expect("the built-in defaults are valid")
    }
}

/// Returns whether a variable, without its prefix, holds a secret or names the file of one.
/// Those are read by themselves.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix("_file").unwrap_or(&name);
    let of_provider = name.starts_with("sign_in__providers__") && name.ends_with("__client_secret");
    of_provider || SECRETS.iter().any(|(known, _)| *known == name)
}

/// Returns the secrets of the providers that are configured, as in a variable and as in a
/// file.
fn secrets_of_providers(figment: &Figment) -> Vec<(String, String)> {
    let providers = figment.find_value("sign_in.providers");
    let providers = providers.ok().and_then(Value::into_dict);
    let ids = providers.unwrap_or_default().into_keys();
    ids.map(|id| {
        (
            format!("sign_in__providers__{id}__client_secret"),
            format!("sign_in.providers.{id}.client_secret"),
        )
    })
    .collect()
}

impl AccountsConfig {
    /// Returns the keys with which handles are hashed.
    ///
    /// # Errors
    /// If a secret is missing or too short, or two keys have the same number.
    pub fn handle_keys(&self) -> Result<HandleKeys, ConfigError> {
        if self.hash_key.is_empty() {
            return Err(Invalid::new(
                "accounts.hash_key is not set; with DATABASE_URL, set RENOWN__ACCOUNTS__HASH_KEY \
                 to a random secret and keep it as long as the data",
            )
            .into());
        }
        let current = HandleKey::new(self.hash_key_id, self.hash_key.reveal().as_bytes())?;
        let retired = self
            .retired_hash_keys
            .iter()
            .map(|retired| HandleKey::new(retired.id, retired.key.reveal().as_bytes()))
            .collect::<Result<_, _>>()?;
        Ok(HandleKeys::new(current, retired)?)
    }
}

/// Reads an empty text in the file as "not set".
fn empty_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: fmt::Display,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        Config::defaults().validate().unwrap();
    }

    #[test]
    fn the_case_of_email_addresses_cannot_count() {
        let mut config = Config::defaults();
        config.accounts.case_counts = vec![ExternalKind::Email];
        let error = config.validate().unwrap_err().to_string();
        assert!(error.contains("accounts.case_counts"), "{error}");
    }

    #[test]
    fn secrets_do_not_print() {
        let mut config = Config::defaults();
        config.accounts.hash_key = Secret::new("hunter2hunter2hunter2");
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("renown.toml");
        std::fs::write(&file, "[http]\nprot = 1\n").unwrap();
        let error = Config::load(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("prot"), "{error}");
    }

    #[test]
    fn the_tick_is_the_last_whole_one() {
        let scoring = Config::defaults().scoring;
        let now = DateTime::from_timestamp(119, 5).unwrap();
        assert_eq!(scoring.tick(now).timestamp(), 60);
    }
}
