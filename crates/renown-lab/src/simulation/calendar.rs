//! The window of the simulation, and the rhythm of day and week.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};

use super::dice::Dice;

/// Seconds since the start of the window.
pub(super) type Second = i64;

pub(super) const MINUTE: Second = 60;
pub(super) const HOUR: Second = 60 * MINUTE;
pub(super) const DAY: Second = 24 * HOUR;

/// The town's time zone: Pacific standard time.
const LOCAL: TimeDelta = TimeDelta::hours(-8);

/// The activity in each local hour, compared with the busiest hour.
const HOURS: [f64; 24] = [
    0.45, 0.30, 0.18, 0.10, 0.08, 0.12, 0.25, 0.45, 0.60, 0.65, 0.65, 0.70, 0.80, 0.75, 0.65, 0.65,
    0.70, 0.80, 0.90, 1.00, 1.00, 0.95, 0.85, 0.65,
];

/// The window of the simulation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    start: DateTime<Utc>,
    length: Second,
}

impl Calendar {
    pub(super) fn new(until: DateTime<Utc>, days: u32) -> Self {
        let length = i64::from(days) * DAY;
        Self {
            start: until - TimeDelta::seconds(length),
            length,
        }
    }

    /// Returns the length of the window.
    pub(super) fn length(&self) -> Second {
        self.length
    }

    /// Returns whether a time lies within the window. Events outside are
    /// dropped.
    pub(super) fn contains(&self, at: Second) -> bool {
        (0..self.length).contains(&at)
    }

    /// Converts to a calendar time.
    pub(super) fn time(&self, at: Second) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(at)
    }

    /// Draws a moment in this part of the window (as fractions of it), more
    /// often in the evening and at the weekend.
    pub(super) fn moment(&self, dice: &mut Dice, part: (f64, f64)) -> Second {
        let second = |fraction: f64| (fraction * self.length as f64) as Second;
        let mut at = 0;
        // Rejection sampling. After enough refusals any hour is accepted.
        for _ in 0..12 {
            at = dice.between(second(part.0), second(part.1));
            if dice.chance(self.liveliness(at)) {
                break;
            }
        }
        at
    }

    fn liveliness(&self, at: Second) -> f64 {
        let local = self.time(at) + LOCAL;
        let week = match local.weekday() {
            Weekday::Sat | Weekday::Sun => 1.0,
            Weekday::Fri => 0.95,
            _ => 0.8,
        };
        HOURS[local.hour() as usize] * week
    }
}
