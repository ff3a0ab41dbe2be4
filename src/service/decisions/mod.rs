//! Decisions: what a program gives to a member. Lookups answer quickly; decisions
//! give all reasons and are recorded.
//!
//! The entry point is [`Decisions::look_up`];
//! [`MemberFacts`](renown_core::rules::MemberFacts) is what rules read of a member.
//! A lookup writes nothing to the database. No member gets less than the floor.
//! Members that are not enrolled, opted out or were never seen look alike.
//!
//! Every method fails if the database does not answer.

mod decide;
mod efforts;
mod facts;
mod lookups;
mod many_members;
mod open_claims;
mod replay;
mod supply;

use std::sync::Arc;

use crate::service::context::Context;
use crate::service::events::Sources;
use crate::service::insight::Exposures;
use crate::service::members::Networks;
use crate::service::programs::Programs;
use crate::service::scores::CurrentModel;

pub(super) use decide::check_context;
pub use decide::{Decided, Decision, DecisionRequest};
pub use facts::FactsLoader;
pub use lookups::{Evaluated, LookupContext, ManyLookups, Question, Render, Rendered};
pub use replay::Replayed;
pub(super) use supply::supply;

/// Lookups, decisions and their replay.
#[derive(Debug)]
pub struct Decisions {
    context: Context,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
    networks: Networks,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    exposures: Arc<Exposures>,
}

impl Decisions {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        programs: Arc<Programs>,
        facts: Arc<FactsLoader>,
        sources: Arc<Sources>,
        exposures: Arc<Exposures>,
    ) -> Self {
        Self {
            networks: Networks::new(context.clone()),
            context,
            current,
            programs,
            facts,
            sources,
            exposures,
        }
    }
}
