//! Attacks on a score. Every attack that the method promises to withstand is
//! carried out on a simulated town, with all defences and without.

mod rows;
mod scene;
mod schemes;

use serde::Serialize;

use renown_core::scoring::Model;
use rows::{ROWS, Trial};
use scene::{Attack, Scene};
use schemes::{SCHEMES, Scheme};

/// The result of one attack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attacked {
    /// The stable name of the attack.
    pub name: &'static str,
    /// What the attack does, and what is measured.
    pub about: &'static str,
    /// What changes, for attacks that are measured on several things.
    pub on: Option<Measured>,
    /// The measured value with all defences on.
    pub measured: f64,
    /// The bound that the method promises, if any.
    pub bound: Option<f64>,
    /// Whether the bound is an upper or a lower one.
    pub target: AttackTarget,
    /// Whether the measured value is within the bound.
    pub holds: bool,
    /// The measured value with all defences off.
    pub undefended: f64,
}

impl Attacked {
    fn new(
        name: &'static str,
        about: &'static str,
        on: Option<Measured>,
        [measured, undefended]: [f64; 2],
        bound: Option<f64>,
        target: AttackTarget,
    ) -> Self {
        Self {
            name,
            about,
            on,
            measured,
            bound,
            target,
            holds: bound.is_none_or(|bound| target.holds(measured, bound)),
            undefended,
        }
    }
}

/// What an attack changes: the largest change over the members that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// The influence, in points.
    Score,
    /// The lower end of its interval, in points.
    Lower,
    /// The confidence on any topic.
    Confidence,
}

impl Measured {
    const ALL: [Self; 3] = [Self::Score, Self::Lower, Self::Confidence];
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
/// is called after each attack.
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
            let measured = [true, false].map(|defended| (row.measure)(&trial(defended)));
            done();
            Attacked::new(
                row.name,
                row.about,
                None,
                measured,
                Some(row.bound),
                row.target,
            )
        })
        .collect();
    rows.push(small_creators(&scene, &before));
    done();
    for (number, scheme) in SCHEMES.iter().enumerate() {
        let changes = [true, false].map(|defended| carry_out(scheme, number, &trial(defended)));
        let target = match scheme.harms {
            true => AttackTarget::AtLeast,
            false => AttackTarget::AtMost,
        };
        for on in Measured::ALL {
            let measured = changes.map(|change| change[on as usize]);
            let bound = scheme.bounds[on as usize];
            rows.push(Attacked::new(
                scheme.name,
                scheme.about,
                Some(on),
                measured,
                bound,
                target,
            ));
        }
        done();
    }
    rows
}

/// Carries out one scheme. Returns what it changes.
fn carry_out(scheme: &Scheme, number: usize, trial: &Trial<'_>) -> [f64; 3] {
    if let Some(days) = scheme.log_days {
        let scene = trial.scene.of_last(days);
        let before = scene.scores(trial.model, Vec::new());
        let scheme = Scheme {
            log_days: None,
            ..*scheme
        };
        let (scene, before) = (&scene, &before);
        return carry_out(
            &scheme,
            number,
            &Trial {
                scene,
                before,
                ..*trial
            },
        );
    }
    let mut attack = Attack::new(trial.seed, 100 + number as u64);
    let members = (scheme.carry_out)(trial, &mut attack);
    let after = trial.scene.scores(trial.model, attack.events);
    scheme.change(trial.before, &after, &members)
}

/// Returns how often `done` is called.
pub fn rows() -> u64 {
    (ROWS.len() + SCHEMES.len()) as u64 + 1
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
    Attacked::new(
        "honest_small_creator",
        "an honest small creator, with all defences on against all off: the median of the points lost",
        None,
        [measured, 0.0],
        Some(BOUND),
        AttackTarget::AtMost,
    )
}
