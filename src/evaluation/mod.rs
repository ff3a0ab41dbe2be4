//! Whether the scores are any good: measured against what came afterwards,
//! against baselines, and against attackers. Pure, and reproducible from a seed.

mod attacks;

pub use attacks::{Attacked, Target, attacks, rows as attack_rows};
