//! Merges of two members who are one person: what a merge would do, the merge, and its
//! undo.
//!
//! A merge excludes the scorer, and so all merges and undos come one after the other. The
//! joined member is scored in the same transaction. What both had before is kept with the
//! merge for as long as it can be undone. The id of the absorbed member leads to the
//! surviving one.

mod merge;
mod pair;
mod preview;
mod undo;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Members;
use crate::service::claims::{Claims, MovedClaims};
use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::error::{Result, ServiceError};
use crate::service::events::Sources;
use crate::service::paging;
use crate::service::programs::{Programs, TierStates, Tiers};
use crate::service::scores::{CurrentModel, Scorer};
use crate::store;
use crate::store::programs::audiences::MovedLists;

use renown_core::domain::{
    AccountId, CallerId, ExternalKind, GrantId, MemberId, Merge, MergeId, OwnValues, TextLine,
};

pub use preview::{
    ClaimsTogether, ExclusivePerk, ExclusiveTogether, IndexBeforeAndAfter, MergePreview, NamedPerk,
    ProgramPreview,
};

/// Merges members.
#[derive(Debug)]
pub struct Merges {
    context: Context,
    members: Arc<Members>,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    tiers: Arc<Tiers>,
    claims: Arc<Claims>,
    scorer: Arc<Scorer>,
}

/// The subjects that merges concern.
#[derive(Debug)]
pub(in crate::service) struct MergedSubjects {
    pub(in crate::service) members: Arc<Members>,
    pub(in crate::service) current: Arc<CurrentModel>,
    pub(in crate::service) programs: Arc<Programs>,
    pub(in crate::service) facts: Arc<FactsLoader>,
    pub(in crate::service) sources: Arc<Sources>,
    pub(in crate::service) tiers: Arc<Tiers>,
    pub(in crate::service) claims: Arc<Claims>,
    pub(in crate::service) scorer: Arc<Scorer>,
}

/// A request to merge two members, or to undo that.
#[derive(Debug, Clone)]
pub struct MergeReason {
    /// The reason, in words.
    pub reason: TextLine,
    /// The caller; `None` for one in the shell.
    pub caller: Option<CallerId>,
}

/// What an undo needs to know of a merge.
#[derive(Debug, Serialize, Deserialize)]
struct Details {
    survivor: Before,
    absorbed: Before,
    accounts: Vec<AccountId>,
    identities: Vec<(ExternalKind, String)>,
    grants: Vec<GrantId>,
    lists: MovedLists,
    claims: MovedClaims,
}

/// What a member had before a merge.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Before {
    values: OwnValues,
    tiers: TierStates,
}

impl Merges {
    pub(in crate::service) fn new(context: Context, subjects: MergedSubjects) -> Self {
        let MergedSubjects {
            members,
            current,
            programs,
            facts,
            sources,
            tiers,
            claims,
            scorer,
        } = subjects;
        Self {
            context,
            members,
            current,
            programs,
            facts,
            sources,
            tiers,
            claims,
            scorer,
        }
    }

    /// Returns a merge.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such merge.
    pub async fn get(&self, id: MergeId) -> Result<Merge> {
        let mut conn = self.context.connection().await?;
        let merge = store::members::merges::get(&mut conn, id).await?;
        merge.ok_or(NO_MERGE)
    }

    /// Returns a page of the merges of a member, latest first, and the last id of the page
    /// if there is another one.
    pub async fn of_member(
        &self,
        member: MemberId,
        before: Option<MergeId>,
        limit: u16,
    ) -> Result<(Vec<Merge>, Option<MergeId>)> {
        let mut conn = self.context.connection().await?;
        let rows = paging::rows_for(limit);
        let person = store::members::merges::with_absorbed(&mut conn, &[member]).await?;
        let page = store::members::merges::of_person(&mut conn, &person, before, rows);
        let mut page = page.await?;
        let more = paging::cut(&mut page, limit);
        let next = page.last().filter(|_| more).map(|merge| merge.id);
        Ok((page, next))
    }

    /// Returns until when a merge can be undone, if nothing else is in the way.
    pub fn undo_until(&self, merge: &Merge) -> DateTime<Utc> {
        merge.merged_at + self.undo_time()
    }

    fn undo_time(&self) -> TimeDelta {
        TimeDelta::seconds(self.context.config.members.merge_undo_seconds)
    }

    /// Forgets what undos would need of merges that can no longer be undone.
    pub async fn forget_old_details(&self) -> Result<()> {
        let mut conn = self.context.connection().await?;
        let time = self.context.clock.now() - self.undo_time();
        Ok(store::members::merges::forget_details_before(&mut conn, time).await?)
    }
}

const NO_MERGE: ServiceError = ServiceError::NotFound("such merge");
