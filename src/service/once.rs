//! One piece of work: a transaction, the answer that is stored with it, and what
//! memory has to forget once it is committed.
//!
//! A request that carries an `Idempotency-Key` is carried out once: its answer
//! is written in the transaction of its effect, so that there is no moment at
//! which one is on disk without the other.

use std::collections::BTreeSet;

use bytes::Bytes;
use sqlx::{PgConnection, Postgres, Transaction};

use super::Service;
use super::error::{Result, ServiceError};
use crate::store;
use crate::store::idempotency::Stored;
use renown_core::domain::{IdempotencyKey, KeyId, MemberId};

/// A request with a name.
#[derive(Debug, Clone)]
pub struct Once {
    /// The API key with which it was sent: callers do not meet.
    pub caller: KeyId,
    /// The name that the caller gave it.
    pub name: IdempotencyKey,
    /// SHA-256 of method, address and body.
    pub fingerprint: [u8; 32],
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: String,
    /// Where what was made is to be found.
    pub location: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// How a piece of work begins.
#[derive(Debug)]
pub enum Begun {
    /// It is done now.
    Anew(Work),
    /// It was done before: this was the answer.
    Answered(StoredAnswer),
}

/// A transaction under way, and what follows its commit.
#[derive(Debug)]
pub struct Work {
    /// Absent once it has ended.
    transaction: Option<Transaction<'static, Postgres>>,
    once: Option<Once>,
    changed: BTreeSet<MemberId>,
    programs_changed: bool,
    given_back: bool,
}

impl Service {
    /// Begins a piece of work; if it has a name, only once.
    ///
    /// # Errors
    /// [`ServiceError::InProgress`] while the same is being done elsewhere;
    /// [`ServiceError::KeyReused`] if the name was given to another request.
    pub async fn begin(&self, once: Option<Once>) -> Result<Begun> {
        let mut work = self.work().await?;
        work.once = once;
        let answered = match work.answered().await {
            Ok(None) => return Ok(Begun::Anew(work)),
            other => other,
        };
        work.abandon().await;
        answered?
            .map(Begun::Answered)
            .ok_or(ServiceError::InProgress)
    }

    /// What was answered to this request before.
    ///
    /// # Errors
    /// [`ServiceError::KeyReused`] if the name was given to another request.
    pub async fn answered(&self, once: &Once) -> Result<Option<StoredAnswer>> {
        let mut conn = self.pool.acquire().await?;
        stored_answer(&mut conn, once).await
    }

    /// Carries out a piece of work that has no name, all or nothing.
    ///
    /// # Errors
    /// What the work answers; if the database does not answer.
    pub async fn carry_out<T>(&self, work: impl AsyncFnOnce(&mut Work) -> Result<T>) -> Result<T> {
        let mut under_way = self.work().await?;
        match work(&mut under_way).await {
            Ok(done) => {
                self.finish(under_way).await?;
                Ok(done)
            }
            Err(error) => {
                under_way.abandon().await;
                Err(error)
            }
        }
    }

    /// Begins a piece of work that has no name.
    pub(super) async fn work(&self) -> Result<Work> {
        Ok(Work {
            transaction: Some(self.pool.begin().await?),
            once: None,
            changed: BTreeSet::new(),
            programs_changed: false,
            given_back: false,
        })
    }

    /// Ends a piece of work well: the answer is stored, all of it is committed,
    /// and then memory changes.
    ///
    /// # Errors
    /// If the database does not answer. It may have been committed all the
    /// same, if it failed at the last moment: to be sent again.
    pub async fn commit(&self, mut work: Work, answer: &StoredAnswer) -> Result<()> {
        if let Err(error) = self.store_answer(&mut work, answer).await {
            work.abandon().await;
            return Err(error);
        }
        self.finish(work).await
    }

    /// Commits, and then memory changes.
    pub(super) async fn finish(&self, mut work: Work) -> Result<()> {
        let changed: Vec<MemberId> = work.changed.iter().copied().collect();
        if !changed.is_empty() {
            store::members::notify_changed(work.conn(), &changed).await?;
        }
        work.end().commit().await?;
        for member in changed {
            self.cache.forget_member(member);
        }
        if work.given_back {
            self.given_back.notify_one();
        }
        if work.programs_changed {
            self.reload_programs().await?;
        }
        Ok(())
    }

    /// Ends a piece of work with a refusal, which is an answer too. Nothing of
    /// it stays but that answer.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn refuse(&self, mut work: Work, answer: &StoredAnswer) -> Result<()> {
        if work.once.is_none() {
            work.abandon().await;
            return Ok(());
        }
        let stored = async {
            work.undo().await?;
            self.store_answer(&mut work, answer).await
        };
        if let Err(error) = stored.await {
            work.abandon().await;
            return Err(error);
        }
        Ok(work.end().commit().await?)
    }

    /// Writes the answer, if the work has a name.
    async fn store_answer(&self, work: &mut Work, answer: &StoredAnswer) -> Result<()> {
        let Some(once) = work.once.clone() else {
            return Ok(());
        };
        let stored = Stored {
            fingerprint: once.fingerprint.to_vec(),
            status: answer.status,
            content_type: answer.content_type.clone(),
            location: answer.location.clone(),
            body: answer.body.to_vec(),
        };
        let now = self.clock.now();
        store::idempotency::add(work.conn(), once.caller, &once.name, &stored, now).await?;
        Ok(())
    }

    /// Forgets answers that are older than a day. One batch; says how many.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn forget_answers(&self) -> Result<u64> {
        let before = self.clock.now() - store::idempotency::KEPT;
        let mut conn = self.pool.acquire().await?;
        Ok(store::idempotency::prune(&mut conn, before).await?)
    }
}

impl Work {
    /// The connection that is in the transaction.
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        self.transaction.as_mut().expect("work under way has one")
    }

    /// Once committed, what is kept in memory of a member is not good any more.
    pub(super) fn changes(&mut self, member: MemberId) {
        self.changed.insert(member);
    }

    /// Once committed, the programs are to be read again.
    pub(super) fn changes_programs(&mut self) {
        self.programs_changed = true;
    }

    /// Once committed, a unit is there that somebody may wait for.
    pub(super) fn gives_back(&mut self) {
        self.given_back = true;
    }

    /// Marks the point to which [`undo`](Self::undo) goes back.
    pub(super) async fn mark(&mut self) -> Result<()> {
        Ok(store::mark(self.conn()).await?)
    }

    /// Takes everything back that was done since the mark.
    pub(super) async fn undo(&mut self) -> Result<()> {
        store::undo(self.conn()).await?;
        self.changed.clear();
        self.programs_changed = false;
        self.given_back = false;
        Ok(())
    }

    /// Ends it without a trace.
    pub async fn abandon(mut self) {
        if let Err(error) = self.end().rollback().await {
            tracing::debug!(%error, "a transaction was not rolled back; it ends with its connection");
        }
    }

    fn end(&mut self) -> Transaction<'static, Postgres> {
        self.transaction.take().expect("work ends once")
    }

    /// What was answered to this request before. Whoever comes while another
    /// one works is told so.
    async fn answered(&mut self) -> Result<Option<StoredAnswer>> {
        let Some(once) = self.once.clone() else {
            return Ok(None);
        };
        if !store::idempotency::try_begin(self.conn(), once.caller, &once.name).await? {
            return Err(ServiceError::InProgress);
        }
        let answer = stored_answer(self.conn(), &once).await?;
        if answer.is_none() {
            self.mark().await?;
        }
        Ok(answer)
    }
}

async fn stored_answer(conn: &mut PgConnection, once: &Once) -> Result<Option<StoredAnswer>> {
    let stored = store::idempotency::get(conn, once.caller, &once.name).await?;
    let Some(stored) = stored else {
        return Ok(None);
    };
    if stored.fingerprint != once.fingerprint {
        return Err(ServiceError::KeyReused);
    }
    Ok(Some(StoredAnswer {
        status: stored.status,
        content_type: stored.content_type,
        location: stored.location,
        body: stored.body.into(),
    }))
}

/// A caller that goes away in the middle must not leave locks behind until its
/// connection is used again.
impl Drop for Work {
    fn drop(&mut self) {
        if let (Some(transaction), Ok(runtime)) = (
            self.transaction.take(),
            tokio::runtime::Handle::try_current(),
        ) {
            runtime.spawn(transaction.rollback());
        }
    }
}
