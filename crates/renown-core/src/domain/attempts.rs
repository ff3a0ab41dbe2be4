//! Limits failed attempts. An attempt is admitted only if the allowance has room
//! for its failure and for those of all attempts under way, so that many attempts
//! at once gain nothing. A successful attempt costs nothing.

use chrono::{DateTime, TimeDelta, Utc};

/// How many failures are allowed: a number at once, and one more per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The number of failures allowed at once.
    pub failures: u32,
    /// The period after which one more failure is allowed.
    pub every: TimeDelta,
}

/// The attempts of one caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    allowance: Allowance,
    /// The time when all failures so far are forgotten.
    clear_at: DateTime<Utc>,
    under_way: u32,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Yes; the attempt is now under way.
    Admitted,
    /// Not until one of the attempts under way has ended.
    Crowded,
    /// Not before this time: too many attempts have failed.
    Blocked(DateTime<Utc>),
}

impl Attempts {
    /// Starts without any attempts.
    pub fn none(allowance: Allowance) -> Self {
        Self {
            allowance,
            clear_at: DateTime::<Utc>::MIN_UTC,
            under_way: 0,
        }
    }

    /// Admits an attempt if there is room for its failure.
    pub fn begin(&mut self, now: DateTime<Utc>) -> Admission {
        match self.failures_left(now) {
            0 => Admission::Blocked(self.clear_at - self.allowance.every * self.spare()),
            left if self.under_way >= left => Admission::Crowded,
            _ => {
                self.under_way += 1;
                Admission::Admitted
            }
        }
    }

    /// Records that an admitted attempt has ended.
    pub fn end(&mut self, failed: bool, now: DateTime<Utc>) {
        self.under_way = self.under_way.saturating_sub(1);
        if failed {
            self.clear_at = self.clear_at.max(now) + self.allowance.every;
        }
    }

    /// Returns how many more attempts may fail now.
    pub fn failures_left(&self, now: DateTime<Utc>) -> u32 {
        let every = self.allowance.every.num_microseconds().unwrap_or(i64::MAX);
        let owed = (self.clear_at - now).max(TimeDelta::zero());
        let owed = owed.num_microseconds().unwrap_or(i64::MAX);
        // A failure counts until its whole period is over.
        let counting = owed.div_euclid(every) + i64::from(owed % every > 0);
        let counting = u32::try_from(counting).unwrap_or(u32::MAX);
        self.allowance.failures.saturating_sub(counting)
    }

    /// Returns whether no attempt is under way and no failure counts any more.
    pub fn is_clear(&self, now: DateTime<Utc>) -> bool {
        self.under_way == 0 && self.clear_at <= now
    }

    /// The number of failures that may still count when there is room for one more.
    fn spare(&self) -> i32 {
        i32::try_from(self.allowance.failures.saturating_sub(1)).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN: Allowance = Allowance {
        failures: 10,
        every: TimeDelta::seconds(6),
    };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn so_many_may_fail_at_once_and_one_more_a_while() {
        let mut attempts = Attempts::none(TEN);
        for left in (0..10).rev() {
            assert_eq!(attempts.begin(at(0)), Admission::Admitted);
            attempts.end(true, at(0));
            assert_eq!(attempts.failures_left(at(0)), left);
        }
        assert_eq!(attempts.begin(at(0)), Admission::Blocked(at(6)));
        assert_eq!(attempts.begin(at(5)), Admission::Blocked(at(6)));
        assert_eq!(attempts.begin(at(6)), Admission::Admitted);
        attempts.end(true, at(6));
        assert_eq!(attempts.begin(at(6)), Admission::Blocked(at(12)));
        assert!(!attempts.is_clear(at(65)));
        assert!(attempts.is_clear(at(66)));
        assert_eq!(attempts.failures_left(at(66)), 10);
    }

    #[test]
    fn who_succeeds_is_never_limited() {
        let mut attempts = Attempts::none(TEN);
        for _ in 0..1_000 {
            assert_eq!(attempts.begin(at(0)), Admission::Admitted);
            attempts.end(false, at(0));
        }
        assert!(attempts.is_clear(at(0)));
    }

    #[test]
    fn no_more_are_under_way_than_may_fail() {
        let mut attempts = Attempts::none(TEN);
        for _ in 0..10 {
            assert_eq!(attempts.begin(at(0)), Admission::Admitted);
        }
        assert_eq!(attempts.begin(at(0)), Admission::Crowded);
        attempts.end(false, at(0));
        assert_eq!(attempts.begin(at(0)), Admission::Admitted);
        for _ in 0..10 {
            attempts.end(true, at(0));
        }
        assert_eq!(attempts.begin(at(0)), Admission::Blocked(at(6)));
    }

    proptest! {
        /// In any span of time, a caller can fail only this many times, whatever
        /// the timing.
        #[test]
        fn no_span_of_time_has_more_failures_than_are_allowed(
            failures in 1..6_u32,
            every in 1..9_i64,
            steps in prop::collection::vec((0..4_i64, any::<bool>(), any::<bool>()), 1..200),
        ) {
            let allowance = Allowance { failures, every: TimeDelta::seconds(every) };
            let mut attempts = Attempts::none(allowance);
            let (mut now, mut under_way, mut failed) = (0, 0, Vec::new());
            for (pass, begins, fails) in steps {
                now += pass;
                if begins {
                    match attempts.begin(at(now)) {
                        Admission::Admitted => under_way += 1,
                        Admission::Crowded => prop_assert!(under_way > 0),
                        Admission::Blocked(until) => {
                            prop_assert!(until > at(now) && attempts.failures_left(until) == 1);
                        }
                    }
                } else if under_way > 0 {
                    under_way -= 1;
                    attempts.end(fails, at(now));
                    if fails {
                        failed.push(now);
                    }
                }
            }
            for (i, first) in failed.iter().enumerate() {
                for (j, last) in failed.iter().enumerate().skip(i) {
                    let most = i64::from(failures) + (last - first) / every;
                    prop_assert!((j - i + 1) as i64 <= most, "{failed:?}");
                }
            }
        }
    }
}
