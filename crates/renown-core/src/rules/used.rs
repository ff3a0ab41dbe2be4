//! What has been claimed in a program and not given back, as limits count it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::PerkId;

/// What is used of the limits and budgets of a program and its perks. What is
/// not named is not used at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// Units of each perk claimed on the day of the evaluation, in the
    /// program's time zone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub today: BTreeMap<PerkId, i64>,
    /// What all claimed units of each perk are worth, in its currency.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spent: BTreeMap<PerkId, Decimal>,
    /// Units of all perks claimed on that day.
    pub program_today: i64,
    /// What all claimed units of all perks are worth.
    pub program_spent: Decimal,
}

impl Used {
    /// Whether nothing is used at all.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}
