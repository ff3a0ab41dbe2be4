//! Efforts: a counterfactual in words, as something that people can do.
//!
//! A counterfactual names numbers. An effort names what moves them: so many more people
//! who react to what the member writes, a post, or time. How many people it takes is found
//! by scoring the member with more of them, and by evaluating the whole program on each
//! such score.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::condition::expr::{Quantity, TopicFacet};
use super::counterfactual::Goal;
use super::facts::Facts;
use super::program::Program;
use super::search::{Given, Plan};
use super::standing::IndexRef;
use crate::domain::{MoreReactions, PerkId, Reactors, Score, TierId, Topic};

/// The numbers of people that are tried: few digits, because the answer says "about".
const NUMBERS: [u32; 39] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100,
    120, 140, 160, 180, 200, 250, 300, 350, 400, 500, 600, 800, 1000,
];
/// The most refusals for which an effort is searched: each takes some twelve scores.
const MOST_GOALS: usize = 8;

/// What would lift a refusal, as something that people can do. It has been evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effort {
    /// More people react to what the member writes.
    Reactions {
        /// About how many people, each for the first time, with one like.
        people: u32,
        /// Whether people of whom nothing is known are enough, or only trusted ones.
        who: Reactors,
        /// The topics of what they react to; empty if any topic will do.
        topics: Vec<Topic>,
        /// The days until their reactions count in full; 0 if the reactions are enough at
        /// once.
        days: u32,
        /// The tier that they give, if it is a better one than the tier asked about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, value_type = Option<String>)]
        gives: Option<TierId>,
        /// The same in words, to the member: `about 14 more people reacting to what you
        /// write about Las Vegas`.
        text: String,
    },
    /// The member shows an interest.
    Interest {
        /// The topics.
        topics: Vec<Topic>,
        /// The same in words, to the member.
        text: String,
    },
    /// The member waits.
    Wait {
        /// How many days.
        days: u32,
        /// The same in words, to the member.
        text: String,
    },
}

/// The efforts that would lift the refusals of one program.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Efforts {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tiers: BTreeMap<TierId, Effort>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    perks: BTreeMap<PerkId, Effort>,
}

static NO_EFFORTS: Efforts = Efforts {
    tiers: BTreeMap::new(),
    perks: BTreeMap::new(),
};

/// What a member's score would be if more people reacted.
pub struct Outlook<'o> {
    /// The days until a new reactor's reactions count in full.
    wait_days: u32,
    /// Returns the score with these people, some days later.
    score: &'o dyn Fn(&MoreReactions, u32) -> Score,
    /// The scores so far: several refusals ask for the same ones.
    scores: BTreeMap<(MoreReactions, u32), Score>,
}

impl<'o> Outlook<'o> {
    /// Creates an outlook. `wait_days` are the days until the reactions of a new person count in
    /// full; `score` returns the score with such people, some days later.
    pub fn new(wait_days: u32, score: &'o dyn Fn(&MoreReactions, u32) -> Score) -> Self {
        Self {
            wait_days,
            score,
            scores: BTreeMap::new(),
        }
    }

    fn score(&mut self, more: MoreReactions, days: u32) -> &Score {
        let key = (more, days);
        match self.scores.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let score = (self.score)(&free.key().0, days);
                free.insert(score)
            }
        }
    }
}

impl Efforts {
    /// Returns no efforts: lookups and simulations do not answer any.
    pub fn none() -> &'static Self {
        &NO_EFFORTS
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tiers.is_empty() && self.perks.is_empty()
    }

    /// Returns the effort that reaches a goal.
    pub(super) fn of(&self, program: &Program, goal: Goal<'_>) -> Option<&Effort> {
        match goal {
            Goal::Tier(rank) => self.tiers.get(&program.tiers.get(rank)?.id),
            Goal::Perk(perk) => self.perks.get(&perk.id),
        }
    }

    fn insert(&mut self, program: &Program, goal: Goal<'_>, effort: Effort) {
        match goal {
            Goal::Tier(rank) => {
                self.tiers.insert(program.tiers[rank].id.clone(), effort);
            }
            Goal::Perk(perk) => {
                self.perks.insert(perk.id.clone(), effort);
            }
        }
    }
}

/// The refusals of a member that an effort may lift: at most eight.
pub struct LiftableRefusals(Vec<Liftable>);

/// A refusal that an effort may lift.
struct Liftable {
    refused: Refused,
    by: Means,
}

/// What is refused, by its place in the program.
#[derive(Clone, Copy)]
enum Refused {
    Tier(usize),
    Perk(usize),
}

/// What moves the numbers of a plan.
enum Means {
    Reactions(Vec<Topic>),
    Interest(Vec<Topic>),
    Days(u32),
}

impl LiftableRefusals {
    /// Whether an outlook on the member's score is needed to find the efforts.
    pub fn need_outlook(&self) -> bool {
        let mut means = self.0.iter().map(|liftable| &liftable.by);
        means.any(|by| matches!(by, Means::Reactions(_)))
    }
}

impl Refused {
    fn goal(self, program: &Program) -> Goal<'_> {
        match self {
            Self::Tier(rank) => Goal::Tier(rank),
            Self::Perk(place) => Goal::Perk(&program.perks[place]),
        }
    }
}

impl Program {
    /// Returns the refusals that more reactions, an interest or time may lift.
    pub fn liftable_refusals(&self, facts: &Facts<'_>) -> LiftableRefusals {
        if facts.member.is_none() {
            return LiftableRefusals(Vec::new());
        }
        let tiers = (0..self.tiers.len()).map(Refused::Tier);
        let all = tiers.chain((0..self.perks.len()).map(Refused::Perk));
        let liftable = all.filter_map(|refused| {
            let plan = self.plan_for(facts, refused.goal(self))?;
            Some(Liftable {
                refused,
                by: self.means(facts, &plan)?,
            })
        });
        LiftableRefusals(liftable.take(MOST_GOALS).collect())
    }

    /// Finds the efforts that lift refusals. Without an outlook, those are left out that
    /// need more reactions.
    pub fn efforts(
        &self,
        facts: &Facts<'_>,
        refusals: LiftableRefusals,
        mut outlook: Option<Outlook<'_>>,
    ) -> Efforts {
        let mut efforts = Efforts::default();
        for Liftable { refused, by } in refusals.0 {
            let goal = refused.goal(self);
            let effort = match by {
                Means::Reactions(topics) => outlook
                    .as_mut()
                    .and_then(|outlook| self.by_reactions(facts, goal, topics, outlook)),
                Means::Interest(topics) => Some(Effort::Interest {
                    text: format!(
                        "writing about {0}, or naming {0} as an interest",
                        list(&topics)
                    ),
                    topics,
                }),
                Means::Days(days) => Some(Effort::Wait {
                    days,
                    text: format!("{days} more {} as a member", plural(days, "day")),
                }),
            };
            if let Some(effort) = effort {
                efforts.insert(self, goal, effort);
            }
        }
        efforts
    }

    /// Returns what moves all numbers of a plan; `None` if no single thing does.
    fn means(&self, facts: &Facts<'_>, plan: &Plan) -> Option<Means> {
        let topics = || {
            let topics = plan.iter().filter_map(|(quantity, _)| match quantity {
                Quantity::Topic(slot, _) => self.names.topics.get(*slot).cloned(),
                _ => None,
            });
            topics.collect::<Vec<Topic>>()
        };
        let is_interest =
            |quantity: &Quantity| matches!(quantity, Quantity::Topic(_, TopicFacet::Interest));
        match &plan[..] {
            [] => None,
            [(Quantity::DaysEnrolled, to)] => {
                let member = facts.member?;
                let enrolled = (facts.now - member.enrolled_at).num_days().max(0);
                Some(Means::Days((to - enrolled as f64).ceil().max(1.0) as u32))
            }
            plan if plan.iter().all(|(quantity, _)| is_interest(quantity)) => {
                Some(Means::Interest(topics()))
            }
            plan if plan
                .iter()
                .all(|(quantity, _)| self.rests_on_reactions(quantity)) =>
            {
                Some(Means::Reactions(topics()))
            }
            _ => None,
        }
    }

    fn rests_on_reactions(&self, quantity: &Quantity) -> bool {
        let is_influence = |slot: usize| self.names.indices.get(slot) == Some(&IndexRef::Influence);
        match quantity {
            Quantity::Topic(..) => true,
            Quantity::Index(slot, _) => is_influence(*slot),
            Quantity::Standing(_) => self.shares.iter().any(|share| is_influence(share.slot)),
            Quantity::Rank(_) | Quantity::DaysEnrolled | Quantity::Attribute(_) => false,
        }
    }

    /// Finds what reaches a goal: time alone, or about how many more people. They are people
    /// who are new if any number of them is enough, else people who are trusted.
    fn by_reactions(
        &self,
        facts: &Facts<'_>,
        goal: Goal<'_>,
        topics: Vec<Topic>,
        outlook: &mut Outlook<'_>,
    ) -> Option<Effort> {
        if let Some(waiting) = self.by_waiting(facts, goal, outlook) {
            return Some(waiting);
        }
        let wait = outlook.wait_days;
        [Reactors::New, Reactors::Trusted]
            .into_iter()
            .find_map(|who| {
                let mut given = |people: u32, days: u32| {
                    let more = MoreReactions {
                        people,
                        who,
                        topics: topics.clone(),
                    };
                    self.given_with(facts, outlook.score(more, days), goal)
                };
                given(NUMBERS[NUMBERS.len() - 1], wait)?;
                let enough = NUMBERS.partition_point(|people| given(*people, wait).is_none());
                let people = NUMBERS[enough];
                let days = given(people, 0).map_or(wait, |_| 0);
                let gives = match given(people, days)? {
                    Given::Goal => None,
                    Given::Better(tier) => Some(tier.clone()),
                };
                Some(Effort::Reactions {
                    text: in_words(people, who, &topics, days, gives.as_ref()),
                    topics: topics.clone(),
                    people,
                    who,
                    days,
                    gives,
                })
            })
    }

    /// Returns the time that it takes until the reactions that are there reach a goal.
    fn by_waiting(
        &self,
        facts: &Facts<'_>,
        goal: Goal<'_>,
        outlook: &mut Outlook<'_>,
    ) -> Option<Effort> {
        let pending = facts.score.pending?;
        let wait = (pending.until - facts.score.as_of).num_seconds().max(0);
        let days = (wait as f64 / 86_400.0).ceil() as u32;
        let nobody = MoreReactions {
            people: 0,
            who: Reactors::New,
            topics: Vec::new(),
        };
        self.given_with(facts, outlook.score(nobody, days), goal)?;
        let days_of = plural(days, "day");
        Some(Effort::Wait {
            days,
            text: format!(
                "nothing but time: the reactions that are there count in full in about {days} \
                 {days_of}"
            ),
        })
    }

    /// Evaluates the program with another score; `None` if that does not reach the goal.
    fn given_with(&self, facts: &Facts<'_>, score: &Score, goal: Goal<'_>) -> Option<Given<'_>> {
        let facts = Facts { score, ..*facts };
        self.given(&facts, &mut self.view(&facts), goal)
    }
}

fn in_words(
    people: u32,
    who: Reactors,
    topics: &[Topic],
    days: u32,
    gives: Option<&TierId>,
) -> String {
    let about = if people > 1 { "about " } else { "" };
    let one_or_more = if people == 1 { "person" } else { "people" };
    let mut text = format!("{about}{people} more {one_or_more} reacting to what you write");
    if !topics.is_empty() {
        text += &format!(" about {}", list(topics));
    }
    if who == Reactors::Trusted {
        text += ", who react to others here, too";
    }
    if let Some(tier) = gives {
        text += &format!(", which gives '{tier}'");
    }
    if days > 0 {
        text += &format!(
            "; it takes about {days} {} until their reactions count in full",
            plural(days, "day"),
        );
    }
    text
}

/// Lists topics by their titles: `Food, Hotels and Las Vegas`.
fn list(topics: &[Topic]) -> String {
    let titles: Vec<String> = topics.iter().map(Topic::title).collect();
    match &titles[..] {
        [first @ .., second, last] if !first.is_empty() => {
            format!("{}, {second} and {last}", first.join(", "))
        }
        titles => titles.join(" and "),
    }
}

fn plural(n: u32, word: &str) -> String {
    match n {
        1 => word.to_owned(),
        _ => format!("{word}s"),
    }
}
