//! Claims of one program that arrive at the same time are carried out in one transaction: they
//! would wait for each other anyway, because they change the same counts. The first one goes at
//! once and alone; those that arrive while it is under way go together after it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Claims, HoldRequest};
use crate::service::decisions::check_context;
use crate::service::error::{Result, ServiceError};
use crate::service::operation::{Answered, IdempotentRequest, Requests, StoredAnswer};
use crate::store::StoreError;
use renown_core::domain::{Claim, ProgramId};

/// The most claims of one transaction.
const AT_ONCE: usize = 128;

/// The most claims that wait in one line.
const MOST_WAITING: usize = 10_000;

/// How many claims are tried at a time, each in its own transaction, after one with all of
/// them has failed. One of them may wait for a lock.
const ALONE_AT_ONCE: usize = 4;

/// How long a transaction may take: on a network that drops everything, the answer of the
/// database may never come, and the line would stand still for ever.
const WITHIN: Duration = Duration::from_secs(20);

/// A claim with its idempotency key.
#[derive(Debug)]
pub struct ClaimRequest {
    /// The perk and the member.
    pub hold: HoldRequest,
    /// The key that keeps it from being carried out twice.
    pub request: IdempotentRequest,
    /// Writes the claim as an answer.
    pub answer: fn(Claim) -> Result<StoredAnswer>,
    /// Writes a refusal as an answer.
    pub refusal: fn(&ServiceError) -> StoredAnswer,
}

/// A claim that waits for its turn.
#[derive(Debug)]
struct InLine {
    asked: ClaimRequest,
    answer: oneshot::Sender<Result<Answered>>,
}

/// The claims that wait, by program. A program has an entry, even an empty one, as long as a
/// task carries out its claims.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<ProgramId, Vec<InLine>>>);

impl Lines {
    /// Returns the lines. A panic elsewhere leaves them as they are.
    fn lock(&self) -> MutexGuard<'_, HashMap<ProgramId, Vec<InLine>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a claim into its line. Returns whether the caller has to see to the line.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] if the line is too long.
    fn join(&self, new: InLine) -> Result<bool> {
        let mut lines = self.lock();
        match lines.get_mut(&new.asked.hold.program) {
            Some(line) if line.len() >= MOST_WAITING => Err(ServiceError::Busy),
            Some(line) => {
                line.push(new);
                Ok(false)
            }
            None => {
                lines.insert(new.asked.hold.program.clone(), vec![new]);
                Ok(true)
            }
        }
    }

    /// Takes the claims whose turn it is, and removes a line that is empty. Claims whose caller
    /// has gone away are left out. So is a second claim of a member until the next turn: what
    /// the first one takes is among the facts that decide about the second.
    fn take(&self, program: &ProgramId) -> Vec<InLine> {
        let mut lines = self.lock();
        let Some(line) = lines.get_mut(program) else {
            return Vec::new();
        };
        line.retain(|one| !one.answer.is_closed());
        let mut members = BTreeSet::new();
        let (turn, later) = std::mem::take(line).into_iter().partition(|one| {
            members.len() < AT_ONCE && members.insert(one.asked.hold.member.clone())
        });
        *line = later;
        let turn: Vec<InLine> = turn;
        if turn.is_empty() {
            lines.remove(program);
        }
        turn
    }
}

/// Removes a line whose task ends early, so that its claims are answered and the next one
/// begins a new line.
struct Watch<'l>(&'l Lines, &'l ProgramId);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().remove(self.1);
        }
    }
}

impl Claims {
    /// Holds a unit of a perk for a member, once for each idempotency key. If the caller goes
    /// away, a claim that has begun is carried out all the same.
    ///
    /// # Errors
    /// As [`hold_unit`](Self::hold_unit) and [`Requests::carry_out`];
    /// [`ServiceError::Busy`] if too many claims of the program wait.
    pub async fn hold(
        self: &Arc<Self>,
        requests: &Arc<Requests>,
        asked: ClaimRequest,
    ) -> Result<Answered> {
        // Checked before the claim waits, so that a line holds no large requests.
        check_context(&asked.hold.request)?;
        let program = asked.hold.program.clone();
        let (answer, answered) = oneshot::channel();
        if self.lines.join(InLine { asked, answer })? {
            let (claims, requests) = (Arc::clone(self), Arc::clone(requests));
            tokio::spawn(async move { claims.serve_line(&requests, &program).await });
        }
        answered.await.map_err(|_| ServiceError::Busy)?
    }

    async fn serve_line(&self, requests: &Requests, program: &ProgramId) {
        let _watch = Watch(&self.lines, program);
        loop {
            let turn = self.lines.take(program);
            if turn.is_empty() {
                return;
            }
            let asked: Vec<&ClaimRequest> = turn.iter().map(|one| &one.asked).collect();
            let results = self.hold_together(requests, &asked).await;
            for (one, result) in turn.into_iter().zip(results) {
                // The caller may have gone away.
                let _ = one.answer.send(result);
            }
        }
    }

    /// Carries claims out in one transaction, or else each in its own, so that one that fails
    /// costs no other.
    async fn hold_together(
        &self,
        requests: &Requests,
        asked: &[&ClaimRequest],
    ) -> Vec<Result<Answered>> {
        match self.try_together(requests, asked).await {
            Ok(answers) => answers,
            Err(error) if asked.len() == 1 => vec![Err(error)],
            // To try each alone would only take as long again for each.
            Err(ServiceError::Store(StoreError::Unavailable(error))) => {
                tracing::warn!(%error, claims = asked.len(), "claims were not carried out");
                asked.iter().map(|_| Err(ServiceError::Busy)).collect()
            }
            Err(error) => {
                tracing::warn!(%error, claims = asked.len(), "claims are tried one by one");
                let mut alone = Vec::with_capacity(asked.len());
                for one in asked {
                    alone.push(self.hold_alone(requests, one));
                }
                stream::iter(alone).buffered(ALONE_AT_ONCE).collect().await
            }
        }
    }

    async fn hold_alone(&self, requests: &Requests, asked: &ClaimRequest) -> Result<Answered> {
        let mut answers = self.try_together(requests, &[asked]).await?;
        answers.pop().unwrap_or(Err(ServiceError::Busy))
    }

    #[tracing::instrument(level = "debug", skip_all, fields(claims = asked.len()))]
    async fn try_together(
        &self,
        requests: &Requests,
        asked: &[&ClaimRequest],
    ) -> Result<Vec<Result<Answered>>> {
        let Some(first) = asked.first() else {
            return Ok(Vec::new());
        };
        let keys: Vec<&IdempotentRequest> = asked.iter().map(|one| &one.request).collect();
        let act = async |work: &mut _, new: &[usize]| {
            let holds: Vec<&HoldRequest> = new.iter().map(|place| &asked[*place].hold).collect();
            let held = match self.hold_units(work, &holds).await {
                // It is the answer to a request that stands alone: nothing is counted yet.
                Err(error) if holds.len() == 1 && error.is_final() => vec![Err(error)],
                held => held?,
            };
            // A claim that cannot be answered is not made.
            let answers = new.iter().zip(held).map(|(place, held)| {
                held.map_or_else(
                    |refused| Ok(Err(refused)),
                    |claim| (asked[*place].answer)(claim).map(Ok),
                )
            });
            answers.collect()
        };
        let carried_out = requests.carry_out_together(&keys, first.refusal, act);
        let late = |late| Err(StoreError::from(late).into());
        timeout(WITHIN, carried_out).await.unwrap_or_else(late)
    }
}
