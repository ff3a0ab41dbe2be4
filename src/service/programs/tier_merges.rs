//! Tier states of members that are merged, and the way back. The scorer evaluates them
//! again in the same transaction.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Tiers;
use super::tier_messages as messages;
use crate::service::error::Result;
use crate::store;
use crate::store::programs::tiers;

use renown_core::domain::{
    HeldTier, MemberId, MergeId, ProgramId, TierChange, TierChangeReason, TierId,
};

/// The tier states of a member, by program.
pub(in crate::service) type TierStates = BTreeMap<ProgramId, HeldTier>;

impl Tiers {
    /// Joins the tier states of two members who are one person: of each program in force
    /// the better tier, and of the same tier the longer time.
    pub(in crate::service) fn joined(&self, own: &TierStates, other: &TierStates) -> TierStates {
        let mut joined = own.clone();
        for in_force in self.programs.in_force_at(self.context.clock.now()) {
            let program = in_force.program.id();
            let tiers = in_force.program.tiers();
            // One that the program no longer has is worth less than any other.
            let rank = |id: &TierId| {
                let place = tiers.iter().position(|tier| tier.id == *id);
                place.unwrap_or(usize::MAX)
            };
            match (own.get(program), other.get(program)) {
                (Some(own), Some(other)) => {
                    let best = match rank(&other.in_effect) < rank(&own.in_effect) {
                        true => other,
                        false => own,
                    };
                    let state = HeldTier {
                        earned: own.earned.joined(&other.earned, rank),
                        ..best.clone()
                    };
                    joined.insert(program.clone(), state);
                }
                (None, Some(other)) => {
                    joined.insert(program.clone(), other.clone());
                }
                (_, None) => {}
            }
        }
        joined
    }

    /// Sets all tier states of a member because of a merge or its undo. Each change of the
    /// tier in effect is written to the history and the outbox. The caller has excluded the
    /// scorer.
    pub(in crate::service) async fn set_merged(
        &self,
        conn: &mut PgConnection,
        member: MemberId,
        states: &TierStates,
        merge: MergeId,
    ) -> Result<()> {
        let now = self.context.clock.now();
        let before = tiers::of_member(conn, member).await?;
        let mut after = states.clone();
        for in_force in self.programs.in_force_at(now) {
            let program = in_force.program.id();
            let floor = &in_force.program.floor().id;
            let was = before.get(program).map_or(floor, |held| &held.in_effect);
            let is = states.get(program).map_or(floor, |held| &held.in_effect);
            if was == is {
                // The entry of the member's own history says why.
                let own = before.get(program).and_then(|held| held.history_id);
                if let Some(state) = after.get_mut(program) {
                    state.history_id = own;
                }
                continue;
            }
            let entry = TierChange {
                id: self.context.clock.new_id(),
                version: in_force.version,
                at: now,
                from: Some(was.clone()),
                to: is.clone(),
                reason: TierChangeReason::Merged,
                grant: None,
                merge: Some(merge),
                model: self.current.version(),
                snapshot: self.current.snapshot().id(),
            };
            let id = self.context.clock.new_id();
            let message = messages::untested(&in_force, member, &entry, id)?;
            if let Some(state) = after.get_mut(program) {
                state.history_id = Some(entry.id);
            }
            tiers::record(conn, program, &[(member, entry)]).await?;
            store::webhooks::outbox::add(conn, &[message]).await?;
        }
        tiers::forget(conn, &[member]).await?;
        for (program, state) in after {
            tiers::set(conn, &program, &[(member, state)]).await?;
        }
        Ok(())
    }
}
