//! Enrolment of members, and their profiles.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Members;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;

use renown_core::domain::{
    AccountId, Attributes, Handle, HandleMac, Identity, ImportedIndex, IndexName, Member, MemberId,
    Scoring, Topic,
};

/// The most indices from other systems that a member has. Decisions record all of them.
const MAX_INDICES: i64 = 64;

/// How often a change is tried that meets others in a deadlock.
const ATTEMPTS: u32 = 3;

/// A member with all their identities.
#[derive(Debug, Clone)]
pub struct MemberProfile {
    /// The member.
    pub member: Member,
    /// Accounts and external identities.
    pub identities: Vec<Identity>,
}

/// The wanted state of a member.
#[derive(Debug, Clone)]
pub struct PutMember {
    /// All identities besides the one in the path; absent: unchanged.
    pub identities: Option<Vec<Identity>>,
    /// All attributes; others are removed.
    pub attributes: Attributes,
    /// All declared interests; others are removed.
    pub interests: Vec<Topic>,
    /// Whether the member takes part in scoring; absent: unchanged, and active for a
    /// new member. Consent changes only if it is named.
    pub scoring: Option<Scoring>,
    /// The enrolment time of a new member; absent: now.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// The version that the member must have; absent: any.
    pub if_version: Option<i64>,
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
        let id = self.find(identity).await?;
        let id = id.ok_or(ServiceError::NotFound("such member"))?;
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
        let mut attempt = 1;
        loop {
            match self.try_put(&path, &put).await {
                // It met the scorer or another change in a deadlock, and has changed nothing.
                Err(ServiceError::Store(StoreError::Retry(_))) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn try_put(&self, path: &Identity, put: &PutMember) -> Result<PutOutcome> {
        let mut transaction = self.context.pool.begin().await?;
        let known = self.resolve(&mut transaction, path).await?;
        let enrolled = known.is_none();
        let id = match known {
            Some(id) => self.change(&mut transaction, id, put).await?,
            None => self.enrol(&mut transaction, path, put).await?,
        };
        let mut wanted: BTreeSet<Identity> = put.identities.iter().flatten().cloned().collect();
        wanted.insert(path.clone());
        let replace = put.identities.is_some();
        let identities_changed = self
            .set_identities(&mut transaction, id, wanted, replace)
            .await?;
        // Before any score is locked: the scorer, too, takes members from the queue before it
        // writes their scores. In the other order, the two would wait for each other.
        store::scores::projections::queue_rescores(&mut transaction, &[id]).await?;
        if put.scoring == Some(Scoring::OptedOut) {
            // Now, without waiting for the scorer, so that no leaderboard shows the
            // member any more.
            store::scores::withdraw(&mut transaction, &[id]).await?;
        }
        store::events::intake::notify_appended(&mut transaction).await?;
        store::members::notify_changed(&mut transaction, &[id]).await?;
        if identities_changed {
            store::members::notify_identities_changed(&mut transaction).await?;
            if !enrolled {
                self.touch(&mut transaction, id).await?;
            }
        }
        let profile = profile(&mut transaction, id).await?;
        transaction.commit().await?;
        if identities_changed {
            self.context.cache.forget_identities();
        }
        self.context.cache.forget_member(id);
        Ok(if enrolled {
            PutOutcome::Enrolled(profile)
        } else {
            PutOutcome::Updated(profile)
        })
    }

    async fn enrol(
        &self,
        conn: &mut PgConnection,
        path: &Identity,
        put: &PutMember,
    ) -> Result<MemberId> {
        if matches!(path, Identity::Member(_)) {
            return Err(ServiceError::NotFound("member with this id"));
        }
        if put.if_version.is_some() {
            return Err(ServiceError::PreconditionFailed);
        }
        let now = self.context.clock.now();
        if put.enrolled_at.is_some_and(|enrolled_at| enrolled_at > now) {
            return Err(ServiceError::invalid(
                "/enrolled_at",
                "enrolled_at lies in the future",
            ));
        }
        let member = Member {
            id: MemberId(self.context.clock.new_id()),
            scoring: put.scoring.unwrap_or(Scoring::Active),
            attributes: put.attributes.clone(),
            interests: put.interests.clone(),
            enrolled_at: put.enrolled_at.unwrap_or(now),
            updated_at: now,
            version: 1,
        };
        store::members::insert(conn, &member).await?;
        Ok(member.id)
    }

    async fn change(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        put: &PutMember,
    ) -> Result<MemberId> {
        let member = store::members::get(conn, id, true).await?;
        let mut member = member.ok_or(ServiceError::NotFound("such member"))?;
        if put
            .if_version
            .is_some_and(|version| version != member.version)
        {
            return Err(ServiceError::PreconditionFailed);
        }
        let scoring = put.scoring.unwrap_or(member.scoring);
        let same = member.attributes == put.attributes
            && member.interests == put.interests
            && member.scoring == scoring;
        if !same {
            member.attributes = put.attributes.clone();
            member.interests = put.interests.clone();
            member.scoring = scoring;
            member.updated_at = self.context.clock.now();
            member.version += 1;
            store::members::update(conn, &member).await?;
        }
        Ok(id)
    }

    /// Adds the wanted identities and, if `replace`, removes the others. Returns
    /// whether anything changed.
    async fn set_identities(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        wanted: BTreeSet<Identity>,
        replace: bool,
    ) -> Result<bool> {
        let accounts = store::members::accounts(conn, &[id])
            .await?
            .remove(&id)
            .unwrap_or_default();
        let external = store::members::identities(conn, id).await?;
        let mut present: BTreeSet<Identity> = external.into_iter().collect();
        present.extend(
            accounts
                .iter()
                .map(|(_, handle)| Identity::Account(handle.clone())),
        );
        let mut changed = false;
        for identity in wanted.difference(&present) {
            changed |= self.give_identity(conn, id, identity).await?;
        }
        if replace {
            for identity in present.difference(&wanted) {
                take_identity(conn, id, identity, &accounts).await?;
                changed = true;
            }
        }
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
                if !store::members::add_identity(conn, id, *kind, value).await? {
                    return Err(belongs_to_somebody_else(identity));
                }
            }
            Identity::Account(handle) => {
                let account = self.account(conn, handle).await?;
                let owner = store::members::accounts::lock_owner(conn, account).await?;
                if owner.is_some_and(|owner| owner != id) {
                    return Err(belongs_to_somebody_else(identity));
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

    async fn touch(&self, conn: &mut PgConnection, id: MemberId) -> Result<()> {
        let member = store::members::get(conn, id, true).await?;
        let mut member = member.ok_or(ServiceError::NotFound("such member"))?;
        member.version += 1;
        member.updated_at = self.context.clock.now();
        Ok(store::members::update(conn, &member).await?)
    }

    /// Stores an index from another system.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the identity;
    /// [`ServiceError::Conflict`] if the member has 64 other indices; also if the score
    /// is not from 0 to 100.
    pub async fn put_index(
        &self,
        identity: &str,
        name: &IndexName,
        index: &ImportedIndex,
    ) -> Result<()> {
        if !(0.0..=100.0).contains(&index.score) {
            return Err(ServiceError::invalid(
                "/score",
                "score must be a number from 0 to 100",
            ));
        }
        let id = self.find(identity).await?;
        let id = id.ok_or(ServiceError::NotFound("such member"))?;
        let mut transaction = self.context.pool.begin().await?;
        // Locked, so that two requests do not exceed the limit together.
        store::members::get(&mut transaction, id, true).await?;
        store::members::put_index(&mut transaction, id, name, index).await?;
        if store::members::count_indices(&mut transaction, id).await? > MAX_INDICES {
            let detail = format!("a member has at most {MAX_INDICES} indices from other systems");
            return Err(ServiceError::Conflict(detail));
        }
        store::scores::projections::queue_rescores(&mut transaction, &[id]).await?;
        store::members::notify_changed(&mut transaction, &[id]).await?;
        transaction.commit().await?;
        self.context.cache.forget_member(id);
        Ok(())
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

fn belongs_to_somebody_else(identity: &Identity) -> ServiceError {
    ServiceError::Conflict(format!("{identity} belongs to another member"))
}

async fn profile(conn: &mut PgConnection, id: MemberId) -> Result<MemberProfile> {
    let member = store::members::get(conn, id, false).await?;
    let member = member.ok_or(ServiceError::NotFound("such member"))?;
    let accounts = store::members::accounts(conn, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default();
    let mut identities: Vec<Identity> = accounts
        .into_iter()
        .map(|(_, handle)| Identity::Account(handle))
        .collect();
    identities.extend(store::members::identities(conn, id).await?);
    Ok(MemberProfile { member, identities })
}
