//! Ablation: what each part of the method contributes. Every row undoes one part
//! and leaves the others as they are.

use serde::Serialize;

use super::{Calibration, TownSample, Truth, calibration, ranking};
use renown_core::scoring::Model;

/// The parts: a name, and the keys of the model that undo it.
const PARTS: &[(&str, &str)] = &[
    ("nothing is undone", ""),
    (
        "memories of 7, 60 and 730 days",
        "decay.half_lives_days = [7.0, 60.0, 730.0]\ndecay.shares = [0.69, 0.24, 0.07]",
    ),
    ("free output of 10", "selectivity.free_output = 10.0"),
    (
        "counted likes do not feed reach",
        "crowd.reach = { from = 1.0, full = 1.0 }",
    ),
    ("breadth is scored", "parts.breadth.weight = 0.5"),
    ("borrowing 2", "topics.borrowing = 2.0"),
    ("no borrowing", "topics.borrowing = 0.0"),
    ("no free untrusted reactor", "trust.free = 0.0"),
    (
        "usual share at quantile 0.75",
        "trust.usual_quantile = 0.75",
    ),
    ("a save counts 1.5 likes", "reactions.save = 1.5"),
    ("unvouched share 0.15", "trust.unvouched = 0.15"),
    ("mutual exponent 6", "trust.mutual = 6.0"),
    ("no place among all topics", "confidence.everywhere = 0.0"),
    (
        "one slope for all topics",
        "confidence.slope_by_activity = 0.0",
    ),
    ("no limit by contents", "confidence.half_contents = 0.001"),
    (
        "newcomers count for confidence",
        "confidence.newcomers = 1000000.0",
    ),
    ("no limit by others", "confidence.half_others = 0.001"),
];

/// The measures of the method with one part undone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ablated {
    /// What is undone.
    pub name: &'static str,
    /// Mean NDCG of the first ten over the topics; `None` without topics.
    pub ndcg_at_10: Option<f64>,
    /// Spearman's rank correlation with the overall gain; `None` if it is not
    /// defined.
    pub spearman: Option<f64>,
    /// Expected calibration error of confidence, and its Brier skill; `None` if
    /// no topic has enough data.
    pub confidence: Option<(f64, f64)>,
}

/// Measures the built-in model, the model before it, and the built-in model with
/// each part undone. `done` is called after each row.
pub fn ablation(sample: &TownSample<'_>, truth: &Truth, mut done: impl FnMut()) -> Vec<Ablated> {
    let changed = PARTS.iter().map(|(name, changes)| {
        let model = Model::builtin_with(changes);
        (*name, model.expect("a test checks all changes"))
    });
    let models = changed.chain([("the model before", Model::before())]);
    models
        .map(|(name, model)| {
            let sample = TownSample {
                model: &model,
                ..*sample
            };
            let ranking = ranking(&sample, truth, 1);
            let score = ranking.rows.first();
            let confidence = calibration(&sample, truth);
            done();
            Ablated {
                name,
                ndcg_at_10: score.and_then(|score| score.ndcg_at_10),
                spearman: score.and_then(|score| score.spearman),
                confidence: confidence.map(|Calibration { ece, skill, .. }| (ece, skill)),
            }
        })
        .collect()
}

/// Returns how often `done` is called.
pub fn ablation_rows() -> u64 {
    PARTS.len() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_one_of_a_valid_model() {
        for (name, changes) in PARTS {
            Model::builtin_with(changes).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
