//! The merge itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pair::Pair;
use super::{Details, MergeReason, Merges};
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::service::webhooks::ScoreChangeReason;
use crate::store;
use crate::store::StoreError;

use renown_core::domain::{Identity, MemberId, Merge, MergeId, Scoring};

impl Merges {
    /// Merges the member `from` into the member `survivor`: everything that the first had is
    /// the second's.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under `survivor`;
    /// [`ServiceError::Conflict`] if both are the same member, or have too much together;
    /// also if no member is enrolled under `from`.
    pub async fn merge(
        &self,
        work: &mut UnitOfWork,
        (survivor, from): (&str, &str),
        why: &MergeReason,
    ) -> Result<Merge> {
        let survivor: Identity = survivor.parse()?;
        let from: Identity = from
            .parse()
            .map_err(|invalid| ServiceError::invalid("/from", invalid))?;
        self.scorer.exclude(work.conn()).await?;
        let pair = self.pair(work.conn(), (&survivor, &from), true).await?;
        let merge = Merge {
            id: MergeId(self.context.clock.new_id()),
            survivor: pair.survivor_id(),
            absorbed: pair.absorbed_id(),
            reason: why.reason.to_string(),
            merged_at: self.context.clock.now(),
            merged_by: why.caller,
            undone: None,
        };
        self.carry_out(work, &merge, pair).await?;
        Ok(merge)
    }

    async fn carry_out(&self, work: &mut UnitOfWork, merge: &Merge, pair: Pair) -> Result<()> {
        let (from, to) = (merge.absorbed, merge.survivor);
        let (survivor, absorbed) = (pair.survivor.1, pair.absorbed.1);
        let joined = survivor.values.joined(&absorbed.values);
        if !joined.conflicts.is_empty() {
            return Err(ServiceError::Conflict(joined.conflicts.join("; ")));
        }
        let tiers = self.tiers.joined(&survivor.tiers, &absorbed.tiers);
        let claims = self.claims.merge(work, (from, to)).await?;
        let conn = work.conn();
        let details = Details {
            survivor,
            absorbed,
            accounts: store::members::move_accounts(conn, from, to).await?,
            identities: store::members::move_identities(conn, from, to).await?,
            grants: store::programs::grants::move_all(conn, from, to).await?,
            lists: store::programs::audiences::move_lists(conn, from, to).await?,
            claims,
        };
        let stored = serde_json::to_value(&details).map_err(StoreError::from)?;
        store::members::merges::insert(conn, merge, &stored).await?;
        store::members::absorb(conn, from, merge.merged_at).await?;
        self.write(conn, to, &joined.values).await?;
        self.tiers
            .set_merged(conn, from, &BTreeMap::new(), merge.id)
            .await?;
        self.tiers.set_merged(conn, to, &tiers, merge.id).await?;
        match joined.values.scoring {
            // An undo brings their past scores back.
            Scoring::Active => store::scores::unpublish(conn, &[from]).await?,
            Scoring::OptedOut => store::scores::withdraw(conn, &[from]).await?,
        }
        store::scores::projections::forget_rescores(conn, &[from]).await?;
        self.scorer
            .tell_withdrawn_scores(conn, &[from], ScoreChangeReason::Merged)
            .await?;
        self.rescored(work, &[to], &details).await?;
        work.changes(from);
        Ok(())
    }

    /// Scores members whose accounts have changed, and makes it known.
    pub(super) async fn rescored(
        &self,
        work: &mut UnitOfWork,
        members: &[MemberId],
        details: &Details,
    ) -> Result<()> {
        let conn = work.conn();
        // The next model, too, gets to know whose the accounts are.
        store::scores::projections::queue_refolds(conn, &details.accounts).await?;
        self.scorer
            .publish_scores(conn, members, BTreeMap::new())
            .await?;
        store::events::intake::notify_appended(conn).await?;
        store::members::notify_identities_changed(conn).await?;
        members.iter().for_each(|member| work.changes(*member));
        let cache = Arc::clone(&self.context.cache);
        work.after_commit(async move {
            cache.forget_identities();
            Ok(())
        });
        Ok(())
    }
}
