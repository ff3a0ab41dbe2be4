//! Connectors: each follows a platform, files or a pipe, and takes in the events from there.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::invalid::{checked_slug, text_newtype};
use super::{Invalid, Unit};

/// The name of a connector in this deployment: 1 to 64 of `a-z 0-9 - _`, beginning with a
/// letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectorName(Box<str>);

impl ConnectorName {
    /// Checks the name.
    ///
    /// # Errors
    /// If it is not such a slug.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_slug("name", text, 64)?;
        Ok(Self(text.into()))
    }
}
text_newtype!(ConnectorName);

/// The kind of platform or input that a connector follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorKind {
    /// The stream of a Jetstream server.
    Bluesky,
    /// Archives or the events API of GitHub.
    Github,
    /// A Mastodon server.
    Mastodon,
    /// Lines of JSON from a pipe.
    Ndjson,
    /// A table of another system.
    Csv,
}

impl ConnectorKind {
    const ALL: [(Self, &str); 5] = [
        (Self::Bluesky, "bluesky"),
        (Self::Github, "github"),
        (Self::Mastodon, "mastodon"),
        (Self::Ndjson, "ndjson"),
        (Self::Csv, "csv"),
    ];

    /// Returns the name, as in `renown connect NAME` and in the database.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl std::str::FromStr for ConnectorKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.into_iter().find(|(_, name)| *name == text);
        let unknown = || Invalid::new("there is no such kind of connector");
        known.map(|(kind, _)| kind).ok_or_else(unknown)
    }
}

/// The pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that is not asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause that a server can ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// Returns how long a connector pauses after this many failures in a row (at least one). From
/// half to the whole of a time that doubles up to a minute, as `jitter` says, so that many that
/// failed together do not come back together. If the server asks for a longer pause, that one is
/// used, up to an hour.
pub fn connector_pause(failures: u32, jitter: Unit, asked: Option<TimeDelta>) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let whole = (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
    let pause = whole.mul_f64(0.5 + 0.5 * jitter.get());
    let asked = asked.and_then(|asked| asked.to_std().ok());
    asked.map_or(pause, |asked| pause.max(asked.min(LONGEST_ASKED)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pause = |failures| connector_pause(failures, Unit::ONE, None).as_millis();
        assert_eq!([1, 2, 3, 4].map(pause), [500, 1_000, 2_000, 4_000]);
        assert_eq!([8, 9, 1_000].map(pause), [60_000; 3]);
        let least = connector_pause(3, Unit::ZERO, None);
        assert_eq!(least.as_millis(), 1_000);
    }

    #[test]
    fn a_server_can_ask_for_a_longer_pause() {
        let pause = |asked| connector_pause(1, Unit::ONE, Some(asked));
        assert_eq!(pause(TimeDelta::seconds(90)), Duration::from_secs(90));
        assert_eq!(pause(TimeDelta::zero()), FIRST_PAUSE);
        assert_eq!(pause(TimeDelta::days(9)), LONGEST_ASKED);
        assert_eq!(pause(TimeDelta::seconds(-9)), FIRST_PAUSE);
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for (kind, name) in ConnectorKind::ALL {
            assert_eq!(kind.as_str(), name);
            assert_eq!(name.parse(), Ok(kind));
        }
        assert!("klout".parse::<ConnectorKind>().is_err());
    }

    proptest! {
        #[test]
        fn a_pause_is_never_zero_and_never_too_long(
            failures: u32, jitter in 0.0..=1.0, asked in proptest::option::of(any::<i32>()),
        ) {
            let asked = asked.map(|asked| TimeDelta::seconds(asked.into()));
            let pause = connector_pause(failures, Unit::clamped(jitter), asked);
            prop_assert!(pause >= FIRST_PAUSE / 2 && pause <= LONGEST_ASKED);
        }
    }
}
