//! Programs: rules that a marketer writes and a lawyer can read.
//!
//! A program file goes through `yaml` (text to a tree with places), `source`
//! (the tree to typed fields), `condition` (CEL to a typed tree), `table`
//! (decision tables) and `check` (do the parts fit?) to a [`Program`]; what is
//! about to be published also goes through `analysis` (can anybody ever get
//! it?). Every mistake on the way is a [`Diagnostic`] with its line and column.
//!
//! A program is evaluated on [`Facts`]: `evaluate` says who gets what, in
//! microseconds; `explain` says why, and what would change it, each such
//! counterfactual having been evaluated and found to pass. [`transition`]
//! moves a member on the ladder of tiers. [`Inputs`] are the facts as they are
//! recorded, and [`Replay`] decides on them again. [`simulate`] evaluates
//! everybody by two versions of a program and counts the difference.
//!
//! Nothing here knows a clock, a database or a thread. The same program, facts
//! and time give the same bytes.

mod analysis;
mod business_hours;
mod calendar;
mod check;
mod condition;
mod counterfactual;
mod deciding;
mod diagnostic;
mod diff;
mod evaluate;
mod experiment;
mod explain;
mod facts;
mod freshness;
mod inputs;
mod ladder;
mod limits;
mod program;
mod reader;
mod render;
mod replay;
mod search;
mod setting;
pub mod simulate;
mod source;
mod standing;
mod table;
mod used;
mod view;
mod weights;
mod yaml;

pub use business_hours::{BusinessHours, OpenHours};
pub use counterfactual::{NoChange, NumberChange, Target, WhatIf};
pub use deciding::{Seen, Test};
pub use diagnostic::{Diagnostic, FilePlace, Severity};
pub use diff::{Difference, diff};
pub use evaluate::{Eligibility, Outcome, PerkOutcome};
pub use experiment::{Arm, ControlGroup, Experiment, Holdout, PerkExposure};
pub use explain::{Kind, Reason, Reasons, Relevance};
pub use facts::{Facts, KnownMember, MemberFacts, Occasion, Supply};
pub use freshness::Freshness;
pub use inputs::{ENGINE, Inputs, canonical};
pub use ladder::{
    Change, DemotionFreeze, Fall, FreezeReason, InEffect, TierState, Warning, transition,
};
pub use limits::Limits;
pub use program::{Compiled, Perk, Program, ServiceLevel, Tier};
pub use render::render;
pub use replay::Replay;
pub use setting::Setting;
pub use source::{Giver, PROGRAM_SCHEMA, PerkCodes, PerkKind};
pub use standing::{IndexRef, Standing};
pub use table::{InputSeen, OutputValue, TableOutcome, TableReasons, TableResult};
pub use used::Used;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
