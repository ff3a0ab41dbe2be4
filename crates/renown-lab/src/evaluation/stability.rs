//! How far members would move under another model: a report before it is put
//! in force.

use serde::Serialize;

use super::TownSample;
use super::measures::spearman;
use renown_core::domain::ModelVersion;
use renown_core::scoring::Model;

/// Points a column of the histogram is wide.
const STEP: f64 = 5.0;

/// Everybody under one model and under another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stability {
    /// The model in force.
    pub from: ModelVersion,
    /// The other.
    pub to: ModelVersion,
    /// Members whose influence is known under both.
    pub members: usize,
    /// Members who are known under one of them only.
    pub only_one: usize,
    /// Spearman's rank correlation of the two scores.
    pub spearman: Option<f64>,
    /// Half of the members move by less than that many points, up or down.
    pub median: f64,
    /// 95 % do.
    pub p95: f64,
    /// Nobody moves further.
    pub most: f64,
    /// How many move by how much.
    pub histogram: Vec<Moved>,
}

/// One column of the histogram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moved {
    /// Points from here …
    pub from: f64,
    /// … up to here.
    pub to: f64,
    /// How many members.
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
