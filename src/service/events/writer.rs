//! The writers of the event log. Waiting submissions are committed together, and
//! answered only after the commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::receipts::{Heard, Receipts};
use crate::clock::Clock;
use crate::config;
use crate::config::Enrolment;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;
use crate::store::events::intake::{Claimed, NewEvent};
use renown_core::domain::{
    AccountId, Act, EventId, Handle, HandleKeys, HandleMac, MemberId, SilenceThreshold, Source,
    SourceId,
};
use renown_core::ingest::Parsed;

/// The maximum number of attempts at a transaction that conflicts with others.
const ATTEMPTS: u32 = 5;

/// The number of events from which on another writer begins the next transaction before the
/// first has ended.
const ENOUGH_FOR_TWO: usize = 1_000;

/// How long a transaction may take: on a network that drops everything, the answer of the
/// database may never come.
const COMMIT_WITHIN: Duration = Duration::from_secs(30);

/// The queue to the writers. Clones share it.
#[derive(Debug, Clone)]
pub struct LogWriter {
    queue: mpsc::Sender<Submission>,
    room: Arc<Semaphore>,
    capacity: usize,
    closed: CancellationToken,
}

/// Events that are answered together.
#[derive(Debug)]
struct Submission {
    events: Vec<Parsed>,
    /// All or nothing: one conflicting event refuses the others.
    strict: bool,
    answer: oneshot::Sender<Result<Vec<Claimed>>>,
    /// Room in the queue, released with the answer.
    _room: OwnedSemaphorePermit,
}

impl LogWriter {
    /// Starts the writers. They end once this is [closed](Self::close) and the
    /// queue is empty.
    pub fn start(
        pool: PgPool,
        clock: Clock,
        keys: HandleKeys,
        config: &config::IngestConfig,
        patience: SilenceThreshold,
    ) -> (Self, Vec<tokio::task::JoinHandle<()>>) {
        let (queue, submissions) = mpsc::channel(config.queue_events);
        let submissions = Arc::new(Mutex::new(submissions));
        let worker = Arc::new(Worker {
            pool,
            clock,
            keys,
            enrolment: config.enrolment,
            batch_events: config.batch_events,
            receipts: Receipts::new(patience),
            sources: Cache::new(10_000),
            accounts: Cache::new(1_000_000),
            enrolled: Cache::new(1_000_000),
            closed: CancellationToken::new(),
        });
        let closed = worker.closed.clone();
        let tasks = (0..config.writers)
            .map(|_| tokio::spawn(Arc::clone(&worker).run(Arc::clone(&submissions))))
            .collect();
        let writer = Self {
            queue,
            room: Arc::new(Semaphore::new(config.queue_events)),
            capacity: config.queue_events,
            closed,
        };
        (writer, tasks)
    }

    /// Accepts no more events. Those in the queue are still committed and answered.
    pub fn close(&self) {
        self.room.close();
        self.closed.cancel();
    }

    /// Returns the number of submitted events that are not committed yet.
    pub fn waiting(&self) -> usize {
        self.capacity.saturating_sub(self.room.available_permits())
    }

    /// Submits events to the log and waits until they are committed. Waits for room
    /// in the queue first, which slows down a sender that is faster than the
    /// database.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] if the service is shutting down or the batch could
    /// not be written; other errors of the database.
    pub async fn submit(&self, events: Vec<Parsed>, strict: bool) -> Result<Vec<Claimed>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let needed = events.len().min(self.capacity);
        let needed = u32::try_from(needed).map_err(|_| ServiceError::Busy)?;
        let room = Arc::clone(&self.room)
            .acquire_many_owned(needed)
            .await
            .map_err(|_| ServiceError::Busy)?;
        let (answer, answered) = oneshot::channel();
        let submission = Submission {
            events,
            strict,
            answer,
            _room: room,
        };
        self.queue
            .send(submission)
            .await
            .map_err(|_| ServiceError::Busy)?;
        answered.await.map_err(|_| ServiceError::Busy)?
    }
}

/// The state that all writers share.
struct Worker {
    pool: PgPool,
    clock: Clock,
    keys: HandleKeys,
    enrolment: Enrolment,
    batch_events: usize,
    closed: CancellationToken,
    receipts: Receipts,
    // Committed rows only; filled after the commit.
    sources: Cache<Source, SourceId>,
    accounts: Cache<HandleMac, AccountId>,
    enrolled: Cache<AccountId, ()>,
}

/// What a transaction has resolved; remembered after the commit.
#[derive(Default)]
struct Learnt {
    sources: HashMap<Source, SourceId>,
    accounts: BTreeMap<HandleMac, AccountId>,
    enrolled: Vec<AccountId>,
    heard: Heard,
}

impl Worker {
    async fn run(self: Arc<Self>, submissions: Arc<Mutex<mpsc::Receiver<Submission>>>) {
        loop {
            let mut waiting = submissions.lock().await;
            let group = collect(&mut waiting, self.batch_events, &self.closed).await;
            if group.is_empty() {
                return;
            }
            // While a few events are written, the other writers wait, so that those that arrive
            // meanwhile share the next commit instead of having several of their own.
            let _waiting = (count(&group) < ENOUGH_FOR_TWO).then_some(waiting);
            let (strict, shared): (Vec<_>, Vec<_>) = group.into_iter().partition(|s| s.strict);
            self.write_shared(shared).await;
            for submission in strict {
                self.write_alone(submission).await;
            }
        }
    }

    /// Writes submissions in one transaction. If that fails for a reason that may
    /// lie in one submission, writes each in its own, so that none fails because of
    /// another.
    async fn write_shared(&self, group: Vec<Submission>) {
        if group.len() > 1 {
            let events: Vec<&Parsed> = group.iter().flat_map(|s| &s.events).collect();
            match self.commit(&events, false).await {
                Ok(mut claimed) => {
                    for submission in group {
                        let rest = claimed.split_off(submission.events.len());
                        // The sender may have gone away.
                        let _ = submission
                            .answer
                            .send(Ok(std::mem::replace(&mut claimed, rest)));
                    }
                    return;
                }
                // Writing each alone would only take as long again for each.
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, "a batch was not written");
                    for submission in group {
                        let _ = submission.answer.send(Err(ServiceError::Busy));
                    }
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "a shared transaction failed; trying each alone");
                }
            }
        }
        for submission in group {
            self.write_alone(submission).await;
        }
    }

    async fn write_alone(&self, submission: Submission) {
        let events: Vec<&Parsed> = submission.events.iter().collect();
        let result = self.commit(&events, submission.strict).await;
        let _ = submission.answer.send(result.map_err(Into::into));
    }

    async fn commit(&self, events: &[&Parsed], strict: bool) -> Result<Vec<Claimed>, StoreError> {
        let mut attempt = 1;
        loop {
            let commit = timeout(COMMIT_WITHIN, self.try_commit(events, strict)).await;
            match commit.unwrap_or_else(|late| Err(late.into())) {
                Err(StoreError::Retry(_) | StoreError::Locked(_)) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    #[tracing::instrument(level = "debug", skip_all, fields(events = events.len()))]
    async fn try_commit(
        &self,
        events: &[&Parsed],
        strict: bool,
    ) -> Result<Vec<Claimed>, StoreError> {
        let mut transaction = store::begin_short(&self.pool).await?;
        let mut learnt = Learnt::default();
        let new = self.name(&mut transaction, events, &mut learnt).await?;
        let claimed = claim(&mut transaction, &new).await?;
        if strict && claimed.contains(&Claimed::Conflict) {
            transaction.rollback().await?;
            return Ok(claimed);
        }
        let fresh: Vec<&NewEvent<'_>> = new
            .iter()
            .zip(&claimed)
            .filter(|(_, claimed)| **claimed == Claimed::Fresh)
            .map(|(new, _)| new)
            .collect();
        if !fresh.is_empty() {
            let position = store::events::intake::next_position(&mut transaction).await?;
            let now = self.clock.now();
            store::events::intake::append(&mut transaction, now, position, &fresh).await?;
            learnt.heard = self.receipts.note(&mut transaction, now, &fresh).await?;
            store::events::intake::notify_appended(&mut transaction).await?;
        }
        transaction.commit().await?;
        self.remember(learnt);
        Ok(claimed)
    }

    fn remember(&self, learnt: Learnt) {
        for (source, id) in learnt.sources {
            self.sources.insert(source, id);
        }
        for (mac, id) in learnt.accounts {
            self.accounts.insert(mac, id);
        }
        for account in learnt.enrolled {
            self.enrolled.insert(account, ());
        }
        self.receipts.remember(learnt.heard);
    }

    /// Resolves handles to accounts, and enrols their owners if configured.
    async fn name<'p>(
        &self,
        conn: &mut PgConnection,
        events: &[&'p Parsed],
        learnt: &mut Learnt,
    ) -> Result<Vec<NewEvent<'p>>, StoreError> {
        self.learn_sources(conn, events, learnt).await?;
        let macs = self.learn_accounts(conn, events, learnt).await?;
        let account_of = |handle: &Handle| -> Result<AccountId, StoreError> {
            let mac = macs.get(handle);
            let known = mac.and_then(|mac| {
                learnt
                    .accounts
                    .get(mac)
                    .copied()
                    .or_else(|| self.accounts.get(mac))
            });
            known.ok_or_else(|| StoreError::Corrupt("an account was not resolved".into()))
        };
        let source_of = |source: &Source| -> Result<SourceId, StoreError> {
            let known = learnt
                .sources
                .get(source)
                .copied()
                .or_else(|| self.sources.get(source));
            known.ok_or_else(|| StoreError::Corrupt("a source was not resolved".into()))
        };
        let new = events
            .iter()
            .map(|parsed| {
                let event = &parsed.event;
                Ok(NewEvent {
                    event,
                    source: source_of(&event.key.source)?,
                    act: event.act.try_map(account_of)?,
                    digest: &parsed.digest.0,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        if self.enrolment == Enrolment::Automatic {
            learnt.enrolled = self.enrol_owners(conn, events, &new).await?;
        }
        Ok(new)
    }

    async fn learn_sources(
        &self,
        conn: &mut PgConnection,
        events: &[&Parsed],
        learnt: &mut Learnt,
    ) -> Result<(), StoreError> {
        let unknown: BTreeSet<&Source> = events
            .iter()
            .map(|parsed| &parsed.event.key.source)
            .filter(|source| self.sources.get(*source).is_none())
            .collect();
        if !unknown.is_empty() {
            learnt.sources = store::events::intake::sources(conn, &unknown).await?;
        }
        Ok(())
    }

    /// Hashes each handle once, and resolves the accounts that are not cached.
    async fn learn_accounts<'p>(
        &self,
        conn: &mut PgConnection,
        events: &[&'p Parsed],
        learnt: &mut Learnt,
    ) -> Result<HashMap<&'p Handle, HandleMac>, StoreError> {
        let mut macs: HashMap<&Handle, HandleMac> = HashMap::with_capacity(events.len());
        for parsed in events {
            let act = &parsed.event.act;
            for handle in act.actor().into_iter().chain(act.target()) {
                macs.entry(handle)
                    .or_insert_with(|| self.keys.current().mac(handle));
            }
        }
        let unknown: BTreeMap<HandleMac, &Handle> = macs
            .iter()
            .filter(|(_, mac)| self.accounts.get(*mac).is_none())
            .map(|(handle, mac)| (*mac, *handle))
            .collect();
        // Copy them now, because the cache may evict them before they are read
        // again.
        for mac in macs.values() {
            if let Some(account) = self.accounts.get(mac) {
                learnt.accounts.insert(*mac, account);
            }
        }
        if !unknown.is_empty() {
            let resolved = store::members::accounts::resolve(conn, &self.keys, &unknown).await?;
            learnt.accounts.extend(resolved);
        }
        Ok(macs)
    }

    /// Enrols the owners of accounts that post, receive reactions or buy. Accounts
    /// that only react are not enrolled.
    async fn enrol_owners(
        &self,
        conn: &mut PgConnection,
        events: &[&Parsed],
        new: &[NewEvent<'_>],
    ) -> Result<Vec<AccountId>, StoreError> {
        let owners: BTreeMap<AccountId, &Handle> = events
            .iter()
            .zip(new)
            .filter(|(parsed, _)| !matches!(parsed.event.act, Act::Undo { .. }))
            .filter_map(|(parsed, new)| Some((*new.act.subject()?, parsed.event.act.subject()?)))
            .filter(|(account, _)| self.enrolled.get(account).is_none())
            .collect();
        let owners: Vec<(AccountId, &Handle)> = owners.into_iter().collect();
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<MemberId> = owners
            .iter()
            .map(|_| MemberId(self.clock.new_id()))
            .collect();
        store::members::enrol_owners(conn, &owners, &ids, self.clock.now()).await?;
        Ok(owners.into_iter().map(|(account, _)| account).collect())
    }
}

/// Waits for a submission, then takes all others that wait, up to the size of a
/// batch. Empty if there will be no more.
async fn collect(
    submissions: &mut mpsc::Receiver<Submission>,
    batch: usize,
    closed: &CancellationToken,
) -> Vec<Submission> {
    let first = tokio::select! {
        biased;
        submission = submissions.recv() => submission,
        () = closed.cancelled() => {
            submissions.close();
            submissions.recv().await
        }
    };
    let mut group: Vec<Submission> = first.into_iter().collect();
    let mut events = count(&group);
    while events < batch && !group.is_empty() {
        match submissions.try_recv() {
            Ok(submission) => {
                events += submission.events.len();
                group.push(submission);
            }
            Err(_) => break,
        }
    }
    group
}

/// Returns the number of events.
fn count(group: &[Submission]) -> usize {
    group.iter().map(|submission| submission.events.len()).sum()
}

/// Claims the keys of events, and judges each event by the first with its key: that of the
/// log, or an earlier one of the same batch.
async fn claim(conn: &mut PgConnection, new: &[NewEvent<'_>]) -> Result<Vec<Claimed>, StoreError> {
    let mut firsts: HashMap<(SourceId, &EventId), &NewEvent<'_>> =
        HashMap::with_capacity(new.len());
    for event in new {
        firsts.entry(event.key()).or_insert(event);
    }
    let distinct: Vec<&NewEvent<'_>> = firsts.values().copied().collect();
    let stored = store::events::intake::claim_keys(conn, &distinct).await?;
    let stored: HashMap<_, _> = (stored.iter())
        .map(|known| ((known.source, &known.id), known.digest.as_bytes()))
        .collect();
    let judge = |event: &NewEvent<'_>| {
        let first = firsts[&event.key()];
        match stored.get(&event.key()) {
            None if std::ptr::eq(first, event) => Claimed::Fresh,
            known if *known.unwrap_or(&first.digest) == event.digest => Claimed::Duplicate,
            _ => Claimed::Conflict,
        }
    };
    Ok(new.iter().map(judge).collect())
}
