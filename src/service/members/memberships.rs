//! The end of a membership, which concerns several subjects.

use std::sync::Arc;

use super::Members;
use super::enrolment::NO_MEMBER;
use crate::service::claims::Claims;
use crate::service::context::{ChangeAttempts, Context};
use crate::service::error::{Result, ServiceError};
use crate::service::programs::Tiers;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::Identity;

/// Ends memberships.
#[derive(Debug)]
pub struct Memberships {
    context: Context,
    members: Arc<Members>,
    tiers: Arc<Tiers>,
    claims: Arc<Claims>,
}

impl Memberships {
    pub(in crate::service) fn new(
        context: Context,
        members: Arc<Members>,
        tiers: Arc<Tiers>,
        claims: Arc<Claims>,
    ) -> Self {
        Self {
            context,
            members,
            tiers,
            claims,
        }
    }

    /// Ends a membership. What is under way is released; records of what was given and
    /// decided stay, and so do events, without a name. A membership that has ended stays as
    /// it is, if it is named by the member's id: nothing else leads to it any more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is or was enrolled under the identity;
    /// [`ServiceError::PreconditionFailed`] if the version is not the wanted one.
    pub async fn end(&self, identity: &str, if_version: Option<i64>) -> Result<()> {
        let path: Identity = identity.parse()?;
        let mut attempts = ChangeAttempts::default();
        loop {
            let end = async |work: &mut UnitOfWork| self.end_in(work, &path, if_version).await;
            match self.context.carry_out(end).await {
                Err(error) if attempts.go_on(&error) => {}
                result => return result,
            }
        }
    }

    async fn end_in(
        &self,
        work: &mut UnitOfWork,
        path: &Identity,
        if_version: Option<i64>,
    ) -> Result<()> {
        let Some(member) = self.members.lock(work.conn(), path).await? else {
            return match path {
                Identity::Member(id) if store::members::has_ended(work.conn(), *id).await? => {
                    Ok(())
                }
                _ => Err(NO_MEMBER),
            };
        };
        if if_version.is_some_and(|version| version != member.version) {
            return Err(ServiceError::PreconditionFailed);
        }
        let (id, now) = (member.id, self.context.clock.now());
        // The scorer may be scoring the member at this moment, and withdraws that, too. Before
        // any score is locked, as the scorer does.
        store::scores::projections::queue_rescores(work.conn(), &[id]).await?;
        self.claims.release_all(work, id).await?;
        self.tiers.end(work.conn(), &[id]).await?;
        let person = store::members::merges::with_absorbed(work.conn(), &[id]).await?;
        store::scores::withdraw(work.conn(), &person).await?;
        store::members::end(work.conn(), id, now).await?;
        store::events::intake::notify_appended(work.conn()).await?;
        store::members::notify_identities_changed(work.conn()).await?;
        work.changes(id);
        let cache = Arc::clone(&self.context.cache);
        work.after_commit(async move {
            cache.forget_identities();
            Ok(())
        });
        Ok(())
    }
}
