//! Forecast of a perk's cost, and of the day on which its stock runs out.
//!
//! Each unit that may be claimed is claimed on a given day with the same
//! probability `u`. After `d` days, `demand × (1 − (1 − u)^d)` units are
//! claimed, or fewer if the perk limits the units per day.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::Unit;
use crate::rules::program::Perk;

/// The longest forecast: a year.
const MOST_DAYS: u32 = 365;

/// The days on which a perk can still be claimed: the first, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub first: NaiveDate,
    pub days: u32,
}

impl Window {
    /// Counts the days from today or the perk's first day to its last day, at
    /// most a year, in the program's time zone. `None` once the perk is over.
    pub(super) fn of(perk: &Perk, zone: Tz, now: DateTime<Utc>) -> Option<Self> {
        if perk.until.is_some_and(|until| now >= until) {
            return None;
        }
        let day = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
        let first = day(perk.from.map_or(now, |from| from.max(now)));
        let last = perk
            .until
            .map(|until| day(until - TimeDelta::microseconds(1)));
        let days = last.map(|last| (last - first).num_days() + 1);
        let days = days.and_then(|days| u32::try_from(days.max(0)).ok());
        Some(Self {
            first,
            days: days.unwrap_or(MOST_DAYS).min(MOST_DAYS),
        })
    }
}

/// The demand for a perk, and how fast it is claimed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    /// Units that members may still claim.
    pub demand: u64,
    /// The probability that one of them is claimed on a given day.
    pub uptake: Unit,
    /// The maximum number of units per day.
    pub per_day: Option<u64>,
}

impl Wish {
    /// Returns the units expected to be claimed after `days` days.
    pub(super) fn claims(self, days: u32) -> f64 {
        let (demand, uptake) = (self.demand as f64, self.uptake.get());
        let Some(most) = self.per_day else {
            // A loop instead of `powi`, which may round differently on other
            // machines.
            let unclaimed = (0..days).fold(1.0, |left, _| left * (1.0 - uptake));
            return demand * (1.0 - unclaimed);
        };
        let most = most as f64;
        let unclaimed = (0..days).fold(demand, |left, _| left - (left * uptake).min(most));
        demand - unclaimed
    }

    /// Returns the day on which the last of the units left is expected to be
    /// claimed; `None` if that is not within the window.
    pub(super) fn runs_out_on(self, left: u64, window: Window) -> Option<NaiveDate> {
        if left == 0 {
            return Some(window.first);
        }
        let gone = |days: &u32| self.claims(*days) >= left as f64;
        let days = (1..=window.days).find(gone)?;
        window
            .first
            .checked_add_days(Days::new(u64::from(days) - 1))
    }

    /// Returns the whole units expected to be claimed within the window.
    pub(super) fn expected_units(self, left: Option<u64>, window: Option<Window>) -> u64 {
        let days = window.map_or(0, |window| window.days);
        let expected = self.claims(days).round().to_u64();
        expected.unwrap_or(u64::MAX).min(left.unwrap_or(u64::MAX))
    }
}

/// Returns the cost of `units` units; `None` if it is too large for a decimal.
pub(super) fn cost(units: u64, value: Decimal) -> Option<Decimal> {
    Decimal::from(units)
        .checked_mul(value)
        .map(|cost| cost.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::compile;

    fn wish(uptake: f64) -> Wish {
        Wish {
            demand: 80,
            uptake: Unit::try_from(uptake).unwrap(),
            per_day: None,
        }
    }

    fn window(days: u32) -> Window {
        Window {
            first: "2026-11-22".parse().unwrap(),
            days,
        }
    }

    #[test]
    fn half_of_what_is_left_is_claimed_every_day() {
        let claimed: Vec<f64> = (0..4).map(|days| wish(0.5).claims(days)).collect();
        assert_eq!(claimed, [0.0, 40.0, 60.0, 70.0]);
    }

    #[test]
    fn no_more_is_claimed_on_a_day_than_is_given_on_one() {
        let limited = Wish {
            per_day: Some(30),
            ..wish(0.5)
        };
        let claimed: Vec<f64> = (0..4).map(|days| limited.claims(days)).collect();
        assert_eq!(claimed, [0.0, 30.0, 55.0, 67.5]);
        let day = limited.runs_out_on(31, window(365)).unwrap();
        assert_eq!(day.to_string(), "2026-11-23");
    }

    #[test]
    fn stock_runs_out_on_the_day_of_its_last_unit() {
        let on = |left, days| {
            let day = wish(0.5).runs_out_on(left, window(days));
            day.map(|day| day.to_string())
        };
        assert_eq!(on(40, 365).as_deref(), Some("2026-11-22"));
        assert_eq!(on(41, 365).as_deref(), Some("2026-11-23"));
        assert_eq!(on(70, 365).as_deref(), Some("2026-11-24"));
        assert_eq!(on(70, 2), None, "it ends before");
        assert_eq!(on(81, 365), None, "nobody is left to claim it");
        assert_eq!(on(0, 365).as_deref(), Some("2026-11-22"));
        assert_eq!(wish(0.0).runs_out_on(1, window(365)), None);
    }

    #[test]
    fn no_more_is_given_than_there_is() {
        let units = |left, days| wish(0.5).expected_units(left, Some(window(days)));
        assert_eq!(units(Some(100), 2), 60);
        assert_eq!(units(Some(50), 2), 50);
        assert_eq!(units(None, 3), 70);
        assert_eq!(wish(0.5).expected_units(None, None), 0);
    }

    #[test]
    fn money_is_exact() {
        let cost = |units, value: &str| cost(units, value.parse().unwrap()).map(|c| c.to_string());
        assert_eq!(cost(3, "0.1").as_deref(), Some("0.3"));
        assert_eq!(cost(200, "120").as_deref(), Some("24000"));
        assert_eq!(cost(u64::MAX, "1000000000000"), None);
    }

    #[test]
    fn the_window_is_in_the_days_of_the_program() {
        let source = |dates: &str| {
            format!(
                "program: p\ntimezone: America/Los_Angeles\n\
                 service_levels: [{{ id: all, queue: general }}]\n\
                 tiers: [{{ id: guest, service_level: all }}]\n\
                 perks: [{{ id: gift, title: A gift, disclosure: Because., {dates} }}]\n"
            )
        };
        let of = |dates: &str, now: &str| {
            let program = compile(&source(dates));
            let window = Window::of(
                &program.perks()[0],
                program.timezone(),
                now.parse().unwrap(),
            );
            window.map(|window| (window.first.to_string(), window.days))
        };
        let december = "from: 2026-12-01, until: 2026-12-31";
        let at = |first: &str, days| Some((first.to_owned(), days));
        assert_eq!(of(december, "2026-11-20T12:00:00Z"), at("2026-12-01", 31));
        // In the program's time zone it is still the evening of the 9th.
        assert_eq!(of(december, "2026-12-10T03:00:00Z"), at("2026-12-09", 23));
        assert_eq!(of(december, "2027-01-01T08:00:00Z"), None);
        let endless = "stock: 5";
        assert_eq!(of(endless, "2026-11-20T12:00:00Z"), at("2026-11-20", 365));
    }
}
