//! What a server's answer means for a connector, if it is not a success.

use chrono::{DateTime, TimeDelta, Utc};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use super::upstream::UpstreamError;
use renown_core::domain::retry_after;

/// Returns the error of an answer. Load, limits and faults of the server pass; the rest does not,
/// until an operator changes something.
pub(super) fn refused(
    host: &str,
    status: StatusCode,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> UpstreamError {
    let after = asked_pause(headers, now);
    let passes = match status {
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::CONFLICT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => true,
        // As GitHub answers when its limit is reached.
        StatusCode::FORBIDDEN => after.is_some(),
        status => status.is_server_error(),
    };
    if passes {
        let why = format!("{host} answered {status}");
        return UpstreamError::Passing { why, after };
    }
    let advice = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "check the token, and whether it may read this"
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => "there is no such thing, or it is not public",
        status if status.is_redirection() => "it has moved: give its new address or name",
        _ => "it does not take the request",
    };
    UpstreamError::Final(format!("{host} answered {status}: {advice}"))
}

/// Returns how long a server asks to be left alone: by `Retry-After`, or because its limit of
/// requests is used up until a time.
pub(super) fn asked_pause(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = text(RETRY_AFTER.as_str()).and_then(|value| retry_after(value, now));
    if asked.is_some() {
        return asked;
    }
    if text("x-ratelimit-remaining")?.trim() != "0" {
        return None;
    }
    let reset = text("x-ratelimit-reset")?.trim();
    // GitHub writes seconds since 1970, Mastodon a date.
    let at = match reset.parse() {
        Ok(seconds) => DateTime::from_timestamp_secs(seconds)?,
        Err(_) => DateTime::parse_from_rfc3339(reset)
            .ok()?
            .with_timezone(&Utc),
    };
    Some((at - now).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp_secs(1_800_000_000).unwrap()
    }

    fn passes(status: u16, pairs: &[(&'static str, &'static str)]) -> bool {
        let status = StatusCode::from_u16(status).unwrap();
        let error = refused("example.com", status, &headers(pairs), now());
        matches!(error, UpstreamError::Passing { .. })
    }

    #[test]
    fn load_and_faults_pass_and_the_rest_does_not() {
        assert!(
            [408, 409, 425, 429, 500, 502, 503, 504]
                .map(|status| passes(status, &[]))
                .iter()
                .all(|passes| *passes)
        );
        assert!(
            ![301, 400, 401, 403, 404, 410, 422]
                .map(|status| passes(status, &[]))
                .iter()
                .any(|passes| *passes)
        );
        let used_up = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1800000060"),
        ];
        assert!(passes(403, &used_up));
        assert!(!passes(
            403,
            &[
                ("x-ratelimit-remaining", "9"),
                ("x-ratelimit-reset", "1800000060")
            ]
        ));
    }

    #[test]
    fn the_pause_is_the_one_that_the_server_asks_for() {
        let pause = |pairs: &[(&'static str, &'static str)]| {
            asked_pause(&headers(pairs), now()).map(|pause| pause.num_seconds())
        };
        assert_eq!(pause(&[("retry-after", "7")]), Some(7));
        assert_eq!(
            pause(&[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1800000060")
            ]),
            Some(60)
        );
        assert_eq!(
            pause(&[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "2027-01-15T08:05:00.000Z")
            ]),
            Some(300)
        );
        assert_eq!(
            pause(&[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "soon")
            ]),
            None
        );
        assert_eq!(
            pause(&[
                ("x-ratelimit-remaining", "1"),
                ("x-ratelimit-reset", "1800000060")
            ]),
            None
        );
    }
}
