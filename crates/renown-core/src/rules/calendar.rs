//! Lengths of time and dates in the notation of program files.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::{Invalid, no_such_day};

/// The longest length of time in a program, in days (100 years).
const MAX_DAYS: i64 = 36_525;

/// Parses `15m`, `4h`, `3d`, `2w` or a sum such as `1h30m`, with the units in any
/// order. A day is 24 hours.
///
/// # Errors
/// If the text is not in this notation, is zero, or is longer than a century.
pub(super) fn duration(text: &str) -> Result<TimeDelta, Invalid> {
    let explain = || Invalid::new("a length of time is written like '15m', '4h', '3d' or '1h30m'");
    let mut total = 0_i64;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let number: i64 = number.parse().map_err(|_| explain())?;
        let unit = tail.chars().next().ok_or_else(explain)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(explain()),
        };
        total = number
            .checked_mul(seconds)
            .and_then(|n| total.checked_add(n))
            .ok_or_else(explain)?;
        rest = &tail[unit.len_utf8()..];
    }
    if total == 0 {
        return Err(explain());
    }
    if total > MAX_DAYS * 86_400 {
        return Err(Invalid::new("a length of time is at most a century"));
    }
    Ok(TimeDelta::seconds(total))
}

/// Writes a length of time in the notation of [`duration`], with the largest units
/// from days down that fit: `1d12h`.
pub(super) fn show_duration(length: TimeDelta) -> String {
    let mut seconds = length.num_seconds();
    let mut text = String::new();
    if seconds < 0 {
        text.push('-');
        seconds = -seconds;
    }
    for (unit, size) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        if seconds >= size {
            text.push_str(&format!("{}{unit}", seconds / size));
            seconds %= size;
        }
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// The end of a day that a date stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The first moment of the day.
    Start,
    /// The first moment after the day, so that a perk is still given on its last day.
    End,
}

/// Parses `2026-11-01` as the given edge of that day in a time zone, or an RFC 3339
/// time.
///
/// # Errors
/// If the text is neither.
pub(super) fn moment(text: &str, edge: Edge, zone: Tz) -> Result<DateTime<Utc>, Invalid> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.with_timezone(&Utc));
    }
    let explain = || {
        Invalid::new(
            "a date is written like '2026-11-01', or with a time and zone as RFC 3339 has it",
        )
    };
    let date: NaiveDate = text
        .parse()
        .map_err(|_| no_such_day(text).unwrap_or_else(explain))?;
    let date = match edge {
        Edge::Start => Some(date),
        Edge::End => date.checked_add_days(Days::new(1)),
    };
    date.and_then(|date| start_of_day(date, zone))
        .ok_or_else(explain)
}

/// Returns the first moment of a day. It is not always midnight: if clocks go forward
/// at midnight, the day begins at one.
pub(super) fn start_of_day(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    (0..4).find_map(|hour| {
        let local = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
        let time = zone.from_local_datetime(&local).earliest()?;
        Some(time.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_and_show() {
        for (text, seconds) in [
            ("15m", 900),
            ("1h30m", 5_400),
            ("90d", 7_776_000),
            ("2w", 1_209_600),
        ] {
            assert_eq!(duration(text).unwrap().num_seconds(), seconds, "{text}");
        }
        for text in [
            "",
            "0d",
            "5",
            "h",
            "1x",
            "-1d",
            "99999999999999999999d",
            "1000000d",
            "3é",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(show_duration(TimeDelta::seconds(129_600)), "1d12h");
    }

    #[test]
    fn a_last_day_counts_in_full_where_the_program_lives() {
        let zone: Tz = "America/Los_Angeles".parse().unwrap();
        let end = moment("2026-12-31", Edge::End, zone).unwrap();
        assert_eq!(end.to_rfc3339(), "2027-01-01T08:00:00+00:00");
        let start = moment("2026-11-01", Edge::Start, zone).unwrap();
        assert_eq!(start.to_rfc3339(), "2026-11-01T07:00:00+00:00");
        assert!(moment("1st of May", Edge::Start, zone).is_err());
    }

    #[test]
    fn a_day_without_midnight_begins_at_one() {
        let zone: Tz = "America/Havana".parse().unwrap();
        let start = moment("2026-03-08", Edge::Start, zone).unwrap();
        assert_eq!(
            start.with_timezone(&zone).to_rfc3339(),
            "2026-03-08T01:00:00-04:00"
        );
    }
}
