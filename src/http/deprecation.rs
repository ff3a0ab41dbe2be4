//! Deprecated operations: the contract marks them, and each of their answers says since when
//! (`Deprecation`, RFC 9745) and until when they work (`Sunset`, RFC 8594).
//!
//! An operation is marked by `deprecated` and these extensions, each with a time as in RFC 3339:
//! `#[utoipa::path(…, extensions(("x-deprecated-since" = json!("2027-01-01T00:00:00Z")),
//! ("x-sunset" = json!("2027-07-01T00:00:00Z"))))]`.

use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::Operation;

static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

/// The extensions of the contract.
const SINCE: &str = "x-deprecated-since";
const UNTIL: &str = "x-sunset";
/// Where the reference says what to use instead.
const REFERENCE: HeaderValue = HeaderValue::from_static("</docs/>; rel=\"deprecation\"");

/// Since when an operation is deprecated, and until when it works, as headers.
#[derive(Debug, Clone)]
pub struct Deprecation {
    since: HeaderValue,
    sunset: HeaderValue,
}

impl Deprecation {
    /// Reads the marks of an operation; `None` if it is not deprecated.
    ///
    /// # Panics
    /// If a deprecated operation does not say both times.
    pub fn of(operation: &Operation) -> Option<Self> {
        if operation.deprecated != Some(Deprecated::True) {
            return None;
        }
        let time = |name: &str| {
            let text = operation.extensions.as_ref()?.get(name)?.as_str()?;
            Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
        };
        let times = time(SINCE).zip(time(UNTIL));
        let (since, until) = times.expect("a deprecated operation says both times");
        let text = |text: String| HeaderValue::try_from(text).expect("a date is plain text");
        Some(Self {
            since: text(format!("@{}", since.timestamp())),
            sunset: text(until.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        })
    }

    /// Adds the headers to an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        headers.insert(&DEPRECATION, self.since.clone());
        headers.insert(&SUNSET, self.sunset.clone());
        headers.append(LINK, REFERENCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::openapi::extensions::ExtensionsBuilder;
    use utoipa::openapi::path::OperationBuilder;

    #[test]
    fn the_answers_of_a_deprecated_operation_say_since_and_until_when() {
        let extensions = ExtensionsBuilder::new()
            .add(SINCE, "2027-01-01T00:00:00Z")
            .add(UNTIL, "2027-07-01T00:00:00Z")
            .build();
        assert!(Deprecation::of(&OperationBuilder::new().build()).is_none());
        let operation = OperationBuilder::new()
            .deprecated(Some(Deprecated::True))
            .extensions(Some(extensions))
            .build();
        let mut headers = HeaderMap::new();
        Deprecation::of(&operation).unwrap().write(&mut headers);
        assert_eq!(headers["deprecation"], "@1798761600");
        assert_eq!(headers["sunset"], "Thu, 01 Jul 2027 00:00:00 GMT");
        assert_eq!(headers["link"], "</docs/>; rel=\"deprecation\"");
    }
}
