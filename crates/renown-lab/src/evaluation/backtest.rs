//! Backtests: what scores said at one time, and what members gained after it.
//! Members are added one by one, so that the log need not be in memory.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::calibration::came_true;
use super::measures::{Calibration, calibration};
use super::platt::correction;
use super::ranking::{LEAST, Ranking, ranked};
use renown_core::domain::Topic;
use renown_core::scoring::Correction;

/// What was known of a member at the split, in all or on one topic, and what
/// the member gained after it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Foresight {
    /// The influence, from 0 to 100; 0 if unknown.
    pub influence: f64,
    /// The confidence on the topic, from 0 to 1; 0 overall.
    pub confidence: f64,
    /// The log odds of the confidence before its limits; `None` overall, or if the model
    /// gives none.
    pub log_odds: Option<f64>,
    /// Positive reactions by others before the split.
    pub past: f64,
    /// The distinct known accounts among their authors.
    pub reactors: f64,
    /// Positive reactions by others after the split.
    pub gain: f64,
}

/// What is compared: the members that had a reaction before the split, in all
/// and on each topic.
#[derive(Debug)]
pub struct Backtest {
    members: Vec<Compared>,
    topics: BTreeMap<Topic, Vec<Compared>>,
    dice: ChaCha8Rng,
}

/// A member, and a number at random, which is the worst baseline.
#[derive(Debug, Clone, Copy)]
struct Compared {
    seen: Foresight,
    random: f64,
}

/// The result of a backtest.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestVerdict {
    /// Confidences against what came true; `None` if no topic has enough
    /// members of whom one gained.
    pub calibration: Option<Calibration>,
    /// The correction that would have made confidences come true; `None` with fewer than a
    /// thousand pairs, or if it would turn their order.
    pub correction: Option<Correction>,
    /// Influence and the baselines against what was gained.
    pub ranking: Ranking,
}

/// A method that ranks members.
type Method = (&'static str, fn(&Compared) -> f64);

/// The ranking by influence, and the baselines.
const METHODS: [Method; 4] = [
    ("influence", |one| one.seen.influence),
    ("past reactions", |one| one.seen.past),
    ("distinct reactors", |one| one.seen.reactors),
    ("random", |one| one.random),
];

impl Backtest {
    /// Creates a backtest of no members.
    pub fn new(seed: u64) -> Self {
        Self {
            members: Vec::new(),
            topics: BTreeMap::new(),
            dice: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Adds a member, overall or on a topic. Add them in a fixed order, so that
    /// the result is always the same.
    pub fn add(&mut self, topic: Option<&Topic>, seen: Foresight) {
        let random = self.dice.random::<f64>();
        let place = match topic {
            None => &mut self.members,
            Some(topic) => self.topics.entry(topic.clone()).or_default(),
        };
        place.push(Compared { seen, random });
    }

    /// Compares.
    pub fn judge(&self) -> BacktestVerdict {
        let outcomes = |says: fn(&Compared) -> f64| {
            let topics = self.topics.values();
            topics.flat_map(move |members| came_true(&said(members, says)))
        };
        let confidences: Vec<_> = outcomes(|one| one.seen.confidence).collect();
        let log_odds = outcomes(|one| one.seen.log_odds.unwrap_or(f64::NAN));
        let log_odds: Vec<_> = log_odds.filter(|(said, _)| said.is_finite()).collect();
        let gained = |members: &&Vec<Compared>| {
            members.len() >= LEAST && members.iter().any(|one| one.seen.gain > 0.0)
        };
        let topics: Vec<&Vec<Compared>> = self.topics.values().filter(gained).collect();
        let judge = |(name, says): Method| {
            let topics = topics.iter().map(|members| said(members, says));
            ranked(name, topics, &said(&self.members, says))
        };
        BacktestVerdict {
            calibration: calibration(&confidences),
            correction: correction(&log_odds),
            ranking: Ranking {
                rows: METHODS.into_iter().map(judge).collect(),
                topics: topics.len(),
                members: self.members.len(),
            },
        }
    }
}

fn said(members: &[Compared], says: impl Fn(&Compared) -> f64) -> Vec<(f64, f64)> {
    let rows = members.iter().map(|one| (says(one), one.seen.gain));
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(influence: f64, confidence: f64, past: f64, gain: f64) -> Foresight {
        Foresight {
            influence,
            confidence,
            log_odds: None,
            past,
            reactors: 1.0,
            gain,
        }
    }

    #[test]
    fn a_known_outcome_is_judged_as_it_is() {
        let topic = Topic::parse("rust").unwrap();
        let mut backtest = Backtest::new(1);
        for number in 0..20 {
            let best = f64::from(u8::from(number < 2));
            // Influence is in the order of the gain, past reactions in the opposite one.
            let (gain, past) = (f64::from(20 - number), f64::from(number));
            let seen = member(gain, best, past, gain);
            backtest.add(None, seen);
            backtest.add(Some(&topic), seen);
        }
        let verdict = backtest.judge();
        let calibration = verdict.calibration.as_ref().unwrap();
        assert_eq!((calibration.count, calibration.ece), (20, 0.0));
        assert!((calibration.skill - 1.0).abs() < 1e-12);
        assert_eq!((verdict.ranking.topics, verdict.ranking.members), (1, 20));
        let [influence, past, reactors, random] = &verdict.ranking.rows[..] else {
            panic!("{verdict:?}");
        };
        assert!((influence.ndcg_at_10.unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(influence.spearman, Some(1.0));
        assert_eq!(past.spearman, Some(-1.0));
        assert_eq!(reactors.spearman, None);
        assert!(random.spearman.unwrap().abs() < 0.9);
    }

    #[test]
    fn topics_with_few_members_or_without_a_gain_are_not_judged() {
        let (small, still) = (
            Topic::parse("small").unwrap(),
            Topic::parse("still").unwrap(),
        );
        let mut backtest = Backtest::new(1);
        for number in 0..9 {
            backtest.add(Some(&small), member(1.0, 0.1, 1.0, f64::from(number)));
        }
        for _ in 0..30 {
            backtest.add(Some(&still), member(1.0, 0.1, 1.0, 0.0));
        }
        let verdict = backtest.judge();
        assert_eq!(verdict.calibration, None);
        assert_eq!(verdict.ranking.topics, 1);
    }
}
