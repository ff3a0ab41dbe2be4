//! Idempotent requests: carried out once, however often they are sent
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! The answer is stored in the transaction of its effect, so that one is never on
//! disk without the other. A refusal is stored as an answer if it is final: see
//! [`ServiceError::is_final`].

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use sqlx::PgConnection;

use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::operation::idempotency::{CallersKey, StoredReply};
use renown_core::domain::{CallerId, IdempotencyKey};

/// Idempotent requests and their stored answers.
#[derive(Debug)]
pub struct Requests {
    context: Context,
}

/// A request with an idempotency key.
#[derive(Debug, Clone)]
pub struct IdempotentRequest {
    /// Who sent it. The names of different callers are independent.
    pub caller: CallerId,
    /// The idempotency key that the caller chose.
    pub name: IdempotencyKey,
    /// The SHA-256 of method, address and body.
    pub fingerprint: [u8; 32],
}

impl IdempotentRequest {
    fn key(&self) -> CallersKey<'_> {
        (self.caller, &self.name)
    }
}

/// The stored answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: String,
    /// The address of the created resource, for the `Location` header.
    pub location: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// The answer to a request, new or stored.
#[derive(Debug)]
pub enum Answered {
    /// The request was carried out now.
    Now(StoredAnswer),
    /// The request was carried out before; this was the answer.
    Before(StoredAnswer),
}

impl Requests {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self { context }
    }

    /// Carries a request out; with an idempotency key, only once. `refusal` writes
    /// a refusal as an answer.
    ///
    /// # Errors
    /// The error that `act` returns: its effects are rolled back, and the refusal
    /// is stored if it is final and the request is idempotent.
    /// [`ServiceError::InProgress`] while the same request is being carried out
    /// elsewhere; [`ServiceError::KeyReused`] if the key was used for another
    /// request.
    pub async fn carry_out(
        &self,
        request: Option<IdempotentRequest>,
        refusal: fn(&ServiceError) -> StoredAnswer,
        act: impl AsyncFnOnce(&mut UnitOfWork) -> Result<StoredAnswer>,
    ) -> Result<Answered> {
        let Some(request) = request else {
            let answer = self.context.carry_out(act).await?;
            return Ok(Answered::Now(answer));
        };
        let mut work = self.context.begin_work().await?;
        match begin(&mut work, &request).await {
            Ok(None) => {}
            Ok(Some(answer)) => {
                work.abandon().await;
                return Ok(Answered::Before(answer));
            }
            Err(error) => {
                work.abandon().await;
                return Err(error);
            }
        }
        let done = match act(&mut work).await {
            Ok(answer) => self
                .store(&mut work, &[(&request, answer.clone())])
                .await
                .map(|()| answer),
            Err(error) if error.is_final() => {
                self.refuse(work, &request, &refusal(&error)).await?;
                return Err(error);
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(answer) => {
                work.commit().await?;
                Ok(Answered::Now(answer))
            }
            Err(error) => {
                work.abandon().await;
                Err(error)
            }
        }
    }

    /// Carries requests out in one transaction, each only once. `act` gets the places of those
    /// that are new, and answers each of them; it changes nothing for one that it refuses.
    ///
    /// # Errors
    /// The error of `act`, or of the database: nothing is carried out then. An error of one
    /// request is in its result, as in [`carry_out`](Self::carry_out).
    pub(in crate::service) async fn carry_out_together(
        &self,
        requests: &[&IdempotentRequest],
        refusal: fn(&ServiceError) -> StoredAnswer,
        act: impl AsyncFnOnce(&mut UnitOfWork, &[usize]) -> Result<Vec<Result<StoredAnswer>>>,
    ) -> Result<Vec<Result<Answered>>> {
        let together = async |work: &mut UnitOfWork| {
            let mut answered: BTreeMap<usize, Result<Answered>> = BTreeMap::new();
            let mut new = Vec::new();
            let begun = begin_all(work, requests).await?;
            for (place, begun) in begun.into_iter().enumerate() {
                match begun {
                    Ok(None) => new.push(place),
                    Ok(Some(answer)) => drop(answered.insert(place, Ok(Answered::Before(answer)))),
                    Err(error) => drop(answered.insert(place, Err(error))),
                }
            }
            let done = act(work, &new).await?;
            if done.len() != new.len() {
                return Err(ServiceError::Busy);
            }
            let mut stored = Vec::new();
            for (place, done) in new.into_iter().zip(done) {
                match &done {
                    Ok(answer) => stored.push((requests[place], answer.clone())),
                    Err(error) if error.is_final() => {
                        stored.push((requests[place], refusal(error)));
                    }
                    Err(_) => {}
                }
                answered.insert(place, done.map(Answered::Now));
            }
            self.store(work, &stored).await?;
            Ok(answered.into_values().collect())
        };
        self.context.carry_out(together).await
    }

    /// Returns the stored answer to a request, so that long preparations can be
    /// skipped. [`carry_out`](Self::carry_out) checks again.
    ///
    /// # Errors
    /// [`ServiceError::KeyReused`] if the key was used for another request.
    pub async fn answered(&self, request: &IdempotentRequest) -> Result<Option<StoredAnswer>> {
        let mut conn = self.context.connection().await?;
        stored_answer(&mut conn, request).await
    }

    /// Rolls back to the savepoint, then stores the refusal and commits.
    async fn refuse(
        &self,
        mut work: UnitOfWork,
        request: &IdempotentRequest,
        answer: &StoredAnswer,
    ) -> Result<()> {
        let stored = async {
            work.roll_back().await?;
            self.store(&mut work, &[(request, answer.clone())]).await
        };
        if let Err(error) = stored.await {
            work.abandon().await;
            return Err(error);
        }
        work.commit().await
    }

    async fn store(
        &self,
        work: &mut UnitOfWork,
        answers: &[(&IdempotentRequest, StoredAnswer)],
    ) -> Result<()> {
        if answers.is_empty() {
            return Ok(());
        }
        let stored = answers.iter().map(|(request, answer)| {
            let reply = StoredReply {
                fingerprint: request.fingerprint.to_vec(),
                status: answer.status,
                content_type: answer.content_type.clone(),
                location: answer.location.clone(),
                body: answer.body.to_vec(),
            };
            (request.key(), reply)
        });
        let stored: Vec<(CallersKey<'_>, StoredReply)> = stored.collect();
        let now = self.context.clock.now();
        store::operation::idempotency::add(work.conn(), &stored, now).await?;
        Ok(())
    }

    /// Deletes one batch of answers that are older than a day. Returns how many.
    pub async fn forget_answers(&self) -> Result<u64> {
        let before = self.context.clock.now() - store::operation::idempotency::KEPT;
        let mut conn = self.context.connection().await?;
        Ok(store::operation::idempotency::prune(&mut conn, before).await?)
    }
}

/// Locks a request's idempotency key, and reads the stored answer. If there is
/// none, sets the savepoint that a refusal rolls back to.
async fn begin(work: &mut UnitOfWork, request: &IdempotentRequest) -> Result<Option<StoredAnswer>> {
    let mut begun = begin_all(work, &[request]).await?;
    let answer = begun.pop().unwrap_or(Err(ServiceError::InProgress))?;
    if answer.is_none() {
        work.set_savepoint().await?;
    }
    Ok(answer)
}

/// Locks the idempotency keys of requests, and returns the stored answer of each; `None` for
/// a request that is new.
async fn begin_all(
    work: &mut UnitOfWork,
    requests: &[&IdempotentRequest],
) -> Result<Vec<Result<Option<StoredAnswer>>>> {
    let keys: Vec<CallersKey<'_>> = requests.iter().map(|request| request.key()).collect();
    let locked = store::operation::idempotency::try_begin(work.conn(), &keys).await?;
    // Read after the lock, so that what another transaction has stored meanwhile is seen.
    let stored = store::operation::idempotency::get(work.conn(), &keys).await?;
    // A transaction gets its own lock a second time.
    let mut seen = BTreeSet::new();
    let begun = requests.iter().zip(locked).zip(stored);
    Ok(begun
        .map(
            |((request, locked), stored)| match locked && seen.insert(request.key()) {
                true => checked(request, stored),
                false => Err(ServiceError::InProgress),
            },
        )
        .collect())
}

async fn stored_answer(
    conn: &mut PgConnection,
    request: &IdempotentRequest,
) -> Result<Option<StoredAnswer>> {
    let mut stored = store::operation::idempotency::get(conn, &[request.key()]).await?;
    checked(request, stored.pop().flatten())
}

/// Returns a stored answer, if it is one to the same request.
fn checked(
    request: &IdempotentRequest,
    stored: Option<StoredReply>,
) -> Result<Option<StoredAnswer>> {
    let Some(stored) = stored else {
        return Ok(None);
    };
    if stored.fingerprint != request.fingerprint {
        return Err(ServiceError::KeyReused);
    }
    Ok(Some(StoredAnswer {
        status: stored.status,
        content_type: stored.content_type,
        location: stored.location,
        body: stored.body.into(),
    }))
}
