//! Rankings: do the members with the highest scores earn most afterwards?

use serde::{Deserialize, Serialize};

use super::baselines::baselines;
use super::measures::{ndcg, spearman};
use super::truth::{Row, Truth};
use super::{TownSample, mean};

/// The quality of one ranking method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The name of the method.
    pub name: String,
    /// Mean NDCG of the first ten over the topics, from 0 to 1; `None` without
    /// topics.
    pub ndcg_at_10: Option<f64>,
    /// Spearman's rank correlation with the overall gain; `None` if it is not
    /// defined.
    pub spearman: Option<f64>,
}

/// Scores and baselines compared with later results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// Topics with at least five active members and some gain.
    pub topics: usize,
    /// Members whose overall gain is known.
    pub members: usize,
    /// The methods: the scores first, then the baselines.
    pub rows: Vec<Ranked>,
}

/// The minimum number of active members for a topic to be ranked.
pub(super) const LEAST: usize = 5;
const FIRST: usize = 10;

/// A method's number for a row's account, overall or on the row's topic.
type Says<'a> = Box<dyn Fn(&Row) -> f64 + 'a>;

/// Ranks the members of a sample by score and by every baseline.
pub fn ranking(sample: &TownSample<'_>, truth: &Truth, seed: u64) -> Ranking {
    let scores = sample.population().scores(sample.model);
    let baselines = baselines(sample.model, sample.events, seed);
    let score = |row: &Row| sample.find(&row.account).and_then(|who| scores.get(&who));
    let influence: Says<'_> = Box::new(|row| {
        let score = score(row);
        match &row.topic {
            None => score.and_then(|score| score.influence.score()),
            Some(topic) => score.and_then(|s| Some(s.topics.get(topic)?.influence)),
        }
        .unwrap_or(0.0)
    });
    let value: Says<'_> = Box::new(|row| {
        score(row)
            .and_then(|score| score.value.score())
            .unwrap_or(0.0)
    });
    let mut ways: Vec<(&'static str, Says<'_>)> = vec![("influence", influence)];
    if scores.values().any(|score| score.value.score().is_some()) {
        ways.push(("value", value));
    }
    for baseline in &baselines {
        let says = |row: &Row| {
            let who = sample.find(&row.account);
            who.map_or(0.0, |who| baseline.of(who, row.topic.as_ref()))
        };
        ways.push((baseline.name, Box::new(says)));
    }
    // The earlier gain, if the table states it.
    if truth.rows.iter().all(|row| row.past.is_some()) {
        ways.push(("past points", Box::new(|row| row.past.unwrap_or(0.0))));
    }
    let mut topics = truth.topics(LEAST);
    topics.retain(|_, rows| rows.iter().any(|row| row.gain > 0.0));
    let members: Vec<&Row> = truth.overall().collect();
    let judge = |(name, says): (&'static str, Says<'_>)| {
        let scored = |rows: &[&Row]| -> Vec<(f64, f64)> {
            rows.iter().map(|row| (says(row), row.gain)).collect()
        };
        let topics = topics.values().map(|rows| scored(rows));
        ranked(name, topics, &scored(&members))
    };
    Ranking {
        rows: ways.into_iter().map(judge).collect(),
        topics: topics.len(),
        members: members.len(),
    }
}

/// Judges one method by what it says and what was gained: of the members of
/// each topic, and of all members.
pub(super) fn ranked(
    name: &str,
    topics: impl Iterator<Item = Vec<(f64, f64)>>,
    members: &[(f64, f64)],
) -> Ranked {
    Ranked {
        name: name.to_owned(),
        ndcg_at_10: mean(topics.filter_map(|rows| ndcg(&rows, FIRST))),
        spearman: spearman(members),
    }
}
