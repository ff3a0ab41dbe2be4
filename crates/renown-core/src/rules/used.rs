//! The claimed and unreleased units of a program, as limits count them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::PerkId;

/// The use of the limits and budgets of a program and its perks. A perk that is
/// missing here has no use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// Units of each perk that were claimed on the day of the evaluation, in the
    /// program's time zone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub today: BTreeMap<PerkId, i64>,
    /// The value of all claimed units of each perk, in the perk's currency.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spent: BTreeMap<PerkId, Decimal>,
    /// Units of all perks that were claimed on the day of the evaluation.
    pub program_today: i64,
    /// The value of all claimed units of all perks.
    pub program_spent: Decimal,
}

impl Used {
    /// Whether no limit or budget is used.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}
