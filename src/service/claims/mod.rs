//! Claims: units of perks that are held, confirmed, redeemed or released; with
//! waiting lists, invitations, draws and codes.
//!
//! The entry point is [`Claims::hold`]. Claims, their counts, their messages and
//! the stored answers are written in one transaction. The rules decide first; the
//! locked counts decide last. No unit is given twice, and a unit that a member
//! waits for is not left for others.
//!
//! Every method fails if the database does not answer.

mod attempt;
mod codes;
mod counting;
mod draws;
mod eligibility;
mod entries;
mod expiry;
mod hold;
mod invitations;
mod line;
mod merging;
mod messages;
mod refused;
mod release_all;
mod steps;
mod waiting_list;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::error::Result;
use crate::service::events::Sources;
use crate::service::guesses::{Attempt, Guessed, Guesses};
use crate::service::insight::Exposures;
use crate::service::members::Members;
use crate::service::programs::Programs;
use crate::service::unit_of_work::UnitOfWork;
use renown_core::domain::CallerId;

pub use codes::{CodeReport, Redemption};
pub use entries::{Entered, EntryRequest};
pub use hold::HoldRequest;
pub use invitations::{Invitation, InviteRequest, Invited};
pub use line::ClaimRequest;
pub(super) use merging::MovedClaims;
pub use refused::{Refused, WhyNot};
pub use waiting_list::WaitingPlace;

/// Claims, and everything that is counted with them.
#[derive(Debug)]
pub struct Claims {
    context: Context,
    programs: Arc<Programs>,
    members: Arc<Members>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    exposures: Arc<Exposures>,
    guesses: Guesses<CallerId>,
    lines: line::Lines,
    /// Notified when units may be free for waiting members.
    unit_released_notice: Arc<Notify>,
}

impl Claims {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        members: Arc<Members>,
        facts: Arc<FactsLoader>,
        sources: Arc<Sources>,
        exposures: Arc<Exposures>,
    ) -> Self {
        Self {
            guesses: Guesses::new(
                Guessed::Codes,
                context.config.codes.allowance(),
                context.clock.clone(),
            ),
            context,
            programs,
            members,
            facts,
            sources,
            exposures,
            lines: line::Lines::default(),
            unit_released_notice: Arc::new(Notify::new()),
        }
    }

    /// Waits until this process has made units available.
    pub async fn unit_released(&self) {
        self.unit_released_notice.notified().await;
    }

    /// Begins an attempt of a caller to use a code. Waits while as many are running as may
    /// fail.
    ///
    /// # Errors
    /// [`ServiceError::TooManyGuesses`](crate::service::ServiceError::TooManyGuesses) if too
    /// many attempts have failed.
    pub async fn try_code(&self, caller: CallerId) -> Result<Attempt<'_, CallerId>> {
        self.guesses.begin(caller).await
    }

    /// Wakes the job that serves waiting lists after the commit.
    fn gives_back(&self, work: &mut UnitOfWork) {
        let unit_released_notice = Arc::clone(&self.unit_released_notice);
        work.after_commit(async move {
            unit_released_notice.notify_one();
            Ok(())
        });
    }
}
