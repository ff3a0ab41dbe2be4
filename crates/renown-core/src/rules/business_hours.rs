//! The opening hours of a support desk, in the format that desk software uses for
//! schedules: intervals in minutes since the beginning of the week.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Invalid;

use super::reader::{At, Fields, Findings};

/// The days as program files name them, in the order of the week.
pub(super) const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTES_A_DAY: u16 = 24 * 60;

/// The weekly opening hours of a support desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BusinessHours {
    /// The time zone of the hours: an IANA name.
    pub timezone: String,
    /// The open intervals, in the order of the week. The desk is closed outside them.
    pub intervals: Vec<OpenHours>,
}

/// An interval of the week in which the desk is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenHours {
    /// The start, in minutes from the beginning of Sunday.
    pub start_time: u16,
    /// The end (exclusive), in minutes from the beginning of Sunday.
    pub end_time: u16,
}

/// Reads `business_hours: { mon: 09:00-17:00, sat: 10:00-14:00 }`.
pub(super) fn read(
    program: &Fields<'_>,
    zone: Tz,
    findings: &mut Findings,
) -> Option<At<BusinessHours>> {
    let node = program.node("business_hours")?;
    let path = program.path_of("business_hours");
    let fields = Fields::open(node, path, DAYS, findings)?;
    let mut intervals = Vec::new();
    for (day, name) in (0_u16..).zip(DAYS) {
        if let Some(hours) = fields.parsed(name, findings, hours) {
            let (start, end) = hours.value;
            let midnight = day * MINUTES_A_DAY;
            intervals.push(OpenHours {
                start_time: midnight + start,
                end_time: midnight + end,
            });
        }
    }
    if intervals.is_empty() {
        let hint = "business_hours: { mon: 09:00-17:00, … }";
        fields.missing("mon", hint, findings);
        return None;
    }
    Some(At {
        value: BusinessHours {
            timezone: zone.name().to_owned(),
            intervals,
        },
        place: node.place,
    })
}

/// Parses `09:00-17:30` as minutes of the day; `24:00` is the end of the day.
fn hours(text: &str) -> Result<(u16, u16), Invalid> {
    let explain = || Invalid::new("hours of a day are written like '09:00-17:00'");
    let (from, to) = text.split_once('-').ok_or_else(explain)?;
    let minutes = |text: &str| {
        let (hours, minutes) = text.trim().split_once(':')?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        let total = hours.checked_mul(60)?.checked_add(minutes)?;
        (minutes < 60 && total <= MINUTES_A_DAY).then_some(total)
    };
    let (from, to) = (
        minutes(from).ok_or_else(explain)?,
        minutes(to).ok_or_else(explain)?,
    );
    if from >= to {
        return Err(Invalid::new("the hours of a day end after they begin"));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_a_day_read() {
        assert_eq!(hours("09:00-17:30").unwrap(), (540, 1050));
        assert_eq!(hours("0:00 - 24:00").unwrap(), (0, 1440));
        for text in [
            "",
            "9-17",
            "17:00-09:00",
            "09:60-10:00",
            "09:00-25:00",
            "09:00-09:00",
        ] {
            assert!(hours(text).is_err(), "{text}");
        }
    }
}
