//! Forward decay at three timescales (Cormode, Shkapenyuk, Srivastava, Xu,
//! *Forward Decay*, ICDE 2009): each sum is stored with the time of its latest
//! event. Adding is O(1), the order does not matter, and passing time needs no
//! update.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::Invalid;

/// Number of timescales.
pub(super) const SCALES: usize = 3;

pub(super) const MS_PER_DAY: i64 = 86_400_000;

/// One of the timescales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Memory {
    Short,
    Middle,
    Long,
}

/// One number per timescale.
pub(super) type PerScale = [f64; SCALES];

/// Returns milliseconds since 1970, the time resolution of the state.
pub(super) fn instant(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

/// Half-lives, and the share of each timescale in a mix.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "DecayText")]
pub(super) struct Decay {
    /// Half-lives in milliseconds, ascending.
    half_lives: PerScale,
    /// Share of each timescale in a mix; sums to 1.
    shares: PerScale,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecayText {
    half_lives_days: PerScale,
    shares: PerScale,
}

impl TryFrom<DecayText> for Decay {
    type Error = Invalid;
    fn try_from(text: DecayText) -> Result<Self, Invalid> {
        let ascending = text.half_lives_days.windows(2).all(|w| w[0] < w[1]);
        let positive = text
            .half_lives_days
            .iter()
            .all(|h| h.is_finite() && *h > 0.0);
        if !ascending || !positive {
            return Err(Invalid::new(
                "half_lives_days must be positive and ascending",
            ));
        }
        let total: f64 = text.shares.iter().sum();
        if !text.shares.iter().all(|s| *s >= 0.0) || !total.is_finite() || total <= 0.0 {
            return Err(Invalid::new(
                "decay.shares must be at least 0 and not all 0",
            ));
        }
        Ok(Self {
            half_lives: text.half_lives_days.map(|days| days * MS_PER_DAY as f64),
            shares: text.shares.map(|share| share / total),
        })
    }
}

impl Decay {
    /// Returns the half-lives in days, ascending.
    pub(super) fn half_lives_days(&self) -> PerScale {
        self.half_lives
            .map(|half_life| half_life / MS_PER_DAY as f64)
    }

    /// Returns what is left at `now` of 1 at `then`, for each timescale. At
    /// most 1: an event in the future has not begun to fade.
    pub(super) fn factors(&self, then: i64, now: i64) -> PerScale {
        let age = now.saturating_sub(then);
        if age <= 0 {
            return [1.0; SCALES];
        }
        self.half_lives
            .map(|half_life| (-(age as f64) / half_life).exp2())
    }

    /// Returns what the longest timescale has left at `now` of 1 at `then`.
    pub(super) fn longest(&self, then: i64, now: i64) -> f64 {
        let age = now.saturating_sub(then).max(0);
        (-(age as f64) / self.half_lives[SCALES - 1]).exp2()
    }

    /// Mixes the timescales into one number.
    pub(super) fn mix(&self, sums: PerScale) -> f64 {
        self.shares[0] * sums[0] + self.shares[1] * sums[1] + self.shares[2] * sums[2]
    }
}

/// Decayed sums as of the latest event that they contain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sums {
    pub(super) sums: PerScale,
    /// Time of that event, in milliseconds since 1970.
    pub(super) at: i64,
}

impl Sums {
    /// Returns the sums of one event.
    pub(super) fn one(amount: f64, at: i64) -> Self {
        Self {
            sums: [amount; SCALES],
            at,
        }
    }

    /// Returns the sums multiplied by `worth`.
    pub(super) fn times(&self, worth: f64) -> Self {
        Self {
            sums: self.sums.map(|sum| sum * worth),
            ..*self
        }
    }

    /// Adds other sums, earlier or later ones.
    pub(super) fn add(&mut self, decay: &Decay, other: &Self) {
        let at = self.at.max(other.at);
        let (mine, theirs) = (decay.factors(self.at, at), decay.factors(other.at, at));
        for scale in 0..SCALES {
            self.sums[scale] = self.sums[scale] * mine[scale] + other.sums[scale] * theirs[scale];
        }
        self.at = at;
    }

    /// Returns what one memory has left of the sums at `now`; all memories,
    /// mixed, if none is named.
    pub(super) fn left_in(&self, decay: &Decay, memory: Option<Memory>, now: i64) -> f64 {
        match memory {
            Some(memory) => self.at(decay, now)[memory as usize],
            None => self.left(decay, now),
        }
    }

    /// Returns what is left of the sums at `now`, as one number.
    pub(super) fn left(&self, decay: &Decay, now: i64) -> f64 {
        decay.mix(self.at(decay, now))
    }

    /// Returns the sums as of `now`.
    pub(super) fn at(&self, decay: &Decay, now: i64) -> PerScale {
        let factors = decay.factors(self.at, now);
        std::array::from_fn(|scale| self.sums[scale] * factors[scale])
    }

    /// Applies a concave function with f(0) = 0 to the sums as of their latest
    /// event; the result fades exponentially from there. So a new event never
    /// lowers it, since `f(x·d) ≥ d·f(x)` for d ≤ 1.
    pub(super) fn returned(&self, decay: &Decay, now: i64, f: impl Fn(f64) -> f64) -> f64 {
        let factors = decay.factors(self.at, now);
        decay.mix(std::array::from_fn(|scale| {
            f(self.sums[scale]) * factors[scale]
        }))
    }
}

/// Adds to sums that may still be empty.
pub(super) fn add_to(place: &mut Option<Sums>, decay: &Decay, more: &Sums) {
    match place {
        Some(sums) => sums.add(decay, more),
        None => *place = Some(*more),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scoring::Model;

    const DAY: i64 = MS_PER_DAY;

    #[test]
    fn a_half_life_halves() {
        let model = Model::builtin();
        let left = Sums::one(1.0, 0).at(&model.decay, 40 * DAY);
        assert!((left[1] - 0.5).abs() < 1e-12);
        assert!(left[0] < 0.003 && left[2] > 0.94);
    }

    #[test]
    fn the_future_has_not_begun_to_fade() {
        let model = Model::builtin();
        assert_eq!(Sums::one(1.0, 5 * DAY).at(&model.decay, 0), [1.0; SCALES]);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(times in prop::collection::vec(0..400 * DAY, 1..20)) {
            let model = Model::builtin();
            let fold = |order: &mut dyn Iterator<Item = &i64>| {
                let mut place = None;
                order.for_each(|t| add_to(&mut place, &model.decay, &Sums::one(1.0, *t)));
                place.unwrap().at(&model.decay, 400 * DAY)
            };
            let forward = fold(&mut times.iter());
            let backward = fold(&mut times.iter().rev());
            for scale in 0..SCALES {
                prop_assert!((forward[scale] - backward[scale]).abs() < 1e-9);
            }
        }
    }
}
