//! The facts as conditions see them: every name is already resolved.
//!
//! The search for counterfactuals also uses views: it changes numbers in a copy
//! and evaluates the conditions again.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::{Attribute, AudienceName, Network, TierId, TopicScore, Unit};

use super::condition::eval::Eval;
use super::condition::expr::{
    AttributeRef, Facet, Names, Owner, Quantity, Subject, TableRef, TopicFacet,
};
use super::experiment::Arm;
use super::facts::Facts;
use super::program::Program;
use super::standing::{Reading, Share, blend};
use super::table::{OutputValue, ResultRows, RowRef, Table, TableAnswer};

static ON_NO_LIST: BTreeSet<AudienceName> = BTreeSet::new();

/// The values that the conditions of one program can read, for one set of facts.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    /// `None` if no member is enrolled.
    attributes: Option<&'a BTreeMap<String, Attribute>>,
    networks: &'a [Network],
    /// The lists of audiences that the member is on.
    audiences: &'a BTreeSet<AudienceName>,
    request: &'a BTreeMap<String, Attribute>,
    /// Whether the identity is verified by which the caller named the member; `None` if no
    /// caller did.
    verified: Option<&'static Attribute>,
    now: DateTime<Utc>,
    /// Whether the member has a score on any topic, mentioned in the program or not.
    has_topics: bool,
    shares: &'a [Share],
    indices: Vec<Option<Reading>>,
    topics: Vec<Option<TopicScore>>,
    ranks: Vec<Option<u32>>,
    standing: Option<Reading>,
    days_enrolled: Option<f64>,
    tables: &'a [Table],
    answers: Answers,
    /// The arm of the experiment of the whole program, once it was drawn.
    shared_arm: OnceCell<Arm>,
    /// The tier in effect, once it is known. Tables that read it are never
    /// evaluated before.
    pub tier: Option<&'a TierId>,
}

/// The table results so far. Each table is evaluated once, when it is first
/// needed. A clone starts empty, because its inputs are about to change.
#[derive(Debug, Default)]
struct Answers(Vec<OnceCell<TableAnswer>>);

impl Answers {
    /// Creates an empty cache for this number of tables.
    fn to(tables: usize) -> Self {
        Self(vec![OnceCell::new(); tables])
    }

    /// Drops all results, because the inputs of the tables have changed.
    fn forget(&mut self) {
        self.0.iter_mut().for_each(|answer| drop(answer.take()));
    }
}

impl Clone for Answers {
    fn clone(&self) -> Self {
        Self::to(self.0.len())
    }
}

/// The meaning of the slots in conditions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bindings<'a> {
    pub names: &'a Names,
    pub shares: &'a [Share],
    pub tables: &'a [Table],
}

impl<'a> View<'a> {
    /// Looks up every value that the program mentions.
    pub(super) fn new(program: &'a Program, facts: &'a Facts<'_>) -> Self {
        let (names, shares) = (&program.names, &program.shares);
        // Without an enrolled member every index is unknown, even if facts come with it.
        let reading = |index| {
            facts.member?;
            Reading::of(index, facts.score, facts.imported)
        };
        let indices: Vec<Option<Reading>> = names.indices.iter().map(reading).collect();
        let topic = |topic| facts.member.and(facts.score.topics.get(topic)).copied();
        let rank = |topic| facts.ranks.get(topic).copied();
        Self {
            attributes: facts.member.map(|member| member.attributes.as_map()),
            networks: facts.member.map_or(&[], |member| &member.networks),
            audiences: facts.member.map_or(&ON_NO_LIST, |_| facts.audiences),
            request: facts.request,
            verified: facts.verified.map(truth),
            now: facts.now,
            has_topics: !facts.score.topics.is_empty(),
            shares,
            standing: blend(shares, &indices).map(|standing| Reading {
                percentile: facts.standing_percentile,
                ..standing
            }),
            indices,
            topics: names.topics.iter().map(topic).collect(),
            ranks: names.topics.iter().map(rank).collect(),
            days_enrolled: facts.member.map(|member| {
                let days = (facts.now - member.enrolled_at).num_days();
                days.max(0) as f64
            }),
            tables: &program.tables,
            answers: Answers::to(program.tables.len()),
            shared_arm: OnceCell::new(),
            tier: None,
        }
    }

    /// Creates a view in which everything is unknown except the arguments. The
    /// analysis then sets one value at a time.
    pub(super) fn of_one_value(
        bindings: Bindings<'a>,
        attributes: &'a BTreeMap<String, Attribute>,
        networks: &'a [Network],
        request: &'a BTreeMap<String, Attribute>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            attributes: Some(attributes),
            networks,
            audiences: &ON_NO_LIST,
            request,
            verified: None,
            now,
            has_topics: false,
            shares: bindings.shares,
            standing: None,
            indices: vec![None; bindings.names.indices.len()],
            topics: vec![None; bindings.names.topics.len()],
            ranks: vec![None; bindings.names.topics.len()],
            days_enrolled: None,
            tables: bindings.tables,
            answers: Answers::to(bindings.tables.len()),
            shared_arm: OnceCell::new(),
            tier: None,
        }
    }

    /// Returns the arm of the experiment that the perks of the program share. It is
    /// drawn when it is first needed.
    pub(super) fn shared_arm(&self, draw: impl FnOnce() -> Arm) -> Arm {
        *self.shared_arm.get_or_init(draw)
    }

    /// Returns the result of a table, by its place in the program.
    pub(super) fn answer(&self, slot: usize) -> Option<&TableAnswer> {
        let (table, answer) = (self.tables.get(slot)?, self.answers.0.get(slot)?);
        Some(answer.get_or_init(|| table.answer(Eval::on(self))))
    }

    fn table_output(&self, of: &TableRef) -> Option<&'a OutputValue> {
        let answer = self.answer(of.slot)?;
        self.tables.get(of.slot)?.output(answer, of.output?)
    }

    /// Returns the table result if it is a number.
    pub(super) fn table_number(&self, of: &TableRef) -> Option<f64> {
        match self.answer(of.slot)?.said {
            ResultRows::Number(number) => Some(number),
            _ => self.table_output(of)?.number(),
        }
    }

    /// Returns the table result if it is a text.
    pub(super) fn table_text(&self, of: &TableRef) -> Option<&'a str> {
        match self.table_output(of)? {
            OutputValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the table result if it is true or false.
    pub(super) fn table_flag(&self, of: &TableRef) -> Option<bool> {
        match self.table_output(of)? {
            OutputValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Copies the values of another view of the same facts into this one. It reuses
    /// the memory, because a search tries many changes.
    pub(super) fn become_like(&mut self, other: &Self) {
        self.indices.clone_from(&other.indices);
        self.topics.clone_from(&other.topics);
        self.ranks.clone_from(&other.ranks);
        self.answers.forget();
        self.standing = other.standing;
        self.days_enrolled = other.days_enrolled;
        self.tier = other.tier;
    }

    pub(super) fn standing(&self) -> Option<Reading> {
        self.standing
    }

    pub(super) fn topic(&self, slot: usize) -> Option<&TopicScore> {
        self.topics.get(slot).and_then(Option::as_ref)
    }

    /// Whether the member has a score on any topic, mentioned in the program or not.
    pub(super) fn any_topic_known(&self) -> bool {
        self.has_topics || self.topics.iter().any(Option::is_some)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub(super) fn networks(&self) -> &'a [Network] {
        self.networks
    }

    /// Whether the member is on the list of an audience.
    pub(super) fn is_listed(&self, audience: &AudienceName) -> bool {
        self.audiences.contains(audience)
    }

    pub(super) fn attribute(&self, of: &AttributeRef) -> Option<&'a Attribute> {
        match of.owner {
            Owner::Member => self.attributes?.get(&*of.name),
            Owner::Request => self.request.get(&*of.name),
            Owner::Identity => self.verified,
        }
    }

    /// Returns a number; `None` if it is unknown.
    #[inline]
    pub(super) fn number(&self, quantity: &Quantity) -> Option<f64> {
        match quantity {
            Quantity::Standing(facet) => facet_of(self.standing?, *facet),
            Quantity::Index(slot, facet) => facet_of((*self.indices.get(*slot)?)?, *facet),
            Quantity::Rank(slot) => self.ranks.get(*slot)?.map(f64::from),
            Quantity::Topic(slot, facet) => {
                let topic = self.topic(*slot)?;
                Some(match facet {
                    TopicFacet::Influence => topic.influence,
                    TopicFacet::Confidence => topic.confidence.get(),
                    TopicFacet::Interest => topic.interest.get(),
                })
            }
            Quantity::DaysEnrolled => self.days_enrolled,
            Quantity::Attribute(attribute) => match self.attribute(attribute)? {
                Attribute::Number(number) => Some(*number),
                _ => None,
            },
        }
    }

    pub(super) fn is_unknown(&self, subject: Subject) -> bool {
        match subject {
            Subject::Standing => self.standing.is_none(),
            Subject::Index(slot) => self.indices.get(slot).copied().flatten().is_none(),
            Subject::Topic(slot) => self.topic(slot).is_none(),
        }
    }

    /// Sets whether the identity is verified by which the member is named.
    pub(super) fn verify(&mut self, verified: bool) {
        self.verified = Some(truth(verified));
    }

    /// Makes an unknown subject known, by setting one of its numbers to 0.
    pub(super) fn know(&mut self, subject: Subject) {
        match subject {
            Subject::Standing => self.set(&Quantity::Standing(Facet::Score), 0.0),
            Subject::Index(slot) => self.set(&Quantity::Index(slot, Facet::Score), 0.0),
            Subject::Topic(slot) => self.set(&Quantity::Topic(slot, TopicFacet::Influence), 0.0),
        }
    }

    /// Sets the result of a table to the outputs of one of its rows, or to no result.
    pub(super) fn answer_with(&mut self, slot: usize, row: Option<RowRef>) {
        if let Some(answer) = self.answers.0.get_mut(slot) {
            let said = row.map_or(ResultRows::Nothing, ResultRows::Row);
            *answer = OnceCell::from(TableAnswer {
                hits: Vec::new(),
                said,
            });
        }
    }

    /// Changes a number and everything that depends on it: bounds stay around their
    /// score, and the standing is blended again. Attributes are not changed, because
    /// only the business sets them.
    pub(super) fn set(&mut self, quantity: &Quantity, to: f64) {
        self.answers.forget();
        match quantity {
            Quantity::Standing(facet) => self.standing = Some(moved(self.standing, *facet, to)),
            Quantity::Index(slot, facet) => {
                if let Some(reading) = self.indices.get_mut(*slot) {
                    *reading = Some(moved(*reading, *facet, to));
                    self.standing = blend(self.shares, &self.indices);
                }
            }
            Quantity::Rank(slot) => {
                if let Some(rank) = self.ranks.get_mut(*slot) {
                    *rank = Some(to as u32);
                }
            }
            Quantity::Topic(slot, facet) => {
                if let Some(topic) = self.topics.get_mut(*slot) {
                    let topic = topic.get_or_insert_default();
                    match facet {
                        TopicFacet::Influence => topic.influence = to,
                        TopicFacet::Confidence => topic.confidence = Unit::clamped(to),
                        TopicFacet::Interest => topic.interest = Unit::clamped(to),
                    }
                }
            }
            Quantity::DaysEnrolled => self.days_enrolled = Some(to),
            Quantity::Attribute(_) => {}
        }
    }
}

fn truth(truth: bool) -> &'static Attribute {
    match truth {
        true => &Attribute::Bool(true),
        false => &Attribute::Bool(false),
    }
}

fn facet_of(reading: Reading, facet: Facet) -> Option<f64> {
    match facet {
        Facet::Score => Some(reading.score),
        Facet::Lower => Some(reading.lower),
        Facet::Upper => Some(reading.upper),
        Facet::Percentile => reading.percentile,
    }
}

fn moved(reading: Option<Reading>, facet: Facet, to: f64) -> Reading {
    let mut reading = reading.unwrap_or(Reading::exactly(to));
    match facet {
        Facet::Score => reading.score = to,
        Facet::Lower => reading.lower = to,
        Facet::Upper => reading.upper = to,
        Facet::Percentile => reading.percentile = Some(to),
    }
    match facet {
        Facet::Lower => reading.score = reading.score.max(to),
        Facet::Upper => reading.score = reading.score.min(to),
        Facet::Score | Facet::Percentile => {}
    }
    reading.lower = reading.lower.min(reading.score);
    reading.upper = reading.upper.max(reading.score);
    reading
}
