//! The fast path: evaluates a program without explaining the outcome.

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
    /// The member may claim the perk.
    Eligible,
    /// The member may not claim the perk.
    Refused {
        /// Why the perk is refused.
        reason: Refusal,
    },
}

impl Eligibility {
    /// Returns the arm of the experiment that the member is in. `None` if the member
    /// would not get the perk anyway, and so is in neither arm.
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

/// The outcome for one perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PerkOutcome<'p> {
    /// The id of the perk.
    #[schema(value_type = String)]
    pub perk: &'p PerkId,
    /// Whether the member may claim the perk.
    #[serde(flatten)]
    pub eligibility: Eligibility,
}

/// The outcome of one program for one member at one time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Outcome<'p> {
    /// The member's standing in the program.
    pub standing: Standing,
    /// The best tier whose `when` condition holds, or whose `stay` condition holds if the
    /// member holds it already. Kept tiers and grants do not count.
    #[schema(value_type = String)]
    pub earned: &'p TierId,
    /// The tier in effect: earned, kept or granted.
    pub tier: InEffect<'p>,
    /// The first service level whose condition holds, else that of the tier in effect.
    /// Always present: it is the floor's if nothing is known of the member.
    pub service_level: &'p ServiceLevel,
    /// The outcome of every perk, in the order of the program file.
    pub perks: Vec<PerkOutcome<'p>>,
    /// The results of the program's decision tables, by table id; absent if the
    /// program has no tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<&'p str, TableOutcome<'p>>,
}

impl Program {
    /// Evaluates the program: standing, tier, service level and every perk. Uses the
    /// recorded tier; [`reevaluate`](Self::reevaluate) moves it. Takes microseconds.
    /// [`Program::explain`] adds the reasons.
    pub fn evaluate(&self, facts: &Facts<'_>) -> Outcome<'_> {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let tier = self.recorded(facts, earned);
        self.outcome(facts, &mut view, earned, tier)
    }

    /// Evaluates a member's tier again, and nothing else. Returns the new tier state and the
    /// tier in effect.
    pub fn climb(&self, facts: &Facts<'_>) -> (TierState<'_>, InEffect<'_>) {
        let view = self.view(facts);
        let earned = self.earned(facts, &view);
        self.moved(facts, earned)
    }

    /// Evaluates a member's tier again. Returns the new tier state and the outcome of the
    /// program with it.
    pub fn reevaluate(&self, facts: &Facts<'_>) -> (TierState<'_>, Outcome<'_>) {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let (tier_state, tier) = self.moved(facts, earned);
        let outcome = self.outcome(facts, &mut view, earned, tier);
        (tier_state, outcome)
    }

    /// Returns the tier in effect by the recorded tier state.
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

    /// Returns the tier state after the rules have moved it, and the tier in effect then.
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
            service_level: self.service_level(tier.tier, view).0,
            perks: self.perks.iter().map(perk).collect(),
            tables: self.table_outcomes(view),
            tier,
        }
    }

    /// Returns the first service level whose condition holds, with that condition, else the
    /// level of the tier in effect. A person who is not enrolled gets it too: an urgent ticket
    /// is as urgent from them as from a member.
    pub(super) fn service_level(
        &self,
        tier: &TierId,
        view: &View<'_>,
    ) -> (&ServiceLevel, Option<&Condition>) {
        let mut conditions = self.level_conditions.iter();
        match conditions.find(|(_, condition)| holds(Some(condition), view)) {
            Some((slot, condition)) => (&self.levels[*slot], Some(condition)),
            None => (self.level_of(tier), None),
        }
    }

    pub(super) fn view<'a>(&'a self, facts: &'a Facts<'_>) -> View<'a> {
        View::new(self, facts)
    }

    /// Returns the held tier; `None` if no member is enrolled.
    pub(super) fn held<'a>(&self, facts: &Facts<'a>) -> Option<&'a crate::domain::EarnedTier> {
        facts.member.and(facts.held)
    }

    /// Returns the grants; empty if no member is enrolled.
    pub(super) fn grants<'a>(&self, facts: &Facts<'a>) -> &'a [Grant] {
        facts.member.map_or(&[], |_| facts.grants)
    }

    /// Returns the grant that gives a perk, if one counts now.
    pub(super) fn granted<'a>(&self, perk: &Perk, facts: &Facts<'a>) -> Option<&'a Grant> {
        self.grants(facts).iter().find(|grant| {
            matches!(&grant.gift, Gift::Perk(id) if *id == perk.id) && grant.counts_at(facts.now)
        })
    }

    /// Returns the standing to show: unknown if no member is enrolled.
    pub(super) fn shown_standing(&self, facts: &Facts<'_>, view: &View<'_>) -> Standing {
        Standing::new(facts.member.and(view.standing()))
    }

    /// Returns the best tier whose condition holds, or that is held already and whose
    /// `stay` condition holds; the floor if no member is enrolled.
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

    /// Returns why the member got a perk, in the words of its disclosure. `None` if it is
    /// refused and the member has no unit of it: then there is nothing to disclose.
    pub fn disclosure<'p>(
        &self,
        perk: &'p Perk,
        refusal: Option<Refusal>,
        facts: &Facts<'_>,
    ) -> Option<&'p str> {
        let has = facts.claimed.get(&perk.id).is_some_and(|units| *units > 0);
        (refusal.is_none() || has).then_some(&perk.disclosure)
    }

    /// Returns the reason why a perk is refused; `None` if it is given.
    pub(super) fn refusal(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<Refusal> {
        self.denied(perk, facts)
            .or_else(|| self.unmet(perk, facts, view))
    }

    /// Returns the reason why a perk is refused, without better perks of its exclusive
    /// group; `None` if it is given.
    pub(super) fn refusal_alone(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<Refusal> {
        self.denied(perk, facts)
            .or_else(|| self.unmet_alone(perk, facts, view))
            .or_else(|| self.held_back(perk, facts, view))
    }

    /// Returns the reason why a perk is refused by enrolment, dates, limits, or what the
    /// member has.
    fn denied(&self, perk: &Perk, facts: &Facts<'_>) -> Option<Refusal> {
        if facts.member.is_none() {
            Some(Refusal::NotEnrolled)
        } else if perk.until.is_some_and(|until| facts.now >= until) {
            Some(Refusal::Expired)
        } else if perk.from.is_some_and(|from| facts.now < from) {
            Some(Refusal::NotStarted)
        } else {
            self.limit(perk, facts)
        }
    }

    /// Returns the reason why a perk is refused, without enrolment, dates, stock and
    /// limits.
    pub(super) fn unmet(&self, perk: &Perk, facts: &Facts<'_>, view: &View<'_>) -> Option<Refusal> {
        let by_better = || {
            let better = self.better(perk, facts, view);
            better.map(|_| Refusal::ExclusiveOf)
        };
        // Last, so that both arms of an experiment consist of eligible members.
        self.unmet_alone(perk, facts, view)
            .or_else(by_better)
            .or_else(|| self.held_back(perk, facts, view))
    }

    /// Returns the reason why a perk is refused by its own condition and topics.
    pub(super) fn unmet_alone(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<Refusal> {
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
        None
    }

    /// Returns the refusal of a perk by an experiment. What people granted is never held
    /// back.
    pub(super) fn held_back(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<Refusal> {
        let holds_back = self.granted(perk, facts).is_none() && self.holds_back(perk, facts, view);
        holds_back.then_some(Refusal::HeldBack)
    }
}

/// Whether a condition holds. A missing condition always holds.
pub(super) fn holds(condition: Option<&Condition>, view: &View<'_>) -> bool {
    condition.is_none_or(|condition| Eval::on(view).holds(&condition.tree))
}

pub(super) fn verdict(perk: &Perk, view: &View<'_>) -> Verdict {
    let topics = perk.slots.iter().map(|slot| view.topic(*slot));
    relevance::judge(topics, view.any_topic_known(), perk.relevance)
}
