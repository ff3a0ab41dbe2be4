//! Stability: how far members would move under another model. The report is
//! read before that model is put in force.

use serde::Serialize;

use super::TownSample;
use super::measures::spearman;
use renown_core::domain::ModelVersion;
use renown_core::scoring::{Model, ScoreMoves};

/// The scores of all members under two models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stability {
    /// The version of the model in force.
    pub from: ModelVersion,
    /// The version of the other model.
    pub to: ModelVersion,
    /// Spearman's rank correlation of the two scores.
    pub spearman: Option<f64>,
    /// How far members move.
    #[serde(flatten)]
    pub moves: ScoreMoves,
}

/// Compares the model of the sample with another.
pub fn stability(sample: &TownSample<'_>, other: &Model) -> Stability {
    let scores = [sample.model, other].map(|model| {
        let sample = TownSample { model, ..*sample };
        sample.population().scores(model)
    });
    let after = |account| {
        scores[1]
            .get(account)
            .and_then(|score| score.influence.score())
    };
    let members: Vec<(Option<f64>, Option<f64>)> = (scores[0].iter())
        .map(|(account, before)| (before.influence.score(), after(account)))
        .collect();
    let both: Vec<(f64, f64)> = (members.iter())
        .filter_map(|(before, after)| before.zip(*after))
        .collect();
    Stability {
        from: sample.model.version().clone(),
        to: other.version().clone(),
        spearman: spearman(&both),
        moves: ScoreMoves::of(members),
    }
}
