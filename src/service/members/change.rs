//! Changes of a member: what a `PUT` and a `PATCH` have in common.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Members;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;

use renown_core::domain::{
    AccountId, Attributes, AttributesPatch, Handle, HandleMac, Identity, Member, MemberId,
    MemberName, Scoring, TextLine, Topic,
};

/// A change of a member. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct MemberChange {
    /// All identities besides the one in the path; others are removed.
    pub identities: Option<Vec<Identity>>,
    /// The name, or `None` to remove it.
    pub name: Option<Option<MemberName>>,
    /// New values of attributes.
    pub attributes: Option<AttributesChange>,
    /// All declared interests; others are removed.
    pub interests: Option<Vec<Topic>>,
    /// Whether the member takes part in scoring. Consent changes only if it is named.
    pub scoring: Option<Scoring>,
    /// How it is known that these identities are the member's; other identities, and those
    /// that are given again, stay as they are.
    pub proofs: BTreeMap<Identity, GivenProof>,
    /// The version that the member must have; absent: any.
    pub if_version: Option<i64>,
}

/// A proof as it is given.
#[derive(Debug, Clone)]
pub enum GivenProof {
    /// The identity is only asserted, whatever it was before.
    Asserted,
    /// The identity was verified.
    Verified {
        /// Who verified it.
        by: TextLine,
        /// When; absent: now, unless the same verification is known.
        at: Option<DateTime<Utc>>,
    },
}

/// A change of a member's attributes.
#[derive(Debug, Clone)]
pub enum AttributesChange {
    /// These are all; others are removed.
    All(Attributes),
    /// These change; others stay.
    Some(AttributesPatch),
}

impl MemberChange {
    /// Makes the change, apart from the identities.
    ///
    /// # Errors
    /// If the member would have too many attributes.
    pub(super) fn apply(&self, member: &mut Member) -> Result<()> {
        if let Some(name) = &self.name {
            member.name.clone_from(name);
        }
        match &self.attributes {
            None => {}
            Some(AttributesChange::All(all)) => member.attributes.clone_from(all),
            Some(AttributesChange::Some(some)) => {
                let after = some.applied_to(&member.attributes);
                let invalid = |invalid| ServiceError::invalid("/attributes", invalid);
                member.attributes = after.map_err(invalid)?;
            }
        }
        if let Some(interests) = &self.interests {
            member.interests.clone_from(interests);
        }
        if let Some(scoring) = self.scoring {
            member.scoring = scoring;
        }
        Ok(())
    }
}

impl Members {
    /// Changes a member that the caller has locked. Returns whether identities changed.
    pub(super) async fn change(
        &self,
        conn: &mut PgConnection,
        before: Member,
        path: &Identity,
        change: &MemberChange,
    ) -> Result<bool> {
        let wrong = |version| version != before.version;
        if change.if_version.is_some_and(wrong) {
            return Err(ServiceError::PreconditionFailed);
        }
        let mut after = before.clone();
        change.apply(&mut after)?;
        let identities = self.set_identities(conn, after.id, path, change).await?;
        if identities || after != before {
            after.updated_at = self.context.clock.now();
            after.version += 1;
            store::members::update(conn, &after).await?;
        }
        Ok(identities)
    }

    /// Adds the identity in the path and those of the change and, if the change names
    /// any, removes the others. Returns whether anything changed.
    pub(super) async fn set_identities(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        path: &Identity,
        change: &MemberChange,
    ) -> Result<bool> {
        let accounts = store::members::accounts(conn, &[id]).await?;
        let accounts = accounts.into_values().next().unwrap_or_default();
        let external = store::members::identities(conn, &[id]).await?;
        let mut present: BTreeSet<Identity> = external.into_values().flatten().collect();
        let handles = accounts.iter().map(|(_, handle)| handle.clone());
        present.extend(handles.map(Identity::Account));
        // The id of a member who was merged into this one names it, too, and is no identity.
        let path = Some(path).filter(|path| !matches!(path, Identity::Member(_)));
        let named = change.identities.iter().flatten().chain(path);
        let wanted = self.as_spelt(named, &present);
        let mut changed = false;
        for identity in wanted.difference(&present) {
            changed |= self.give_identity(conn, id, identity).await?;
        }
        if change.identities.is_some() {
            for identity in present.difference(&wanted) {
                take_identity(conn, id, identity, &accounts).await?;
                changed = true;
            }
        }
        changed |= self.set_proofs(conn, id, &change.proofs).await?;
        Ok(changed)
    }

    async fn give_identity(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        identity: &Identity,
    ) -> Result<bool> {
        match identity {
            Identity::Member(named) if *named == id => return Ok(false),
            Identity::Member(_) => {
                return Err(ServiceError::invalid(
                    "/identities",
                    "a member's id cannot be given",
                ));
            }
            Identity::External(kind, value) => {
                let here = self.external(*kind, value);
                if !store::members::add_identity(conn, id, &here).await? {
                    let known = store::members::by_externals(conn, &[here]).await?;
                    let owners = known.owners.into_values().map(|(owner, _)| owner);
                    let owner = owners.chain(known.shared.into_values()).next();
                    // Without an owner, it was taken from them meanwhile.
                    return Err(owner.map_or(ServiceError::Busy, |owner| taken(identity, owner)));
                }
            }
            Identity::Account(handle) => {
                let account = self.account(conn, handle).await?;
                let owner = store::members::accounts::lock_owner(conn, account).await?;
                if let Some(owner) = owner.filter(|owner| *owner != id) {
                    return Err(taken(identity, owner));
                }
                store::members::accounts::link(conn, &[(account, id, handle)]).await?;
            }
        }
        Ok(true)
    }

    async fn account(&self, conn: &mut PgConnection, handle: &Handle) -> Result<AccountId> {
        let mac: HandleMac = self.handle_keys.current().mac(handle);
        let handles = [(mac, handle)].into();
        let mut found =
            store::members::accounts::resolve(conn, &self.handle_keys, &handles).await?;
        let missing = || StoreError::Corrupt("an account was not resolved".into());
        Ok(found.remove(&mac).ok_or_else(missing)?)
    }
}

async fn take_identity(
    conn: &mut PgConnection,
    id: MemberId,
    identity: &Identity,
    accounts: &[(AccountId, Handle)],
) -> Result<()> {
    match identity {
        Identity::External(kind, value) => {
            store::members::remove_identity(conn, id, *kind, value).await?;
        }
        Identity::Account(handle) => {
            let named = accounts.iter().filter(|(_, own)| own == handle);
            let named: Vec<AccountId> = named.map(|(account, _)| *account).collect();
            store::members::accounts::unlink(conn, &named).await?;
        }
        Identity::Member(_) => {}
    }
    Ok(())
}

fn taken(identity: &Identity, owner: MemberId) -> ServiceError {
    ServiceError::IdentityTaken {
        identity: identity.clone(),
        owner,
    }
}
