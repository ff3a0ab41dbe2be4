//! Finds many members by their identities, with their facts, in a few queries.
//!
//! The cache is read but not filled: a batch of a thousand members would push out
//! those that are looked up one by one.

use renown_core::rules::MemberFacts;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::FactsLoader;

use crate::service::error::Result;
use crate::service::members::NamedMember;
use renown_core::domain::{Invalid, MemberId};

/// The members behind the requested identities, with their facts.
#[derive(Debug)]
pub(super) struct ManyMembers<'i> {
    found: BTreeMap<&'i str, Result<Option<Arc<NamedMember>>, Invalid>>,
    facts: BTreeMap<MemberId, Arc<MemberFacts>>,
    unknown: MemberFacts,
}

/// The result for one identity.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneMember<'p> {
    /// The member that is enrolled under the identity, and how it is known that it is
    /// theirs; `None` if none is.
    pub named: Option<&'p Arc<NamedMember>>,
    /// The member's facts. Those of an opted-out member are the same as those of an
    /// unknown one.
    pub facts: &'p MemberFacts,
}

impl ManyMembers<'_> {
    /// Returns the result for an identity.
    ///
    /// # Errors
    /// If the text is not an identity.
    pub(in crate::service) fn get(&self, identity: &str) -> Result<OneMember<'_>, Invalid> {
        let named = match self.found.get(identity) {
            Some(Ok(named)) => named.as_ref(),
            Some(Err(invalid)) => return Err(invalid.clone()),
            None => None,
        };
        let facts = named.and_then(|named| self.facts.get(&named.member));
        Ok(OneMember {
            named,
            facts: facts.map_or(&self.unknown, Arc::as_ref),
        })
    }
}

impl FactsLoader {
    /// Finds members and their facts. A text that is not an identity does not
    /// affect the others.
    pub(super) async fn people<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<ManyMembers<'i>> {
        let found = self.members.find_many(identities).await?;
        let members: BTreeSet<MemberId> = found
            .values()
            .filter_map(|found| Some(found.as_ref().ok()?.as_ref()?.member))
            .collect();
        Ok(ManyMembers {
            facts: self.facts_of_many(members).await?,
            unknown: self.of_nobody(),
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
