//! The opening hours of a support desk, in the format that desk software uses for
//! schedules: intervals in minutes since the beginning of the week, and holidays.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::Invalid;

use super::diagnostic::Diagnostic;
use super::holidays::{self, Holiday};
use super::reader::{At, Fields, Findings};
use super::yaml::Value;

/// The days as program files name them, in the order of the week.
pub(super) const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// The most times at which a desk opens on one day.
pub(super) const MAX_SHIFTS: usize = 6;
const MINUTES_A_DAY: u16 = 24 * 60;
const MINUTES_A_WEEK: u16 = 7 * MINUTES_A_DAY;

/// The weekly opening hours of a support desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BusinessHours {
    /// The time zone of the hours: an IANA name.
    #[serde(serialize_with = "zone_name")]
    #[schema(value_type = String)]
    pub timezone: Tz,
    /// The open intervals, in the order of the week. The desk is closed outside them.
    /// A night shift is two intervals that meet at midnight.
    pub intervals: Vec<OpenHours>,
    /// The days on which the desk is closed, from midnight to midnight; absent if the
    /// program has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

/// An interval of the week in which the desk is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct OpenHours {
    /// The start, in minutes from the beginning of Sunday.
    pub start_time: u16,
    /// The end (exclusive), in minutes from the beginning of Sunday.
    pub end_time: u16,
}

impl BusinessHours {
    /// Returns the minutes of a day in which the desk is open, in order: pairs of the
    /// first minute and the first minute after.
    pub(super) fn of_day(&self, day: NaiveDate) -> impl Iterator<Item = (u16, u16)> {
        let number = day.weekday().num_days_from_sunday();
        let midnight = u16::try_from(number).unwrap_or(0) * MINUTES_A_DAY;
        let is_holiday = self.holidays.iter().any(|holiday| holiday.date.is_on(day));
        let of_day = move |hours: &&OpenHours| {
            !is_holiday && (midnight..midnight + MINUTES_A_DAY).contains(&hours.start_time)
        };
        let hours = self.intervals.iter().filter(of_day);
        hours.map(move |hours| (hours.start_time - midnight, hours.end_time - midnight))
    }
}

/// Reads `business_hours: { mon: 09:00-17:00, sat: 10:00-14:00 }` and `holidays`.
pub(super) fn read(
    program: &Fields<'_>,
    zone: Tz,
    findings: &mut Findings,
) -> Option<At<BusinessHours>> {
    let holidays = holidays::read(program, findings);
    let Some(node) = program.node("business_hours") else {
        if let Some(holidays) = program.node("holidays") {
            let message = "Holidays without 'business_hours' have no effect.";
            let finding = Diagnostic::warning("unused-hours", holidays.place, "holidays", message);
            findings.add(finding.hint("business_hours: { mon: 09:00-17:00, … }"));
        }
        return None;
    };
    let path = program.path_of("business_hours");
    let fields = Fields::open(node, path, DAYS, findings)?;
    let mut intervals = Vec::new();
    for (day, name) in (0_u16..).zip(DAYS) {
        for shift in shifts(&fields, name, findings) {
            let midnight = day * MINUTES_A_DAY;
            intervals.extend(shift.value.within_days(midnight));
            intervals.sort_unstable();
            if intervals
                .windows(2)
                .any(|two| two[1].start_time < two[0].end_time)
            {
                let message = "The hours overlap with those before them.";
                let path = fields.path_of(name);
                let finding = Diagnostic::error("overlapping-hours", shift.place, path, message);
                findings.add(finding.hint("a night such as 22:00-06:00 ends on the next day"));
                return None;
            }
        }
    }
    if intervals.is_empty() {
        let hint = "business_hours: { mon: 09:00-17:00, … }";
        fields.missing("mon", hint, findings);
        return None;
    }
    Some(At {
        value: BusinessHours {
            timezone: zone,
            intervals,
            holidays,
        },
        place: node.place,
    })
}

/// Reads the hours of one day: `09:00-12:30, 13:30-18:00`, or a list of such hours.
fn shifts(day: &Fields<'_>, name: &str, findings: &mut Findings) -> Vec<At<Shift>> {
    match day.node(name).map(|node| (&node.value, node.place)) {
        Some((Value::List(items), place)) if items.is_empty() => {
            let message = "There are no hours in this list.";
            let path = day.path_of(name);
            let finding = Diagnostic::error("invalid-value", place, path, message);
            findings.add(finding.hint("leave the day out if the desk is closed"));
            Vec::new()
        }
        Some((Value::List(_), _)) => day.list(name, MAX_SHIFTS, findings, Shift::parse),
        Some(_) => {
            let all = day.parsed(name, findings, Shift::parse_all);
            all.map_or_else(Vec::new, |all| {
                let place = all.place;
                let shifts = all.value.into_iter();
                shifts.map(|value| At { value, place }).collect()
            })
        }
        None => Vec::new(),
    }
}

/// A time at which the desk is open, in minutes of the day on which it opens. The end is
/// on the next day if it is not after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    start: u16,
    end: u16,
}

impl Shift {
    /// Parses `09:00-17:30`, or a night such as `22:00-06:00`; `24:00` is the end of the day.
    fn parse(text: &str) -> Result<Self, Invalid> {
        let explain = || {
            Invalid::new(
                "hours of a day are written like '09:00-17:00' or '09:00-12:00, 13:00-17:00'",
            )
        };
        let (start, end) = text.split_once('-').ok_or_else(explain)?;
        let minutes = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':')?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            let total = hours.checked_mul(60)?.checked_add(minutes)?;
            (minutes < 60 && total <= MINUTES_A_DAY).then_some(total)
        };
        let start = minutes(start).ok_or_else(explain)?;
        let end = minutes(end).ok_or_else(explain)?;
        if start == end || start == MINUTES_A_DAY {
            return Err(Invalid::new("hours end later than they begin"));
        }
        Ok(Self { start, end })
    }

    /// Parses hours that are separated by commas.
    fn parse_all(text: &str) -> Result<Vec<Self>, Invalid> {
        if text.matches(',').count() >= MAX_SHIFTS {
            return Err(Invalid::new(format_args!(
                "a day has at most {MAX_SHIFTS} hours"
            )));
        }
        text.split(',')
            .map(|part| Self::parse(part.trim()))
            .collect()
    }

    /// Returns the intervals of the week, one for each day, if the day of the shift begins
    /// at `midnight`.
    fn within_days(self, midnight: u16) -> impl Iterator<Item = OpenHours> {
        let (today, tomorrow) = if self.start < self.end {
            (self.end, 0)
        } else {
            (MINUTES_A_DAY, self.end)
        };
        let next = (midnight + MINUTES_A_DAY) % MINUTES_A_WEEK;
        let parts = [
            (midnight + self.start, midnight + today),
            (next, next + tomorrow),
        ];
        let hours = parts.into_iter().filter(|(start, end)| start < end);
        hours.map(|(start_time, end_time)| OpenHours {
            start_time,
            end_time,
        })
    }
}

fn zone_name<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(u16, u16)> {
        let shifts = Shift::parse_all(text).unwrap();
        let parts = shifts.into_iter().flat_map(|shift| shift.within_days(0));
        parts.map(|part| (part.start_time, part.end_time)).collect()
    }

    #[test]
    fn hours_of_a_day_read() {
        assert_eq!(parts("09:00-17:30"), [(540, 1050)]);
        assert_eq!(parts("0:00 - 24:00"), [(0, 1440)]);
        assert_eq!(parts("09:00-12:30, 13:30-18:00"), [(540, 750), (810, 1080)]);
        assert_eq!(parts("22:00-06:00"), [(1320, 1440), (1440, 1800)]);
        assert_eq!(parts("22:00-00:00"), [(1320, 1440)]);
        for text in [
            "",
            "9-17",
            "09:60-10:00",
            "09:00-25:00",
            "09:00-09:00",
            "24:00-06:00",
            "09:00-10:00,",
        ] {
            assert!(Shift::parse_all(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_night_from_saturday_to_sunday_goes_round_the_week() {
        let shift = Shift::parse("22:00-06:00").unwrap();
        let parts: Vec<OpenHours> = shift.within_days(6 * MINUTES_A_DAY).collect();
        let hours = |start_time, end_time| OpenHours {
            start_time,
            end_time,
        };
        assert_eq!(parts, [hours(9960, 10080), hours(0, 360)]);
    }
}
