//! The overview of a deployment: its members, what happens, and what needs attention.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Insight;
use super::activity::{self, DayActivity};
use super::attention::AttentionItem;
use super::figures::TierCounts;
use super::recent::{self, TenMinutes};
use crate::service::error::Result;
use crate::store;
use crate::store::insight::figures::{self, FigureKind};
use renown_core::domain::{Figure, MemberCounts, ProgramId};

/// The overview of a deployment.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The members, as they were counted last; `None` if they were not.
    pub members: Option<Figure<MemberCounts>>,
    /// What happened in the last 24 hours.
    pub activity: DayActivity,
    /// How far the scorer is behind the log.
    pub scorer: ScorerLag,
    /// How many members had a score, and how far the scorer was behind, over the last 24 hours,
    /// the oldest first.
    pub recent: Vec<TenMinutes>,
    /// The programs in force, each with the members of its tiers.
    pub programs: Vec<(ProgramId, TierCounts)>,
    /// What needs attention.
    pub attention: Vec<AttentionItem>,
}

/// How far the scorer is behind the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScorerLag {
    /// The batches of events that wait.
    pub batches: i64,
    /// When the oldest of them was received; `None` if none waits.
    pub oldest: Option<DateTime<Utc>>,
}

impl Insight {
    /// Returns the overview. What only administrators may know is left out unless `all`.
    pub async fn overview(&self, all: bool) -> Result<Overview> {
        let now = self.context.clock.now();
        let mut conn = self.context.connection().await?;
        let mut programs = Vec::new();
        for in_force in self.programs.in_force_at(now) {
            let program = in_force.program.id();
            let figure = self.tiers_figure(&mut conn, program).await?;
            programs.push((program.clone(), TierCounts::new(&in_force, figure)));
        }
        Ok(Overview {
            members: figures::latest(&mut conn, FigureKind::Members, None).await?,
            activity: activity::read(&mut conn, now).await?,
            scorer: self.scorer_lag(&mut conn).await?,
            recent: recent::read(&mut conn, now).await?,
            attention: self.attention(&mut conn, all).await?,
            programs,
        })
    }

    pub(super) async fn scorer_lag(&self, conn: &mut PgConnection) -> Result<ScorerLag> {
        let head = store::events::log::head(conn).await?;
        let model = self.current.version();
        let scored = store::scores::projections::checkpoint(conn, &model).await?;
        Ok(ScorerLag {
            batches: (head.0 - scored.0).max(0),
            oldest: store::events::log::received_after(conn, scored).await?,
        })
    }
}
