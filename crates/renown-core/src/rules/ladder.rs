//! Tiers with memory: what was earned is kept for a while, lost only after
//! notice, and one step at a time. What a person granted comes on top.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Gift, Grant, GrantId, Source, TierId};

use super::program::{Program, Tier};
use super::source::Giver;
use crate::domain::EarnedTier;

/// How long a hold may last before a member whose tier it keeps is looked at again.
const PATIENCE_OF_HOLDS: TimeDelta = TimeDelta::hours(1);

/// What a look at a member made of their tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the tier is the same, and is not kept for longer than before.
    None,
    /// The member reached a tier above the one before.
    Reached,
    /// The tier was earned again, so that it is kept for its full time from now.
    Renewed,
    /// The tier's time ran out: one step down.
    Lowered {
        /// The tier before.
        from: TierId,
    },
}

/// What is to be told of a tier that has not changed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Nothing.
    None,
    /// That it will be lost.
    Given,
    /// That it will not be lost after all.
    Withdrawn,
}

/// Why nobody is moved down for the time being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemotionFreeze {
    /// The kind of reason.
    pub reason: FreezeReason,
    /// The sources that have gone silent, by name.
    #[schema(value_type = Vec<String>)]
    pub sources: Vec<Source>,
    /// Since when the first of them has been.
    pub since: DateTime<Utc>,
}

/// What can keep everybody from being moved down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FreezeReason {
    /// A source of events has gone silent: what is missing may be evidence.
    SourceSilent,
}

/// A change of tier that has been announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fall<'p> {
    /// When it will happen, if the tier is not earned again by then.
    pub at: DateTime<Utc>,
    /// The tier that will be in effect then.
    #[schema(value_type = String)]
    pub to: &'p TierId,
}

/// A member's place on the ladder after a look at it, by the rules alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierState<'p> {
    /// What to remember of it: the tier, since when, and until when it is kept.
    pub held: EarnedTier,
    /// The tier, by its name in the program.
    pub tier: &'p TierId,
    /// What happened.
    pub change: Change,
    /// What is to be told.
    pub warning: Warning,
    /// When and to what the tier will fall, once that has been announced.
    pub fall: Option<Fall<'p>>,
    /// True if the tier is above what is earned now and is only kept.
    pub kept: bool,
    /// What alone keeps the tier: its time is over.
    pub hold: Option<DemotionFreeze>,
    /// When it must be looked at again although nothing happens to the member.
    pub recheck_at: Option<DateTime<Utc>>,
}

/// The tier in effect: by the rules, or by a grant that gives a better one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InEffect<'p> {
    /// Which.
    #[schema(value_type = String)]
    pub tier: &'p TierId,
    /// Since when; absent while nothing was recorded (the floor, or a tier
    /// reached a moment ago).
    pub since: Option<DateTime<Utc>>,
    /// True if the tier is above what is earned now and is only kept.
    pub kept: bool,
    /// Until when it is kept, if it is only kept.
    pub keep_until: Option<DateTime<Utc>>,
    /// What alone keeps the tier, its time being over; absent where nothing has to.
    pub held: Option<DemotionFreeze>,
    /// When and to what it will change, if that has been announced.
    pub will_change: Option<Fall<'p>>,
    /// The grant that gives it; absent where the rules do.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub grant: Option<GrantId>,
}

impl TierState<'_> {
    /// Announces nothing, since a grant hides the tier: its notice begins when
    /// it can be seen again, and until then it is not lost.
    pub(super) fn keep_quiet(&mut self) {
        if self.warning == Warning::Given {
            self.warning = Warning::None;
            self.held.noticed_at = None;
            self.fall = None;
            self.recheck_at = None;
        }
    }
}

/// Moves a member on the ladder. A tier that is earned is given at once, and
/// kept from now. One that is no longer earned is kept until its time is over
/// *and* its notice has been given and run out; then it gives way to the next
/// one down, which has its own time from now; but not during a hold.
///
/// Names that are no tiers of this program (it was another version's) count as
/// nothing held, or as the floor earned.
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

/// The place that was recorded, not moved: what a reader sees. Somebody of whom
/// nothing was recorded stands where a first look would put them.
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

/// A tier that is held and not earned any more.
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
        tier_state.recheck_at = Some(now + PATIENCE_OF_HOLDS);
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
        // Its own notice and time begin now: when the first of them is due, is
        // found by looking once more.
        lower.recheck_at = Some(now);
    }
    lower
}

/// When and to what a tier falls whose notice was given.
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

/// The next step down: what only people give is none, since nobody gave it.
fn below(program: &Program, rank: usize) -> usize {
    let by_rules = |tier: &Tier| tier.by == Giver::Rules;
    let mut lower = program.tiers.iter().enumerate().skip(rank + 1);
    let next = lower.find(|(_, tier)| by_rules(tier));
    next.map_or(program.tiers.len() - 1, |(rank, _)| rank)
}

/// A tier that goes on as it was.
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

/// A tier that begins now.
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

/// What is in effect: the place on the ladder, or a better tier that counts as
/// granted now.
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
        // The best tier; of several grants of it the one that lasts.
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
