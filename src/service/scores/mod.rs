//! Scores: computed from the log, published, explained and ranked, with a history.
//!
//! Writing starts at [`Scorer::advance`], a projection of the log with its
//! checkpoint in the same transaction; reading starts at [`Scores::get`]. A score
//! changes only by events, decay and a new snapshot, and only members that take
//! part in scoring have one.
//!
//! Every method fails if the database does not answer.

mod account_fold;
mod backtest;
mod current_model;
mod history;
mod leaderboard;
mod messages;
mod next_model;
mod projection;
mod rank;
mod ranks;
mod rebuild;
mod register;
mod score;
mod self_check;
mod stored_evidence;
mod stored_snapshot;
mod topics;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::service::context::Context;
use crate::service::decisions::FactsLoader;
use crate::service::programs::{Programs, Tiers};
use renown_core::domain::Topic;
use renown_core::ingest::dictionary::Dictionary;
use renown_core::scoring::Hierarchy;

pub use backtest::{BacktestOptions, BacktestOutcome, BacktestReport, Pace, Unavailable, backtest};
pub(super) use current_model::CurrentModel;
pub use history::HistoryPage;
pub use leaderboard::{Leaderboard, LeaderboardChange, LeaderboardEntry, LeaderboardQuery};
pub use next_model::{ModelStatus, NextModel};
pub use projection::Progress;
pub use rebuild::RebuildReport;
pub(super) use register::in_force;
pub use score::{MemberScore, ScoreExplanation};
pub use self_check::{ModelInForce, SelfCheck, SelfChecks};
pub(super) use stored_evidence::StoredEvidence;
pub use topics::{ListedTopic, TopicListing};

/// Writes scores: the projection, the rank job and the rebuild.
#[derive(Debug)]
pub struct Scorer {
    context: Context,
    current: Arc<CurrentModel>,
    hierarchy: Hierarchy,
    programs: Arc<Programs>,
    tiers: Arc<Tiers>,
}

impl Scorer {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        hierarchy: Hierarchy,
        programs: Arc<Programs>,
        tiers: Arc<Tiers>,
    ) -> Self {
        Self {
            context,
            current,
            hierarchy,
            programs,
            tiers,
        }
    }

    /// Returns a scorer that computes with another model.
    fn with(&self, current: CurrentModel) -> Self {
        Self {
            context: self.context.clone(),
            current: Arc::new(current),
            hierarchy: self.hierarchy.clone(),
            programs: Arc::clone(&self.programs),
            tiers: Arc::clone(&self.tiers),
        }
    }
}

/// Reads scores.
#[derive(Debug)]
pub struct Scores {
    context: Context,
    current: Arc<CurrentModel>,
    dictionary: Arc<Dictionary>,
    /// All names of the listed topics, each with its topic.
    topic_names: BTreeMap<Topic, Topic>,
    programs: Arc<Programs>,
    facts: Arc<FactsLoader>,
}

impl Scores {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        dictionary: Arc<Dictionary>,
        programs: Arc<Programs>,
        facts: Arc<FactsLoader>,
    ) -> Self {
        Self {
            context,
            current,
            topic_names: dictionary.names(),
            dictionary,
            programs,
            facts,
        }
    }
}
