//! Programs: rules that a marketer writes and a lawyer can read.
//!
//! A program file goes through `yaml` (text to a tree with places), `source`
//! (the tree to typed fields), `condition` (CEL to a typed tree) and `check`
//! (do the parts fit?) to a [`Program`]. Every mistake on the way is a
//! [`Diagnostic`] with its line and column.
//!
//! A program is evaluated on [`Facts`]: `evaluate` says who gets what, in
//! microseconds; `explain` says why, and what would change it, each such
//! counterfactual having been evaluated and found to pass. [`transition`]
//! moves a member on the ladder of tiers. [`simulate`] does so for everybody by two
//! versions of a program and counts the difference.
//!
//! Nothing here knows a clock, a database or a thread. The same program, facts
//! and time give the same bytes.

mod calendar;
mod check;
mod condition;
mod counterfactual;
mod diagnostic;
mod evaluate;
mod explain;
mod facts;
mod ladder;
mod program;
mod reader;
mod search;
mod setting;
pub mod simulate;
mod source;
mod standing;
mod view;
mod yaml;

pub use crate::fairness::relevance::Demand;
pub use counterfactual::{NoChange, NumberChange, Target, WhatIf};
pub use diagnostic::{Diagnostic, Place, Severity, render};
pub use evaluate::{Eligibility, Outcome, PerkOutcome, Refusal};
pub use explain::{Kind, Reason, Reasons, Relevance, Seen, Test};
pub use facts::{Facts, Held, MemberFacts};
pub use ladder::{Change, Hold, HoldReason, Rung, transition};
pub use program::{Compiled, Perk, Program, ServiceLevel, Tier};
pub use setting::Setting;
pub use source::PerkKind;
pub use standing::{IndexRef, Standing};

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
