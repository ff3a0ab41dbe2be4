//! Many people at once: who is behind each identity, and what is known of
//! them, in a few queries for all.
//!
//! Reads what is in memory and leaves it as it is: whoever asks about a
//! thousand people at once is not at the front desk, and does not push those
//! out who are.

use renown_core::rules::MemberFacts;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::FactsLoader;

use crate::service::error::Result;
use renown_core::domain::{Invalid, MemberId};

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
    pub(in crate::service) fn get(&self, identity: &str) -> Result<OnePerson<'_>, Invalid> {
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

impl FactsLoader {
    /// Finds people and what is known of them.
    ///
    /// # Errors
    /// If the database does not answer. What is no identity is the business
    /// of that one alone.
    pub(super) async fn people<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<People<'i>> {
        let found = self.members.find_many(identities).await?;
        let members: BTreeSet<MemberId> = found
            .values()
            .filter_map(|found| found.as_ref().ok().copied().flatten())
            .collect();
        Ok(People {
            facts: self.facts_of_many(members).await?,
            nobody: self.of_nobody(),
            found,
        })
    }

    async fn facts_of_many(
        &self,
        members: BTreeSet<MemberId>,
    ) -> Result<BTreeMap<MemberId, Arc<MemberFacts>>> {
        let mut facts = BTreeMap::new();
        let mut missing = Vec::new();
        for member in members {
            match self.context.cache.facts(member) {
                Some(known) => {
                    facts.insert(member, known);
                }
                None => missing.push(member),
            }
        }
        if !missing.is_empty() {
            let mut conn = self.context.pool.acquire().await?;
            let loaded = self.load(&mut conn, &missing).await?;
            facts.extend(loaded.into_iter().map(|(id, facts)| (id, Arc::new(facts))));
        }
        Ok(facts)
    }
}
