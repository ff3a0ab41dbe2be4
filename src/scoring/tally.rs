//! Adds up what a member's accounts have earned, as of one time.

use std::collections::BTreeMap;

use super::breadth::Content;
use super::credit::{Given, PairCredit, crowd_credit, crowd_follows, profile_credit};
use super::decay::{Sums, add_to};
use super::evidence::{Ledger, MemberEvidence};
use super::parts::{Part, PerSource, Source};
use super::state::{AccountState, SetId};
use super::{Model, Snapshot, breadth};
use crate::domain::{AccountId, Topic};

/// What was earned, in all and by topic.
#[derive(Debug, Default)]
pub(super) struct Tally<'a> {
    pub(super) overall: Ledger,
    pub(super) topics: BTreeMap<&'a Topic, TopicTally>,
    pub(super) contents: Vec<Content<'a>>,
    /// Plain decayed reactions by source, known and counted: what the masses
    /// of contents are shares of.
    pub(super) known_mass: PerSource,
    pub(super) counted_mass: PerSource,
    /// Distinct known people who reacted or follow.
    pub(super) people: u64,
    /// Whether there is anything that makes a score known.
    pub(super) evidence: bool,
}

/// What was earned on one topic.
#[derive(Debug, Default)]
pub(super) struct TopicTally {
    pub(super) ledger: Ledger,
    /// Credit of dislikes.
    pub(super) dislikes: f64,
    /// Contents that nobody known reacted to, each up to 1.
    pub(super) crowd_contents: f64,
}

/// One reactor's sums, on their way into a ledger.
struct Entry {
    person: AccountId,
    source: Source,
    /// Account (by position) and set; none for a follow.
    set: Option<(usize, SetId)>,
    sums: Sums,
}

/// Adds up everything.
pub(super) fn tally<'a>(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'a>,
    now: i64,
) -> Tally<'a> {
    let sets: Vec<Vec<&'a [Topic]>> = (member.accounts.iter())
        .map(|(_, state)| state.topic_sets())
        .collect();
    let topics_of = |(account, set): (usize, SetId)| sets[account][set as usize];
    let mut tally = Tally::default();

    let (entries, own_mass) = entries(model, snapshot, member, now);
    let mut credit = PairCredit::default();
    for of_one in entries.chunk_by(|a, b| a.person == b.person) {
        let credibility = snapshot.credibility(of_one[0].person);
        tally.one_person(model, of_one, credibility, &topics_of, &mut credit, now);
    }
    for (account, (_, state)) in member.accounts.iter().enumerate() {
        tally.crowd(model, state, &|set| topics_of((account, set)), now);
        tally.profile(model, state, now);
        let of_set = |set| topics_of((account, set));
        tally.contents.extend(breadth::contents(
            model,
            state,
            &own_mass[account],
            &of_set,
            now,
        ));
    }
    breadth::add(&mut tally);
    tally
}

/// The reactors' sums in the order of persons, without those of the member's
/// own accounts, whose plain mass is returned by account instead.
fn entries(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    now: i64,
) -> (Vec<Entry>, Vec<PerSource>) {
    let own: Vec<AccountId> = (member.accounts.iter())
        .flat_map(|(id, _)| [*id, snapshot.person(*id)])
        .collect();
    let mut own_mass = vec![[0.0; Source::COUNT]; member.accounts.len()];
    let mut entries = Vec::new();
    for (account, (_, state)) in member.accounts.iter().enumerate() {
        for (key, sums) in &state.pairs {
            let person = snapshot.person(key.reactor);
            if own.contains(&key.reactor) || own.contains(&person) {
                own_mass[account][key.source as usize] +=
                    model.decay.mix(sums.at(&model.decay, now));
                continue;
            }
            entries.push(Entry {
                person,
                source: key.source,
                set: Some((account, key.set)),
                sums: *sums,
            });
        }
        for (reactor, word) in state.follows.iter().filter(|(_, word)| word.follows) {
            let person = snapshot.person(*reactor);
            if !own.contains(reactor) && !own.contains(&person) {
                entries.push(Entry {
                    person,
                    source: Source::Follow,
                    set: None,
                    sums: Sums::one(1.0, word.at),
                });
            }
        }
    }
    entries.sort_by_key(|entry| (entry.person, entry.source, entry.set));
    (entries, own_mass)
}

impl<'a> Tally<'a> {
    /// Credits one person's reactions, in all and on each of their topics.
    fn one_person(
        &mut self,
        model: &Model,
        entries: &[Entry],
        credibility: f64,
        topics_of: &impl Fn((usize, SetId)) -> &'a [Topic],
        credit: &mut PairCredit,
        now: i64,
    ) {
        fn given(entry: &Entry) -> Given<'_> {
            Given {
                source: entry.source,
                sums: &entry.sums,
            }
        }
        credit.compute(model, credibility, entries.iter().map(given), now);
        for (part, source, amount) in &credit.lines {
            self.overall.add_known(*part, *source, *amount);
        }
        for entry in entries.iter().filter(|entry| entry.set.is_some()) {
            self.known_mass[entry.source as usize] +=
                model.decay.mix(entry.sums.at(&model.decay, now));
        }
        if entries.iter().any(|entry| entry.source != Source::Dislike) {
            self.people += 1;
            self.evidence = true;
        }

        // Nearly always all that one person did has the same topics.
        let first = entries[0].set;
        if entries.iter().all(|entry| entry.set == first) {
            for topic in first.map_or(&[][..], topics_of) {
                self.topics.entry(topic).or_default().credit(credit);
            }
            return;
        }
        let mut by_topic: Vec<(&'a Topic, usize)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let topics = entry.set.map_or(&[][..], topics_of);
            by_topic.extend(topics.iter().map(|topic| (topic, index)));
        }
        by_topic.sort_unstable();
        for run in by_topic.chunk_by(|a, b| a.0 == b.0) {
            let on_topic = run.iter().map(|(_, index)| given(&entries[*index]));
            credit.compute(model, credibility, on_topic, now);
            self.topics.entry(run[0].0).or_default().credit(credit);
        }
    }

    /// Credits what nobody known did to one account: pooled by source, and by
    /// source and topic.
    fn crowd(
        &mut self,
        model: &Model,
        state: &'a AccountState,
        topics_of: &impl Fn(SetId) -> &'a [Topic],
        now: i64,
    ) {
        let mut pooled: [Option<Sums>; Source::COUNT] = [None; Source::COUNT];
        let mut by_topic: BTreeMap<(&'a Topic, Source), Option<Sums>> = BTreeMap::new();
        for ((source, set), sums) in &state.crowd {
            add_to(&mut pooled[*source as usize], &model.decay, sums);
            for topic in topics_of(*set) {
                add_to(
                    by_topic.entry((topic, *source)).or_default(),
                    &model.decay,
                    sums,
                );
            }
        }
        for source in Source::ALL {
            let Some(sums) = pooled[source as usize] else {
                continue;
            };
            self.counted_mass[source as usize] += model.decay.mix(sums.at(&model.decay, now));
            if let Some(part) = source.part() {
                self.evidence = true;
                let credit = crowd_source_credit(model, source, &sums, now);
                self.overall.add_counted(part, source, credit);
            }
        }
        for ((topic, source), sums) in by_topic {
            let Some(sums) = sums else { continue };
            let credit = crowd_source_credit(model, source, &sums, now);
            let on_topic = self.topics.entry(topic).or_default();
            match source.part() {
                Some(part) => on_topic.ledger.add_counted(part, source, credit),
                None => on_topic.dislikes += credit,
            }
        }
    }

    fn profile(&mut self, model: &Model, state: &AccountState, now: i64) {
        let Some(profile) = &state.profile else {
            return;
        };
        self.evidence = true;
        let counters = [
            (Part::Audience, profile.metrics.followers),
            (Part::Curation, profile.metrics.listed),
        ];
        for (part, counter) in counters {
            let credit = profile_credit(model, counter.unwrap_or(0), profile.at, now);
            self.overall.add_counted(part, Source::Profile, credit);
        }
    }
}

/// The crowd's credit of one source.
fn crowd_source_credit(model: &Model, source: Source, sums: &Sums, now: i64) -> f64 {
    match source {
        Source::Dislike => crowd_credit(model, model.topics.dislike.get(), sums, now),
        Source::Follow => crowd_follows(model, sums, now),
        _ => crowd_credit(model, model.weight(source), sums, now),
    }
}

impl TopicTally {
    fn credit(&mut self, credit: &PairCredit) {
        for (part, source, amount) in &credit.lines {
            self.ledger.add_known(*part, *source, *amount);
        }
        self.dislikes += credit.dislike;
    }
}
