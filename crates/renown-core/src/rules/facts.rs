//! What a program is evaluated on: everything that is known, and the clock.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attribute, Attributes, Grant, ImportedIndex, IndexName, MemberId, Network, PerkId, Score,
    TierId, Topic,
};

use super::ladder::Hold;
use super::used::Used;

/// The inputs of one evaluation. The same facts give the same answer, always.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Who it is about; `None` for somebody who is not enrolled, has opted out
    /// or was never seen, who all get the floor.
    pub member: Option<MemberFacts<'a>>,
    /// What was scored.
    pub score: &'a Score,
    /// What was imported.
    pub imported: &'a BTreeMap<IndexName, ImportedIndex>,
    /// The member's places on the leaderboards of topics, from 1, as of the
    /// latest rank snapshot; none beyond the first places that are kept.
    pub ranks: &'a BTreeMap<Topic, u32>,
    /// The share of the known members who stand below the member in this
    /// program, in percent, as of the latest rank snapshot.
    pub standing_percentile: Option<f64>,
    /// The tier that the member has by the rules so far.
    pub held: Option<&'a Held>,
    /// What people gave to the member in this program, past and future too.
    pub grants: &'a [Grant],
    /// Why no tier is lowered for the time being, if that is so.
    pub hold: Option<&'a Hold>,
    /// Units of each perk of this program that the member has claimed and not
    /// given back.
    pub claimed: &'a BTreeMap<PerkId, i64>,
    /// Units left of each perk, by its stock and by a partner's codes; a perk that
    /// is not named here has its full stock.
    pub stock: &'a BTreeMap<PerkId, i64>,
    /// What is used of limits and budgets.
    pub used: &'a Used,
    /// What the caller passed in: dates, room type, severity of a ticket, ….
    pub request: &'a BTreeMap<String, Attribute>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What is known of an enrolled member, apart from scores.
#[derive(Debug, Clone, Copy)]
pub struct MemberFacts<'a> {
    /// Who.
    pub id: MemberId,
    /// Since when.
    pub enrolled_at: DateTime<Utc>,
    /// What the business knows.
    pub attributes: &'a Attributes,
    /// The networks on which the member has linked an account.
    pub networks: &'a [Network],
}

/// A tier that a member has by the rules, and keeps for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub tier: TierId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when it is kept although it is no longer earned; `None` if it is
    /// not kept at all.
    pub keep_until: Option<DateTime<Utc>>,
    /// When the member was told that it will be lost, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<DateTime<Utc>>,
}
