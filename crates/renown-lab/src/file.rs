//! Reading and scoring a file of events, with the pure modules of the core.
//! There is no database, and nothing is stored.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use rayon::prelude::*;

use renown_core::domain::{
    AccountId, Act, AllowedSources, Currency, Event, EventId, Handle, Score, Source,
};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::ingest::lines::Line;
use renown_core::ingest::{Context, Given, MAX_EVENT_BYTES, Parsed, Rejection, native};
use renown_core::scoring::{Hierarchy, Model, Population};

/// Reads a file of events. Each account is treated as a person of its own.
#[derive(Debug)]
pub struct EventReader<'m> {
    dictionary: &'m Dictionary,
    as_of: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    currencies: BTreeSet<Currency>,
    accounts: HashMap<Handle, AccountId>,
    handles: Vec<Handle>,
    undone: HashSet<(Source, EventId)>,
    events: Vec<Event<AccountId>>,
    /// The counts of lines and events so far.
    pub counts: FileCounts,
}

/// Counts of the lines and events of a file.
#[derive(Debug, Default)]
pub struct FileCounts {
    /// Events without duplicates, undone events included.
    pub events: u64,
    /// Events whose source and id occurred before.
    pub duplicates: u64,
    /// Events later than the time of scoring.
    pub later: u64,
    /// Lines that are not a valid event.
    pub rejected: u64,
    /// The first twenty rejected lines, by number from 1.
    pub rejections: Vec<(u64, Rejection)>,
}

/// One scored account.
#[derive(Debug)]
pub struct ScoredAccount {
    /// The handle of the account.
    pub handle: Handle,
    /// The score of the account.
    pub score: Score,
}

impl<'m> EventReader<'m> {
    /// Creates a reader. Events later than `as_of` are ignored. Without
    /// `as_of`, scores are computed as of the latest event.
    pub fn new(
        model: &'m Model,
        dictionary: &'m Dictionary,
        as_of: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            dictionary,
            as_of,
            now,
            currencies: model.rates().currencies().cloned().collect(),
            accounts: HashMap::new(),
            handles: Vec::new(),
            undone: HashSet::new(),
            events: Vec::new(),
            counts: FileCounts::default(),
        }
    }

    /// Reads the next lines, each with its number from 1, in the order of the file.
    pub fn lines(&mut self, lines: Vec<(u64, Line)>) {
        let context = Context {
            now: self.now,
            max_future: Duration::hours(1),
            currencies: &self.currencies,
            dictionary: self.dictionary,
            sources: &AllowedSources::All,
            given: &Given::default(),
        };
        let parsed: Vec<(u64, Result<Parsed, Rejection>)> = (lines.into_par_iter())
            .map(|(number, line)| match line {
                Line::Bytes(bytes) => (number, native::parse(&bytes, &context)),
                Line::TooLong => (number, Err(Rejection::too_large(MAX_EVENT_BYTES))),
            })
            .collect();
        for (number, parsed) in parsed {
            match parsed {
                Ok(parsed) => self.event(parsed),
                Err(rejection) => {
                    self.counts.rejected += 1;
                    if self.counts.rejections.len() < 20 {
                        self.counts.rejections.push((number, rejection));
                    }
                }
            }
        }
    }

    fn event(&mut self, parsed: Parsed) {
        let event = parsed.event;
        if self.as_of.is_some_and(|as_of| event.time > as_of) {
            self.counts.later += 1;
            return;
        }
        if let Act::Undo { id } = &event.act {
            let undone = (event.key.source.clone(), id.clone());
            self.undone.insert(undone);
        }
        let named = event
            .act
            .try_map(|handle| Ok::<_, std::convert::Infallible>(self.account(handle)));
        let Ok(act) = named;
        self.events.push(Event {
            act,
            key: event.key,
            time: event.time,
            network: event.network,
            object: event.object,
            topics: event.topics,
        });
    }

    fn account(&mut self, handle: &Handle) -> AccountId {
        if let Some(account) = self.accounts.get(handle) {
            return *account;
        }
        let account = AccountId(self.handles.len() as i64);
        self.accounts.insert(handle.clone(), account);
        self.handles.push(handle.clone());
        account
    }

    /// Drops all events with the same key but the first.
    fn drop_duplicates(&mut self) {
        let read = self.events.len();
        let mut order: Vec<u32> = (0..).take(read).collect();
        let key = |at: &u32| &self.events[*at as usize].key;
        // The sort is stable: the first of equal keys stays first.
        order.par_sort_by(|a, b| key(a).cmp(key(b)));
        let mut first = vec![true; read];
        for same in order
            .windows(2)
            .filter(|same| key(&same[0]) == key(&same[1]))
        {
            first[same[1] as usize] = false;
        }
        let mut first = first.into_iter();
        self.events.retain(|_| first.next().unwrap_or(true));
        self.counts.duplicates += (read - self.events.len()) as u64;
        self.counts.events += self.events.len() as u64;
    }

    /// Ends reading. Returns the events that count, in the order of the file,
    /// and the time of scoring.
    pub fn finish(mut self) -> EventFile {
        self.drop_duplicates();
        let undone = std::mem::take(&mut self.undone);
        self.events.retain(|event| {
            undone.is_empty() || !undone.contains(&(event.key.source.clone(), event.key.id.clone()))
        });
        let latest = self.events.iter().map(|event| event.time).max();
        EventFile {
            as_of: self.as_of.or(latest).unwrap_or(self.now),
            hierarchy: self.dictionary.hierarchy().clone(),
            events: self.events,
            handles: self.handles,
            counts: self.counts,
        }
    }
}

/// The events of a file.
#[derive(Debug)]
pub struct EventFile {
    /// Events up to `as_of`, without duplicates and without undone events.
    pub events: Vec<Event<AccountId>>,
    /// The handle of each account, by the account's number.
    handles: Vec<Handle>,
    /// The hierarchy of topics.
    pub hierarchy: Hierarchy,
    /// The time of scoring: the requested one, or that of the latest event.
    pub as_of: DateTime<Utc>,
    /// The counts of lines and events.
    pub counts: FileCounts,
}

impl EventFile {
    /// Returns the handle of an account. Panics if the account is not of this
    /// file.
    pub fn handle(&self, account: AccountId) -> &Handle {
        &self.handles[account.0 as usize]
    }

    /// Returns all accounts of the file with their handles.
    pub fn handles(&self) -> impl Iterator<Item = (&Handle, AccountId)> {
        self.handles.iter().zip((0..).map(AccountId))
    }

    /// Builds the population of all accounts in the file.
    pub fn population(&self, model: &Model) -> Population {
        Population::new(model, &self.hierarchy, &self.events, self.as_of)
    }

    /// Returns the scores of the population, the highest influence first.
    /// Accounts without evidence, such as those that only reacted, are left
    /// out.
    pub fn scores(&self, model: &Model, population: &Population) -> Vec<ScoredAccount> {
        let mut scored: Vec<ScoredAccount> = (population.scores(model).into_iter())
            .map(|(account, score)| ScoredAccount {
                handle: self.handle(account).clone(),
                score,
            })
            .filter(|scored| {
                scored.score.influence.score().is_some() || scored.score.value.score().is_some()
            })
            .collect();
        let rank = |scored: &ScoredAccount| scored.score.influence.score().unwrap_or(-1.0);
        scored.sort_by(|a, b| {
            rank(b)
                .total_cmp(&rank(a))
                .then_with(|| a.handle.cmp(&b.handle))
        });
        scored
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: &str = "2026-06-01T00:00:00Z";

    /// Generates reactions and posts among five accounts, each with an id of
    /// its own.
    fn activity() -> impl Strategy<Value = Vec<String>> {
        let kind =
            prop::sample::select(vec!["like", "reply", "share", "endorse", "dislike", "save"]);
        let event = (
            kind,
            0..5u8,
            0..5u8,
            0..3u8,
            1..28u8,
            prop::bool::weighted(0.8),
        );
        prop::collection::vec(event, 1..40).prop_map(|events| {
            let lines = events.into_iter().enumerate();
            let line = |(n, (kind, actor, target, post, day, known)): (usize, _)| {
                let actor = if known { format!("\"actor\":\"a{actor}\",") } else { String::new() };
                format!(
                    "{{\"id\":\"{n}\",\"source\":\"s\",\"type\":\"{kind}\",\"time\":\"2026-05-{day:02}T00:00:00Z\",\
                     \"network\":\"twitter\",{actor}\"target\":\"a{target}\",\"object\":\"p{target}{post}\",\"topics\":[\"t{post}\"]}}"
                )
            };
            lines.map(line).collect()
        })
    }

    fn undo(of: usize) -> String {
        format!(
            "{{\"id\":\"u{of}\",\"source\":\"s\",\"type\":\"undo\",\"time\":\"2026-05-28T00:00:00Z\",\
             \"network\":\"twitter\",\"undo\":\"{of}\"}}"
        )
    }

    fn scores(lines: &[String]) -> Vec<(String, Score)> {
        let (model, dictionary) = (Model::builtin(), Dictionary::default());
        let now = NOW.parse().unwrap();
        let mut reader = EventReader::new(&model, &dictionary, Some(now), now);
        let bytes = |line: &String| Line::Bytes(line.clone().into());
        reader.lines((1..).zip(lines.iter().map(bytes)).collect());
        assert_eq!(reader.counts.rejected, 0, "{:?}", reader.counts);
        let file = reader.finish();
        let scored = file.scores(&model, &file.population(&model)).into_iter();
        let mut scored: Vec<_> = scored.map(|s| (s.handle.to_string(), s.score)).collect();
        scored.sort_by(|a, b| a.0.cmp(&b.0));
        scored
    }

    /// Returns whether the people are the same and the numbers differ at most
    /// by rounding.
    fn same(a: &[(String, Score)], b: &[(String, Score)]) -> bool {
        let number = |score: &Score| score.influence.score().unwrap_or(-1.0);
        let topics = |score: &Score| {
            score
                .topics
                .values()
                .map(|t| t.influence + t.confidence.get())
                .sum::<f64>()
        };
        a.len() == b.len()
            && a.iter().zip(b).all(|((who, a), (other, b))| {
                who == other
                    && (number(a) - number(b)).abs() < 1e-6
                    && (topics(a) - topics(b)).abs() < 1e-6
            })
    }

    proptest! {
        #[test]
        fn duplicates_and_the_order_of_lines_do_not_matter(
            lines in activity(), again in prop::collection::vec(any::<prop::sample::Index>(), 0..10), turn in any::<prop::sample::Index>()
        ) {
            let mut more = lines.clone();
            more.extend(again.iter().map(|at| at.get(&lines).clone()));
            let turn = turn.index(more.len());
            more.rotate_left(turn);
            prop_assert!(same(&scores(&lines), &scores(&more)));
        }

        #[test]
        fn an_undo_restores_exactly_whichever_comes_first(
            lines in activity(), undone in prop::collection::btree_set(0..40usize, 0..10), early in any::<bool>()
        ) {
            let kept: Vec<String> = (lines.iter().enumerate())
                .filter(|(n, _)| !undone.contains(n))
                .map(|(_, line)| line.clone())
                .collect();
            let undos = undone.iter().map(|n| undo(*n));
            let all: Vec<String> = match early {
                true => undos.chain(lines).collect(),
                false => lines.into_iter().chain(undos).collect(),
            };
            prop_assert!(same(&scores(&kept), &scores(&all)));
        }
    }
}
