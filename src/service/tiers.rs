//! Tiers with memory: brought up to date by the scorer when a score changes,
//! and by a sweep for what changes with time or a new version alone. Never on
//! read. Nobody is moved down while a source is silent.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Service;
use super::error::Result;
use super::facts::MemberFacts;
use super::programs::InForce;
use crate::domain::{MemberId, ProgramId, ProgramVersion};
use crate::rules::{Change, Hold, Rung};
use crate::store::tiers::{self, HeldTier};
use crate::store::{self, Job};

/// Members looked at in one transaction of the sweep.
const PAGE: i64 = 500;

impl Service {
    /// Moves members on the ladders of all programs, in the transaction that
    /// published their scores.
    pub(super) async fn update_tiers(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<()> {
        let programs = self.programs.load_full();
        if programs.iter().next().is_none() {
            return Ok(());
        }
        let facts = self.load_facts(conn, members).await?;
        let hold = self.hold_in(conn).await?;
        for in_force in programs.iter() {
            self.climb(conn, in_force, &facts, hold.as_ref()).await?;
        }
        Ok(())
    }

    async fn climb(
        &self,
        conn: &mut PgConnection,
        in_force: &InForce,
        facts: &BTreeMap<MemberId, MemberFacts>,
        hold: Option<&Hold>,
    ) -> Result<()> {
        let now = self.clock.now();
        let program = in_force.program.id();
        let (stock, request) = (BTreeMap::new(), BTreeMap::new());
        let mut renewed = Vec::new();
        for (member, facts) in facts {
            let rules = facts.as_rules(program, &stock, &request, hold, now);
            let rung = in_force.program.evaluate(&rules).tier;
            let before = facts.held.get(program).map(|(_, held)| held);
            match (&rung.change, before) {
                (Change::None, _) => {}
                // The floor of somebody who never had more is not worth a row.
                (_, None) if rung.tier == &in_force.program.floor().id => {}
                (Change::Renewed, Some(before)) => {
                    renewed.push((*member, held(&rung, before.history_id)));
                }
                (change, _) => {
                    let after = held(&rung, self.clock.new_id());
                    let entry = tiers::Change {
                        member: *member,
                        program,
                        version: in_force.version,
                        from: before.map(|before| &before.tier),
                        reason: word(change),
                        model: &facts.score.model,
                        snapshot: facts.score.snapshot,
                    };
                    tiers::record(conn, &entry, &after, now).await?;
                    renewed.push((*member, after));
                }
            }
        }
        Ok(tiers::set(conn, program, &renewed).await?)
    }

    /// Looks at every member again, page by page: after a new version, and
    /// daily. Says whether the sweep is this replica's.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn sweep_tiers(&self) -> Result<bool> {
        let mut after = None;
        loop {
            let mut transaction = self.pool.begin().await?;
            if !store::try_lock(&mut transaction, Job::Scorer).await? {
                return Ok(false);
            }
            let page = store::members::page(&mut transaction, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(true);
            };
            after = Some(*last);
            self.update_tiers(&mut transaction, &page).await?;
            store::members::notify_changed(&mut transaction, &page).await?;
            transaction.commit().await?;
            for member in &page {
                self.cache.forget_member(*member);
            }
        }
    }

    /// Every program in force with its version: when this changes, tiers are
    /// to be swept.
    pub fn versions_in_force(&self) -> BTreeMap<ProgramId, ProgramVersion> {
        let programs = self.programs.load();
        let versions = programs.iter().map(|p| (p.program.id().clone(), p.version));
        versions.collect()
    }
}

fn held(rung: &Rung<'_>, history_id: uuid::Uuid) -> HeldTier {
    HeldTier {
        tier: rung.tier.clone(),
        since: rung.since,
        keep_until: rung.keep_until,
        history_id,
    }
}

/// The word of the history.
fn word(change: &Change) -> &'static str {
    match change {
        Change::None => "unchanged",
        Change::Granted => "granted",
        Change::Renewed => "renewed",
        Change::Lowered { .. } => "lowered",
    }
}
