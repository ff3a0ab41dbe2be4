//! Insight: which perks members were shown, what they did afterwards, whether
//! offers have an effect, and figures about all members.
//!
//! The entry points are [`Exposures`] and [`Insight::perk_report`]. Lookups do not
//! wait for any of this, and nothing here changes what members get.
//!
//! Every method fails if the database does not answer.

mod activity;
mod attention;
mod census;
mod experiments;
mod exposures;
mod figures;
mod overview;
mod perks;
mod recent;
mod reports;
mod tier_days;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::events::Sources;
use crate::service::programs::Programs;
use crate::service::scores::CurrentModel;

pub use activity::DayActivity;
pub use attention::{AttentionItem, AttentionKind};
pub use census::{Census, CensusStart};
pub use experiments::{ExperimentQuery, ExperimentReport, ListedExperiment};
pub use exposures::Exposures;
pub use figures::{StandingsFigure, TierCounts, TiersFigure};
pub use overview::{Overview, ScorerLag};
pub use perks::{PerkStock, PerkStocks, PerksFigure};
pub use recent::TenMinutes;
pub use reports::{Cost, PerkReport, ReportEntry, ReportQuery};
pub use tier_days::TiersByDay;

/// Reports, experiments, the census and the figures.
#[derive(Debug)]
pub struct Insight {
    context: Context,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    /// One permit: one report on an experiment at a time.
    reporting: Semaphore,
}

impl Insight {
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
            reporting: Semaphore::new(1),
        }
    }
}
