//! Stability: how far members would move under another model. The report is
//! read before that model is put in force.

use serde::Serialize;

use super::TownSample;
use super::measures::spearman;
use renown_core::domain::ModelVersion;
use renown_core::scoring::Model;

/// The width of a column of the histogram, in points.
const STEP: f64 = 5.0;

/// The scores of all members under two models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stability {
    /// The version of the model in force.
    pub from: ModelVersion,
    /// The version of the other model.
    pub to: ModelVersion,
    /// Members whose influence is known under both models.
    pub members: usize,
    /// Members whose influence is known under only one of them.
    pub only_one: usize,
    /// Spearman's rank correlation of the two scores.
    pub spearman: Option<f64>,
    /// Half of the members move by at most this many points, up or down.
    pub median: f64,
    /// 95 % of the members move by at most this many points.
    pub p95: f64,
    /// The largest move, in points.
    pub most: f64,
    /// The distribution of the moves.
    pub histogram: Vec<Moved>,
}

/// One column of the histogram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moved {
    /// The lower end, in points.
    pub from: f64,
    /// The upper end, in points.
    pub to: f64,
    /// The number of members.
    pub members: usize,
}

/// Compares the model of the sample with another.
pub fn stability(sample: &TownSample<'_>, other: &Model) -> Stability {
    let scores = [sample.model, other].map(|model| {
        let sample = TownSample { model, ..*sample };
        sample.population().scores(model)
    });
    let mut pairs = Vec::new();
    let mut only_one = 0;
    for (account, before) in &scores[0] {
        let after = scores[1]
            .get(account)
            .and_then(|score| score.influence.score());
        match (before.influence.score(), after) {
            (Some(before), Some(after)) => pairs.push((before, after)),
            (None, None) => {}
            _ => only_one += 1,
        }
    }
    let mut moved: Vec<f64> = pairs.iter().map(|(a, b)| (b - a).abs()).collect();
    moved.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let last = moved.len().saturating_sub(1) as f64;
        moved
            .get((share * last).round() as usize)
            .copied()
            .unwrap_or(0.0)
    };
    Stability {
        from: sample.model.version().clone(),
        to: other.version().clone(),
        members: pairs.len(),
        only_one,
        spearman: spearman(&pairs),
        median: at(0.5),
        p95: at(0.95),
        most: at(1.0),
        histogram: histogram(&pairs),
    }
}

fn histogram(pairs: &[(f64, f64)]) -> Vec<Moved> {
    let column = |(before, after): &(f64, f64)| ((after - before) / STEP).round() as i32;
    let (Some(first), Some(last)) = (
        pairs.iter().map(column).min(),
        pairs.iter().map(column).max(),
    ) else {
        return Vec::new();
    };
    (first..=last)
        .map(|at| Moved {
            from: (f64::from(at) - 0.5) * STEP,
            to: (f64::from(at) + 0.5) * STEP,
            members: pairs.iter().filter(|pair| column(pair) == at).count(),
        })
        .collect()
}
