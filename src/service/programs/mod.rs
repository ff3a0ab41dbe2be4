//! Programs: drafts, checks and versions; the members' tiers; grants; and
//! simulations of a draft.
//!
//! The entry point is [`Programs::publish`]. A published version never changes.
//! Tiers are changed by writers, never on read; each change is written to the
//! history and the outbox in its own transaction.
//!
//! Every method fails if the database does not answer.

mod audience_members;
mod audience_versions;
mod audiences;
mod differences;
mod grant_lists;
mod grants;
mod program;
mod simulate;
mod sweeps;
mod tier_evaluation;
mod tier_merges;
mod tier_messages;
mod tiers;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::error::ServiceError;
use crate::service::events::Sources;
use crate::service::members::Members;
use crate::service::scores::CurrentModel;
use program::Loaded;
use renown_core::domain::Topic;

pub use audience_members::AudienceReader;
pub use audiences::{ListChange, ListChanged, StoredAudience};
pub use grant_lists::{GrantList, ListImport, ListReport};
pub use grants::{Decider, NewGrant};
pub(super) use program::NO_PROGRAM;
pub use program::{CheckedProgram, InForce};
pub use simulate::{PreparedSimulation, SimulationProgress, SimulationRequest};
pub use sweeps::{Sweep, SweepPlan, Versions};
pub(super) use tier_merges::TierStates;
pub use tiers::MemberTier;
pub use versions::{Publication, PublishedVersion, Publishing, VersionState};

/// Drafts and versions of programs, and the compiled versions in force.
#[derive(Debug)]
pub struct Programs {
    context: Context,
    /// All names of topics, for checking programs.
    topic_names: Arc<BTreeMap<Topic, Topic>>,
    loaded: ArcSwap<Loaded>,
    /// Held while programs are reloaded, so that only one reload runs.
    reloading: tokio::sync::Mutex<()>,
}

impl Programs {
    pub(in crate::service) fn new(context: Context, topic_names: BTreeMap<Topic, Topic>) -> Self {
        Self {
            context,
            topic_names: Arc::new(topic_names),
            loaded: ArcSwap::default(),
            reloading: tokio::sync::Mutex::new(()),
        }
    }
}

/// The tiers of members.
#[derive(Debug)]
pub struct Tiers {
    context: Context,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
}

impl Tiers {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        programs: Arc<Programs>,
        facts: Arc<FactsLoader>,
        sources: Arc<Sources>,
    ) -> Self {
        Self {
            context,
            current,
            programs,
            facts,
            sources,
        }
    }
}

/// The error for an audience that does not exist.
const NO_AUDIENCE: ServiceError = ServiceError::NotFound("such audience");

/// Saved audiences, and their members.
#[derive(Debug)]
pub struct Audiences {
    context: Context,
    programs: Arc<Programs>,
    members: Arc<Members>,
    facts: Arc<FactsLoader>,
}

impl Audiences {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        members: Arc<Members>,
        facts: Arc<FactsLoader>,
    ) -> Self {
        Self {
            context,
            programs,
            members,
            facts,
        }
    }
}

/// Tiers and perks granted by staff.
#[derive(Debug)]
pub struct Grants {
    context: Context,
    programs: Arc<Programs>,
    members: Arc<Members>,
    facts: Arc<FactsLoader>,
}

impl Grants {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        members: Arc<Members>,
        facts: Arc<FactsLoader>,
    ) -> Self {
        Self {
            context,
            programs,
            members,
            facts,
        }
    }
}

/// Simulations, one at a time.
#[derive(Debug)]
pub struct Simulations {
    context: Context,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    turn: Arc<Semaphore>,
}

impl Simulations {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        facts: Arc<FactsLoader>,
        sources: Arc<Sources>,
    ) -> Self {
        Self {
            context,
            programs,
            facts,
            sources,
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}
