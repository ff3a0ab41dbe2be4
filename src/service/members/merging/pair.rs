//! The two members of a merge, found and locked.

use sqlx::PgConnection;

use super::{Before, Merges};
use crate::service::error::{Result, ServiceError};
use crate::service::members::enrolment::NO_MEMBER;
use crate::store;

use renown_core::domain::{Identity, Member, MemberId, OwnValues};

/// How often the two are resolved again because they changed before they were locked.
const RESOLVED: usize = 3;

/// The two members of a merge, with what they have.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) survivor: (Member, Before),
    pub(super) absorbed: (Member, Before),
}

impl Pair {
    pub(super) fn survivor_id(&self) -> MemberId {
        self.survivor.0.id
    }

    pub(super) fn absorbed_id(&self) -> MemberId {
        self.absorbed.0.id
    }
}

impl Merges {
    /// Finds two members, and locks them if `lock` says so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the first identity;
    /// [`ServiceError::Conflict`] if both identities lead to the same member; also if no
    /// member is enrolled under the second.
    pub(super) async fn pair(
        &self,
        conn: &mut PgConnection,
        (survivor, from): (&Identity, &Identity),
        lock: bool,
    ) -> Result<Pair> {
        let mut last = None;
        for _ in 0..RESOLVED {
            let one = self
                .members
                .resolve(conn, survivor)
                .await?
                .ok_or(NO_MEMBER)?;
            let other = self.members.resolve(conn, from).await?;
            let other = other.ok_or_else(|| {
                ServiceError::invalid("/from", "no member is enrolled under this identity")
            })?;
            if one == other {
                let detail = format!("both identities lead to the member {one}");
                return Err(ServiceError::Conflict(detail));
            }
            // Their identities may have moved before they were locked.
            if !lock || last == Some((one, other)) {
                return Ok(Pair {
                    survivor: self.side(conn, one).await?,
                    absorbed: self.side(conn, other).await?,
                });
            }
            store::members::lock_all(conn, &[one, other]).await?;
            last = Some((one, other));
        }
        Err(ServiceError::Busy)
    }

    /// Returns a member, and what they have.
    pub(super) async fn side(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
    ) -> Result<(Member, Before)> {
        let member = store::members::get(conn, id, false).await?;
        let member = member.ok_or(NO_MEMBER)?;
        let indices = store::members::indices(conn, &[id]).await?;
        let values = OwnValues {
            scoring: member.scoring,
            name: member.name.clone(),
            attributes: member.attributes.clone(),
            interests: member.interests.clone(),
            enrolled_at: member.enrolled_at,
            indices: indices.into_values().next().unwrap_or_default(),
        };
        let tiers = store::programs::tiers::of_member(conn, id).await?;
        Ok((member, Before { values, tiers }))
    }

    /// Writes the values of a member that has the identity and version of `member`.
    pub(super) async fn write(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        values: &OwnValues,
    ) -> Result<()> {
        let member = Member {
            id,
            scoring: values.scoring,
            name: values.name.clone(),
            attributes: values.attributes.clone(),
            interests: values.interests.clone(),
            enrolled_at: values.enrolled_at,
            updated_at: self.context.clock.now(),
            // Assigned by the database: the next one.
            version: 0,
        };
        store::members::restore(conn, &member).await?;
        let present = store::members::indices(conn, &[id]).await?;
        let present = present.into_values().next().unwrap_or_default();
        for name in present
            .keys()
            .filter(|name| !values.indices.contains_key(name))
        {
            store::members::delete_index(conn, id, name).await?;
        }
        for (name, index) in &values.indices {
            if present.get(name) != Some(index) {
                store::members::put_index(conn, id, name, index).await?;
            }
        }
        Ok(())
    }
}
