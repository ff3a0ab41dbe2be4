//! Finds members by identity: one from the cache if possible, many in a few
//! queries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::PgConnection;

use super::Members;
use crate::service::context::ConnectionOnDemand;
use crate::service::error::Result;
use crate::store;
use crate::store::StoreError;
use crate::store::members::ExternalId;
use renown_core::domain::{ExternalKind, Identity, Invalid, MemberId, Proof};

/// A member, and the identity by which a caller named them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedMember {
    /// The member.
    pub member: MemberId,
    /// The network of the identity, or its kind; `None` for the member's id.
    pub network: Option<Box<str>>,
    /// How it is known that the identity is the member's. For the member's id, the latest
    /// verification of any of their identities.
    pub proof: Proof,
}

impl Members {
    /// Finds the member that an identity refers to.
    ///
    /// # Errors
    /// If the text is not an identity.
    pub async fn find(&self, identity: &str) -> Result<Option<MemberId>> {
        let mut conn = self.context.on_demand();
        let named = self.find_named(&mut conn, identity).await?;
        Ok(named.map(|named| named.member))
    }

    /// Finds the member that an identity refers to, and how it is known that it is theirs.
    ///
    /// # Errors
    /// If the text is not an identity.
    pub(in crate::service) async fn find_named(
        &self,
        conn: &mut ConnectionOnDemand<'_>,
        identity: &str,
    ) -> Result<Option<Arc<NamedMember>>> {
        if let Some(member) = self.context.cache.member(identity) {
            return Ok(Some(member));
        }
        let parsed: Identity = identity.parse()?;
        let ticket = self.context.cache.ticket_for_identities();
        let conn = conn.get().await?;
        let member = self.resolve_named(conn, &parsed).await?.map(Arc::new);
        if let Some(member) = &member {
            let member = Arc::clone(member);
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
        if let Identity::Member(id) = identity {
            return Ok(match store::members::get(conn, *id, false).await? {
                Some(member) => Some(member.id),
                // The id of a member who was merged leads to the surviving one.
                None => store::members::merges::survivors(conn, &[*id])
                    .await?
                    .remove(id),
            });
        }
        let named = self.resolve_named(conn, identity).await?;
        Ok(named.map(|named| named.member))
    }

    pub(in crate::service) async fn resolve_named(
        &self,
        conn: &mut PgConnection,
        identity: &Identity,
    ) -> Result<Option<NamedMember>> {
        let mut found = self.resolve_all_named(conn, [identity]).await?;
        Ok(found.remove(identity))
    }

    pub(in crate::service) async fn find_many<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Result<BTreeMap<&'i str, Result<Option<Arc<NamedMember>>, Invalid>>> {
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
            let members = self.resolve_all_named(&mut conn, open.values()).await?;
            found.extend(open.iter().map(|(text, identity)| {
                let member = members.get(identity).cloned().map(Arc::new);
                (*text, Ok(member))
            }));
        }
        Ok(found)
    }

    /// Finds the members that identities refer to; unknown identities are left out.
    pub(in crate::service) async fn resolve_all<'i>(
        &self,
        conn: &mut PgConnection,
        identities: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<BTreeMap<Identity, MemberId>, StoreError> {
        let named = self.resolve_all_named(conn, identities).await?;
        let members = named.into_iter();
        Ok(members.map(|(id, named)| (id, named.member)).collect())
    }

    /// Finds the members that identities refer to, with how it is known that each identity is
    /// theirs; unknown identities are left out.
    pub(in crate::service) async fn resolve_all_named<'i>(
        &self,
        conn: &mut PgConnection,
        identities: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<BTreeMap<Identity, NamedMember>, StoreError> {
        let (mut ids, mut handles, mut externals) = (Vec::new(), BTreeSet::new(), Vec::new());
        for identity in identities {
            match identity {
                Identity::Member(id) => ids.push(*id),
                Identity::External(kind, value) => externals.push(self.external(*kind, value)),
                Identity::Account(handle) => {
                    handles.insert(handle);
                }
            }
        }
        let mut members = BTreeMap::new();
        let mut add = |identity: Identity, member, proof| {
            let network = identity.network().map(Into::into);
            let named = NamedMember {
                member,
                network,
                proof,
            };
            members.insert(identity, named);
        };
        if !ids.is_empty() {
            let enrolled = store::members::enrolled(conn, &ids).await?;
            ids.retain(|id| !enrolled.contains(id));
            let mut found: Vec<(MemberId, MemberId)> =
                enrolled.into_iter().map(|id| (id, id)).collect();
            if !ids.is_empty() {
                found.extend(store::members::merges::survivors(conn, &ids).await?);
            }
            let members: Vec<MemberId> = found.iter().map(|(_, member)| *member).collect();
            let verified = store::members::proofs::verified(conn, &members).await?;
            for (named, id) in found {
                let of_member = verified.get(&id).into_iter().flat_map(BTreeMap::values);
                let latest = of_member.max_by_key(|verification| verification.at);
                add(Identity::Member(named), id, latest.into());
            }
        }
        if !externals.is_empty() {
            let known = store::members::by_externals(conn, &externals).await?;
            for ((kind, value), (member, proof)) in known.owners {
                add(Identity::External(kind, value), member, proof);
            }
        }
        let owners = store::members::accounts::owners(conn, &self.handle_keys, handles).await?;
        for (handle, (member, proof)) in owners {
            add(Identity::Account(handle.clone()), member, proof);
        }
        Ok(members)
    }

    /// Returns an identity as the configuration compares it.
    pub(super) fn external<'i>(&self, kind: ExternalKind, value: &'i str) -> ExternalId<'i> {
        ExternalId {
            kind,
            value,
            folded: kind.folded(value, &self.context.config.accounts.case_counts),
        }
    }
}
