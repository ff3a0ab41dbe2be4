//! Requests that are carried out once, however often they are sent
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! The answer to a request that has a name is written in the transaction of its
//! effect, so that there is no moment at which one is on disk without the other.
//! Whether a refusal is an answer, to be kept and given again, is decided here:
//! see [`ServiceError::is_final`].

use bytes::Bytes;
use sqlx::PgConnection;

use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::operation::idempotency::StoredReply;
use renown_core::domain::{IdempotencyKey, KeyId};

/// Requests, and what was answered to them.
#[derive(Debug)]
pub struct Requests {
    context: Context,
}

/// A request that its caller gave a name.
#[derive(Debug, Clone)]
pub struct IdempotentRequest {
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

/// How a request was answered.
#[derive(Debug)]
pub enum Answered {
    /// It was carried out now.
    Now(StoredAnswer),
    /// It was carried out before, and this was the answer.
    Before(StoredAnswer),
}

impl Requests {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self { context }
    }

    /// Carries a request out; if it has a name, only once. `refusal` says how a
    /// refusal is written down.
    ///
    /// # Errors
    /// What the work answers: then nothing of it stays, but the refusal if it is
    /// final and the request has a name. [`ServiceError::InProgress`] while the
    /// same is being done elsewhere; [`ServiceError::KeyReused`] if the name was
    /// given to another request.
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
                .store(&mut work, &request, &answer)
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

    /// What was answered to a request before: for work that is long before it
    /// writes anything. [`carry_out`](Self::carry_out) looks again.
    ///
    /// # Errors
    /// [`ServiceError::KeyReused`] if the name was given to another request.
    pub async fn answered(&self, request: &IdempotentRequest) -> Result<Option<StoredAnswer>> {
        let mut conn = self.context.connection().await?;
        stored_answer(&mut conn, request).await
    }

    /// Ends a unit of work with a refusal. Nothing of it stays but that.
    async fn refuse(
        &self,
        mut work: UnitOfWork,
        request: &IdempotentRequest,
        answer: &StoredAnswer,
    ) -> Result<()> {
        let stored = async {
            work.undo().await?;
            self.store(&mut work, request, answer).await
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
        request: &IdempotentRequest,
        answer: &StoredAnswer,
    ) -> Result<()> {
        let stored = StoredReply {
            fingerprint: request.fingerprint.to_vec(),
            status: answer.status,
            content_type: answer.content_type.clone(),
            location: answer.location.clone(),
            body: answer.body.to_vec(),
        };
        let now = self.context.clock.now();
        let (caller, name) = (request.caller, &request.name);
        store::operation::idempotency::add(work.conn(), caller, name, &stored, now).await?;
        Ok(())
    }

    /// Forgets answers that are older than a day. One batch; says how many.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn forget_answers(&self) -> Result<u64> {
        let before = self.context.clock.now() - store::operation::idempotency::KEPT;
        let mut conn = self.context.connection().await?;
        Ok(store::operation::idempotency::prune(&mut conn, before).await?)
    }
}

/// Takes the lock on a request's name, and reads what was answered to it before.
/// Without an answer, marks where a refusal goes back to.
async fn begin(work: &mut UnitOfWork, request: &IdempotentRequest) -> Result<Option<StoredAnswer>> {
    let (caller, name) = (request.caller, &request.name);
    if !store::operation::idempotency::try_begin(work.conn(), caller, name).await? {
        return Err(ServiceError::InProgress);
    }
    let answer = stored_answer(work.conn(), request).await?;
    if answer.is_none() {
        work.mark().await?;
    }
    Ok(answer)
}

async fn stored_answer(
    conn: &mut PgConnection,
    request: &IdempotentRequest,
) -> Result<Option<StoredAnswer>> {
    let (caller, name) = (request.caller, &request.name);
    let stored = store::operation::idempotency::get(conn, caller, name).await?;
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
