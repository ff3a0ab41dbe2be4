//! Programs: rules that a marketer can write and a lawyer can read.
//!
//! A program file is compiled to a [`Program`] in steps: `yaml` (text to a tree
//! with positions), `source` (the tree to typed fields), `condition` (CEL to a
//! typed tree), `table` (decision tables) and `check` (whether the parts fit
//! together, and whether the program says what its author probably means). Before a program is published, `analysis` also checks whether any
//! member can ever get each tier and perk. Every mistake is reported as a
//! [`Diagnostic`] with its line and column.
//!
//! A program is evaluated on [`Facts`]. `evaluate` computes what a member gets,
//! in microseconds. `explain` adds the reasons and the counterfactuals; each
//! counterfactual has been evaluated and passes. [`transition`] moves a member
//! on the ladder of tiers. [`Inputs`] are the recorded form of the facts, and
//! [`Replay`] repeats a decision from them. [`simulate`] evaluates all members
//! with two versions of a program and counts the differences.
//!
//! This module uses no clock, no database and no threads. The same program,
//! facts and time give the same output, byte for byte.

mod analysis;
mod audience;
mod business_hours;
mod calendar;
mod change_delay;
mod check;
mod condition;
mod counterfactual;
mod deciding;
mod diagnostic;
mod diff;
mod effort;
mod evaluate;
mod exclusive;
mod experiment;
mod explain;
mod facts;
mod freshness;
mod holidays;
mod inputs;
mod known_names;
mod ladder;
mod limits;
mod program;
mod reader;
mod reason_in_words;
mod render;
mod replay;
mod same_ladder;
mod search;
mod service_clock;
mod setting;
pub mod simulate;
mod source;
mod standing;
mod standing_counts;
mod table;
mod thresholds;
mod timezones;
mod used;
mod view;
mod weights;
mod words;
mod yaml;

pub use audience::{AUDIENCE_SCHEMA, Audience, AudienceTest, CheckedAudience, is_audience_file};
pub use business_hours::{BusinessHours, OpenHours};
pub use change_delay::ChangeDelay;
pub use counterfactual::{NoChange, NumberChange, Target, WhatIf};
pub use deciding::{Seen, Test};
pub use diagnostic::{Diagnostic, FilePlace, Severity, nearest};
pub use diff::{Difference, diff};
pub use effort::{Effort, Efforts, LiftableRefusals, Outlook};
pub use evaluate::{Eligibility, Outcome, PerkOutcome};
pub use exclusive::{ExcludedBy, Exclusive, Pick, TakenPerk};
pub use experiment::{Arm, ControlGroup, Experiment, Holdout, PerkExposure};
pub use explain::{Kind, LevelReason, Reason, Reasons, Relevance};
pub use facts::{Facts, KnownMember, MemberFacts, Occasion, Supply};
pub use freshness::Freshness;
pub use holidays::{Holiday, HolidayDate, MAX_HOLIDAYS};
pub use inputs::{ENGINE, Inputs, canonical};
pub use known_names::{DataKind, DataName, KnownNames};
pub use ladder::{
    Change, DemotionFreeze, Fall, FreezeReason, InEffect, TierState, Warning, transition,
};
pub use limits::Limits;
pub use program::{Compiled, Perk, Program, ServiceLevel, Tier};
pub use render::render;
pub use replay::Replay;
pub use service_clock::ServiceClock;
pub use setting::Setting;
pub use source::{Giver, PROGRAM_SCHEMA, PerkCodes, PerkKind};
pub use standing::{IndexRef, Standing};
pub use standing_counts::{StandingBin, StandingCounts};
pub use table::{InputSeen, OutputValue, TableOutcome, TableReasons, TableResult};
pub use thresholds::{LadderTier, NumberPlace, Threshold, ThresholdField};
pub use used::Used;
pub use yaml::MAX_BYTES as MAX_SOURCE_BYTES;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
