//! Scoring: computes a score, and its explanation, from evidence, a model and a
//! time. Pure: no I/O, no clock, no randomness. `docs/scoring.md` derives the
//! method. The data flow:
//!
//! ```text
//! events ─fold→ AccountState (decay) ─┐
//!     all accounts of a member: MemberEvidence ─aggregate→ credit by part, source, topic
//!                                                             │        (credit, breadth)
//! population statistics: Snapshot ────────────────────────────┤
//!                     influence, topics, value ←──────────────┘ → score, explain
//! ```

mod aggregate;
mod breadth;
mod builder;
mod card;
mod correction;
mod credit;
mod curve;
mod decay;
mod edges;
mod evidence;
mod explain;
mod gamma;
mod graph;
mod influence;
mod model;
mod moments;
mod more;
mod moves;
mod packed;
mod packed_score;
mod parts;
mod places;
mod population;
mod quantiles;
mod score;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod topics;
mod trust;
mod value;
mod weight;

pub use builder::SnapshotBuilder;
pub use card::{CardParameter, ModelCard};
pub use correction::Correction;
pub use edges::{Edge, GraphBuilder};
pub use evidence::MemberEvidence;
pub use explain::{
    EvidenceExplained, Explanation, InfluenceExplained, Moment, MomentKind, PartExplained,
    TopicExplained, TypePoints, ValueExplained, explain,
};
pub use graph::ReactionGraph;
pub use model::{ExchangeRates, Model};
pub use more::Supposition;
pub use moves::{MovesColumn, ScoreMoves};
pub use parts::{Part, Source};
pub use population::Population;
pub use score::score;
pub use snapshot::{Hierarchy, Snapshot};
pub use state::AccountState;
pub use topics::log_odds;
pub use weight::{Scale, Weight};
