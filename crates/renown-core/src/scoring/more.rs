//! Scores a member as if more people had reacted to what the member writes.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::decay::{MS_PER_DAY, Sums, instant};
use super::parts::Source;
use super::state::{Shown, add};
use super::{AccountState, MemberEvidence, Model, Snapshot, score};
use crate::domain::{AccountId, MoreReactions, ObjectId, Reactors, Score};

/// How many people react to one content.
const PEOPLE_A_CONTENT: u32 = 5;

/// The most people who are ever supposed to react.
const MOST_PEOPLE: usize = 1000;

/// The account on which the supposed contents are written. No stored account has a
/// negative id.
const AUTHOR: AccountId = AccountId(i64::MIN);

/// A member to whom more people are supposed to react.
#[derive(Debug)]
pub struct Supposition<'a> {
    model: &'a Model,
    snapshot: &'a Snapshot,
    member: MemberEvidence<'a>,
    at: DateTime<Utc>,
    trusted: OnceCell<Vec<AccountId>>,
}

impl<'a> Supposition<'a> {
    /// Supposes that people react to the member at a time, each for the first time.
    pub fn new(
        model: &'a Model,
        snapshot: &'a Snapshot,
        member: MemberEvidence<'a>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            model,
            snapshot,
            member,
            at,
            trusted: OnceCell::new(),
        }
    }

    /// Returns the days until their reactions count in full, rounded up.
    pub fn wait_days(&self) -> u32 {
        let began = instant(self.at);
        let rule = self.model.interval.newcomers;
        let old_at = rule.and_then(|rule| self.snapshot.old_enough(began, rule.days));
        let wait = old_at.map_or(0, |old_at| (old_at - began).max(0));
        (wait as f64 / MS_PER_DAY as f64).ceil() as u32
    }

    /// Scores the member some days after the people reacted, each with one like. The member
    /// is supposed to have written what they react to: one content for five of them.
    pub fn score(&self, more: &MoreReactions, days: u32) -> Score {
        let mut supposed = AccountState::new();
        let once = Sums::one(1.0, instant(self.at));
        for (place, person) in (0..).zip(self.people(more)) {
            let content = place / PEOPLE_A_CONTENT;
            let object = ObjectId::parse(&format!("supposed {content}")).ok();
            let about = supposed.about(Source::Like, object.as_ref(), &more.topics);
            supposed.reactions.insert((person, about), once);
            if place % PEOPLE_A_CONTENT == 0 && !more.topics.is_empty() {
                let written = (Shown::Post, about.set);
                add(&mut supposed.interest, written, self.model, once);
            }
        }
        let mut member = self.member.clone();
        member.accounts.push((AUTHOR, &supposed));
        let later = self.at + TimeDelta::days(i64::from(days));
        score(self.model, self.snapshot, &member, later)
    }

    /// Returns the accounts of the people who are supposed to react. There are fewer trusted
    /// ones than asked for where the population has no more of them.
    fn people(&self, more: &MoreReactions) -> Vec<AccountId> {
        match more.who {
            // No stored account has a negative id, so nothing is known of these.
            Reactors::New => (1..=i64::from(more.people))
                .map(|n| AccountId(-n))
                .collect(),
            Reactors::Trusted => {
                let all = self.trusted.get_or_init(|| self.trusted_strangers());
                spread(all, more.people as usize).copied().collect()
            }
        }
    }

    /// Returns many trusted people who have not reacted to the member.
    fn trusted_strangers(&self) -> Vec<AccountId> {
        let person = |account: &AccountId| self.snapshot.person(*account);
        let mut known: BTreeSet<AccountId> = BTreeSet::new();
        for (account, state) in &self.member.accounts {
            let reacted = state.reactions.keys().map(|(reactor, _)| reactor);
            let accounts = reacted.chain(state.follows.keys()).chain([account]);
            known.extend(accounts.map(person));
        }
        let all = &self.snapshot.trusted;
        let some = spread(all, known.len() + MOST_PEOPLE).map(|(person, _)| *person);
        some.filter(|person| !known.contains(person)).collect()
    }
}

/// Takes at most `wanted` of all, evenly, so that they are as usual.
fn spread<T>(all: &[T], wanted: usize) -> impl Iterator<Item = &T> {
    let step = (all.len() / wanted.max(1)).max(1);
    all.iter().step_by(step).take(wanted)
}
