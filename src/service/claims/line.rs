//! Claims of one program that arrive at the same time are carried out in one transaction: they
//! would wait for each other anyway, because they change the same counts. The first one goes at
//! once and alone; those that arrive while it is under way go together after it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{Claims, HoldRequest};
use crate::service::error::{Result, ServiceError};
use crate::service::operation::{Answered, IdempotentRequest, Requests, StoredAnswer};
use renown_core::domain::{Claim, ProgramId};

/// The most claims of one transaction.
const AT_ONCE: usize = 128;

/// A claim with its idempotency key.
#[derive(Debug)]
pub struct ClaimRequest {
    /// What is claimed.
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

/// The claims that wait, by program. A program that is named here has a task that carries its
/// claims out.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<ProgramId, Vec<InLine>>>);

impl Lines {
    /// Returns the lines. A panic elsewhere leaves them as they are.
    fn lock(&self) -> MutexGuard<'_, HashMap<ProgramId, Vec<InLine>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a claim into its line. Returns whether the caller has to see to the line.
    fn join(&self, new: InLine) -> bool {
        let mut lines = self.lock();
        match lines.get_mut(&new.asked.hold.program) {
            Some(line) => {
                line.push(new);
                false
            }
            None => {
                lines.insert(new.asked.hold.program.clone(), vec![new]);
                true
            }
        }
    }

    /// Takes the claims whose turn it is. An empty line is no more.
    fn take(&self, program: &ProgramId) -> Vec<InLine> {
        let mut lines = self.lock();
        let Some(line) = lines.get_mut(program) else {
            return Vec::new();
        };
        let turn: Vec<InLine> = line.drain(..line.len().min(AT_ONCE)).collect();
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
    /// Holds a unit of a perk for a member, once for each idempotency key. A caller that goes
    /// away leaves it to be carried out.
    ///
    /// # Errors
    /// As [`hold_unit`](Self::hold_unit) and [`Requests::carry_out`].
    pub async fn hold(
        self: &Arc<Self>,
        requests: &Arc<Requests>,
        asked: ClaimRequest,
    ) -> Result<Answered> {
        let program = asked.hold.program.clone();
        let (answer, answered) = oneshot::channel();
        if self.lines.join(InLine { asked, answer }) {
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
            Err(error) => {
                tracing::debug!(%error, claims = asked.len(), "claims are tried one by one");
                let mut answers = Vec::with_capacity(asked.len());
                for one in asked {
                    let alone = self.try_together(requests, &[one]).await;
                    answers.push(
                        alone.and_then(|mut answers| {
                            answers.pop().unwrap_or(Err(ServiceError::Busy))
                        }),
                    );
                }
                answers
            }
        }
    }

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
                // It is the answer to a request that stands alone: nothing is written yet.
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
        requests.carry_out_together(&keys, first.refusal, act).await
    }
}
