//! Claims: units of perks, held, confirmed, redeemed or given back; with waiting
//! lists, invitations, draws and codes.
//!
//! Starts at [`Claims::hold_unit`]. The claim, its counts, its message and the
//! stored answer are one transaction; the rules decide and the counts have the
//! last word. No unit is ever given twice, and a unit that a member waits for is
//! not left for others.

mod attempt;
mod codes;
mod draws;
mod entries;
mod expiry;
mod guesses;
mod hold;
mod invitations;
mod messages;
mod refused;
mod steps;
mod waiting_list;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::events::Sources;
use crate::service::insight::Exposures;
use crate::service::members::Members;
use crate::service::programs::Programs;
use crate::service::unit_of_work::UnitOfWork;
use guesses::Guesses;

pub use codes::{CodeReport, Redemption};
pub use entries::{Entered, EntryRequest};
pub use guesses::{Attempt, GuessLimit};
pub use hold::HoldRequest;
pub use invitations::{Invitation, InviteRequest, Invited};
pub use refused::{Refused, WhyNot};
pub use waiting_list::WaitingPlace;

/// Claims and everything that is counted with them.
#[derive(Debug)]
pub struct Claims {
    context: Context,
    programs: Arc<Programs>,
    members: Arc<Members>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    exposures: Arc<Exposures>,
    guesses: Guesses,
    /// Units are free that a member may wait for.
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
            guesses: Guesses::new(context.config.codes.allowance()),
            context,
            programs,
            members,
            facts,
            sources,
            exposures,
            unit_released_notice: Arc::new(Notify::new()),
        }
    }

    /// Waits until a unit is given back by this process.
    pub async fn unit_released(&self) {
        self.unit_released_notice.notified().await;
    }

    /// Has whoever serves waiting lists look again once the work is committed.
    fn gives_back(&self, work: &mut UnitOfWork) {
        let unit_released_notice = Arc::clone(&self.unit_released_notice);
        work.after_commit(async move {
            unit_released_notice.notify_one();
            Ok(())
        });
    }
}
