//! Feeds: the usual pause between the events of a source, and when the source has
//! become silent.
//!
//! The usual pause is the longest recent one. A mean would depend on the seconds
//! between the batches of a busy hour and report every night as an outage; the
//! longest pause accounts for nights, weekends and monthly files. It is stored as
//! one number that fades over time; a longer pause replaces it.

use chrono::{DateTime, TimeDelta, Utc};

/// The longest pause counts half after this many seconds (28 days).
const HALF_LIFE_SECONDS: f64 = 28.0 * 86_400.0;
/// The upper limit of the silence threshold, in seconds (ten years).
const LONGEST_SECONDS: f64 = 3_653.0 * 86_400.0;

/// The silence threshold: how long a source may send nothing before it is silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SilenceThreshold {
    /// A shorter pause is never a silence.
    pub minimum: TimeDelta,
    /// A pause is a silence if it is longer than this many usual pauses.
    pub factor: f64,
    /// The number of different hours with events before a source can be silent.
    pub periods: i32,
    /// The time from the first to the last event before a source can be silent. A
    /// single import, however large, is over sooner.
    pub age: TimeDelta,
}

/// What is known about the activity of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// When its first event was received.
    pub first: DateTime<Utc>,
    /// When its last event was received.
    pub last: DateTime<Utc>,
    /// The number of different hours in which events were received.
    pub periods: i32,
    /// The longest recent pause, in seconds.
    pub usual_gap: f64,
    /// False once the source was marked as finished.
    pub expected: bool,
}

/// The state of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    /// Not active for long enough to have a usual pause.
    New,
    /// Active as usual.
    Active {
        /// The time when the source becomes silent if nothing is received.
        until: DateTime<Utc>,
    },
    /// Nothing was received for longer than is usual.
    Silent {
        /// The time when the silence threshold was reached.
        since: DateTime<Utc>,
    },
    /// Finished: no more events are expected.
    Finished,
}

impl Activity {
    /// Returns the activity of a source whose first event is received.
    pub fn begin(at: DateTime<Utc>) -> Self {
        Self {
            first: at,
            last: at,
            periods: 1,
            usual_gap: 0.0,
            expected: true,
        }
    }

    /// Returns the activity after another event. A pause counts at most as much as
    /// the silence threshold, so that an outage does not become usual; a feed that
    /// has become slower is learnt in a few steps.
    pub fn receive(self, at: DateTime<Utc>, threshold: &SilenceThreshold) -> Self {
        if at <= self.last {
            return self;
        }
        let gap = (at - self.last).as_seconds_f64();
        let faded = self.usual_gap * (-gap / HALF_LIFE_SECONDS).exp2();
        let hour = |time: DateTime<Utc>| time.timestamp().div_euclid(3600);
        Self {
            last: at,
            periods: self
                .periods
                .saturating_add(i32::from(hour(at) != hour(self.last))),
            usual_gap: gap.min(self.tolerated(threshold)).max(faded),
            ..self
        }
    }

    /// Returns the longest pause that is not a silence, in seconds.
    fn tolerated(&self, threshold: &SilenceThreshold) -> f64 {
        let usual = self.usual_gap * threshold.factor;
        usual
            .max(threshold.minimum.as_seconds_f64())
            .min(LONGEST_SECONDS)
    }
}

/// Returns the state of a source at a time.
pub fn silence(activity: &Activity, now: DateTime<Utc>, threshold: &SilenceThreshold) -> FeedState {
    if !activity.expected {
        return FeedState::Finished;
    }
    if activity.periods < threshold.periods || activity.last - activity.first < threshold.age {
        return FeedState::New;
    }
    // Whole seconds read well and are the same everywhere.
    let tolerated = TimeDelta::seconds(activity.tolerated(threshold).ceil() as i64);
    let end = activity.last + tolerated;
    if now > end {
        FeedState::Silent { since: end }
    } else {
        FeedState::Active { until: end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;

    fn threshold() -> SilenceThreshold {
        SilenceThreshold {
            minimum: TimeDelta::hours(1),
            factor: 3.0,
            periods: 10,
            age: TimeDelta::days(3),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// Returns the activity of a source that received events at these times.
    fn heard(times: impl IntoIterator<Item = i64>) -> Activity {
        let mut times = times.into_iter().map(at);
        let first = Activity::begin(times.next().unwrap());
        times.fold(first, |activity, time| activity.receive(time, &threshold()))
    }

    fn is_silent(activity: &Activity, seconds: i64) -> bool {
        matches!(
            silence(activity, at(seconds), &threshold()),
            FeedState::Silent { .. }
        )
    }

    #[test]
    fn a_daily_file_is_missed_after_three_days() {
        let daily = heard((0..15).map(|day| day * DAY));
        assert_eq!(daily.usual_gap, DAY as f64);
        assert!(!is_silent(&daily, 14 * DAY + 3 * DAY));
        let since = at(17 * DAY);
        let state = silence(&daily, at(17 * DAY + 1), &threshold());
        assert_eq!(state, FeedState::Silent { since });
    }

    #[test]
    fn a_steady_stream_is_missed_after_the_minimum() {
        let steady = heard((0..4 * DAY).step_by(60));
        assert!(!is_silent(&steady, 4 * DAY - 60 + HOUR));
        assert!(is_silent(&steady, 4 * DAY - 60 + HOUR + 1));
    }

    #[test]
    fn nights_and_weekends_are_no_silence() {
        let office = (0..28_i64).filter(|day| day % 7 < 5);
        let hours = office.flat_map(|day| (8..18).map(move |hour| day * DAY + hour * HOUR));
        let mut activity = heard([8 * HOUR]);
        for time in hours.skip(1) {
            let learnt = time > 8 * DAY;
            assert!(!(learnt && is_silent(&activity, time)), "after {time}");
            activity = activity.receive(at(time), &threshold());
        }
        assert!(activity.usual_gap > 50.0 * HOUR as f64);
    }

    #[test]
    fn one_import_is_never_a_silence() {
        let import = heard((0..2 * HOUR).step_by(1));
        for days in [1, 30, 3_000] {
            assert_eq!(
                silence(&import, at(days * DAY), &threshold()),
                FeedState::New
            );
        }
    }

    #[test]
    fn an_import_long_before_does_not_make_a_stream_slow() {
        let times = (0..HOUR).chain((60 * DAY..70 * DAY).step_by(HOUR as usize));
        assert!(is_silent(&heard(times), 71 * DAY));
    }

    #[test]
    fn an_outage_does_not_become_usual() {
        let steady = (0..10 * DAY).step_by(HOUR as usize);
        let outage = heard(steady.chain([30 * DAY]));
        assert_eq!(outage.usual_gap, 3.0 * HOUR as f64);
    }

    #[test]
    fn a_finished_source_may_be_silent() {
        let daily = heard((0..15).map(|day| day * DAY));
        let finished = Activity {
            expected: false,
            ..daily
        };
        let state = silence(&finished, at(300 * DAY), &threshold());
        assert_eq!(state, FeedState::Finished);
    }

    proptest! {
        #[test]
        fn silence_begins_once_and_lasts_until_something_comes(
            gaps in prop::collection::vec(1_i64..40 * DAY, 1..80),
            later in 0_i64..400 * DAY,
        ) {
            let times = gaps.iter().scan(0, |time, gap| { *time += gap; Some(*time) });
            let activity = heard(std::iter::once(0).chain(times));
            let last = gaps.iter().sum::<i64>();
            if is_silent(&activity, last + later) {
                prop_assert!(is_silent(&activity, last + later + 1));
                prop_assert!(later >= HOUR);
                let back = activity.receive(at(last + later), &threshold());
                prop_assert!(!is_silent(&back, last + later));
            }
        }

        #[test]
        fn what_is_usual_is_no_longer_than_the_longest_pause(
            gaps in prop::collection::vec(1_i64..400 * DAY, 1..80),
        ) {
            let times = gaps.iter().scan(0, |time, gap| { *time += gap; Some(*time) });
            let activity = heard(std::iter::once(0).chain(times));
            let longest = gaps.iter().copied().max().unwrap() as f64;
            prop_assert!(activity.usual_gap <= longest);
            prop_assert!(activity.usual_gap >= 0.0);
        }

        #[test]
        fn a_punctual_feed_that_is_learnt_is_never_silent_while_it_comes(
            gap in 60_i64..40 * DAY,
        ) {
            let mut activity = heard([0]);
            let count = (4 * DAY / gap).max(12);
            for n in 1..count {
                activity = activity.receive(at(n * gap), &threshold());
            }
            prop_assert!(!is_silent(&activity, count * gap));
        }
    }
}
