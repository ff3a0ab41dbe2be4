//! Explanations: every tier and perk with its condition as written, the tests
//! that decided, the actual and the required values, and the counterfactual.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{GrantId, TierId};
use crate::fairness::relevance::{TopicSign, Verdict};

use super::condition::Condition;
use super::condition::expr::Bool;
use super::counterfactual::{Goal, WhatIf};
use super::deciding::{self, Test};
use super::evaluate::{holds, verdict};
use super::exclusive::ExcludedBy;
use super::experiment::ControlGroup;
use super::facts::Facts;
use super::ladder::InEffect;
use super::program::{Perk, Program, ServiceLevel, Tier};
use super::search::Search;
use super::service_clock::ServiceClock;
use super::source::Giver;
use super::standing::Standing;
use super::table::TableReasons;
use super::view::View;
use crate::domain::Refusal;

/// The explanation of what a program gives to one member at one time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reasons<'p> {
    /// The member's standing in the program.
    pub standing: Standing,
    /// The tier in effect, and whether it is earned, only kept or granted.
    pub tier: InEffect<'p>,
    /// The first service level whose condition holds, else that of the tier in effect.
    pub service_level: &'p ServiceLevel,
    /// Why a condition gives the service level; absent if the tier gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub service_level_reason: Option<LevelReason<'p>>,
    /// When the targets of the service level are due, and whether the desk is open; absent
    /// from decisions that were recorded before there were such times.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub service_clock: Option<ServiceClock>,
    /// The time as of which the member's scores were computed.
    pub score_as_of: DateTime<Utc>,
    /// What the member gets: first the tiers that are earned, kept or granted,
    /// best first, then the perks that the member may claim.
    pub matched: Vec<Reason<'p>>,
    /// What the member does not get: first tiers, best first, then perks.
    pub not_matched: Vec<Reason<'p>>,
    /// The results and input values of the program's decision tables, by table
    /// id; absent if the program has no tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<&'p str, TableReasons<'p>>,
}

/// The reason why a condition gives a service level.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LevelReason<'p> {
    /// The condition as the program's author wrote it.
    pub condition: &'p str,
    /// The tests that make it hold.
    pub tests: Vec<Test>,
}

/// The kind of thing that a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A tier.
    Tier,
    /// A perk.
    Perk,
}

/// The reason why one tier or perk is given or refused.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reason<'p> {
    /// Whether it is a tier or a perk.
    pub kind: Kind,
    /// The id of the tier or perk.
    pub id: &'p str,
    /// The display name of the tier or perk.
    pub title: &'p str,
    /// The condition as the program's author wrote it; absent if there is none.
    /// For a tier that only its `stay` condition keeps, this is the `stay`
    /// condition.
    pub condition: Option<&'p str>,
    /// The tests that decided: the tests that hold if the condition is met, the
    /// tests that fail if it is not.
    pub tests: Vec<Test>,
    /// The time until which a tier is kept that is no longer earned but still in
    /// effect; absent otherwise. The tests show what is missing.
    pub kept_until: Option<DateTime<Utc>>,
    /// The grant that gives the tier or perk, regardless of its condition; absent
    /// if there is none.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub grant: Option<GrantId>,
    /// Why the tier or perk is refused; absent if it is given.
    pub refusal: Option<Refusal>,
    /// How relevant a perk's topics are to the member; absent for tiers, and if
    /// no member is enrolled.
    pub relevance: Option<Relevance>,
    /// The change that would lift the refusal; absent if nothing is refused, and
    /// for tiers below the tier in effect.
    pub counterfactual: Option<WhatIf>,
    /// The text that tells the member why they got the perk; absent for tiers, and for a
    /// refused perk of which the member has no unit.
    pub disclosure: Option<&'p str>,
    /// The control group, if the perk is refused because the member belongs to
    /// it; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub held_back: Option<ControlGroup>,
    /// The perk of the same exclusive group that the member gets instead; absent if that is
    /// not why the perk is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub excluded_by: Option<ExcludedBy>,
}

/// How relevant a perk's topics are to a member.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Relevance {
    /// Whether the perk is relevant, and why.
    pub verdict: Verdict,
    /// The perk's topics, each with the member's confidence and interest.
    pub topics: Vec<TopicSign>,
}

impl Program {
    /// Explains the outcome of [`Program::evaluate`].
    pub fn explain(&self, facts: &Facts<'_>) -> Reasons<'_> {
        let (view, tier) = self.view_in_tier(facts);
        let scratch = RefCell::new(view.clone());
        let why = Why {
            program: self,
            facts,
            view: &view,
            scratch: &scratch,
        };
        let tiers = self.tiers.iter().enumerate();
        let tiers = tiers.map(|(rank, step)| why.tier_reason(rank, step, &tier));
        let perks = self.perks.iter().map(|perk| why.perk_reason(perk));
        let (matched, not_matched) = tiers.chain(perks).partition(|r| r.refusal.is_none());
        let (service_level, condition) = self.service_level(tier.tier, &view);
        Reasons {
            standing: self.shown_standing(facts, &view),
            service_level,
            service_level_reason: condition.map(|condition| LevelReason {
                condition: &condition.source,
                tests: deciding::tests(&condition.tree, &self.names, &view),
            }),
            service_clock: ServiceClock::of(service_level, facts),
            tier,
            score_as_of: facts.score.as_of,
            matched,
            not_matched,
            tables: self.table_reasons(&view),
        }
    }

    /// Explains one perk of this program, as [`Program::explain`] does. A refused
    /// claim needs only its own perk, and every further perk would cost another
    /// search for a counterfactual.
    pub fn explain_perk<'p>(&'p self, perk: &'p Perk, facts: &Facts<'_>) -> Reason<'p> {
        let (view, _) = self.view_in_tier(facts);
        let scratch = RefCell::new(view.clone());
        let why = Why {
            program: self,
            facts,
            view: &view,
            scratch: &scratch,
        };
        why.perk_reason(perk)
    }

    /// Returns the view with the tier in effect set, and that tier.
    pub(super) fn view_in_tier<'v, 'p: 'v>(
        &'p self,
        facts: &'v Facts<'_>,
    ) -> (View<'v>, InEffect<'p>) {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let tier = self.recorded(facts, earned);
        view.tier = Some(tier.tier);
        (view, tier)
    }

    /// Returns the tests that decide about one tier, to explain why it was reached
    /// or lost; empty if no member is enrolled or the tier has no condition.
    pub fn tests_of(&self, tier: &TierId, facts: &Facts<'_>) -> Vec<Test> {
        let view = self.view(facts);
        let tier = self.tier(tier);
        let condition = tier.and_then(|tier| self.deciding(tier, facts, &view));
        self.tests(condition.map(|c| &c.tree), facts, &view)
    }

    /// Returns the condition that decides about a tier. It is the `stay` condition
    /// if the member holds the tier and does not meet its `when` condition.
    pub(super) fn deciding<'p>(
        &self,
        tier: &'p Tier,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<&'p Condition> {
        let held = self.held(facts).is_some_and(|held| held.tier == tier.id);
        let when = tier.condition.as_ref();
        let stay = tier.stay.as_ref().filter(|_| held && !holds(when, view));
        stay.or(when)
    }

    /// Returns the deciding tests; none if no member is enrolled, because nothing
    /// may be shown then.
    fn tests(&self, tree: Option<&Bool>, facts: &Facts<'_>, view: &View<'_>) -> Vec<Test> {
        match (tree, facts.member) {
            (Some(tree), Some(_)) => deciding::tests(tree, &self.names, view),
            _ => Vec::new(),
        }
    }
}

/// The context in which all reasons of one explanation are computed.
struct Why<'w, 'v, 'p> {
    program: &'p Program,
    facts: &'w Facts<'w>,
    view: &'w View<'v>,
    scratch: &'w RefCell<View<'v>>,
}

impl<'v, 'p: 'v> Why<'_, 'v, 'p> {
    fn tier_reason(&self, rank: usize, tier: &'p Tier, in_effect: &InEffect<'_>) -> Reason<'p> {
        let is_in_effect = *in_effect.tier == tier.id;
        let condition = self.program.deciding(tier, self.facts, self.view);
        let kept = in_effect.kept && is_in_effect;
        let grant = in_effect.grant.filter(|_| is_in_effect);
        let refusal = match self.facts.member {
            _ if condition.is_none() && tier.by == Giver::Rules => None,
            None => Some(Refusal::NotEnrolled),
            Some(_) if kept || grant.is_some() => None,
            Some(_) if tier.by == Giver::Grants => Some(Refusal::ByGrantOnly),
            Some(_) if holds(condition, self.view) => None,
            Some(_) => Some(Refusal::Condition),
        };
        Reason {
            kind: Kind::Tier,
            id: tier.id.as_str(),
            title: &tier.title,
            condition: condition.map(|c| c.source.as_str()),
            tests: self.tests(condition.map(|c| &c.tree)),
            kept_until: in_effect.keep_until.filter(|_| kept),
            grant,
            refusal,
            relevance: None,
            counterfactual: refusal.and_then(|_| self.what_if(Goal::Tier(rank))),
            disclosure: None,
            held_back: None,
            excluded_by: None,
        }
    }

    fn perk_reason(&self, perk: &'p Perk) -> Reason<'p> {
        let refusal = self.program.refusal(perk, self.facts, self.view);
        Reason {
            kind: Kind::Perk,
            id: perk.id.as_str(),
            title: &perk.title,
            condition: perk.when(),
            tests: self.tests(perk.condition.as_ref().map(|c| &c.tree)),
            kept_until: None,
            grant: self.program.granted(perk, self.facts).map(|grant| grant.id),
            refusal,
            relevance: self.facts.member.map(|_| relevance(perk, self.view)),
            counterfactual: refusal.and_then(|_| self.what_if(Goal::Perk(perk))),
            disclosure: self.program.disclosure(perk, refusal, self.facts),
            held_back: self.program.control_group(perk, refusal),
            excluded_by: refusal
                .filter(|refusal| *refusal == Refusal::ExclusiveOf)
                .and_then(|_| self.program.excluder(perk, self.facts, self.view)),
        }
    }

    /// Searches for the change that would lift a refusal; `None` for a tier that
    /// is not above the tier in effect.
    fn what_if(&self, goal: Goal<'p>) -> Option<WhatIf> {
        if self.program.reaches(self.facts, self.view, goal) {
            return None;
        }
        let search = Search {
            program: self.program,
            facts: self.facts,
            view: self.view,
            scratch: self.scratch,
            goal,
        };
        Some(search.run())
    }

    fn tests(&self, tree: Option<&Bool>) -> Vec<Test> {
        self.program.tests(tree, self.facts, self.view)
    }
}

fn relevance(perk: &Perk, view: &View<'_>) -> Relevance {
    let topics = perk.topics.iter().zip(&perk.slots);
    Relevance {
        verdict: verdict(perk, view),
        topics: topics
            .map(|(topic, slot)| TopicSign::new(topic, view.topic(*slot)))
            .collect(),
    }
}
