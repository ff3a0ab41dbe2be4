//! Many people at once: who is behind each identity, and what is known of
//! them, in a few queries for all.
//!
//! Reads what is in memory and leaves it as it is: whoever asks about a
//! thousand people at once is not at the front desk, and does not push those
//! out who are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::PgConnection;

use super::Service;
use super::error::Result;
use super::facts::MemberFacts;
use crate::store;
use renown_core::domain::{Identity, Invalid, MemberId};

/// People, by the identities that they were asked for under.
#[derive(Debug)]
pub(super) struct People<'i> {
    found: BTreeMap<&'i str, Result<Option<MemberId>, Invalid>>,
    facts: BTreeMap<MemberId, Arc<MemberFacts>>,
    nobody: MemberFacts,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnePerson<'p> {
    /// Whether anybody is enrolled under the identity.
    pub known: bool,
    /// What is known; of somebody who opted out as little as of a stranger.
    pub facts: &'p MemberFacts,
}

impl People<'_> {
    /// Whoever an identity refers to.
    ///
    /// # Errors
    /// If the text is no identity.
    pub(super) fn get(&self, identity: &str) -> Result<OnePerson<'_>, Invalid> {
        let member = match self.found.get(identity) {
            Some(found) => found.clone()?,
            None => None,
        };
        let facts = member.and_then(|member| self.facts.get(&member));
        Ok(OnePerson {
            known: member.is_some(),
            facts: facts.map_or(&self.nobody, Arc::as_ref),
        })
    }
}

impl Service {
    /// Finds people and what is known of them.
    ///
    /// # Errors
    /// If the database does not answer. What is no identity is the business
    /// of that one alone.
    pub(super) async fn people<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<People<'i>> {
        let found = self.find_members(identities).await?;
        let members: BTreeSet<MemberId> = found
            .values()
            .filter_map(|found| found.as_ref().ok().copied().flatten())
            .collect();
        Ok(People {
            facts: self.facts_of_many(members).await?,
            nobody: self.facts_of_nobody(),
            found,
        })
    }

    async fn find_members<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<BTreeMap<&'i str, Result<Option<MemberId>, Invalid>>> {
        let mut found = BTreeMap::new();
        let mut open: BTreeMap<&str, Identity> = BTreeMap::new();
        for text in identities {
            if let Some(member) = self.cache.member(text) {
                found.insert(text, Ok(Some(member)));
                continue;
            }
            match text.parse() {
                Ok(identity) => {
                    open.insert(text, identity);
                }
                Err(invalid) => {
                    found.insert(text, Err(invalid));
                }
            }
        }
        if !open.is_empty() {
            let mut conn = self.pool.acquire().await?;
            let members = self.resolve_identities(&mut conn, open.values()).await?;
            found.extend(
                open.iter()
                    .map(|(text, identity)| (*text, Ok(members.get(identity).copied()))),
            );
        }
        Ok(found)
    }

    /// The members whom identities refer to, of those that refer to any.
    pub(super) async fn resolve_identities<'i>(
        &self,
        conn: &mut PgConnection,
        identities: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<BTreeMap<Identity, MemberId>> {
        let (mut ids, mut handles, mut externals) = (Vec::new(), BTreeSet::new(), Vec::new());
        for identity in identities {
            match identity {
                Identity::Member(id) => ids.push(*id),
                Identity::External(kind, value) => externals.push((*kind, &**value)),
                Identity::Account(handle) => {
                    handles.insert(handle);
                }
            }
        }
        let mut members = BTreeMap::new();
        if !ids.is_empty() {
            let enrolled = store::members::enrolled(conn, &ids).await?;
            members.extend(enrolled.into_iter().map(|id| (Identity::Member(id), id)));
        }
        if !externals.is_empty() {
            let known = store::members::by_externals(conn, &externals).await?;
            members.extend(
                known
                    .into_iter()
                    .map(|((kind, value), id)| (Identity::External(kind, value), id)),
            );
        }
        let owners = store::accounts::owners(conn, &self.handle_keys, handles).await?;
        members.extend(
            owners
                .into_iter()
                .map(|(handle, id)| (Identity::Account(handle.clone()), id)),
        );
        Ok(members)
    }

    async fn facts_of_many(
        &self,
        members: BTreeSet<MemberId>,
    ) -> Result<BTreeMap<MemberId, Arc<MemberFacts>>> {
        let mut facts = BTreeMap::new();
        let mut missing = Vec::new();
        for member in members {
            match self.cache.facts(member) {
                Some(known) => {
                    facts.insert(member, known);
                }
                None => missing.push(member),
            }
        }
        if !missing.is_empty() {
            let mut conn = self.pool.acquire().await?;
            let loaded = self.load_facts(&mut conn, &missing).await?;
            facts.extend(loaded.into_iter().map(|(id, facts)| (id, Arc::new(facts))));
        }
        Ok(facts)
    }
}
