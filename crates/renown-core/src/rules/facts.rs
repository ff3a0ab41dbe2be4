//! The inputs of an evaluation: the facts about a member, the units left, the
//! request and the time.
//!
//! [`MemberFacts`] is owned and covers all programs. [`Facts`] borrows what one
//! evaluation needs. [`Inputs`](super::Inputs) is the recorded form, for a replay.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attribute, Attributes, AudienceName, EarnedTier, Grant, GroupName, HeldTier, ImportedIndex,
    IndexName, MemberId, MemberName, Network, PerkId, ProgramId, Score, Topic,
};

use super::effort::Efforts;
use super::exclusive::TakenPerk;
use super::ladder::DemotionFreeze;
use super::used::Used;

/// Everything that programs read of one member.
#[derive(Debug, Clone)]
pub struct MemberFacts {
    /// The member; `None` if the member is not enrolled or has opted out. These two
    /// cases are treated alike from here on.
    pub member: Option<KnownMember>,
    /// The name that the business has given to the member, for the people who read an
    /// answer. No rule reads it, and no decision records it.
    pub name: Option<MemberName>,
    /// The published score; unknown if none was published.
    pub score: Score,
    /// Indices that were imported from other systems, by name.
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    /// The member's places on the leaderboards of topics, from 1.
    pub ranks: BTreeMap<Topic, u32>,
    /// The percentile of the member's standing, from 0 to 100, for each program that
    /// uses it.
    pub standing_percentiles: BTreeMap<ProgramId, f64>,
    /// The audiences on whose lists the member is.
    pub audiences: BTreeSet<AudienceName>,
    /// The tiers that the member holds, by program.
    pub held: BTreeMap<ProgramId, HeldTier>,
    /// The member's grants, by program: past, present and future ones.
    pub grants: BTreeMap<ProgramId, Vec<Grant>>,
    /// Units of each perk that the member has claimed and not released, by program.
    pub claimed: BTreeMap<ProgramId, BTreeMap<PerkId, i64>>,
    /// The perks of exclusive groups that the member has, in all programs, by the group
    /// that they were in when they were claimed.
    pub taken: BTreeMap<GroupName, Vec<TakenPerk>>,
}

/// The facts about an enrolled member, except scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownMember {
    /// The member's id.
    pub id: MemberId,
    /// The time of the enrolment.
    pub enrolled_at: DateTime<Utc>,
    /// The attributes that the business has set.
    pub attributes: Attributes,
    /// The networks on which the member has linked an account, sorted.
    pub networks: Vec<Network>,
}

/// The units of a program's perks that are left, and the use of limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supply {
    /// Units left of each perk with a stock or a partner's codes. A perk that is
    /// missing here has its full stock.
    pub left: BTreeMap<PerkId, i64>,
    /// The use of limits and budgets.
    pub used: Used,
}

/// The inputs of an evaluation that are not facts about the member.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The units left, and the use of limits.
    pub supply: &'a Supply,
    /// Attributes from the caller: dates, room type, severity of a ticket, ….
    pub request: &'a BTreeMap<String, Attribute>,
    /// Whether the identity is verified by which the caller named the member; `None` where
    /// no caller named one.
    pub verified: Option<bool>,
    /// The demotion freeze in force, if any.
    pub hold: Option<&'a DemotionFreeze>,
    /// When the ticket was opened that is asked about; `None` for now.
    pub opened_at: Option<DateTime<Utc>>,
    /// The time of the evaluation.
    pub now: DateTime<Utc>,
}

/// What a caller says where there is none.
static NOTHING_SAID: BTreeMap<String, Attribute> = BTreeMap::new();

impl<'a> Occasion<'a> {
    /// Returns the inputs of an evaluation that no caller has asked for.
    pub fn without_caller(
        supply: &'a Supply,
        hold: Option<&'a DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            supply,
            request: &NOTHING_SAID,
            verified: None,
            hold,
            opened_at: None,
            now,
        }
    }
}

/// The inputs of one evaluation. The same facts always give the same outcome.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The member; `None` if the member is not enrolled, has opted out or was never
    /// seen. The tier is then the floor.
    pub member: Option<&'a KnownMember>,
    /// The member's score.
    pub score: &'a Score,
    /// The imported indices, by name.
    pub imported: &'a BTreeMap<IndexName, ImportedIndex>,
    /// The member's places on the leaderboards of topics, from 1, as of the latest rank
    /// snapshot. Only the first places of each leaderboard are kept.
    pub ranks: &'a BTreeMap<Topic, u32>,
    /// The percentage of the known members with a lower standing in this program, as of
    /// the latest rank snapshot.
    pub standing_percentile: Option<f64>,
    /// The audiences on whose lists the member is.
    pub audiences: &'a BTreeSet<AudienceName>,
    /// The stored tier state, by the rules alone (without grants).
    pub held: Option<&'a EarnedTier>,
    /// The member's grants in this program: past, present and future ones.
    pub grants: &'a [Grant],
    /// The demotion freeze in force, if any.
    pub hold: Option<&'a DemotionFreeze>,
    /// Units of each perk of this program that the member has claimed and not released.
    pub claimed: &'a BTreeMap<PerkId, i64>,
    /// The perks of exclusive groups that the member has, in all programs.
    pub taken: &'a BTreeMap<GroupName, Vec<TakenPerk>>,
    /// Units left of each perk, by its stock and by a partner's codes. A perk that is
    /// missing here has its full stock.
    pub stock: &'a BTreeMap<PerkId, i64>,
    /// The use of limits and budgets.
    pub used: &'a Used,
    /// Attributes from the caller: dates, room type, severity of a ticket, ….
    pub request: &'a BTreeMap<String, Attribute>,
    /// What is known to lift refusals, as something that people can do.
    pub efforts: &'a Efforts,
    /// Whether the identity is verified by which the caller named the member; `None` if no
    /// caller did, or no member is enrolled.
    pub verified: Option<bool>,
    /// The time from which the targets of the service level count. `None` in a decision
    /// that was recorded before targets had times, and where nobody asks for them.
    pub opened_at: Option<DateTime<Utc>>,
    /// The time of the evaluation.
    pub now: DateTime<Utc>,
}

static NOTHING_CLAIMED: BTreeMap<PerkId, i64> = BTreeMap::new();

impl MemberFacts {
    /// Returns the facts for an identity without an enrolled member. `score` should be an
    /// unknown score.
    pub fn unknown(score: Score) -> Self {
        Self {
            member: None,
            name: None,
            score,
            imported: BTreeMap::new(),
            ranks: BTreeMap::new(),
            standing_percentiles: BTreeMap::new(),
            audiences: BTreeSet::new(),
            held: BTreeMap::new(),
            grants: BTreeMap::new(),
            claimed: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    /// Returns the facts for an evaluation of one program.
    pub fn in_program<'a>(&'a self, program: &ProgramId, occasion: Occasion<'a>) -> Facts<'a> {
        Facts {
            member: self.member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentiles.get(program).copied(),
            audiences: &self.audiences,
            held: self.held.get(program).map(|tier| &tier.earned),
            grants: self.grants.get(program).map_or(&[], Vec::as_slice),
            hold: occasion.hold,
            claimed: self.claimed.get(program).unwrap_or(&NOTHING_CLAIMED),
            taken: &self.taken,
            stock: &occasion.supply.left,
            used: &occasion.supply.used,
            request: occasion.request,
            efforts: Efforts::none(),
            // A caller cannot see whether a person opted out or was never seen.
            verified: occasion.verified.filter(|_| self.member.is_some()),
            opened_at: Some(occasion.opened_at.unwrap_or(occasion.now)),
            now: occasion.now,
        }
    }
}
