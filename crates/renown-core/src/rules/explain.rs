//! Why: every tier and perk with its condition as written, the tests that
//! decided, what was found and what was asked for, and what would change it.

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
use super::experiment::ControlGroup;
use super::facts::Facts;
use super::ladder::InEffect;
use super::program::{Perk, Program, ServiceLevel, Tier};
use super::search::Search;
use super::source::Giver;
use super::standing::Standing;
use super::table::TableReasons;
use super::view::View;
use crate::domain::Refusal;

/// Why a program gives what it gives to one person at one time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reasons<'p> {
    /// The person's standing in the program.
    pub standing: Standing,
    /// The tier in effect, and whether it is earned or only kept.
    pub tier: InEffect<'p>,
    /// How the person is served.
    pub service_level: &'p ServiceLevel,
    /// The time to which the person's scores were computed.
    pub score_as_of: DateTime<Utc>,
    /// What is given: tiers whose condition holds or that are kept, best first,
    /// then perks that may be claimed.
    pub matched: Vec<Reason<'p>>,
    /// What is not: tiers, best first, then perks.
    pub not_matched: Vec<Reason<'p>>,
    /// What the program's decision tables say and what they looked at, by
    /// their ids; absent if it has none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<&'p str, TableReasons<'p>>,
}

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A tier.
    Tier,
    /// A perk.
    Perk,
}

/// Why one tier or perk is given or is not.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reason<'p> {
    /// Whether it is a tier or a perk.
    pub kind: Kind,
    /// Its short name.
    pub id: &'p str,
    /// Its name for people.
    pub title: &'p str,
    /// Its condition as the program's author wrote it; absent if it has none.
    /// Of a tier that stays only by its condition for staying: that one.
    pub condition: Option<&'p str>,
    /// The tests of the condition that decided: those that hold where it is
    /// met, those that fail where it is not.
    pub tests: Vec<Test>,
    /// For a tier that is no longer earned and still in effect: until when it
    /// is kept. Its tests say what is missing.
    pub kept_until: Option<DateTime<Utc>>,
    /// The grant that gives it, whatever its condition says; absent if there
    /// is none.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub grant: Option<GrantId>,
    /// Why it is not given; absent where it is.
    pub refusal: Option<Refusal>,
    /// What a perk's topics have to do with the person; absent for tiers.
    pub relevance: Option<Relevance>,
    /// What would turn the refusal into a yes; absent where nothing is
    /// refused, and for tiers below the one in effect.
    pub counterfactual: Option<WhatIf>,
    /// What the person is told about why they got it; absent for tiers.
    pub disclosure: Option<&'p str>,
    /// The group that a perk is held back from, where that is why it is not
    /// given; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_back: Option<ControlGroup>,
}

/// What a perk's topics have to do with a person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Relevance {
    /// Whether the perk is relevant, and why.
    pub verdict: Verdict,
    /// The perk's topics, with what is known of the person on each.
    pub topics: Vec<TopicSign>,
}

impl Program {
    /// Explains what [`Program::evaluate`] answers.
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
        Reasons {
            standing: self.shown_standing(facts, &view),
            service_level: self.level_of(tier.tier),
            tier,
            score_as_of: facts.score.as_of,
            matched,
            not_matched,
            tables: self.table_reasons(&view),
        }
    }

    /// Explains one perk of this program, as [`Program::explain`] does. A claim
    /// that is refused needs no more, and each other perk's counterfactual is a
    /// search of its own.
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

    /// What conditions see of the member once their tier is known, and that tier.
    fn view_in_tier<'v, 'p: 'v>(&'p self, facts: &'v Facts<'_>) -> (View<'v>, InEffect<'p>) {
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        let tier = self.recorded(facts, earned);
        view.tier = Some(tier.tier);
        (view, tier)
    }

    /// The tests that decide about one tier, for telling why it was reached or lost.
    pub fn tests_of(&self, tier: &TierId, facts: &Facts<'_>) -> Vec<Test> {
        let view = self.view(facts);
        let tier = self.tier(tier);
        let condition = tier.and_then(|tier| self.deciding(tier, facts, &view));
        self.tests(condition.map(|c| &c.tree), facts, &view)
    }

    /// The condition that decides about a tier: the one for staying, where that
    /// alone keeps it.
    fn deciding<'p>(
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

    /// The deciding tests; none for who is not enrolled, of whom nothing is shown.
    fn tests(&self, tree: Option<&Bool>, facts: &Facts<'_>, view: &View<'_>) -> Vec<Test> {
        match (tree, facts.member) {
            (Some(tree), Some(_)) => deciding::tests(tree, &self.names, view),
            _ => Vec::new(),
        }
    }
}

/// What all reasons of one explanation are found with.
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
            disclosure: Some(&perk.disclosure),
            held_back: self.program.control_group(perk, refusal),
        }
    }

    /// What would turn a refusal into a yes; nothing for a tier below the one
    /// in effect.
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
