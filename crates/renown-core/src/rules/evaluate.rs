//! The fast path: who gets what, without saying why.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Gift, Grant, PerkId, TierId};
use crate::fairness::relevance::{self, Verdict};

use super::condition::Condition;
use super::condition::eval::Eval;
use super::experiment::Arm;
use super::facts::Facts;
use super::ladder::{self, InEffect, TierState};
use super::program::{Perk, Program, ServiceLevel, Tier};
use super::source::Giver;
use super::standing::Standing;
use super::table::TableOutcome;
use super::view::View;
use crate::domain::Refusal;

/// Whether a perk may be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Eligibility {
    /// It may.
    Eligible,
    /// It may not.
    Refused {
        /// Why not.
        reason: Refusal,
    },
}

impl Eligibility {
    /// On which side of an experiment somebody is by this, if on any: others
    /// would not get the perk anyway.
    pub fn arm(self) -> Option<Arm> {
        match self {
            Self::Eligible => Some(Arm::Offered),
            Self::Refused {
                reason: Refusal::HeldBack,
            } => Some(Arm::HeldBack),
            Self::Refused { .. } => None,
        }
    }
}

/// One perk of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PerkOutcome<'p> {
    /// The perk's short name.
    #[schema(value_type = String)]
    pub perk: &'p PerkId,
    /// Whether it may be claimed.
    #[serde(flatten)]
    pub eligibility: Eligibility,
}

/// What one program gives to one person at one time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Outcome<'p> {
    /// The person's standing in the program.
    pub standing: Standing,
    /// The tier that the conditions give now, whatever was held before.
    #[schema(value_type = String)]
    pub earned: &'p TierId,
    /// The tier in effect, by what is earned, kept and granted.
    pub tier: InEffect<'p>,
    /// How the person is served. There is always an answer: the floor's, if
    /// nothing is known.
    pub service_level: &'p ServiceLevel,
    /// Every perk of the program, in the order of its file.
    pub perks: Vec<PerkOutcome<'p>>,
    /// What the program's decision tables say, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<&'p str, TableOutcome<'p>>,
}

impl Program {
    /// Evaluates the program: standing, tier, service level, and every perk.
    /// The tier is the one that was recorded, which [`look`](Self::look) moves.
    /// Takes microseconds; [`Program::explain`] says why.
    pub fn evaluate(&self, facts: &Facts<'_>) -> Outcome<'_> {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let tier = self.recorded(facts, earned);
        self.outcome(facts, &mut view, earned, tier)
    }

    /// Looks at somebody's tier again: where the rules move it, and what the
    /// program gives from then on.
    pub fn reevaluate(&self, facts: &Facts<'_>) -> (TierState<'_>, Outcome<'_>) {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let (tier_state, tier) = self.moved(facts, earned);
        let outcome = self.outcome(facts, &mut view, earned, tier);
        (tier_state, outcome)
    }

    /// The tier in effect as it was recorded.
    pub(super) fn recorded<'p>(&'p self, facts: &Facts<'_>, earned: &TierId) -> InEffect<'p> {
        let held = self.held(facts);
        let tier_state = ladder::recorded(self, held, earned, facts.hold, facts.now);
        let was_recorded = held.is_some_and(|held| held.tier == *tier_state.tier);
        ladder::in_effect(
            self,
            &tier_state,
            was_recorded,
            self.grants(facts),
            facts.now,
        )
    }

    /// Where the rules move the tier, and the tier in effect then.
    pub(super) fn moved<'p>(
        &'p self,
        facts: &Facts<'_>,
        earned: &TierId,
    ) -> (TierState<'p>, InEffect<'p>) {
        let held = self.held(facts);
        let mut tier_state = ladder::transition(self, held, earned, facts.hold, facts.now);
        let tier = ladder::in_effect(self, &tier_state, true, self.grants(facts), facts.now);
        if tier.grant.is_some() {
            tier_state.keep_quiet();
        }
        (tier_state, tier)
    }

    fn outcome<'p: 'v, 'v>(
        &'p self,
        facts: &Facts<'_>,
        view: &mut View<'v>,
        earned: &'p TierId,
        tier: InEffect<'p>,
    ) -> Outcome<'p> {
        view.tier = Some(tier.tier);
        let view = &*view;
        let perk = |perk| PerkOutcome {
            eligibility: match self.refusal(perk, facts, view) {
                None => Eligibility::Eligible,
                Some(reason) => Eligibility::Refused { reason },
            },
            perk: &perk.id,
        };
        Outcome {
            standing: self.shown_standing(facts, view),
            earned,
            service_level: self.level_of(tier.tier),
            perks: self.perks.iter().map(perk).collect(),
            tables: self.table_outcomes(view),
            tier,
        }
    }

    pub(super) fn view<'a>(&'a self, facts: &'a Facts<'_>) -> View<'a> {
        View::new(self, facts)
    }

    /// Nobody in particular holds nothing.
    pub(super) fn held<'a>(&self, facts: &Facts<'a>) -> Option<&'a crate::domain::EarnedTier> {
        facts.member.and(facts.held)
    }

    /// Nor was anything granted to them.
    pub(super) fn grants<'a>(&self, facts: &Facts<'a>) -> &'a [Grant] {
        facts.member.map_or(&[], |_| facts.grants)
    }

    /// The grant that gives a perk, if one counts now.
    pub(super) fn granted<'a>(&self, perk: &Perk, facts: &Facts<'a>) -> Option<&'a Grant> {
        self.grants(facts).iter().find(|grant| {
            matches!(&grant.gift, Gift::Perk(id) if *id == perk.id) && grant.counts_at(facts.now)
        })
    }

    /// Only enrolled people's standings are shown.
    pub(super) fn shown_standing(&self, facts: &Facts<'_>, view: &View<'_>) -> Standing {
        Standing::new(facts.member.and(view.standing()))
    }

    /// The best tier whose condition holds, or that is held already and whose
    /// condition for staying holds; the floor for who is not enrolled.
    pub(super) fn earned(&self, facts: &Facts<'_>, view: &View<'_>) -> &TierId {
        let held = self.held(facts).map(|held| &held.tier);
        let stays = |tier: &Tier| {
            held == Some(&tier.id) && tier.stay.as_ref().is_some_and(|c| holds(Some(c), view))
        };
        let earned = |tier: &&Tier| {
            tier.by == Giver::Rules && (holds(tier.condition.as_ref(), view) || stays(tier))
        };
        let best = facts.member.and_then(|_| self.tiers.iter().find(earned));
        &best.unwrap_or_else(|| self.floor()).id
    }

    /// Why a perk is not given, if it is not.
    pub(super) fn refusal(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<Refusal> {
        let refusals = [
            (Refusal::NotEnrolled, facts.member.is_none()),
            (
                Refusal::Expired,
                perk.until.is_some_and(|until| facts.now >= until),
            ),
            (
                Refusal::NotStarted,
                perk.from.is_some_and(|from| facts.now < from),
            ),
        ];
        if let Some((refusal, _)) = refusals.iter().find(|(_, holds)| *holds) {
            return Some(*refusal);
        }
        self.limit(perk, facts)
            .or_else(|| self.unmet(perk, facts, view))
    }

    /// What a person does not bring, or is held back from; supply, limits and
    /// dates apart.
    pub(super) fn unmet(&self, perk: &Perk, facts: &Facts<'_>, view: &View<'_>) -> Option<Refusal> {
        if self.granted(perk, facts).is_some() {
            return None;
        }
        if perk.by == Giver::Grants {
            return Some(Refusal::ByGrantOnly);
        }
        if !holds(perk.condition.as_ref(), view) {
            return Some(Refusal::Condition);
        }
        if !verdict(perk, view).is_relevant() {
            return Some(Refusal::NotRelevant);
        }
        // Last, so that both sides of an experiment are people who would get it.
        self.holds_back(perk, facts, view)
            .then_some(Refusal::HeldBack)
    }
}

/// What is not asked for is met.
pub(super) fn holds(condition: Option<&Condition>, view: &View<'_>) -> bool {
    condition.is_none_or(|condition| Eval::on(view).holds(&condition.tree))
}

pub(super) fn verdict(perk: &Perk, view: &View<'_>) -> Verdict {
    let topics = perk.slots.iter().map(|slot| view.topic(*slot));
    relevance::judge(topics, view.any_topic_known(), perk.relevance)
}
