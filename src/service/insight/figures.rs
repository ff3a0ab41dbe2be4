//! Figures about all members, for pages. A job measures them, one replica at a time, and
//! requests read what it wrote, so that no request counts a million members. What would take
//! too long even so is measured of a sample.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::Insight;
use super::{activity, perks, recent, tier_days};
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::store;
use crate::store::Job;
use crate::store::insight::figures::{self, FigureKind};
use renown_core::domain::{
    Figure, ImportedIndex, IndexName, MemberCounts, MemberId, ProgramId, ProgramVersion, Score,
    TierId,
};
use renown_core::rules::StandingCounts;

/// How old figures become before they are measured again.
const EVERY: TimeDelta = TimeDelta::seconds(60);
/// The most members whose standing is computed for one measurement.
const SAMPLE: i64 = 10_000;
/// How long the first places of the leaderboard are kept.
const PLACES_KEPT: Days = Days::new(30);

/// Where members stand in a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingsFigure {
    /// The version of the program.
    pub version: ProgramVersion,
    /// How many members there are, if only a sample of them was counted.
    pub sample_of: Option<u64>,
    /// The counted members.
    pub counts: StandingCounts,
}

/// How many members have each tier of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiersFigure {
    /// The version of the program.
    pub version: ProgramVersion,
    /// The members by tier, also of tiers that the version does not have any more.
    pub members: BTreeMap<TierId, u64>,
}

/// The members of a measurement, with all that their standings are computed from.
struct Sampled {
    members: Vec<(MemberId, Score)>,
    imported: BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>>,
    /// How many members there are, if these are not all of them.
    of: Option<u64>,
}

impl Sampled {
    fn standings(&self, in_force: &InForce) -> StandingsFigure {
        let none = BTreeMap::new();
        let mut counts = StandingCounts::default();
        for (member, score) in &self.members {
            let imported = self.imported.get(member).unwrap_or(&none);
            counts.add(&in_force.program.standing_of(score, imported));
        }
        StandingsFigure {
            version: in_force.version,
            sample_of: self.of,
            counts,
        }
    }
}

impl Insight {
    /// Returns whether figures are to be measured: they are old, or a program is in force of
    /// which nothing was measured.
    pub async fn are_figures_due(&self) -> Result<bool> {
        let mut conn = self.context.connection().await?;
        let now = self.context.clock.now();
        let members = figures::latest::<MemberCounts>(&mut conn, FigureKind::Members, None).await?;
        if members.is_none_or(|figure| now - figure.at >= EVERY) {
            return Ok(true);
        }
        for in_force in self.programs.in_force_at(now) {
            let tiers = self.tiers_figure(&mut conn, in_force.program.id()).await?;
            if tiers.is_none_or(|figure| figure.body.version != in_force.version) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Measures all figures. Returns `false` if another replica is measuring them.
    pub async fn measure_figures(&self) -> Result<bool> {
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Figures).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        let conn = &mut *transaction;
        let now = self.context.clock.now();
        let members = figures::count_members(conn, &self.current.version()).await?;
        save(conn, FigureKind::Members, None, now, &members).await?;
        activity::measure(conn, now).await?;
        let lag = self.scorer_lag(conn).await?;
        recent::measure(conn, now, members.scored, lag).await?;
        self.keep_places(conn).await?;
        let sampled = self.sampled(conn, members).await?;
        for in_force in self.programs.in_force_at(now) {
            let program = Some(in_force.program.id());
            let standings = sampled.standings(&in_force);
            save(conn, FigureKind::Standings, program, now, &standings).await?;
            let tiers = tier_days::measure(conn, &in_force, members.active, now).await?;
            save(conn, FigureKind::Tiers, program, now, &tiers).await?;
            let claims = perks::measure(conn, &in_force, now).await?;
            save(conn, FigureKind::Perks, program, now, &claims).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Keeps the present first places of the leaderboard as those of the day.
    async fn keep_places(&self, conn: &mut PgConnection) -> Result<()> {
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        let today = as_of.date_naive();
        store::scores::places::keep(conn, &self.current.version(), today).await?;
        let oldest = today - PLACES_KEPT;
        Ok(store::scores::places::forget_before(conn, oldest).await?)
    }

    async fn sampled(&self, conn: &mut PgConnection, counted: MemberCounts) -> Result<Sampled> {
        let load = self.current.load();
        let (model, snapshot) = (load.model.version(), load.snapshot.id());
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        let rows = figures::sample_scores(conn, model, SAMPLE).await?;
        let unknown = || Score::unknown(as_of, model.clone(), snapshot);
        let members: Vec<(MemberId, Score)> = rows
            .into_iter()
            .map(|(member, score)| (member, score.unwrap_or_else(unknown)))
            .collect();
        let ids: Vec<MemberId> = members.iter().map(|(member, _)| *member).collect();
        Ok(Sampled {
            imported: store::members::indices(conn, &ids).await?,
            of: Some(counted.active).filter(|all| *all > ids.len() as u64),
            members,
        })
    }

    /// Returns where members stand in a program, as it was measured last; `None` if it was
    /// not.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program.
    pub async fn standings(&self, program: &ProgramId) -> Result<Option<Figure<StandingsFigure>>> {
        self.programs.in_force(program)?;
        let mut conn = self.context.connection().await?;
        Ok(figures::latest(&mut conn, FigureKind::Standings, Some(program)).await?)
    }

    /// Returns the members with each tier of a program, as they were counted last.
    pub(super) async fn tiers_figure(
        &self,
        conn: &mut PgConnection,
        program: &ProgramId,
    ) -> Result<Option<Figure<TiersFigure>>> {
        Ok(figures::latest(conn, FigureKind::Tiers, Some(program)).await?)
    }

    /// Returns the tiers of the version in force, best first, each with the members that have
    /// it; and when they were counted, `None` if they were not.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program.
    pub async fn tier_counts(&self, program: &ProgramId) -> Result<TierCounts> {
        let in_force = self.programs.in_force(program)?;
        let mut conn = self.context.connection().await?;
        let figure = self.tiers_figure(&mut conn, program).await?;
        Ok(TierCounts::new(&in_force, figure))
    }
}

/// The members with each tier of the version in force of a program.
#[derive(Debug, Clone)]
pub struct TierCounts {
    /// The version in force.
    pub version: ProgramVersion,
    /// The display name of the program.
    pub title: String,
    /// When the members were counted; `None` if they were not.
    pub as_of: Option<DateTime<Utc>>,
    /// The tiers, best first: id, display name and members.
    pub tiers: Vec<(TierId, String, u64)>,
}

impl TierCounts {
    pub(super) fn new(in_force: &InForce, figure: Option<Figure<TiersFigure>>) -> Self {
        let members = figure.as_ref().map(|figure| &figure.body.members);
        let count = |tier: &TierId| members.and_then(|members| members.get(tier).copied());
        let tiers = in_force.program.tiers().iter();
        Self {
            version: in_force.version,
            title: in_force.program.title().to_owned(),
            as_of: figure.as_ref().map(|figure| figure.at),
            tiers: tiers
                .map(|tier| {
                    let members = count(&tier.id).unwrap_or(0);
                    (tier.id.clone(), tier.title.clone(), members)
                })
                .collect(),
        }
    }
}

pub(super) async fn save(
    conn: &mut PgConnection,
    kind: FigureKind,
    program: Option<&ProgramId>,
    at: DateTime<Utc>,
    body: &impl Serialize,
) -> Result<()> {
    Ok(figures::save(conn, kind, program, &Figure { at, body }).await?)
}
