//! Do those whom the score puts first earn most afterwards?

use serde::Serialize;

use super::baselines::baselines;
use super::measures::{ndcg, spearman};
use super::truth::Truth;
use super::{Sample, mean};
use crate::domain::{AccountId, Topic};

/// How well one way to rank does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// What ranks.
    pub name: &'static str,
    /// Mean NDCG of the first ten over the topics; none without topics.
    pub ndcg_at_10: Option<f64>,
    /// Spearman's rank correlation with the gain in all; none without one.
    pub spearman: Option<f64>,
}

/// Scores and baselines against what came afterwards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// Topics with five or more active members and something to gain.
    pub topics: usize,
    /// Members of whom it is known what they gained in all.
    pub members: usize,
    /// The scores first, then the baselines.
    pub rows: Vec<Ranked>,
}

/// Topics with fewer active members are no ranking.
const LEAST: usize = 5;
const FIRST: usize = 10;

type Says<'a> = Box<dyn Fn(AccountId, Option<&Topic>) -> f64 + 'a>;

/// Ranks the people of a sample by score and by every baseline.
pub fn ranking(sample: &Sample<'_>, truth: &Truth, seed: u64) -> Ranking {
    let population = sample.population();
    let scores = population.scores(sample.model);
    let baselines = baselines(sample.model, sample.events, seed);
    let influence: Says<'_> = Box::new(|account, topic| {
        let score = scores.get(&account);
        match topic {
            None => score.and_then(|score| score.influence.score()),
            Some(topic) => score.and_then(|s| Some(s.topics.get(topic)?.influence)),
        }
        .unwrap_or(0.0)
    });
    let value: Says<'_> = Box::new(|account, _| {
        let score = scores.get(&account).and_then(|score| score.value.score());
        score.unwrap_or(0.0)
    });
    let mut ways: Vec<(&'static str, Says<'_>)> = vec![("influence", influence)];
    if scores.values().any(|score| score.value.score().is_some()) {
        ways.push(("value", value));
    }
    for baseline in &baselines {
        let says = move |account, topic: Option<&Topic>| baseline.of(account, topic);
        ways.push((baseline.name, Box::new(says)));
    }
    let mut rows: Vec<Ranked> = (ways.into_iter())
        .map(|(name, says)| judge(sample, truth, name, &says))
        .collect();
    rows.extend(past(truth));
    Ranking {
        topics: gaining(truth).count(),
        members: truth.overall().count(),
        rows,
    }
}

fn judge(sample: &Sample<'_>, truth: &Truth, name: &'static str, says: &Says<'_>) -> Ranked {
    let said = |account: &str, topic: Option<&Topic>| {
        sample
            .find(account)
            .map_or(0.0, |account| says(account, topic))
    };
    let topics = gaining(truth).filter_map(|(topic, rows)| {
        let rows = rows.iter();
        let scored: Vec<_> = rows
            .map(|r| (said(&r.account, Some(topic)), r.gain))
            .collect();
        ndcg(&scored, FIRST)
    });
    let overall: Vec<_> = (truth.overall())
        .map(|row| (said(&row.account, None), row.gain))
        .collect();
    Ranked {
        name,
        ndcg_at_10: mean(topics),
        spearman: spearman(&overall),
    }
}

/// What they had gained before, where the truth says.
fn past(truth: &Truth) -> Option<Ranked> {
    if truth.rows.iter().any(|row| row.past.is_none()) {
        return None;
    }
    let scored = |row: &super::truth::Row| (row.past.unwrap_or(0.0), row.gain);
    let topics = gaining(truth).filter_map(|(_, rows)| {
        let scored: Vec<_> = rows.iter().map(|row| scored(row)).collect();
        ndcg(&scored, FIRST)
    });
    let overall: Vec<_> = truth.overall().map(scored).collect();
    Some(Ranked {
        name: "past points",
        ndcg_at_10: mean(topics),
        spearman: spearman(&overall),
    })
}

fn gaining(truth: &Truth) -> impl Iterator<Item = (&Topic, Vec<&super::truth::Row>)> {
    let topics = truth.topics(LEAST).into_iter();
    topics.filter(|(_, rows)| rows.iter().any(|row| row.gain > 0.0))
}
