//! What comes in with requests and is no value of another type: times, days and lines of
//! text. Each type has its limits, its form in the OpenAPI document, and one parser.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use super::Invalid;
use super::invalid::{checked_text, text_newtype};
use super::schema::{described, text};

/// The most characters of a text that is read as a time; no valid time needs more.
const MAX_TIME: usize = 64;

/// A moment that a caller names: RFC 3339 with a zone, in the years 1 to 9999 of UTC,
/// in microseconds. RFC 3339 has no other years, and Postgres no smaller unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "DateTime<Utc>")]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Parses RFC 3339. A leap second becomes the second after it, as in Postgres.
    ///
    /// # Errors
    /// If the text is not a time with a zone, or its year in UTC is not 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bounded = Some(text).filter(|text| text.len() <= MAX_TIME);
        let time = bounded.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let time = time.ok_or_else(|| {
            no_such_day(text).unwrap_or_else(|| {
                Invalid::new("a time is RFC 3339 with a zone, such as 2026-11-22T23:00:00Z")
            })
        })?;
        let time = DateTime::from_timestamp_micros(time.timestamp_micros());
        time.filter(|time| is_common_era(time.year()))
            .map(Self)
            .ok_or_else(|| Invalid::new("a time lies in the years 1 to 9999 of UTC"))
    }

    /// Returns the moment.
    pub fn get(self) -> DateTime<Utc> {
        self.0
    }
}
described!(Timestamp: text("2026-11-22T12:00:00Z", 20..=MAX_TIME)
    .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
    .description(Some("A time with a zone, in the years 1 to 9999 of UTC.")));

/// A day that a caller names: `2026-11-22`, in the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "NaiveDate")]
pub struct Day(NaiveDate);

impl Day {
    /// Parses a date of ISO 8601 with a year of four digits.
    ///
    /// # Errors
    /// If the text is not such a date, or its year is not 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // A longer text is a year with a sign, which `NaiveDate` also reads.
        let day = text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10);
        day.ok_or_else(|| no_such_day(text).unwrap_or_else(no_day))
            .and_then(Self::try_from)
    }

    /// Returns the day.
    pub fn get(self) -> NaiveDate {
        self.0
    }
}
described!(Day: text("2026-11-22", 10..=10)
    .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
    .description(Some("A day, with a year from 0001 to 9999.")));

impl TryFrom<NaiveDate> for Day {
    type Error = Invalid;

    fn try_from(day: NaiveDate) -> Result<Self, Invalid> {
        Some(Self(day))
            .filter(|_| is_common_era(day.year()))
            .ok_or_else(no_day)
    }
}

/// Explains a date that is well written and not in the calendar, such as `2026-11-31`, at
/// the beginning of a text. Returns `None` if the text begins with something else.
pub(crate) fn no_such_day(text: &str) -> Option<Invalid> {
    let mut parts = text.get(..10)?.split('-').map(str::parse::<u32>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let year = i32::try_from(year).ok()?;
    if NaiveDate::from_ymd_opt(year, month, day).is_some() {
        return None;
    }
    Some(match NaiveDate::from_ymd_opt(year, month, 1) {
        None => Invalid::new(format_args!(
            "there is no month {month:02}; months are 01 to 12"
        )),
        Some(first) => Invalid::new(format_args!(
            "there is no day {day:02} in {}: it has {} days",
            first.format("%B %Y"),
            first.num_days_in_month()
        )),
    })
}

fn no_day() -> Invalid {
    Invalid::new("a day is written like 2026-11-22, with a year from 0001 to 9999")
}

fn is_common_era(year: i32) -> bool {
    (1..=9999).contains(&year)
}

/// Implements the common part of times and days: conversions to and from their forms.
macro_rules! conversions {
    ($($name:ident: $inner:ty),+ $(,)?) => {$(
        impl std::str::FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                Self::parse(&text)
            }
        }
        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+};
}
conversions!(Timestamp: DateTime<Utc>, Day: NaiveDate);

/// A line of text that people wrote and the service stores: a reason, an author, the
/// origin of an index. 1 to 500 characters, not only white space, without control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextLine(Box<str>);

impl TextLine {
    /// The most characters of a line.
    pub const MAX: usize = 500;

    /// Checks the text.
    ///
    /// # Errors
    /// If it is blank, is longer than 500 characters or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_text("the text", text, Self::MAX)?;
        if text.trim().is_empty() {
            return Err(Invalid::new("the text must not be blank"));
        }
        Ok(Self(text.into()))
    }
}
text_newtype!(TextLine);
described!(TextLine: text("writes for the travel desk", 1..=Self::MAX)
    .pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$")));

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_lie_in_the_years_of_rfc_3339() {
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
            assert!(Timestamp::parse(text).is_ok(), "{text}");
        }
        for text in [
            "0000-06-01T00:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "-4713-01-01T00:00:00Z",
            "+262142-12-31T00:00:00Z",
            "2026-11-22",
            "2026-11-22T12:00:00",
            "",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_that_no_calendar_has_is_explained() {
        for (text, says) in [
            (
                "2026-11-31",
                "there is no day 31 in November 2026: it has 30 days",
            ),
            (
                "2027-02-29T10:00:00Z",
                "there is no day 29 in February 2027: it has 28 days",
            ),
            ("2026-13-01", "there is no month 13; months are 01 to 12"),
            (
                "2026-11-00",
                "there is no day 00 in November 2026: it has 30 days",
            ),
        ] {
            assert_eq!(no_such_day(text).unwrap().to_string(), says);
        }
        for text in ["2026-11-30", "30.11.2026", "tomorrow", "", "2026-11-1"] {
            assert_eq!(no_such_day(text), None, "{text}");
        }
        let day = Day::parse("2026-11-31").unwrap_err().to_string();
        assert!(day.contains("November 2026"), "{day}");
    }

    #[test]
    fn a_leap_second_is_the_second_after_it() {
        let leap = Timestamp::parse("2016-12-31T23:59:60Z").unwrap();
        assert_eq!(leap, Timestamp::parse("2017-01-01T00:00:00Z").unwrap());
    }

    #[test]
    fn days_have_four_digits_of_year() {
        assert!(Day::parse("0001-01-01").is_ok());
        assert!(Day::parse("9999-12-31").is_ok());
        for text in ["0000-01-01", "+10000-01-01", "-0001-01-01", "2026-1-1", ""] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_line_is_bounded_and_visible() {
        assert!(TextLine::parse(&"ä".repeat(500)).is_ok());
        for text in ["", "  ", "a\0", "a\nb", &"ä".repeat(501)] {
            assert!(TextLine::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}|[0-9+:TZ-]{0,40}") {
            let _ = Timestamp::parse(&text);
            let _ = Day::parse(&text);
            let _ = TextLine::parse(&text);
        }
    }
}
