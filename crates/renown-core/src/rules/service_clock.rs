//! The times of a service level for one ticket: whether the desk is open, and when each
//! target is due.
//!
//! The desk is open at a moment if the clock on its wall shows a time within its hours, on a
//! day that is no holiday. So a night is an hour shorter or longer when clocks change.

use std::collections::VecDeque;
use std::iter;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::business_hours::BusinessHours;
use super::facts::Facts;
use super::program::ServiceLevel;

/// How far a target or an opening is searched, in days.
const FARTHEST: i64 = 2 * 366;
/// How far the end of opening hours without a pause is searched, in days.
const LONGEST: i64 = 14;

/// The times of a service level for one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceClock {
    /// The time from which the targets count: when the ticket was opened, or the time of
    /// the answer if the request does not say.
    pub counted_from: DateTime<Utc>,
    /// Whether the targets are counted at the time of the answer: always, or in the
    /// business hours.
    pub open_now: bool,
    /// When the desk opens next; null if it is open, or does not open within two years.
    pub opens_at: Option<DateTime<Utc>>,
    /// When the desk closes; null if it is closed, or does not close within two weeks.
    pub closes_at: Option<DateTime<Utc>>,
    /// When the first reply is due. This and the next times are null if the level has no
    /// such target, or if its business hours do not come to it within two years.
    pub first_reply_due_at: Option<DateTime<Utc>>,
    /// When the reply to a message that came at `counted_from` is due.
    pub next_reply_due_at: Option<DateTime<Utc>>,
    /// When the ticket must be solved.
    pub resolution_due_at: Option<DateTime<Utc>>,
    /// When the ticket must be closed.
    pub close_due_at: Option<DateTime<Utc>>,
}

impl ServiceClock {
    /// Computes the times of a level; `None` for a decision that was recorded before there
    /// were such times.
    pub fn of(level: &ServiceLevel, facts: &Facts<'_>) -> Option<Self> {
        let from = facts.opened_at?;
        let hours = level.business_hours.as_ref();
        let due = |seconds: Option<i64>| {
            let target = TimeDelta::seconds(seconds?);
            hours
                .map_or_else(
                    || from.checked_add_signed(target),
                    |hours| hours.due(from, target),
                )
                // RFC 3339 has no later years.
                .filter(|due| due.year() <= 9999)
        };
        let now = facts.now;
        let (opens_at, closes_at) = match hours {
            Some(hours) => hours.next_change(now),
            None => (None, None),
        };
        Some(Self {
            counted_from: from,
            open_now: hours.is_none_or(|hours| hours.is_open(now)),
            opens_at,
            closes_at,
            first_reply_due_at: due(level.first_reply_time_in_seconds),
            next_reply_due_at: due(level.next_reply_time_in_seconds),
            resolution_due_at: due(level.resolution_time_in_seconds),
            close_due_at: due(level.time_to_close_in_seconds),
        })
    }
}

/// A stretch of time in which the desk is open, with its end.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

impl BusinessHours {
    /// Whether the desk is open at a time.
    pub(super) fn is_open(&self, at: DateTime<Utc>) -> bool {
        let mut open = self.stretches(at, 1);
        open.next().is_some_and(|(start, _)| start <= at)
    }

    /// Returns the time at which a target is reached that counts from `from` and only while
    /// the desk is open.
    pub(super) fn due(&self, from: DateTime<Utc>, target: TimeDelta) -> Option<DateTime<Utc>> {
        let mut rest = target;
        for (start, end) in self.stretches(from, FARTHEST) {
            if end - start >= rest {
                return Some(start + rest);
            }
            rest -= end - start;
        }
        None
    }

    /// Returns when the desk opens next, if it is closed, and when it closes, if it is open.
    fn next_change(&self, at: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let Some((start, mut end)) = self.stretches(at, FARTHEST).next() else {
            return (None, None);
        };
        if start > at {
            return (Some(start), None);
        }
        let horizon = at + TimeDelta::days(LONGEST);
        for (next, later) in self.stretches(at, LONGEST).skip(1) {
            if next > end {
                break;
            }
            end = later;
        }
        (None, (end < horizon).then_some(end))
    }

    /// Returns the stretches in which the desk is open from a time on, for a number of days,
    /// in order. Two stretches may meet.
    fn stretches(&self, from: DateTime<Utc>, days: i64) -> impl Iterator<Item = Stretch> {
        let day = move |n: i64| from.checked_add_signed(TimeDelta::days(n));
        let spans = (0..days).map_while(move |n| Some((day(n)?, day(n + 1)?)));
        spans.flat_map(move |span| {
            let parts = self.between_turns(span);
            parts.flat_map(|part| self.open_within(part))
        })
    }

    /// Divides a span of at most a day where the clocks change, so that each part has one
    /// offset from UTC.
    fn between_turns(&self, (start, end): Stretch) -> impl Iterator<Item = Stretch> + use<> {
        let zone = self.timezone;
        let offset = move |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        let mut parts = VecDeque::new();
        if offset(start) == offset(end - TimeDelta::nanoseconds(1)) {
            parts.push_back((start, end));
        } else {
            // The clocks change at a full second: search it by halving.
            let (mut before, mut after) = (start.timestamp(), end.timestamp() + 1);
            let old = offset(start);
            let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or(end);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(time(middle)) == old {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            let turn = time(after).clamp(start, end);
            parts.extend([(start, turn), (turn, end)]);
        }
        let mut parts = parts.into_iter();
        iter::from_fn(move || parts.find(|(start, end)| start < end))
    }

    /// Returns the open stretches of a span with one offset from UTC.
    fn open_within(&self, (start, end): Stretch) -> Vec<Stretch> {
        let offset = self.timezone.offset_from_utc_datetime(&start.naive_utc());
        let offset = TimeDelta::seconds(i64::from(offset.fix().local_minus_utc()));
        let wall = |at: DateTime<Utc>| at.naive_utc() + offset;
        let (from, to) = (wall(start), wall(end));
        let days = from.date().iter_days();
        let days = days.take_while(|day| day.and_time(NaiveTime::MIN) < to);
        let open = days.flat_map(|day| {
            let midnight = day.and_time(NaiveTime::MIN);
            let time = move |minutes: u16| midnight + TimeDelta::minutes(i64::from(minutes));
            self.of_day(day)
                .map(move |(start, end)| (time(start).max(from), time(end).min(to)))
                .collect::<Vec<(NaiveDateTime, NaiveDateTime)>>()
        });
        let open = open.filter(|(start, end)| start < end);
        let utc = |wall: NaiveDateTime| (wall - offset).and_utc();
        open.map(|(start, end)| (utc(start), utc(end))).collect()
    }
}
