//! What a program is evaluated on: what is known of a member, what may still be
//! given, the occasion, and the clock.
//!
//! [`MemberFacts`] is owned and holds for all programs; [`Facts`] borrows what one
//! evaluation reads of it; [`Inputs`](super::Inputs) is the same as it is
//! recorded, for a replay.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attribute, Attributes, EarnedTier, Grant, HeldTier, ImportedIndex, IndexName, MemberId,
    Network, PerkId, ProgramId, Score, Topic,
};

use super::ladder::DemotionFreeze;
use super::used::Used;

/// Everything that programs read of one member.
#[derive(Debug, Clone)]
pub struct MemberFacts {
    /// The member; absent for somebody who is not enrolled or opted out, who
    /// look alike from here on.
    pub member: Option<KnownMember>,
    /// As published; unknown if nothing was.
    pub score: Score,
    /// From other systems.
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    /// Places on the leaderboards of topics.
    pub ranks: BTreeMap<Topic, u32>,
    /// Where the member stands among others, by program that asks for it.
    pub standing_percentiles: BTreeMap<ProgramId, f64>,
    /// The tiers that the member holds, by program.
    pub held: BTreeMap<ProgramId, HeldTier>,
    /// What people gave to the member, by program, past and future too.
    pub grants: BTreeMap<ProgramId, Vec<Grant>>,
    /// Units of each perk that the member has claimed and not given back, by
    /// program.
    pub claimed: BTreeMap<ProgramId, BTreeMap<PerkId, i64>>,
}

/// What is known of an enrolled member, apart from scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownMember {
    /// Who.
    pub id: MemberId,
    /// Since when.
    pub enrolled_at: DateTime<Utc>,
    /// What the business knows.
    pub attributes: Attributes,
    /// The networks on which the member has linked an account, sorted.
    pub networks: Vec<Network>,
}

/// What may still be given of a program's perks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supply {
    /// Units left of each perk that has a stock, or codes of a partner; a perk
    /// that is not named here has its full stock.
    pub left: BTreeMap<PerkId, i64>,
    /// What is used of limits and budgets.
    pub used: Used,
}

/// What an evaluation reads besides what is known of the member.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What may still be given.
    pub supply: &'a Supply,
    /// What the caller passed in: dates, room type, severity of a ticket, ….
    pub request: &'a BTreeMap<String, Attribute>,
    /// Why no tier is lowered for the time being, if that is so.
    pub hold: Option<&'a DemotionFreeze>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The inputs of one evaluation. The same facts give the same answer, always.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Who it is about; `None` for somebody who is not enrolled, has opted out
    /// or was never seen, who all get the floor.
    pub member: Option<&'a KnownMember>,
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
    pub held: Option<&'a EarnedTier>,
    /// What people gave to the member in this program, past and future too.
    pub grants: &'a [Grant],
    /// Why no tier is lowered for the time being, if that is so.
    pub hold: Option<&'a DemotionFreeze>,
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

static NOTHING_CLAIMED: BTreeMap<PerkId, i64> = BTreeMap::new();

impl MemberFacts {
    /// The facts of nobody in particular, with a score that knows nothing.
    pub fn unknown(score: Score) -> Self {
        Self {
            member: None,
            score,
            imported: BTreeMap::new(),
            ranks: BTreeMap::new(),
            standing_percentiles: BTreeMap::new(),
            held: BTreeMap::new(),
            grants: BTreeMap::new(),
            claimed: BTreeMap::new(),
        }
    }

    /// What one evaluation reads of them.
    pub fn in_program<'a>(&'a self, program: &ProgramId, occasion: Occasion<'a>) -> Facts<'a> {
        Facts {
            member: self.member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentiles.get(program).copied(),
            held: self.held.get(program).map(|tier| &tier.earned),
            grants: self.grants.get(program).map_or(&[], Vec::as_slice),
            hold: occasion.hold,
            claimed: self.claimed.get(program).unwrap_or(&NOTHING_CLAIMED),
            stock: &occasion.supply.left,
            used: &occasion.supply.used,
            request: occasion.request,
            now: occasion.now,
        }
    }
}
