//! Tests of the module as a whole, through its public interface.

mod attributes;
mod audiences;
mod broken;
mod conditions;
mod counterfactuals;
mod diff;
mod exclusive;
mod experiments;
mod file_schema;
mod hostile;
mod ladder;
mod limits;
mod meaning;
mod palms;
mod reasons;
mod replay;
mod same_ladder;
mod schema;
mod service_levels;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::domain::*;
// The glob above has it too.
use crate::domain::EarnedTier;

/// A moment at which the example program's perks are open.
pub(in crate::rules) fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Compiles a program that must have no errors.
pub(super) fn compile(source: &str) -> Program {
    match Program::compile(source, &Setting::at(now())) {
        Ok(compiled) => compiled.program,
        Err(found) => panic!("{}", render(&found, source, "test.yaml", false)),
    }
}

/// Loads a program as a published version, with the weaker checks of loading.
pub(super) fn published(source: &str) -> Program {
    match Program::load(source, None) {
        Ok(program) => program,
        Err(found) => panic!("{}", render(&found, source, "test.yaml", false)),
    }
}

/// Returns a program with one tier above the floor and one perk, under these
/// conditions.
pub(super) fn small(tier: &str, perk: &str) -> String {
    format!(
        r#"program: small
standing: {{ influence: 0.5, value: 0.5 }}
service_levels: [{{ id: standard, queue: general }}]
tiers:
  - id: star
    when: {tier}
    keep: 30d
    service_level: standard
  - id: guest
    service_level: standard
perks:
  - id: gift
    title: A gift
    stock: 100
    when: {perk}
    disclosure: Because.
"#
    )
}

/// A person on whom programs are evaluated.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Person {
    pub enrolled: Option<i64>,
    pub attributes: Attributes,
    pub networks: Vec<Network>,
    pub score: Score,
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    pub ranks: BTreeMap<Topic, u32>,
    pub standing_percentile: Option<f64>,
    pub audiences: BTreeSet<AudienceName>,
    pub held: Option<EarnedTier>,
    pub grants: Vec<Grant>,
    pub claimed: BTreeMap<PerkId, i64>,
    pub taken: BTreeMap<GroupName, Vec<TakenPerk>>,
    pub stock: BTreeMap<PerkId, i64>,
    pub used: Used,
    pub request: BTreeMap<String, Attribute>,
    pub verified: Option<bool>,
    pub now: DateTime<Utc>,
}

/// Returns a person that enrolled a year ago and has no other facts.
pub(in crate::rules) fn person() -> Person {
    let model = ModelVersion::parse("test").unwrap();
    Person {
        enrolled: Some(365),
        attributes: Attributes::default(),
        networks: Vec::new(),
        score: Score::unknown(now(), model, SnapshotId(0)),
        imported: BTreeMap::new(),
        ranks: BTreeMap::new(),
        standing_percentile: None,
        audiences: BTreeSet::new(),
        held: None,
        grants: Vec::new(),
        claimed: BTreeMap::new(),
        taken: BTreeMap::new(),
        stock: BTreeMap::new(),
        used: Used::default(),
        request: BTreeMap::new(),
        verified: None,
        now: now(),
    }
}

pub(super) fn index(score: f64, lower: f64) -> Index {
    Index::Known {
        score,
        interval: Interval {
            lower,
            upper: (2.0 * score - lower).min(100.0),
        },
        percentile: Some(80.0),
        evidence: 10.0,
    }
}

impl Person {
    pub fn enrolled(mut self, days: i64) -> Self {
        self.enrolled = Some(days);
        self
    }

    pub fn not_enrolled(mut self) -> Self {
        self.enrolled = None;
        self
    }

    pub fn influence(mut self, score: f64, lower: f64) -> Self {
        self.score.influence = index(score, lower);
        self
    }

    pub fn value(mut self, score: f64, lower: f64) -> Self {
        self.score.value = index(score, lower);
        self
    }

    pub fn topic(mut self, topic: &str, confidence: f64, interest: f64) -> Self {
        let score = TopicScore {
            influence: 100.0 * confidence,
            lower: 90.0 * confidence,
            next: None,
            confidence: Unit::clamped(confidence),
            evidence: 5.0,
            interest: Unit::clamped(interest),
        };
        self.score
            .topics
            .insert(Topic::parse(topic).unwrap(), score);
        self
    }

    pub fn attribute(mut self, name: &str, value: Attribute) -> Self {
        let mut all: BTreeMap<String, Attribute> = self
            .attributes
            .iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        all.insert(name.to_owned(), value);
        self.attributes = Attributes::try_from(all).unwrap();
        self
    }

    pub fn request(mut self, name: &str, value: Attribute) -> Self {
        self.request.insert(name.to_owned(), value);
        self
    }

    pub fn networks(mut self, names: &[&str]) -> Self {
        self.networks = names.iter().map(|n| Network::parse(n).unwrap()).collect();
        self
    }

    pub fn listed(mut self, audience: &str) -> Self {
        self.audiences
            .insert(AudienceName::parse(audience).unwrap());
        self
    }

    pub fn imported(mut self, name: &str, score: f64) -> Self {
        let index = ImportedIndex {
            score,
            provenance: "a test".into(),
            as_of: now(),
        };
        self.imported.insert(IndexName::parse(name).unwrap(), index);
        self
    }

    pub fn facts<T>(&self, with: impl FnOnce(&Facts<'_>) -> T) -> T {
        let member = self.enrolled.map(|days| KnownMember {
            id: MemberId(Uuid::nil()),
            enrolled_at: self.now - TimeDelta::days(days),
            attributes: self.attributes.clone(),
            networks: self.networks.clone(),
        });
        with(&Facts {
            member: member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentile,
            audiences: &self.audiences,
            held: self.held.as_ref(),
            grants: &self.grants,
            hold: None,
            claimed: &self.claimed,
            taken: &self.taken,
            stock: &self.stock,
            used: &self.used,
            request: &self.request,
            efforts: Efforts::none(),
            verified: self.verified,
            opened_at: None,
            now: self.now,
        })
    }

    /// Returns whether the perk of a small program is given.
    pub fn gets(&self, condition: &str) -> bool {
        let program = compile(&small("standing.lower >= 50", condition));
        let eligible = self.facts(|facts| program.evaluate(facts).perks[0].eligibility);
        eligible == Eligibility::Eligible
    }
}

#[test]
fn programs_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Program>();
}
