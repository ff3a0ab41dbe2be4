//! Aggregates what a member's accounts have earned, as of one time.

use std::collections::BTreeMap;

use super::breadth::Content;
use super::credit::{Given, PairCredit, crowd_credit, crowd_follows, profile_credit};
use super::decay::{SCALES, Sums, add_to};
use super::evidence::{CappedTrust, CreditTotals, MemberEvidence, SplitParts, TrustSplit};
use super::parts::{Part, PerPart, PerSource, Source};
use super::snapshot::Credibility;
use super::state::{AccountState, ContentId, SetId};
use super::{Model, Snapshot, breadth};
use crate::domain::{AccountId, Topic};

/// A member's aggregate: credit in all and by topic.
#[derive(Debug, Default)]
pub(super) struct Aggregate<'a> {
    pub(super) overall: CreditTotals,
    pub(super) topics: BTreeMap<&'a Topic, TopicAggregate>,
    pub(super) contents: Vec<Content<'a>>,
    /// Decayed reactions by source, those of known reactors split by trust. The
    /// points of a content are in proportion to its share of these.
    pub(super) known_weight: ReactionWeight,
    pub(super) counted_mass: PerSource,
    /// Distinct known people who reacted or follow.
    pub(super) people: u64,
    /// The same people, decayed, without follows.
    pub(super) present: f64,
    present_by_trust: TrustSplit,
    /// Effective reactors that are discounted, as they are not trusted.
    pub(super) discounted: f64,
    /// Sum of the squares of each known person's credit to reach. It serves to
    /// estimate what one reactor usually gives.
    pub(super) squares: f64,
    /// Whether there is evidence, so that influence is known.
    pub(super) evidence: bool,
    /// Credit of the known people whose first reaction is old enough.
    pub(super) aged: SplitParts,
    /// The others, and when their reactions will be old enough.
    pub(super) young: Vec<Newcomer>,
    /// The first such time.
    pub(super) next_aged: Option<i64>,
    /// The first reaction by a known person.
    pub(super) began: Option<i64>,
}

/// One person who reacted to the member.
struct Person {
    credibility: Credibility,
    /// When their first reaction will be old enough; `None` if it is.
    old_at: Option<i64>,
}

/// A person whose first reaction to the member is not yet old enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newcomer {
    /// When it will be.
    pub(super) old_at: i64,
    pub(super) trusted: f64,
    pub(super) credit: PerPart,
}

/// The aggregate of one topic.
#[derive(Debug, Default)]
pub(super) struct TopicAggregate {
    pub(super) credit_totals: CreditTotals,
    /// Distinct known people who reacted, decayed.
    pub(super) present: f64,
    present_by_trust: TrustSplit,
    /// Credit of dislikes.
    pub(super) dislikes: f64,
    dislikes_by_trust: TrustSplit,
    /// Contents with anonymous reactions, each at most 1.
    pub(super) crowd_contents: f64,
    /// Positive reactions, not decayed.
    pub(super) reactions: f64,
    /// Distinct known people who reacted, not decayed, as far as they are
    /// credible.
    pub(super) people: f64,
    people_by_trust: TrustSplit,
    /// Those of them whose first reaction to the member is old enough.
    pub(super) aged_people: f64,
    aged_by_trust: TrustSplit,
    /// The credit of the same.
    pub(super) aged: SplitParts,
    /// The next time at which the first reaction of another is old enough.
    pub(super) next_aged: Option<i64>,
    /// The contents and the member themselves, as far as people reacted to them.
    pub(super) subjects: BTreeMap<Subject, SubjectOnTopic>,
}

/// What is reacted to on a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// One content of an account.
    Content(usize, ContentId),
    /// The member, by a person who names no content.
    ByPerson(AccountId),
    /// The member's account, by people who are only counted.
    ByCounts(usize),
}

/// What is known of a subject on one topic.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SubjectOnTopic {
    /// The worth of a reaction to it: 1, or less on a parent topic.
    pub(super) worth: f64,
    /// Whether there are anonymous reactions to it.
    pub(super) counted: bool,
}

/// Decayed reaction weights by source, split by trust.
#[derive(Debug, Clone, Default)]
pub(super) struct ReactionWeight {
    pub(super) trusted: PerSource,
    pub(super) untrusted: PerSource,
}

impl ReactionWeight {
    pub(super) fn add(&mut self, source: Source, reaction_weight: f64, credibility: Credibility) {
        let reaction_weight = reaction_weight * credibility.selectivity;
        self.trusted[source as usize] += reaction_weight * credibility.trusted;
        self.untrusted[source as usize] += reaction_weight * (1.0 - credibility.trusted);
    }

    /// Counts a share of the untrusted weight as trusted.
    pub(super) fn apply_trust_cap(&mut self, share: f64) {
        let untrusted = std::mem::take(&mut self.untrusted);
        for (trusted, untrusted) in self.trusted.iter_mut().zip(untrusted) {
            *trusted += untrusted * share;
        }
    }
}

/// Topics, and what a reaction is worth on each: 1, or less on a parent topic.
type Worth<'a> = Vec<(&'a Topic, f64)>;

/// One reactor's sums of one kind, before they are credited.
struct Entry {
    person: AccountId,
    source: Source,
    /// Account (by position) and set of topics; `None` for a follow.
    set: Option<(usize, SetId)>,
    /// Account (by position) and content, if one was named.
    content: Option<(usize, ContentId)>,
    sums: Sums,
    /// The reactor's first positive reaction that is known from this entry.
    first: i64,
}

impl Entry {
    fn is_positive(&self) -> bool {
        self.source != Source::Dislike
    }

    fn subject(&self) -> Subject {
        match self.content {
            Some((account, content)) => Subject::Content(account, content),
            None => Subject::ByPerson(self.person),
        }
    }
}

/// Aggregates a member's evidence as of `now`.
pub(super) fn aggregate<'a>(
    model: &Model,
    snapshot: &'a Snapshot,
    member: &MemberEvidence<'a>,
    now: i64,
) -> Aggregate<'a> {
    let expand = |state: &'a AccountState| -> Vec<Worth<'a>> {
        let sets = state.topic_sets().into_iter();
        sets.map(|set| snapshot.with_parents(model, set)).collect()
    };
    let sets: Vec<Vec<Worth<'a>>> = (member.accounts.iter())
        .map(|(_, state)| expand(state))
        .collect();
    let topics_of = |(account, set): (usize, SetId)| sets[account][set as usize].as_slice();
    let mut aggregate = Aggregate::default();
    let mut contents: Vec<Vec<Content<'a>>> = (member.accounts.iter().zip(&sets))
        .map(|((_, state), sets)| breadth::contents(model, state, sets, now))
        .collect();

    let entries = entries(snapshot, member);
    let mut credit = PairCredit::default();
    for of_one in entries.chunk_by(|a, b| a.person == b.person) {
        let person = aggregate.person(model, snapshot, of_one, now);
        aggregate.one_person(model, of_one, &person, &topics_of, &mut credit, now);
        aggregate.reaction_weights(model, of_one, person.credibility, &mut contents, now);
    }
    for (account, (_, state)) in member.accounts.iter().enumerate() {
        let reach = snapshot.counted_reach(model);
        aggregate.crowd(
            model,
            (account, state),
            reach,
            &|set| topics_of((account, set)),
            now,
        );
        aggregate.profile(model, state, now);
    }
    aggregate.contents = contents.into_iter().flatten().collect();
    aggregate.apply_trust_cap(model, snapshot);
    breadth::add(model, snapshot, &mut aggregate);
    aggregate
}

/// Returns the reactors' sums sorted by person, without those of the member's
/// own accounts.
fn entries(snapshot: &Snapshot, member: &MemberEvidence<'_>) -> Vec<Entry> {
    let own: Vec<AccountId> = (member.accounts.iter())
        .flat_map(|(id, _)| [*id, snapshot.person(*id)])
        .collect();
    let stranger = |reactor: AccountId| {
        let person = snapshot.person(reactor);
        (!own.contains(&reactor) && !own.contains(&person)).then_some(person)
    };
    let mut entries = Vec::new();
    for (account, (_, state)) in member.accounts.iter().enumerate() {
        for ((reactor, about), sums) in &state.reactions {
            entries.extend(stranger(*reactor).map(|person| Entry {
                person,
                source: about.source,
                set: Some((account, about.set)),
                content: about.content.map(|content| (account, content)),
                sums: *sums,
                first: match about.source {
                    Source::Dislike => i64::MAX,
                    _ => sums.at.min(state.earlier(*reactor)),
                },
            }));
        }
        for (reactor, word) in state.follows.iter().filter(|(_, word)| word.follows) {
            entries.extend(stranger(*reactor).map(|person| Entry {
                person,
                source: Source::Follow,
                set: None,
                content: None,
                sums: Sums::one(1.0, word.at),
                first: word.at.min(state.earlier(*reactor)),
            }));
        }
    }
    entries.sort_by_key(|entry| (entry.person, entry.source, entry.set, entry.content));
    entries
}

impl<'a> Aggregate<'a> {
    /// Credits one person's reactions, in all and on each topic.
    fn one_person<'t>(
        &mut self,
        model: &Model,
        entries: &[Entry],
        person: &Person,
        topics_of: &impl Fn((usize, SetId)) -> &'t [(&'a Topic, f64)],
        credit: &mut PairCredit,
        now: i64,
    ) where
        'a: 't,
    {
        fn given(entry: &Entry, worth: f64) -> Given<'_> {
            Given {
                source: entry.source,
                sums: &entry.sums,
                worth,
            }
        }
        let Credibility {
            selectivity,
            trusted,
        } = person.credibility;
        credit.compute(
            model,
            selectivity,
            entries.iter().map(|entry| given(entry, 1.0)),
            now,
        );
        for (part, source, amount) in &credit.lines {
            self.overall.add_known(*part, *source, *amount, trusted);
        }
        self.acquaintance(person, credit);
        self.present_by_trust.add(credit.present, trusted);
        let reach = credit.lines.iter().filter(|line| line.0 == Part::Reach);
        self.squares += reach.map(|line| line.2).sum::<f64>().powi(2);
        if entries.iter().any(Entry::is_positive) {
            self.people += 1;
            self.evidence = true;
        }

        // Nearly always, all reactions of one person have the same topics.
        let first = entries[0].set;
        if entries.iter().all(|entry| entry.set == first) {
            let mut credited = 1.0;
            for &(topic, worth) in first.map_or(&[][..], topics_of) {
                if worth != credited {
                    let given = entries.iter().map(|entry| given(entry, worth));
                    credit.compute(model, selectivity, given, now);
                    credited = worth;
                }
                let on_topic = self.topics.entry(topic).or_default();
                on_topic.credit(credit, person);
                let entries = entries.iter().map(|entry| (entry, worth));
                on_topic.support(entries, person);
            }
            return;
        }
        let mut by_topic: Vec<(&'a Topic, usize, f64)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let topics = entry.set.map_or(&[][..], topics_of).iter();
            by_topic.extend(topics.map(|(topic, worth)| (*topic, index, *worth)));
        }
        by_topic.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for run in by_topic.chunk_by(|a, b| a.0 == b.0) {
            let on_topic = run
                .iter()
                .map(|(_, index, worth)| given(&entries[*index], *worth));
            credit.compute(model, selectivity, on_topic, now);
            let on_topic = self.topics.entry(run[0].0).or_default();
            on_topic.credit(credit, person);
            let entries = run
                .iter()
                .map(|(_, index, worth)| (&entries[*index], *worth));
            on_topic.support(entries, person);
        }
    }

    /// Returns what is known of the person behind these entries, and notes when
    /// the first of them reacted.
    fn person(
        &mut self,
        model: &Model,
        snapshot: &Snapshot,
        entries: &[Entry],
        now: i64,
    ) -> Person {
        let first = entries.iter().map(|entry| entry.first).min();
        let first = first.filter(|first| *first < i64::MAX);
        self.began = [self.began, first].into_iter().flatten().min();
        let newcomers = model.interval.newcomers;
        let old_at = newcomers.and_then(|rule| snapshot.old_enough(first?, rule.days));
        Person {
            credibility: snapshot.credibility(entries[0].person),
            old_at: old_at.filter(|old_at| *old_at > now),
        }
    }

    /// Adds one person's credit to that of old acquaintances or of newcomers.
    fn acquaintance(&mut self, person: &Person, credit: &PairCredit) {
        let trusted = person.credibility.trusted;
        let by_part = by_part(credit);
        match person.old_at {
            None => self.aged.add(&by_part, trusted),
            Some(old_at) => {
                self.next_aged = [self.next_aged, Some(old_at)].into_iter().flatten().min();
                self.young.push(Newcomer {
                    old_at,
                    trusted,
                    credit: by_part,
                });
            }
        }
    }

    /// Adds one person's reactions to the contents that they reacted to.
    fn reaction_weights(
        &mut self,
        model: &Model,
        entries: &[Entry],
        credibility: Credibility,
        contents: &mut [Vec<Content<'a>>],
        now: i64,
    ) {
        for entry in entries.iter().filter(|entry| entry.set.is_some()) {
            let reaction_weight = entry.sums.left(&model.decay, now);
            self.known_weight
                .add(entry.source, reaction_weight, credibility);
            if let Some((account, content)) = entry.content {
                let content = &mut contents[account][content as usize];
                content.add(
                    model,
                    entry.person,
                    entry.source,
                    reaction_weight,
                    credibility,
                );
            }
        }
    }

    /// Applies the trust cap to all sums.
    fn apply_trust_cap(&mut self, model: &Model, snapshot: &Snapshot) {
        let CappedTrust { share, discounted } = self.overall.apply_trust_cap(model, snapshot);
        self.discounted = discounted;
        self.known_weight.apply_trust_cap(share);
        for content in &mut self.contents {
            content.known.apply_trust_cap(share);
        }
        self.present = self.present_by_trust.admitted(model, snapshot);
        for on_topic in self.topics.values_mut() {
            on_topic.credit_totals.apply_trust_cap(model, snapshot);
            on_topic.present = on_topic.present_by_trust.admitted(model, snapshot);
            on_topic.dislikes += on_topic.dislikes_by_trust.admitted(model, snapshot);
            on_topic.people = on_topic.people_by_trust.admitted(model, snapshot);
            on_topic.aged_people = on_topic.aged_by_trust.admitted(model, snapshot);
        }
    }

    /// Credits the anonymous reactions of one account: pooled by source, and by
    /// source and topic.
    fn crowd<'t>(
        &mut self,
        model: &Model,
        (account, state): (usize, &'a AccountState),
        reach: f64,
        topics_of: &impl Fn(SetId) -> &'t [(&'a Topic, f64)],
        now: i64,
    ) where
        'a: 't,
    {
        let mut pooled: [Option<Sums>; Source::COUNT] = [None; Source::COUNT];
        let mut by_topic: BTreeMap<(&'a Topic, Source), Option<Sums>> = BTreeMap::new();
        for (about, sums) in &state.crowd {
            add_to(&mut pooled[about.source as usize], &model.decay, sums);
            for &(topic, worth) in topics_of(about.set) {
                let pool = by_topic.entry((topic, about.source)).or_default();
                add_to(pool, &model.decay, &sums.times(worth));
                if about.source != Source::Dislike {
                    let subject = match about.content {
                        Some(content) => Subject::Content(account, content),
                        None => Subject::ByCounts(account),
                    };
                    let on_topic = self.topics.entry(topic).or_default();
                    on_topic.react(subject, worth, sums).counted = true;
                }
            }
        }
        for source in Source::ALL {
            let Some(sums) = pooled[source as usize] else {
                continue;
            };
            self.counted_mass[source as usize] += sums.left(&model.decay, now);
            if let Some(part) = source.part() {
                self.evidence = true;
                let credit = crowd_source_credit(model, source, &sums, now);
                self.overall.add_counted(part, source, credit);
                if source.is_quiet() {
                    (self.overall).add_counted(Part::Reach, source, reach * credit);
                }
            }
        }
        for ((topic, source), sums) in by_topic {
            let Some(sums) = sums else { continue };
            let credit = crowd_source_credit(model, source, &sums, now);
            let on_topic = self.topics.entry(topic).or_default();
            match source.part() {
                Some(part) => on_topic.credit_totals.add_counted(part, source, credit),
                None => on_topic.dislikes += credit,
            }
            if source.is_quiet() {
                let totals = &mut on_topic.credit_totals;
                totals.add_counted(Part::Reach, source, reach * credit);
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

/// Returns one person's credit by part.
fn by_part(credit: &PairCredit) -> PerPart {
    let mut by_part = [0.0; Part::COUNT];
    for (part, _, amount) in &credit.lines {
        by_part[*part as usize] += amount;
    }
    by_part
}

/// Returns the credit of anonymous reactions of one source.
fn crowd_source_credit(model: &Model, source: Source, sums: &Sums, now: i64) -> f64 {
    match source {
        Source::Dislike => crowd_credit(model, model.topics.dislike.get(), sums, now),
        Source::Follow => crowd_follows(model, sums, now),
        _ => crowd_credit(model, model.weight(source), sums, now),
    }
}

impl TopicAggregate {
    fn credit(&mut self, credit: &PairCredit, person: &Person) {
        let trusted = person.credibility.trusted;
        match person.old_at {
            None => self.aged.add(&by_part(credit), trusted),
            Some(at) => self.next_aged = [self.next_aged, Some(at)].into_iter().flatten().min(),
        }
        for (part, source, amount) in &credit.lines {
            self.credit_totals
                .add_known(*part, *source, *amount, trusted);
        }
        self.present_by_trust.add(credit.present, trusted);
        self.dislikes_by_trust.add(credit.dislike, trusted);
    }

    /// Adds one person's reactions, with the worth of each, to what supports
    /// confidence.
    fn support<'e>(&mut self, entries: impl Iterator<Item = (&'e Entry, f64)>, person: &Person) {
        let mut most = 0.0;
        for (entry, worth) in entries.filter(|(entry, _)| entry.is_positive()) {
            self.react(entry.subject(), worth, &entry.sums);
            most = worth.max(most);
        }
        let Credibility {
            selectivity,
            trusted,
        } = person.credibility;
        self.people_by_trust.add(most * selectivity, trusted);
        if person.old_at.is_none() {
            self.aged_by_trust.add(most * selectivity, trusted);
        }
    }

    /// Adds reactions to a subject. As of their latest, the slowest memory has
    /// lost next to nothing of their number.
    fn react(&mut self, subject: Subject, worth: f64, sums: &Sums) -> &mut SubjectOnTopic {
        self.reactions += worth * sums.sums[SCALES - 1];
        let on_topic = self.subjects.entry(subject).or_default();
        on_topic.worth = worth.max(on_topic.worth);
        on_topic
    }
}
