//! Finds members by identity: one from the cache if possible, many in a few
//! queries.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::Members;
use crate::service::error::Result;
use crate::store;
use crate::store::StoreError;
use renown_core::domain::{Identity, Invalid, MemberId};

impl Members {
    /// Finds the member that an identity refers to.
    ///
    /// # Errors
    /// If the text is not an identity.
    pub async fn find(&self, identity: &str) -> Result<Option<MemberId>> {
        if let Some(member) = self.context.cache.member(identity) {
            return Ok(Some(member));
        }
        let parsed: Identity = identity.parse()?;
        let ticket = self.context.cache.ticket_for_identities();
        let mut conn = self.context.pool.acquire().await?;
        let member = self.resolve(&mut conn, &parsed).await?;
        if let Some(member) = member {
            self.context
                .cache
                .remember_identity(identity, member, ticket);
        }
        Ok(member)
    }

    pub(in crate::service) async fn resolve(
        &self,
        conn: &mut PgConnection,
        identity: &Identity,
    ) -> Result<Option<MemberId>> {
        Ok(match identity {
            Identity::Member(id) => match store::members::get(conn, *id, false).await? {
                Some(member) => Some(member.id),
                // The id of a member who was merged leads to the surviving one.
                None => store::members::merges::survivors(conn, &[*id])
                    .await?
                    .remove(id),
            },
            Identity::External(kind, value) => {
                store::members::by_external(conn, *kind, value).await?
            }
            Identity::Account(handle) => {
                match store::members::accounts::lookup(conn, &self.handle_keys, handle).await? {
                    Some(account) => store::members::accounts::members_of(conn, &[account])
                        .await?
                        .pop_first()
                        .map(|(_, member)| member),
                    None => None,
                }
            }
        })
    }

    pub(in crate::service) async fn find_many<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<BTreeMap<&'i str, Result<Option<MemberId>, Invalid>>> {
        let mut found = BTreeMap::new();
        let mut open: BTreeMap<&str, Identity> = BTreeMap::new();
        for text in identities {
            if let Some(member) = self.context.cache.member(text) {
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
            let mut conn = self.context.pool.acquire().await?;
            let members = self.resolve_all(&mut conn, open.values()).await?;
            found.extend(
                open.iter()
                    .map(|(text, identity)| (*text, Ok(members.get(identity).copied()))),
            );
        }
        Ok(found)
    }

    /// Finds the members that identities refer to; unknown identities are left out.
    pub(in crate::service) async fn resolve_all<'i>(
        &self,
        conn: &mut PgConnection,
        identities: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<BTreeMap<Identity, MemberId>, StoreError> {
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
            ids.retain(|id| !enrolled.contains(id));
            members.extend(enrolled.into_iter().map(|id| (Identity::Member(id), id)));
            if !ids.is_empty() {
                let merged = store::members::merges::survivors(conn, &ids)
                    .await?
                    .into_iter();
                members.extend(merged.map(|(named, id)| (Identity::Member(named), id)));
            }
        }
        if !externals.is_empty() {
            let known = store::members::by_externals(conn, &externals).await?;
            members.extend(
                known
                    .into_iter()
                    .map(|((kind, value), id)| (Identity::External(kind, value), id)),
            );
        }
        let owners = store::members::accounts::owners(conn, &self.handle_keys, handles).await?;
        members.extend(
            owners
                .into_iter()
                .map(|(handle, id)| (Identity::Account(handle.clone()), id)),
        );
        Ok(members)
    }
}
