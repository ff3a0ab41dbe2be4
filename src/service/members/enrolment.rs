//! Enrolment of members, and changes of known ones.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Members;
use super::change::{AttributesChange, GivenProof, MemberChange};
use crate::service::context::ChangeAttempts;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{
    Attributes, Identity, IdentityVerification, Member, MemberId, MemberName, Scoring, Topic,
};

/// How often an identity is resolved whose member is gone before they are locked.
const RESOLVED: usize = 3;

/// A member with all their identities.
#[derive(Debug, Clone)]
pub struct MemberProfile {
    /// The member.
    pub member: Member,
    /// Accounts and external identities.
    pub identities: Vec<Identity>,
    /// The identities that are verified; the others are asserted.
    pub verified: BTreeMap<Identity, IdentityVerification>,
}

/// The wanted state of a member.
#[derive(Debug, Clone)]
pub struct PutMember {
    /// All identities besides the one in the path; absent: unchanged.
    pub identities: Option<Vec<Identity>>,
    /// The name; absent: the member has none.
    pub name: Option<MemberName>,
    /// All attributes; others are removed.
    pub attributes: Attributes,
    /// All declared interests; others are removed.
    pub interests: Vec<Topic>,
    /// Whether the member takes part in scoring; absent: unchanged, and active for a
    /// new member. Consent changes only if it is named.
    pub scoring: Option<Scoring>,
    /// The enrolment time of a new member; absent: now.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// How it is known that these identities are the member's; others stay as they are.
    pub proofs: BTreeMap<Identity, GivenProof>,
    /// The version that the member must have; absent: any.
    pub if_version: Option<i64>,
}

impl From<PutMember> for MemberChange {
    fn from(put: PutMember) -> Self {
        Self {
            identities: put.identities,
            name: Some(put.name),
            attributes: Some(AttributesChange::All(put.attributes)),
            interests: Some(put.interests),
            scoring: put.scoring,
            proofs: put.proofs,
            if_version: put.if_version,
        }
    }
}

/// The result of a put.
#[derive(Debug, Clone)]
pub enum PutOutcome {
    /// A new member was enrolled.
    Enrolled(MemberProfile),
    /// A known member was changed, or had that state already.
    Updated(MemberProfile),
}

impl Members {
    /// Returns the member that an identity refers to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under it.
    pub async fn get(&self, identity: &str) -> Result<MemberProfile> {
        let id = self.find(identity).await?.ok_or(NO_MEMBER)?;
        let mut conn = self.context.pool.acquire().await?;
        profile(&mut conn, id).await
    }

    /// Enrols a member, or changes a known one to the wanted state. A linked
    /// account brings its stored events.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] if an identity belongs to another member;
    /// [`ServiceError::PreconditionFailed`] if the version is not the wanted one.
    pub async fn put(&self, identity: &str, put: PutMember) -> Result<PutOutcome> {
        let path: Identity = identity.parse()?;
        let enrolled_at = put.enrolled_at;
        let change = MemberChange::from(put);
        let mut attempts = ChangeAttempts::default();
        loop {
            match self.try_put(&path, &change, enrolled_at).await {
                Err(error) if attempts.go_on(&error) => {}
                result => return result,
            }
        }
    }

    async fn try_put(
        &self,
        path: &Identity,
        change: &MemberChange,
        enrolled_at: Option<DateTime<Utc>>,
    ) -> Result<PutOutcome> {
        let mut transaction = self.context.transaction().await?;
        if let Some(member) = self.lock(&mut transaction, path).await? {
            let updated = self.change_and_commit(transaction, member, path, change);
            return updated.await.map(PutOutcome::Updated);
        }
        let id = self
            .enrol(&mut transaction, path, change, enrolled_at)
            .await?;
        self.set_identities(&mut transaction, id, path, change)
            .await?;
        let profile = self.commit(transaction, id, change, true).await?;
        Ok(PutOutcome::Enrolled(profile))
    }

    /// Changes some of what is known of a member.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the identity;
    /// [`ServiceError::Conflict`] if an identity belongs to another member;
    /// [`ServiceError::PreconditionFailed`] if the version is not the wanted one.
    pub async fn patch(&self, identity: &str, change: MemberChange) -> Result<MemberProfile> {
        let path: Identity = identity.parse()?;
        let mut attempts = ChangeAttempts::default();
        loop {
            match self.try_patch(&path, &change).await {
                Err(error) if attempts.go_on(&error) => {}
                result => return result,
            }
        }
    }

    async fn try_patch(&self, path: &Identity, change: &MemberChange) -> Result<MemberProfile> {
        let mut transaction = self.context.transaction().await?;
        let member = self.lock(&mut transaction, path).await?;
        let member = member.ok_or(NO_MEMBER)?;
        self.change_and_commit(transaction, member, path, change)
            .await
    }

    /// Returns members with their identities, in the order of the ids.
    pub(in crate::service) async fn profiles(
        &self,
        ids: &[MemberId],
    ) -> Result<Vec<MemberProfile>> {
        let mut conn = self.context.connection().await?;
        let members = store::members::members(&mut conn, ids).await?;
        profiles(&mut conn, members).await
    }

    /// Finds and locks the member behind an identity.
    pub(super) async fn lock(
        &self,
        conn: &mut PgConnection,
        identity: &Identity,
    ) -> Result<Option<Member>> {
        for _ in 0..RESOLVED {
            let Some(id) = self.resolve(conn, identity).await? else {
                return Ok(None);
            };
            if let Some(member) = store::members::get(conn, id, true).await? {
                return Ok(Some(member));
            }
            // The membership ended before it was locked: the identity is free now, or
            // somebody else's.
        }
        Ok(None)
    }

    /// Finds the member behind an identity, who does not change until the end of the
    /// transaction.
    pub(in crate::service) async fn share(
        &self,
        conn: &mut PgConnection,
        identity: &Identity,
    ) -> Result<Option<MemberId>> {
        for _ in 0..RESOLVED {
            let Some(id) = self.resolve(conn, identity).await? else {
                return Ok(None);
            };
            store::members::share(conn, &[id]).await?;
            if store::members::get(conn, id, false).await?.is_some() {
                return Ok(Some(id));
            }
            // The membership ended before, or the member was merged into another one.
        }
        Ok(None)
    }

    async fn change_and_commit(
        &self,
        mut transaction: sqlx::Transaction<'static, sqlx::Postgres>,
        member: Member,
        path: &Identity,
        change: &MemberChange,
    ) -> Result<MemberProfile> {
        let id = member.id;
        let identities = self.change(&mut transaction, member, path, change).await?;
        self.commit(transaction, id, change, identities).await
    }

    /// Writes what follows from a change, commits, and forgets what is cached.
    async fn commit(
        &self,
        mut transaction: sqlx::Transaction<'static, sqlx::Postgres>,
        id: MemberId,
        change: &MemberChange,
        identities_changed: bool,
    ) -> Result<MemberProfile> {
        let conn = &mut *transaction;
        // Before any score is locked: the scorer, too, takes members from the queue before it
        // writes their scores. In the other order, the two would wait for each other.
        store::scores::projections::queue_rescores(conn, &[id]).await?;
        if let Some(scoring) = change.scoring {
            name_consent(conn, &[id], scoring).await?;
        }
        store::events::intake::notify_appended(conn).await?;
        store::members::notify_changed(conn, &[id]).await?;
        if identities_changed {
            store::members::notify_identities_changed(conn).await?;
        }
        let profile = profile(conn, id).await?;
        transaction.commit().await?;
        if identities_changed {
            self.context.cache.forget_identities();
        }
        self.context.cache.forget_member(id);
        Ok(profile)
    }

    async fn enrol(
        &self,
        conn: &mut PgConnection,
        path: &Identity,
        change: &MemberChange,
        enrolled_at: Option<DateTime<Utc>>,
    ) -> Result<MemberId> {
        if matches!(path, Identity::Member(_)) {
            return Err(ServiceError::NotFound("member with this id"));
        }
        if change.if_version.is_some() {
            return Err(ServiceError::PreconditionFailed);
        }
        let now = self.context.clock.now();
        if enrolled_at.is_some_and(|enrolled_at| enrolled_at > now) {
            return Err(ServiceError::invalid(
                "/enrolled_at",
                "enrolled_at lies in the future",
            ));
        }
        let mut member = Member {
            id: MemberId(self.context.clock.new_id()),
            scoring: Scoring::Active,
            name: None,
            attributes: Attributes::default(),
            interests: Vec::new(),
            enrolled_at: enrolled_at.unwrap_or(now),
            updated_at: now,
            version: 1,
        };
        change.apply(&mut member)?;
        store::members::insert(conn, &member).await?;
        Ok(member.id)
    }
}

pub(super) const NO_MEMBER: ServiceError = ServiceError::NotFound("such member");

async fn profile(conn: &mut PgConnection, id: MemberId) -> Result<MemberProfile> {
    let member = store::members::get(conn, id, false).await?;
    let profiles = profiles(conn, member.into_iter().collect()).await?;
    profiles.into_iter().next().ok_or(NO_MEMBER)
}

/// Adds the identities of members, in the order of the members.
pub(super) async fn profiles(
    conn: &mut PgConnection,
    members: Vec<Member>,
) -> Result<Vec<MemberProfile>> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    let mut accounts = store::members::accounts(conn, &ids).await?;
    let mut external = store::members::identities(conn, &ids).await?;
    let mut verified = store::members::proofs::verified(conn, &ids).await?;
    let with_identities = members.into_iter().map(|member| {
        let accounts = accounts.remove(&member.id).unwrap_or_default();
        let accounts = accounts.into_iter().map(|(_, handle)| handle);
        let mut identities: Vec<Identity> = accounts.map(Identity::Account).collect();
        identities.append(&mut external.remove(&member.id).unwrap_or_default());
        MemberProfile {
            verified: verified.remove(&member.id).unwrap_or_default(),
            member,
            identities,
        }
    });
    Ok(with_identities.collect())
}

/// Carries out what follows at once from a consent that was named. The scores of members who
/// opt out are deleted without waiting for the scorer, so that no leaderboard shows them any
/// more; also those that are kept of members who were merged into them.
pub(super) async fn name_consent(
    conn: &mut PgConnection,
    members: &[MemberId],
    scoring: Scoring,
) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    if scoring == Scoring::OptedOut {
        let people = store::members::merges::with_absorbed(conn, members).await?;
        store::scores::withdraw(conn, &people).await?;
    }
    Ok(store::members::merges::note_consent(conn, members, scoring).await?)
}
