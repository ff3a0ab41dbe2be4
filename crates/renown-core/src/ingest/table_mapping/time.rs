//! Times, as other systems write them.

use chrono::format::{Item, Parsed as TimeParts, StrftimeItems, parse};
use chrono::{DateTime, LocalResult, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::Invalid;

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TimeNotation {
    /// With a zone, such as `2026-11-22T23:00:00Z`.
    Rfc3339,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMillis,
    /// In a format of `strftime`, in a zone unless the format has one.
    Format(String, Option<Tz>),
}

impl TimeNotation {
    /// Reads a notation from a mapping.
    ///
    /// # Errors
    /// If it does not say a moment.
    pub(super) fn of(format: Option<&str>, zone: Option<&str>) -> Result<Self, Invalid> {
        let named = match format {
            None | Some("rfc3339") => Some(Self::Rfc3339),
            Some("unix") => Some(Self::Unix),
            Some("unix-ms") => Some(Self::UnixMillis),
            Some(_) => None,
        };
        if let (Some(_), Some(_)) = (&named, zone) {
            return Err(Invalid::new(
                "a zone needs a format that has none itself, such as format: '%d.%m.%Y %H:%M'",
            ));
        }
        match (named, format) {
            (Some(named), _) => Ok(named),
            (None, format) => formatted(format.unwrap_or_default(), zone),
        }
    }

    /// Reads a time, and writes it in RFC 3339.
    pub(super) fn read(&self, said: &str) -> Result<String, Invalid> {
        let number = || said.parse::<i64>().ok();
        let time = match self {
            // What is wrong with it is said where all times are checked.
            Self::Rfc3339 => return Ok(said.to_owned()),
            Self::Unix => number().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            Self::UnixMillis => number().and_then(DateTime::from_timestamp_millis),
            Self::Format(format, zone) => Some(moment(said, format, *zone)?),
        };
        let time = time.ok_or_else(|| {
            let unit = if *self == Self::Unix {
                "seconds"
            } else {
                "milliseconds"
            };
            Invalid::new(format_args!("it is not a number of {unit} since 1970"))
        })?;
        Ok(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

fn formatted(format: &str, zone: Option<&str>) -> Result<TimeNotation, Invalid> {
    if let Some(Item::Error) = StrftimeItems::new(format).find(|item| *item == Item::Error) {
        return Err(Invalid::new(format_args!(
            "'{format}' is not a format: its parts are those of strftime, such as \
             '%d.%m.%Y %H:%M:%S'; or it is rfc3339, unix or unix-ms"
        )));
    }
    let zone = match zone {
        None => None,
        Some(name) => Some(name.parse().map_err(|_| {
            Invalid::new(format_args!(
                "there is no zone '{name}'; one is named like Europe/Vienna or UTC"
            ))
        })?),
    };
    // What the format writes, it has to read again as the same day.
    let sample = "2026-11-22T13:45:06Z".parse::<DateTime<Utc>>();
    let sample = sample.map_err(Invalid::new)?;
    let parts = parts(&sample.format(format).to_string(), format);
    let day = parts.as_ref().and_then(|parts| parts.to_naive_date().ok());
    if day != Some(sample.date_naive()) {
        return Err(Invalid::new(format_args!(
            "the format '{format}' does not say the day, the month and the year"
        )));
    }
    let has_offset = parts.is_some_and(|parts| parts.offset().is_some());
    match (has_offset, zone) {
        (true, Some(_)) => Err(Invalid::new(
            "the format has the zone of each time (%z); leave out the zone",
        )),
        (false, None) => Err(Invalid::new(
            "say the zone in which the times are, such as zone: Europe/Vienna",
        )),
        _ => Ok(TimeNotation::Format(format.to_owned(), zone)),
    }
}

fn parts(said: &str, format: &str) -> Option<TimeParts> {
    let mut parts = TimeParts::new();
    parse(&mut parts, said, StrftimeItems::new(format)).ok()?;
    Some(parts)
}

/// Reads a time in a format. A day without a time of day begins at midnight.
fn moment(said: &str, format: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, Invalid> {
    let other = || {
        Invalid::new(format_args!(
            "'{}' is not a time in the format '{format}' of the mapping",
            crate::ingest::dictionary::short(said)
        ))
    };
    let parts = parts(said, format).ok_or_else(other)?;
    let day = parts.to_naive_date().map_err(|_| other())?;
    let has_hour = parts.hour_div_12().is_some() || parts.hour_mod_12().is_some();
    let at = match parts.to_naive_time() {
        Ok(at) => at,
        Err(_) if !has_hour => NaiveTime::MIN,
        Err(_) => return Err(other()),
    };
    let local = day.and_time(at);
    match (parts.offset(), zone) {
        (Some(_), _) => Ok(parts.to_datetime().map_err(|_| other())?.to_utc()),
        (None, zone) => in_zone(local, zone.unwrap_or(Tz::UTC)),
    }
}

/// Returns the moment of a local time: the first one, if clocks showed it twice.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, Invalid> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Ok(time.to_utc()),
        LocalResult::None => Err(Invalid::new(format_args!(
            "clocks in {zone} never showed {local}: they were put forward"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, zone: Option<&str>, said: &str) -> Result<String, String> {
        let notation = TimeNotation::of(Some(format), zone).map_err(|why| why.to_string())?;
        notation.read(said).map_err(|why| why.to_string())
    }

    #[test]
    fn times_are_read_in_their_notation_and_zone() {
        let vienna = Some("Europe/Vienna");
        for (format, zone, said, expected) in [
            (
                "%d.%m.%Y %H:%M",
                vienna,
                "22.11.2026 09:15",
                "2026-11-22T08:15:00Z",
            ),
            ("%d.%m.%Y", vienna, "1.7.2026", "2026-06-30T22:00:00Z"),
            (
                "%m/%d/%y %I:%M %p",
                Some("UTC"),
                "11/22/26 1:05 PM",
                "2026-11-22T13:05:00Z",
            ),
            (
                "%Y-%m-%d %H:%M:%S%.f %z",
                None,
                "2026-11-22 09:15:00.25 +0100",
                "2026-11-22T08:15:00.250Z",
            ),
            // Shown twice: the first of both.
            (
                "%Y-%m-%d %H:%M",
                vienna,
                "2026-10-25 02:30",
                "2026-10-25T00:30:00Z",
            ),
            ("unix", None, "1795335300", "2026-11-22T08:15:00Z"),
            ("unix-ms", None, "1795335300250", "2026-11-22T08:15:00.250Z"),
        ] {
            assert_eq!(read(format, zone, said).as_deref(), Ok(expected), "{said}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let day = "%d.%m.%Y";
        let vienna = Some("Europe/Vienna");
        for (format, zone, said, why) in [
            (day, vienna, "31.02.2026", "is not a time in the format"),
            (
                day,
                vienna,
                "22.11.2026 09:15",
                "is not a time in the format",
            ),
            (day, vienna, "", "is not a time"),
            (
                "%Y-%m-%d %H:%M",
                vienna,
                "2026-03-29 02:30",
                "never showed 2026-03-29 02:30",
            ),
            ("unix", None, "yesterday", "seconds since 1970"),
            (
                "unix-ms",
                None,
                "9223372036854775807",
                "milliseconds since 1970",
            ),
        ] {
            let refused = read(format, zone, said).unwrap_err();
            assert!(refused.contains(why), "{said}: {refused}");
        }
    }

    #[test]
    fn a_format_says_a_day_and_a_zone() {
        for (format, zone, why) in [
            ("%d.%m.", Some("UTC"), "does not say the day"),
            ("%H:%M", Some("UTC"), "does not say the day"),
            ("%s", Some("UTC"), "does not say the day"),
            ("%Q", Some("UTC"), "is not a format"),
            ("", Some("UTC"), "does not say the day"),
            ("%d.%m.%Y", None, "say the zone"),
            ("%d.%m.%Y %z", Some("UTC"), "leave out the zone"),
            ("%d.%m.%Y", Some("Vienna"), "no zone 'Vienna'"),
            ("unix", Some("UTC"), "needs a format"),
        ] {
            let refused = read(format, zone, "").unwrap_err();
            assert!(refused.contains(why), "{format}: {refused}");
        }
    }
}
