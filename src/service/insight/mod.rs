//! Insight: what members were shown, what came of it, and whether offering
//! brings about anything.
//!
//! Showing starts at [`Exposures`], reports at [`Insight::perk_report`]. A lookup
//! waits for none of this, and nothing here changes what anybody gets.

mod census;
mod experiments;
mod exposures;
mod reports;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::events::Sources;
use crate::service::programs::Programs;
use crate::service::scores::CurrentModel;

pub use census::{Census, CensusStart};
pub use experiments::{ExperimentQuery, ExperimentReport, ListedExperiment};
pub use exposures::Exposures;
pub use reports::{Cost, PerkReport, ReportEntry, ReportQuery};

/// Reports, experiments and the census.
#[derive(Debug)]
pub struct Insight {
    context: Context,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
    sources: Arc<Sources>,
    /// One report on an experiment at a time.
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
