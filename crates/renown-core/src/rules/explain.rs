//! Why: every tier and perk with its condition as written, the tests that
//! decided, what was found and what was asked for, and what would change it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{GrantId, TierId};
use crate::fairness::relevance::{TopicSign, Verdict};

use super::calendar::show_duration;
use super::condition::Condition;
use super::condition::eval::Eval;
use super::condition::expr::*;
use super::condition::print::Show;
use super::counterfactual::{Goal, WhatIf};
use super::evaluate::{holds, verdict};
use super::experiment::HeldBackGroup;
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
    pub held_back: Option<HeldBackGroup>,
}

/// One test of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Test {
    /// The test, as conditions write it: `standing.lower >= 45`.
    pub test: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found; absent if it is not known.
    pub actual: Option<Seen>,
    /// What it was compared with; absent where the test is not a comparison,
    /// or that is not known.
    pub required: Option<Seen>,
    /// How far the number is from the one required, for a comparison of
    /// numbers that fails.
    pub off_by: Option<f64>,
    /// True if the test failed because something is not known. That is no low
    /// number: it is none.
    pub unknown: bool,
    /// Where the condition offers alternatives (`||`) and none is met, the
    /// number of the one that this test belongs to, from 1.
    pub alternative: Option<usize>,
}

/// A value that a test looked at.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Seen {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, a time (RFC 3339) or a length of time (`48h`).
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Numbers.
    Numbers(Vec<f64>),
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
        let mut tests = Vec::new();
        if let (Some(tree), Some(_)) = (tree, facts.member) {
            let collector = Collector {
                names: &self.names,
                eval: Eval::on(view),
            };
            collector.collect(tree, None, &mut tests);
        }
        tests
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
            held_back: self.program.held_back_group(perk, refusal),
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

struct Collector<'v> {
    names: &'v Names,
    eval: Eval<'v>,
}

impl<'v> Collector<'v> {
    /// Of a condition that holds: the tests that make it hold. Of one that
    /// does not: those that keep it from holding.
    fn collect(&self, tree: &'v Bool, alternative: Option<usize>, tests: &mut Vec<Test>) {
        let holds = self.eval.holds(tree);
        match tree {
            Bool::All(parts) => {
                for part in parts.iter().filter(|part| self.eval.holds(part) == holds) {
                    self.collect(part, alternative, tests);
                }
            }
            Bool::Any(parts) if holds => {
                let first = parts.iter().find(|part| self.eval.holds(part));
                first
                    .into_iter()
                    .for_each(|part| self.collect(part, alternative, tests));
            }
            Bool::Any(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    self.collect(part, alternative.or(Some(i + 1)), tests);
                }
            }
            Bool::Leaf(leaf) => tests.push(self.test(leaf, holds, alternative)),
        }
    }

    fn test(&self, leaf: &'v Leaf, holds: bool, alternative: Option<usize>) -> Test {
        let (actual, required) = self.sides(leaf);
        let off_by = match (&actual, &required) {
            (Some(Seen::Number(a)), Some(Seen::Number(b))) if !holds => {
                Some(((a - b).abs() * 1e9).round() / 1e9)
            }
            _ => None,
        };
        Test {
            test: Show(leaf, self.names).to_string(),
            holds,
            actual,
            required,
            off_by,
            unknown: self.eval.atom(&leaf.atom).is_none(),
            alternative,
        }
    }

    /// What was found, and what was asked for.
    fn sides(&self, leaf: &'v Leaf) -> (Option<Seen>, Option<Seen>) {
        let wanted = Some(Seen::Bool(!leaf.negated));
        match &leaf.atom {
            Atom::Number(a, _, b) => (self.number(a), self.number(b)),
            Atom::Text(a, _, b) | Atom::Part(_, a, b) => (self.text(a), self.text(b)),
            Atom::Time(a, _, b) => (self.time(a), self.time(b)),
            Atom::Span(a, _, b) => (self.span(a), self.span(b)),
            Atom::Among(text, list) => (self.text(text), self.list(list)),
            Atom::AmongNumbers(number, list) => {
                (self.number(number), Some(Seen::Numbers(list.clone())))
            }
            Atom::Items(_, list, _) => (self.list(list), None),
            Atom::Flag(_) | Atom::Has(_) | Atom::Unknown(_) | Atom::Table(_) => {
                (self.eval.atom(&leaf.atom).map(Seen::Bool), wanted)
            }
            Atom::FlagIs(_, value) => {
                let equal = self.eval.atom(&leaf.atom);
                let actual = equal.map(|equal| Seen::Bool(equal == *value));
                (actual, Some(Seen::Bool(*value)))
            }
        }
    }

    fn number(&self, number: &'v Num) -> Option<Seen> {
        self.eval.number(number).map(Seen::Number)
    }

    fn text(&self, text: &'v Text) -> Option<Seen> {
        self.eval.text(text).map(|text| Seen::Text(text.to_owned()))
    }

    fn list(&self, list: &'v List) -> Option<Seen> {
        let items = self.eval.items(list)?;
        Some(Seen::List(items.map(str::to_owned).collect()))
    }

    fn time(&self, time: &'v Time) -> Option<Seen> {
        let time = self.eval.time(time)?;
        Some(Seen::Text(
            time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        ))
    }

    fn span(&self, span: &'v Span) -> Option<Seen> {
        self.eval
            .span(span)
            .map(|length| Seen::Text(show_duration(length)))
    }
}
