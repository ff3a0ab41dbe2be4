//! The ladder of tiers. An earned tier is kept for a while, lost only after
//! notice, and lowered one step at a time. A granted tier is in effect if it is
//! better.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Gift, Grant, GrantId, Source, TierId};

use super::program::{Program, Tier};
use super::source::Giver;
use crate::domain::EarnedTier;

/// The time until the recheck of a member whose tier only a demotion freeze keeps.
const FREEZE_RECHECK: TimeDelta = TimeDelta::hours(1);

/// The change of a member's tier in one evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The tier is the same, and is not kept for longer than before.
    None,
    /// The member reached a tier above the one before.
    Reached,
    /// The tier was earned again, so it is kept for its full time from now.
    Renewed,
    /// The tier's time ran out, and the member moved one step down.
    Lowered {
        /// The tier before.
        from: TierId,
    },
}

/// The notice to send to the member about a tier that has not changed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// No notice.
    None,
    /// The tier will be lost.
    Given,
    /// The tier will not be lost after all.
    Withdrawn,
}

/// A demotion freeze: no member is moved down for the time being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemotionFreeze {
    /// The reason of the freeze.
    pub reason: FreezeReason,
    /// The names of the silent sources.
    #[schema(value_type = Vec<String>)]
    pub sources: Vec<Source>,
    /// The time since which the first of these sources has been silent.
    pub since: DateTime<Utc>,
}

/// The reason of a demotion freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FreezeReason {
    /// A source of events is silent, so evidence for a tier may be missing.
    SourceSilent,
}

/// An announced demotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fall<'p> {
    /// The time of the demotion, if the tier is not earned again by then.
    pub at: DateTime<Utc>,
    /// The tier that the member moves down to.
    #[schema(value_type = String)]
    pub to: &'p TierId,
}

/// A member's tier state after an evaluation, by the rules alone (without grants).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierState<'p> {
    /// The state to store: the tier, since when, and until when it is kept.
    pub held: EarnedTier,
    /// The id of the tier, borrowed from the program.
    pub tier: &'p TierId,
    /// The change in this evaluation.
    pub change: Change,
    /// The notice to send.
    pub warning: Warning,
    /// The announced demotion; `None` if none is announced.
    pub fall: Option<Fall<'p>>,
    /// True if the tier is above the tier earned now and is only kept.
    pub kept: bool,
    /// The demotion freeze, if it alone keeps the tier because the tier's time is over.
    pub hold: Option<DemotionFreeze>,
    /// The time of the next recheck, needed even if no event arrives; `None` if none
    /// is needed.
    pub recheck_at: Option<DateTime<Utc>>,
}

/// The tier in effect: the tier by the rules, or a better tier from a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InEffect<'p> {
    /// The id of the tier.
    #[schema(value_type = String)]
    pub tier: &'p TierId,
    /// The time since which the member has had the tier; for a granted tier, the
    /// start of the grant. Absent while the tier is not yet recorded.
    pub since: Option<DateTime<Utc>>,
    /// True if the tier is above the tier earned now and is only kept.
    pub kept: bool,
    /// The time until which the tier is kept; absent if it is not only kept, or if a
    /// demotion freeze keeps it.
    pub keep_until: Option<DateTime<Utc>>,
    /// The demotion freeze, if it alone keeps the tier after the tier's time is over;
    /// absent otherwise.
    pub held: Option<DemotionFreeze>,
    /// The announced demotion; absent if none is announced.
    pub will_change: Option<Fall<'p>>,
    /// The grant that gives the tier; absent if the rules give it.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub grant: Option<GrantId>,
}

impl TierState<'_> {
    /// Drops the notice of a demotion, because a granted tier hides this tier. The
    /// notice starts when the tier is visible again; until then it is not lost.
    pub(super) fn keep_quiet(&mut self) {
        if self.warning == Warning::Given {
            self.warning = Warning::None;
            self.held.noticed_at = None;
            self.fall = None;
            self.recheck_at = None;
        }
    }
}

/// Moves a member on the ladder. An earned tier is given at once, and its time to
/// be kept starts now. A tier that is no longer earned is kept until its time is
/// over *and* its notice was given and has run out. Then the member moves down one
/// tier, whose own time starts now. A demotion freeze prevents the move down.
///
/// An id that is no tier of this program (it comes from another version) counts as
/// no held tier, or as the floor if it is the earned one.
pub fn transition<'p>(
    program: &'p Program,
    held: Option<&EarnedTier>,
    earned: &TierId,
    hold: Option<&DemotionFreeze>,
    now: DateTime<Utc>,
) -> TierState<'p> {
    let floor = program.tiers.len() - 1;
    let earned = program.rank(earned).unwrap_or(floor);
    let before = held.and_then(|held| Some((program.rank(&held.tier)?, held)));
    match before {
        Some((rank, held)) if rank < earned => fall(program, (rank, held), earned, hold, now),
        Some((rank, held)) if rank == earned => {
            let mut tier_state = fresh(program, rank, now);
            tier_state.held.since = held.since;
            if tier_state.held.keep_until.is_some() {
                tier_state.change = Change::Renewed;
            }
            if held.noticed_at.is_some() {
                tier_state.warning = Warning::Withdrawn;
            }
            tier_state
        }
        _ => {
            let mut tier_state = fresh(program, earned, now);
            if earned != floor {
                tier_state.change = Change::Reached;
            }
            tier_state
        }
    }
}

/// Returns the recorded tier state without moving it, for readers. A member without
/// a recorded tier gets the state that a first evaluation would give.
pub(super) fn recorded<'p>(
    program: &'p Program,
    held: Option<&EarnedTier>,
    earned: &TierId,
    hold: Option<&DemotionFreeze>,
    now: DateTime<Utc>,
) -> TierState<'p> {
    let before = held.and_then(|held| Some((program.rank(&held.tier)?, held)));
    let Some((rank, held)) = before else {
        return transition(program, None, earned, hold, now);
    };
    let earned = program.rank(earned);
    let mut tier_state = still(program, rank, held);
    tier_state.kept = earned.is_some_and(|earned| rank < earned);
    tier_state.fall = tier_state
        .fall
        .filter(|_| tier_state.kept && hold.is_none());
    let over = held.keep_until.is_none_or(|until| until <= now);
    tier_state.hold = hold.filter(|_| tier_state.kept && over).cloned();
    tier_state
}

/// Returns the state of a held tier that is no longer earned.
fn fall<'p>(
    program: &'p Program,
    (rank, held): (usize, &EarnedTier),
    earned: usize,
    hold: Option<&DemotionFreeze>,
    now: DateTime<Utc>,
) -> TierState<'p> {
    let notice = program.tiers[rank].notice;
    let kept_until = held.keep_until.unwrap_or(now);
    let in_time = now < kept_until;
    let mut tier_state = still(program, rank, held);
    tier_state.kept = true;
    if let (Some(hold), false) = (hold, in_time) {
        tier_state.fall = None;
        tier_state.hold = Some(hold.clone());
        tier_state.recheck_at = Some(now + FREEZE_RECHECK);
        return tier_state;
    }
    let announce_at = kept_until.checked_sub_signed(notice).unwrap_or(now);
    let unannounced = held.noticed_at.is_none() && !notice.is_zero();
    if unannounced && now < announce_at {
        tier_state.recheck_at = Some(announce_at);
        return tier_state;
    }
    if unannounced {
        tier_state.warning = Warning::Given;
        tier_state.held.noticed_at = Some(now);
        tier_state.fall = announced(program, rank, &tier_state.held);
    }
    let falls_at = tier_state.fall.as_ref().map_or(kept_until, |fall| fall.at);
    if now < falls_at {
        tier_state.recheck_at = Some(falls_at);
        return tier_state;
    }
    let below = below(program, rank);
    let mut lower = fresh(program, below, now);
    lower.change = Change::Lowered {
        from: held.tier.clone(),
    };
    lower.kept = below < earned;
    if lower.kept {
        // The lower tier's own notice and time begin now. The immediate recheck finds
        // out which of them is due first.
        lower.recheck_at = Some(now);
    }
    lower
}

/// Returns the demotion of a tier; `None` if no notice was given.
fn announced<'p>(program: &'p Program, rank: usize, held: &EarnedTier) -> Option<Fall<'p>> {
    let noticed_at = held.noticed_at?;
    let after_notice = noticed_at.checked_add_signed(program.tiers[rank].notice)?;
    Some(Fall {
        at: held
            .keep_until
            .map_or(after_notice, |until| until.max(after_notice)),
        to: &program.tiers.get(below(program, rank))?.id,
    })
}

/// Returns the next tier down by the rules. Skips tiers that only grants give.
fn below(program: &Program, rank: usize) -> usize {
    let by_rules = |tier: &Tier| tier.by == Giver::Rules;
    let mut lower = program.tiers.iter().enumerate().skip(rank + 1);
    let next = lower.find(|(_, tier)| by_rules(tier));
    next.map_or(program.tiers.len() - 1, |(rank, _)| rank)
}

/// Returns the state of an unchanged tier.
fn still<'p>(program: &'p Program, rank: usize, held: &EarnedTier) -> TierState<'p> {
    TierState {
        held: held.clone(),
        tier: &program.tiers[rank].id,
        change: Change::None,
        warning: Warning::None,
        fall: announced(program, rank, held),
        kept: false,
        hold: None,
        recheck_at: None,
    }
}

/// Returns the state of a tier that begins now.
fn fresh(program: &Program, rank: usize, now: DateTime<Utc>) -> TierState<'_> {
    let tier = &program.tiers[rank];
    let is_floor = rank + 1 == program.tiers.len();
    let keep = tier.keep.filter(|_| !is_floor);
    let held = EarnedTier {
        tier: tier.id.clone(),
        since: now,
        keep_until: keep.and_then(|keep| now.checked_add_signed(keep)),
        noticed_at: None,
    };
    still(program, rank, &held)
}

/// Returns the tier in effect: the tier by the rules, or a better tier of a grant that
/// counts now.
pub(super) fn in_effect<'p>(
    program: &'p Program,
    tier_state: &TierState<'p>,
    was_recorded: bool,
    grants: &[Grant],
    now: DateTime<Utc>,
) -> InEffect<'p> {
    let by_rules = program
        .rank(tier_state.tier)
        .unwrap_or(program.tiers.len() - 1);
    let tier_of = |grant: &Grant| match &grant.gift {
        Gift::Tier(tier) => program.rank(tier),
        Gift::Perk(_) => None,
    };
    let counting = grants.iter().filter(|grant| grant.counts_at(now));
    let better = counting
        .filter_map(|grant| Some((tier_of(grant)?, grant)))
        .filter(|(rank, _)| *rank < by_rules)
        // The best tier; of several grants of it, the one that ends last.
        .min_by_key(|(rank, grant)| {
            let ends = grant.ends_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
            (*rank, std::cmp::Reverse(ends), grant.id)
        });
    match better {
        Some((rank, grant)) => InEffect {
            tier: &program.tiers[rank].id,
            since: Some(grant.starts_at),
            kept: false,
            keep_until: None,
            held: None,
            will_change: None,
            grant: Some(grant.id),
        },
        None => InEffect {
            tier: tier_state.tier,
            since: was_recorded.then_some(tier_state.held.since),
            kept: tier_state.kept,
            keep_until: tier_state
                .held
                .keep_until
                .filter(|_| tier_state.kept && tier_state.hold.is_none()),
            held: tier_state.hold.clone(),
            will_change: tier_state.fall.clone(),
            grant: None,
        },
    }
}
