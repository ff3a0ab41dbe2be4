//! Webhooks: the addresses of receivers, and the pauses between attempts.

use chrono::{DateTime, TimeDelta, Utc};
use url::{Host, Url};

use super::{Invalid, Unit};

/// The longest address, in bytes.
const MAX_URL: usize = 2048;

/// The address of a receiver: `https`, or `http` where that is allowed, with a host
/// and without credentials or a fragment; at most 2,048 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

impl std::str::FromStr for WebhookUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl WebhookUrl {
    /// Checks the address. Disguised numeric hosts (`http://0x7f.1`) become plain
    /// IP addresses.
    ///
    /// # Errors
    /// If it is not such an address.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > MAX_URL {
            return Err(Invalid::new(format_args!(
                "an address has at most {MAX_URL} bytes"
            )));
        }
        let url = Url::parse(text)
            .map_err(|error| Invalid::new(format_args!("this is no address: {error}")))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(Invalid::new("an address begins with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let detail = "an address has no name or password; requests are signed instead";
            return Err(Invalid::new(detail));
        }
        if url.fragment().is_some() {
            return Err(Invalid::new("an address has no part after '#'"));
        }
        if url.host().is_none() {
            return Err(Invalid::new("an address names a host"));
        }
        Ok(Self(url))
    }

    /// Returns the address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns whether the connection is encrypted and proves the receiver's
    /// identity.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the IP address, if the host is one.
    pub fn ip(&self) -> Option<std::net::IpAddr> {
        match self.0.host()? {
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
            Host::Domain(_) => None,
        }
    }
}

/// The result of one attempt to deliver a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempted {
    /// The receiver accepted the message: the HTTP status, 200 to 299.
    Delivered(u16),
    /// The receiver wants no more messages: status 410 (Gone).
    Gone,
    /// The attempt failed.
    Failed {
        /// The cause.
        failure: Failure,
        /// The pause that the receiver asked for in `Retry-After`; only with status
        /// 429 or 503.
        after: Option<TimeDelta>,
    },
}

/// Why an attempt to deliver a message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The HTTP status was not 200 to 299. Redirects are not followed.
    Status(u16),
    /// There was no complete answer in time.
    Timeout,
    /// The host name was not found.
    Unresolved,
    /// The connection was refused, or the host cannot be reached.
    Unreachable,
    /// The egress policy permits none of the host's addresses.
    Forbidden,
    /// The receiver's certificate is not valid, or it does not speak TLS.
    Tls,
    /// The connection broke, or the answer was not HTTP.
    Broken,
}

impl Failure {
    /// Returns the cause in one word, for the log of deliveries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Timeout => "timeout",
            Self::Unresolved => "unresolved",
            Self::Unreachable => "unreachable",
            Self::Forbidden => "forbidden_address",
            Self::Tls => "tls",
            Self::Broken => "broken",
        }
    }

    /// Returns the HTTP status of the answer, if there was one.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            _ => None,
        }
    }
}

/// The pauses after the first, second, … failed attempt, in seconds: about three
/// days in total, as Standard Webhooks recommends.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest pause that a receiver can ask for.
const MAX_ASKED: TimeDelta = TimeDelta::hours(24);

/// Returns the pause after this many failed attempts (at least one), or `None` if
/// there were enough. `jitter` changes the pause by up to a fifth either way, so
/// that messages that failed together are not retried together. If the receiver
/// asks for a longer pause, that one is used, up to a day.
pub fn pause_after(attempts: u32, jitter: Unit, asked: Option<TimeDelta>) -> Option<TimeDelta> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let seconds = *PAUSES.get(index)?;
    let spread = 0.8 + 0.4 * jitter.get();
    let pause = TimeDelta::milliseconds((seconds as f64 * 1000.0 * spread).round() as i64);
    let asked = asked.map(|asked| asked.clamp(TimeDelta::zero(), MAX_ASKED));
    Some(asked.map_or(pause, |asked| pause.max(asked)))
}

/// Reads a `Retry-After` header: seconds, or a date (RFC 9110).
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(TimeDelta::seconds(i64::from(seconds)));
    }
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some((date.with_timezone(&Utc) - now).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_checked() {
        for good in [
            "https://example.com/hooks?x=1",
            "https://example.com:8443",
            "http://127.0.0.1:9000/a",
            "https://[2606:4700::1111]/",
        ] {
            WebhookUrl::parse(good).unwrap();
        }
        for bad in [
            "",
            "example.com",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https://",
            "https://user@example.com/",
            "https://user:secret@example.com/",
            "https://example.com/#top",
            "https://exa mple.com/",
            "javascript:alert(1)",
        ] {
            assert!(WebhookUrl::parse(bad).is_err(), "{bad}");
        }
        assert!(WebhookUrl::parse(&format!("https://a/{}", "x".repeat(2048))).is_err());
    }

    #[test]
    fn numbers_in_disguise_are_numbers() {
        for disguised in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127。0。0。1/",
        ] {
            let url = WebhookUrl::parse(disguised).unwrap();
            assert_eq!(url.ip().unwrap().to_string(), "127.0.0.1", "{disguised}");
        }
    }

    #[test]
    fn pauses_grow_for_three_days_and_then_end() {
        let pauses: Vec<TimeDelta> = (1..)
            .map_while(|attempts| pause_after(attempts, Unit::clamped(0.5), None))
            .collect();
        assert!(pauses.is_sorted());
        assert_eq!(pauses[0], TimeDelta::seconds(5));
        let days = pauses.iter().sum::<TimeDelta>().num_hours() as f64 / 24.0;
        assert!((3.0..4.0).contains(&days), "{days}");
    }

    #[test]
    fn what_a_receiver_asks_for_is_kept_within_bounds() {
        let with = |asked| pause_after(1, Unit::clamped(0.5), Some(asked)).unwrap();
        assert_eq!(with(TimeDelta::seconds(1)), TimeDelta::seconds(5));
        assert_eq!(with(TimeDelta::seconds(90)), TimeDelta::seconds(90));
        assert_eq!(with(TimeDelta::days(90)), TimeDelta::hours(24));
        assert_eq!(
            pause_after(10, Unit::ZERO, Some(TimeDelta::seconds(90))),
            None
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: DateTime<Utc> = "2015-10-21T07:27:00Z".parse().unwrap();
        assert_eq!(retry_after("120", now), Some(TimeDelta::seconds(120)));
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(retry_after(date, now), Some(TimeDelta::seconds(60)));
        let past = "Wed, 21 Oct 2015 07:26:00 GMT";
        assert_eq!(retry_after(past, now), Some(TimeDelta::zero()));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-5", now), None);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_fifth(attempts in 1u32..=9, jitter in 0.0f64..=1.0) {
            let exact = PAUSES[attempts as usize - 1] as f64;
            let pause = pause_after(attempts, Unit::clamped(jitter), None).unwrap();
            let ratio = pause.as_seconds_f64() / exact;
            prop_assert!((0.799..=1.201).contains(&ratio), "{}", ratio);
        }
    }
}
