//! Claims, waits and entries of two members that are merged, and the way back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Claims;
use crate::service::error::Result;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    ClaimId, DrawEntry, EntryId, MemberId, PerkId, ProgramId, WaitEnd, WaitOutcome, Waiting,
    WaitingId,
};

/// What has moved from one member to another, and what ended because both had it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::service) struct MovedClaims {
    claims: Vec<ClaimId>,
    waits: Vec<WaitingId>,
    ended_waits: Vec<WaitingId>,
    entries: Vec<EntryId>,
    withdrawn_entries: Vec<EntryId>,
}

/// A perk of a program.
type List = (ProgramId, PerkId);

impl Claims {
    /// Moves the claims of one member to another, who is locked, too: they count together
    /// from now on, and nothing that is held is lost. Of two waits for the same unit the
    /// one in the later place ends, and of two entries of a draw the later one.
    pub(in crate::service) async fn merge(
        &self,
        work: &mut UnitOfWork,
        (from, to): (MemberId, MemberId),
    ) -> Result<MovedClaims> {
        let withdrawn_entries = self.withdraw_second_entries(work, &[from, to]).await?;
        // Before the waits, as the service of waiting lists locks them later.
        store::claims::merging::lock_counted(work.conn(), &[from, to]).await?;
        let ended_waits = self.end_second_waits(work, &[from, to]).await?;
        let conn = work.conn();
        let moved = MovedClaims {
            claims: store::claims::merging::move_claims(conn, from, to).await?,
            waits: store::claims::merging::move_waits(conn, from, to).await?,
            ended_waits,
            entries: store::claims::merging::move_entries(conn, from, to).await?,
            withdrawn_entries,
        };
        store::claims::merging::recount(conn, &[from, to]).await?;
        self.gives_back(work);
        Ok(moved)
    }

    /// Gives what a merge has moved back to the member who had it before. What was claimed
    /// since stays with the member who has it.
    pub(in crate::service) async fn separate(
        &self,
        work: &mut UnitOfWork,
        moved: &MovedClaims,
        (from, to): (MemberId, MemberId),
    ) -> Result<()> {
        for entry in moved.entries.iter().chain(&moved.withdrawn_entries) {
            if let Some(entry) = store::claims::entries::get(work.conn(), *entry).await? {
                let list = (&entry.program, &entry.perk);
                store::claims::draws::share(work.conn(), list).await?;
            }
        }
        store::claims::merging::lock_counted(work.conn(), &[from, to]).await?;
        let conn = work.conn();
        store::claims::merging::give_claims(conn, &moved.claims, (from, to)).await?;
        store::claims::merging::give_waits(conn, &moved.waits, (from, to)).await?;
        store::claims::merging::give_entries(conn, &moved.entries, (from, to)).await?;
        for entry in &moved.withdrawn_entries {
            store::claims::merging::reinstate_entry(conn, *entry).await?;
        }
        for wait in &moved.ended_waits {
            let waiting = store::claims::waiting::lock(work.conn(), *wait).await?;
            let reopened = store::claims::merging::reopen_wait(work.conn(), *wait).await?;
            if let Some(waiting) = waiting.filter(|_| reopened) {
                let (program, perk) = (&waiting.program, &waiting.perk);
                store::claims::quotas::wait(work.conn(), program, perk, 1).await?;
            }
        }
        store::claims::merging::recount(work.conn(), &[from, to]).await?;
        self.gives_back(work);
        Ok(())
    }

    /// Withdraws the later entry of each draw that has not taken place, and that both
    /// members have entered.
    async fn withdraw_second_entries(
        &self,
        work: &mut UnitOfWork,
        members: &[MemberId; 2],
    ) -> Result<Vec<EntryId>> {
        let mut entries: BTreeMap<List, Vec<DrawEntry>> = BTreeMap::new();
        for member in members {
            let ids = store::claims::entries::of_member_anywhere(work.conn(), *member).await?;
            for id in ids {
                if let Some(entry) = store::claims::entries::get(work.conn(), id).await? {
                    let list = (entry.program.clone(), entry.perk.clone());
                    entries.entry(list).or_default().push(entry);
                }
            }
        }
        let mut withdrawn = Vec::new();
        for ((program, perk), mut both) in entries {
            // The draw waits, or it has taken place, and its entries stay as they are.
            let draw = store::claims::draws::share(work.conn(), (&program, &perk)).await?;
            both.sort_by_key(|entry| (entry.entered_at, entry.id));
            if draw.is_some_and(|draw| draw.drawn.is_none()) {
                for second in both.iter().skip(1) {
                    let now = self.context.clock.now();
                    store::claims::entries::withdraw(work.conn(), second.id, now).await?;
                    withdrawn.push(second.id);
                }
            }
        }
        Ok(withdrawn)
    }

    /// Ends the wait in the later place for each unit that both members wait for.
    async fn end_second_waits(
        &self,
        work: &mut UnitOfWork,
        members: &[MemberId; 2],
    ) -> Result<Vec<WaitingId>> {
        let mut ids = Vec::new();
        for member in members {
            let waits = store::claims::waiting::of_member_anywhere(work.conn(), *member).await?;
            ids.extend(waits);
        }
        ids.sort();
        let mut waits: BTreeMap<List, Vec<Waiting>> = BTreeMap::new();
        for id in ids {
            let waiting = store::claims::waiting::lock(work.conn(), id).await?;
            if let Some(waiting) = waiting.filter(|waiting| waiting.end.is_none()) {
                let list = (waiting.program.clone(), waiting.perk.clone());
                waits.entry(list).or_default().push(waiting);
            }
        }
        let mut ended = Vec::new();
        for mut both in waits.into_values() {
            both.sort_by_key(|waiting| waiting.place);
            for second in both.iter().skip(1) {
                let end = WaitEnd {
                    at: self.context.clock.now(),
                    outcome: WaitOutcome::Left,
                };
                store::claims::waiting::end(work.conn(), &[(second.id, end)]).await?;
                self.one_fewer_waits(work, second).await?;
                ended.push(second.id);
            }
        }
        Ok(ended)
    }
}
