//! The fast path: who gets what, without saying why.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{PerkId, TierId};
use crate::fairness::relevance::{self, Verdict};

use super::condition::Condition;
use super::condition::eval::Eval;
use super::facts::Facts;
use super::ladder::{self, Rung};
use super::program::{Perk, Program, ServiceLevel};
use super::standing::Standing;
use super::table::TableOutcome;
use super::view::View;

/// Why a perk is not given. Where more than one reason holds, the first of
/// this list is named: those that nobody can change come before those that
/// the person can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The person is not enrolled, has opted out, or was never seen.
    NotEnrolled,
    /// Its last day is over.
    Expired,
    /// Its first day is yet to come.
    NotStarted,
    /// All units are gone.
    OutOfStock,
    /// Its condition is not met.
    Condition,
    /// It is about nothing that the person has shown confidence or interest in.
    NotRelevant,
}

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
    /// The tier in effect, by what is earned and what is kept.
    pub tier: Rung<'p>,
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
    /// Takes microseconds; [`Program::explain`] says why.
    pub fn evaluate(&self, facts: &Facts<'_>) -> Outcome<'_> {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let rung = ladder::transition(self, self.held(facts), earned, facts.hold, facts.now);
        view.tier = Some(rung.tier);
        let perk = |perk| PerkOutcome {
            eligibility: match self.refusal(perk, facts, &view) {
                None => Eligibility::Eligible,
                Some(reason) => Eligibility::Refused { reason },
            },
            perk: &perk.id,
        };
        Outcome {
            standing: self.shown_standing(facts, &view),
            earned,
            service_level: self.level_of(rung.tier),
            perks: self.perks.iter().map(perk).collect(),
            tables: self.table_outcomes(&view),
            tier: rung,
        }
    }

    pub(super) fn view<'a>(&'a self, facts: &'a Facts<'_>) -> View<'a> {
        View::new(self, facts)
    }

    /// Nobody in particular holds nothing.
    pub(super) fn held<'a>(&self, facts: &Facts<'a>) -> Option<&'a super::facts::Held> {
        facts.member.and(facts.held)
    }

    /// Only enrolled people's standings are shown.
    pub(super) fn shown_standing(&self, facts: &Facts<'_>, view: &View<'_>) -> Standing {
        Standing::new(facts.member.and(view.standing()))
    }

    /// The best tier whose condition holds; the floor for who is not enrolled.
    pub(super) fn earned(&self, facts: &Facts<'_>, view: &View<'_>) -> &TierId {
        let earned = |tier: &&super::program::Tier| holds(tier.condition.as_ref(), view);
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
            (
                Refusal::OutOfStock,
                left(perk, facts).is_some_and(|left| left <= 0),
            ),
        ];
        if let Some((refusal, _)) = refusals.iter().find(|(_, holds)| *holds) {
            return Some(*refusal);
        }
        if !holds(perk.condition.as_ref(), view) {
            return Some(Refusal::Condition);
        }
        (!verdict(perk, view).is_relevant()).then_some(Refusal::NotRelevant)
    }
}

/// Units left, if they are counted.
fn left(perk: &Perk, facts: &Facts<'_>) -> Option<i64> {
    facts.stock.get(&perk.id).copied().or(perk.stock)
}

/// What is not asked for is met.
pub(super) fn holds(condition: Option<&Condition>, view: &View<'_>) -> bool {
    condition.is_none_or(|condition| Eval::on(view).holds(&condition.tree))
}

pub(super) fn verdict(perk: &Perk, view: &View<'_>) -> Verdict {
    let topics = perk.slots.iter().map(|slot| view.topic(*slot));
    relevance::judge(topics, view.any_topic_known(), perk.relevance)
}
