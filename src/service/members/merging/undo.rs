//! The undo of a merge.

use super::{Details, MergeReason, Merges, NO_MERGE};
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;
use crate::store::members::merges::ForUndo;

use renown_core::domain::{Merge, MergeId, MergeUndo, OwnValues, Scoring};

impl Merges {
    /// Undoes a merge: identities, claims and values that came with it go back, unless they
    /// have changed hands since. What was claimed since stays with the survivor.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such merge; [`ServiceError::Conflict`] if it
    /// was undone before, or cannot be undone any more, or a later merge has to be undone
    /// first.
    pub async fn undo(
        &self,
        work: &mut UnitOfWork,
        id: MergeId,
        why: &MergeReason,
    ) -> Result<Merge> {
        self.scorer.exclude(work.conn()).await?;
        let found = store::members::merges::lock(work.conn(), id).await?;
        let (merge, for_undo) = found.ok_or(NO_MERGE)?;
        let (from, to) = (merge.survivor, merge.absorbed);
        store::members::lock_all(work.conn(), &[from, to]).await?;
        let now = self.context.clock.now();
        let details = self.undoable(&merge, &for_undo)?;
        let ended = "the membership of the surviving member has ended";
        let survivor = store::members::get(work.conn(), from, false).await?;
        survivor.ok_or_else(|| ServiceError::Conflict(ended.to_owned()))?;
        let (_, present) = self.side(work.conn(), from).await?;
        let (before, absorbed) = (&details.survivor.values, &details.absorbed.values);
        let mut values = present.values.separated(before, absorbed);
        let (own, others) = consents(&present.values, &details, for_undo.opted_out_since);
        values.scoring = own;
        let restored = OwnValues {
            scoring: others,
            ..absorbed.clone()
        };

        let undo = MergeUndo {
            at: now,
            reason: why.reason.to_string(),
            by: why.caller,
        };
        store::members::merges::undo(work.conn(), id, &undo).await?;
        self.claims
            .separate(work, &details.claims, (from, to))
            .await?;
        let conn = work.conn();
        store::members::give_accounts(conn, &details.accounts, (from, to)).await?;
        store::members::give_identities(conn, &details.identities, (from, to)).await?;
        store::programs::grants::give(conn, &details.grants, (from, to)).await?;
        store::programs::audiences::give_lists(conn, &details.lists, (from, to)).await?;
        self.write(conn, to, &restored).await?;
        self.write(conn, from, &values).await?;
        for (member, tiers) in [
            (from, &details.survivor.tiers),
            (to, &details.absorbed.tiers),
        ] {
            self.tiers.set_merged(conn, member, tiers, id).await?;
        }
        self.rescored(work, &[from, to], &details).await?;
        Ok(Merge {
            undone: Some(undo),
            ..merge
        })
    }

    /// Returns what the undo of a merge needs, if it can be undone.
    fn undoable(&self, merge: &Merge, for_undo: &ForUndo) -> Result<Details> {
        let conflict = |detail: String| Err(ServiceError::Conflict(detail));
        if let Some(undone) = &merge.undone {
            return conflict(format!("the merge was undone at {}", undone.at));
        }
        if let Some(later) = for_undo.later {
            return conflict(format!(
                "a later merge comes before this one: undo {later} first"
            ));
        }
        let until = self.undo_until(merge);
        match &for_undo.details {
            Some(details) if self.context.clock.now() < until => {
                let details = serde_json::from_value(details.clone());
                Ok(details.map_err(StoreError::from)?)
            }
            Some(_) => conflict(format!("the merge could be undone until {until}")),
            None => conflict("what both members had is not kept any more".to_owned()),
        }
    }
}

/// Returns the consents of the survivor and of the absorbed member after an undo. Who has
/// opted out since the merge has done so for both; an opt-out that only the merge has
/// brought to the survivor ends with it.
fn consents(present: &OwnValues, details: &Details, opted_out_since: bool) -> (Scoring, Scoring) {
    let before = (
        details.survivor.values.scoring,
        details.absorbed.values.scoring,
    );
    let by_merge = [before.0, before.1].contains(&Scoring::OptedOut);
    match present.scoring {
        Scoring::Active => (Scoring::Active, before.1),
        Scoring::OptedOut if opted_out_since || !by_merge => (Scoring::OptedOut, Scoring::OptedOut),
        Scoring::OptedOut => before,
    }
}
