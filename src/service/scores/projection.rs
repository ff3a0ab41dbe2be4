//! The scorer: a projection of the log that counts each event exactly once. It
//! reads the log in the order of commits from its checkpoint, and writes states,
//! scores, tiers and the checkpoint in one transaction. So a crash loses nothing
//! and counts nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use sqlx::PgConnection;

use super::Scorer;
use super::account_fold::fold_all;
use crate::service::error::Result;
use crate::service::webhooks::ScoreChangeReason;
use crate::store;
use crate::store::{Job, StoreError};
use renown_core::domain::{AccountId, MemberId, ModelVersion, Position, Score, Topic};
use renown_core::scoring::{AccountState, MemberEvidence, Model, Snapshot, score};

/// The approximate number of events in one transaction.
const BATCH_EVENTS: i64 = 20_000;
/// Accounts refolded from the whole log in one transaction.
const BATCH_REFOLDS: i64 = 2_000;
/// Members scored again without new events in one transaction.
const BATCH_RESCORES: i64 = 5_000;

/// The result of one step of the scorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There was nothing to do.
    Idle,
    /// Another replica is running the scorer.
    Elsewhere,
    /// The step did some work; there may be more.
    Advanced {
        /// The number of members whose score was computed.
        members: usize,
    },
}

/// The states of accounts, as one transaction sees them.
pub(super) type States = BTreeMap<AccountId, AccountState>;

impl Scorer {
    /// Runs one step of the scorer.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn advance(&self) -> Result<Progress> {
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Scorer).await? {
            return Ok(Progress::Elsewhere);
        }
        // Only now: another model is put in force under the same lock.
        self.current.reload(&mut transaction).await?;
        let refolds =
            store::scores::projections::take_refolds(&mut transaction, BATCH_REFOLDS).await?;
        let rescores =
            store::scores::projections::take_rescores(&mut transaction, BATCH_RESCORES).await?;
        let states = self.fold_batch(&mut transaction, refolds).await?;
        if states.is_none() && rescores.is_empty() {
            // Release the lock now, not when the connection is used again.
            transaction.rollback().await?;
            return Ok(Progress::Idle);
        }
        let states = states.unwrap_or_default();
        let members = self
            .scored_members(&mut transaction, &states, rescores)
            .await?;
        self.publish_scores(&mut transaction, &members, states)
            .await?;
        store::members::notify_changed(&mut transaction, &members).await?;
        transaction.commit().await?;
        for member in &members {
            self.context.cache.forget_member(*member);
        }
        Ok(Progress::Advanced {
            members: members.len(),
        })
    }

    /// Folds the next batch of the log, and some accounts anew from all of it, and moves
    /// the checkpoint. Returns the changed states; `None` if there was nothing to fold.
    pub(super) async fn fold_batch(
        &self,
        conn: &mut PgConnection,
        refolds: Vec<AccountId>,
    ) -> Result<Option<States>> {
        let model = self.current.version();
        let from = store::scores::projections::lock_checkpoint(conn, &model).await?;
        // The head tells whether there is anything new; only then is each part of the log asked.
        let to = match store::events::log::head(conn).await? > from {
            true => store::events::log::reach(conn, from, BATCH_EVENTS).await?,
            false => from,
        };
        if to == from && refolds.is_empty() {
            return Ok(None);
        }
        let mut refolds: BTreeSet<AccountId> = refolds.into_iter().collect();
        refolds.extend(store::events::log::undone_subjects(conn, from, to).await?);
        let states = self.fold(conn, from, to, &refolds).await?;
        store::scores::projections::advance(conn, &model, to).await?;
        Ok(Some(states))
    }

    /// Folds new events into the states that they touch, and refolds some states
    /// from the whole log; writes both.
    async fn fold(
        &self,
        conn: &mut PgConnection,
        from: Position,
        to: Position,
        refolds: &BTreeSet<AccountId>,
    ) -> Result<States> {
        let events = store::events::log::of_members(conn, from, to).await?;
        let subject = |event: &renown_core::domain::Event<AccountId>| {
            event
                .act
                .subject()
                .copied()
                .filter(|account| !refolds.contains(account))
        };
        let touched: BTreeSet<AccountId> = events.iter().filter_map(subject).collect();
        let model = self.current.model();
        let touched: Vec<AccountId> = touched.into_iter().collect();
        let mut states = load_states(conn, model.version(), &touched).await?;
        for event in &events {
            if let Some(account) = subject(event) {
                states.entry(account).or_default().fold(&model, event);
            }
        }
        states.extend(self.fold_anew(conn, to, refolds).await?);
        let packed = states
            .iter()
            .map(|(account, state)| (*account, state.encode()))
            .collect();
        store::scores::states::save(conn, model.version(), &packed).await?;
        Ok(states)
    }

    /// Folds the states of members' accounts from the whole log up to a position.
    pub(in crate::service) async fn fold_anew(
        &self,
        conn: &mut PgConnection,
        to: Position,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<States> {
        let accounts: Vec<AccountId> = accounts.iter().copied().collect();
        let owned = store::members::accounts::members_of(conn, &accounts).await?;
        let ids: Vec<AccountId> = owned.into_keys().collect();
        let model = self.current.model();
        let events = store::events::log::of_accounts(conn, &ids, to);
        let mut states = fold_all(&model, events).await?;
        for account in ids {
            states.entry(account).or_default();
        }
        Ok(states)
    }

    pub(super) async fn scored_members(
        &self,
        conn: &mut PgConnection,
        states: &States,
        rescores: Vec<MemberId>,
    ) -> Result<Vec<MemberId>> {
        let accounts: Vec<AccountId> = states.keys().copied().collect();
        let owners = store::members::accounts::members_of(conn, &accounts).await?;
        let members: BTreeSet<MemberId> = owners.into_values().chain(rescores).collect();
        Ok(members.into_iter().collect())
    }

    /// Scores members and updates their tiers. `states` are those that the caller
    /// has loaded already.
    pub(in crate::service) async fn publish_scores(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
        states: States,
    ) -> Result<()> {
        if members.is_empty() {
            return Ok(());
        }
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        let active = store::members::declared_interests(conn, members).await?;
        let withdrawn: Vec<MemberId> = members
            .iter()
            .copied()
            .filter(|member| !active.contains_key(member))
            .collect();
        if !withdrawn.is_empty() {
            store::scores::withdraw(conn, &withdrawn).await?;
            self.tell_withdrawn_scores(conn, &withdrawn, ScoreChangeReason::OptedOut)
                .await?;
            self.tiers.end(conn, &withdrawn).await?;
        }
        let snapshot = self.current.snapshot();
        let scores = self
            .score_members(conn, &snapshot, active, states, as_of)
            .await?;
        store::scores::publish(conn, &scores).await?;
        self.tell_scores(conn, &scores).await?;
        let scored: Vec<MemberId> = scores.into_iter().map(|(member, _)| member).collect();
        self.tiers.update(conn, &scored).await
    }

    /// Computes the scores of members from the states of all their accounts.
    pub(in crate::service) async fn score_members(
        &self,
        conn: &mut PgConnection,
        snapshot: &Snapshot,
        active: BTreeMap<MemberId, Vec<Topic>>,
        mut states: States,
        as_of: DateTime<Utc>,
    ) -> Result<Vec<(MemberId, Score)>> {
        let ids: Vec<MemberId> = active.keys().copied().collect();
        let accounts = store::members::account_ids(conn, &ids).await?;
        let missing: Vec<AccountId> = accounts
            .values()
            .flatten()
            .filter(|account| !states.contains_key(account))
            .copied()
            .collect();
        let model = self.current.model();
        if !missing.is_empty() {
            states.extend(load_states(conn, model.version(), &missing).await?);
        }
        let scores = active.into_par_iter().map(|(member, declared)| {
            let evidence = evidence(accounts.get(&member), &states, declared);
            (member, score(&model, snapshot, &evidence, as_of))
        });
        Ok(scores.collect())
    }

    /// Computes the score that members would have if they were one, with these declared
    /// interests.
    pub(in crate::service) async fn score_as_one(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
        declared: Vec<Topic>,
    ) -> Result<Score> {
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        let accounts = store::members::account_ids(conn, members).await?;
        let mut accounts: Vec<AccountId> = accounts.into_values().flatten().collect();
        accounts.sort();
        let (model, snapshot) = (self.current.model(), self.current.snapshot());
        let states = load_states(conn, model.version(), &accounts).await?;
        let evidence = evidence(Some(&accounts), &states, declared);
        Ok(score(&model, &snapshot, &evidence, as_of))
    }

    /// Takes the scorer's lock until the end of the transaction, so that nothing else writes
    /// scores and tiers, and reads the model in force. Waits for a batch of the scorer.
    pub(in crate::service) async fn exclude(&self, conn: &mut PgConnection) -> Result<()> {
        store::lock(conn, Job::Scorer).await?;
        self.current.reload(conn).await
    }

    /// Reads the model in force and its latest snapshot, if they are not used already.
    pub async fn reload(&self) -> Result<()> {
        let mut conn = self.context.connection().await?;
        self.current.reload(&mut conn).await
    }

    /// Returns the scoring model in force.
    pub fn model(&self) -> Arc<Model> {
        self.current.model()
    }

    /// Returns how far the scorer is behind the log, in batches.
    pub async fn lag(&self) -> Result<i64> {
        let mut conn = self.context.connection().await?;
        let head = store::events::log::head(&mut conn).await?;
        let model = self.current.version();
        let checkpoint = store::scores::projections::checkpoint(&mut conn, &model).await?;
        Ok(head.0 - checkpoint.0)
    }
}

/// Loads the states of accounts that the scorer stored for a model.
pub(super) async fn load_states(
    conn: &mut PgConnection,
    model: &ModelVersion,
    accounts: &[AccountId],
) -> Result<States> {
    let packed = store::scores::states::load(conn, model, accounts).await?;
    let states: Result<Vec<_>, StoreError> = (packed.into_par_iter())
        .map(|(account, bytes)| Ok((account, AccountState::decode(&bytes)?)))
        .collect();
    Ok(states?.into_iter().collect())
}

/// Returns a member's evidence, from the states of their accounts.
pub(super) fn evidence<'s>(
    accounts: Option<&Vec<AccountId>>,
    states: &'s States,
    declared: Vec<Topic>,
) -> MemberEvidence<'s> {
    let accounts = accounts.into_iter().flatten();
    MemberEvidence {
        accounts: accounts
            .filter_map(|account| states.get(account).map(|state| (*account, state)))
            .collect(),
        declared,
    }
}
