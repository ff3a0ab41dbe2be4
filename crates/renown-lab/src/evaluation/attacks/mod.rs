//! Attacks on a score. Every attack that the method promises to withstand is
//! carried out on a simulated town, with all defences and without.

mod rows;
mod scene;

use serde::Serialize;

use renown_core::scoring::Model;
use rows::{ROWS, Trial};
use scene::Scene;

/// The result of one attack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attacked {
    /// The stable name of the attack.
    pub name: &'static str,
    /// What the attack does, and what is measured.
    pub about: &'static str,
    /// The measured value with all defences on.
    pub measured: f64,
    /// The bound that the method promises.
    pub bound: f64,
    /// Whether the bound is an upper or a lower one.
    pub target: AttackTarget,
    /// Whether the measured value is within the bound.
    pub holds: bool,
    /// The measured value with all defences off.
    pub undefended: f64,
}

/// The side of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttackTarget {
    /// An upper bound: the value is at most this.
    AtMost,
    /// A lower bound: the value is at least this.
    AtLeast,
}

impl AttackTarget {
    fn holds(self, measured: f64, bound: f64) -> bool {
        match self {
            Self::AtMost => measured <= bound,
            Self::AtLeast => measured >= bound,
        }
    }
}

/// Carries out every attack on the town of a seed with `people` people. `done`
/// is called after each row.
pub fn attacks(model: &Model, seed: u64, people: usize, mut done: impl FnMut()) -> Vec<Attacked> {
    let scene = Scene::new(model, seed, people);
    let defenceless = model.without_defences();
    let before = [model, &defenceless].map(|model| scene.scores(model, Vec::new()));
    let trial = |defended: bool| Trial {
        model: if defended { model } else { &defenceless },
        scene: &scene,
        seed,
        before: &before[usize::from(!defended)],
    };
    let mut rows: Vec<Attacked> = (ROWS.iter())
        .map(|row| {
            let measured = (row.measure)(&trial(true));
            let undefended = (row.measure)(&trial(false));
            done();
            Attacked {
                name: row.name,
                about: row.about,
                measured,
                bound: row.bound,
                target: row.target,
                holds: row.target.holds(measured, row.bound),
                undefended,
            }
        })
        .collect();
    rows.push(small_creators(&scene, &before));
    done();
    rows
}

/// Returns the number of rows, which is how often `done` is called.
pub fn rows() -> u64 {
    ROWS.len() as u64 + 1
}

/// Measures the cost of the defences for honest members: the median loss over
/// the lower half of the guests with a score.
fn small_creators(scene: &Scene, [on, off]: &[scene::Scores; 2]) -> Attacked {
    const BOUND: f64 = 2.0;
    let small = &scene.guests[..scene.guests.len().div_ceil(2)];
    let score = |scores: &scene::Scores, of| scores.get(of).and_then(|s| s.influence.score());
    let mut lost: Vec<f64> = (small.iter())
        .map(|member| score(off, member).unwrap_or(0.0) - score(on, member).unwrap_or(0.0))
        .collect();
    lost.sort_unstable_by(f64::total_cmp);
    let measured = lost.get(lost.len() / 2).copied().unwrap_or(0.0);
    Attacked {
        name: "honest_small_creator",
        about: "an honest small creator, with all defences on against all off: the median of the points lost",
        measured,
        bound: BOUND,
        target: AttackTarget::AtMost,
        holds: measured <= BOUND,
        undefended: 0.0,
    }
}
