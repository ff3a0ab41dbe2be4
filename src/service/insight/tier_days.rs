//! How many members had each tier of a program, day by day. The present day is counted with
//! the other figures. When a program is counted for the first time, the days before it are
//! worked out from the history of tiers.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::Insight;
use super::figures::TiersFigure;
use super::reports::{ReportQuery, ends};
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::store::insight::figures::{self, TierDays, TierMoves};
use renown_core::domain::{ProgramId, TierId};

/// The most days before the first count that are worked out from the history.
const MOST_PAST_DAYS: u64 = 400;

/// Members by tier and day.
#[derive(Debug, Clone)]
pub struct TiersByDay {
    /// The time zone of the program, which its days are in.
    pub zone: Tz,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// When the members of the present day were counted; `None` if they were not.
    pub as_of: Option<DateTime<Utc>>,
    /// The tiers with their display names: those of the version in force, best first, then
    /// those that members had only before.
    pub tiers: Vec<(TierId, String)>,
    /// The members of each tier, in the order of `tiers`, on the days that are known.
    pub days: Vec<(NaiveDate, Vec<u64>)>,
}

impl Insight {
    /// Returns how many members had each tier of a program, day by day.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program; also if the days are in the wrong order or too many.
    pub async fn tiers_by_day(
        &self,
        program: &ProgramId,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<TiersByDay> {
        let in_force = self.programs.in_force(program)?;
        let today = in_force.program.day_of(self.context.clock.now());
        let query = ReportQuery {
            program: program.clone(),
            perk: None,
            from,
            to,
        };
        let (from, to) = ends(&query, today)?;
        let mut conn = self.context.connection().await?;
        let figure = self.tiers_figure(&mut conn, program).await?;
        let days = figures::tier_days(&mut conn, program, (from, to)).await?;
        let tiers = tiers(&in_force, &days);
        let each_day = days.into_iter().map(|(day, members)| {
            let count = |(tier, _): &(TierId, String)| members.get(tier).copied().unwrap_or(0);
            (day, tiers.iter().map(count).collect())
        });
        Ok(TiersByDay {
            zone: in_force.program.timezone(),
            from,
            to,
            as_of: figure.map(|figure| figure.at),
            days: each_day.collect(),
            tiers,
        })
    }
}

/// Returns the tiers of the version in force, best first, and then those that occur only on
/// the days.
fn tiers(in_force: &InForce, days: &TierDays) -> Vec<(TierId, String)> {
    let own = in_force.program.tiers().iter();
    let mut tiers: Vec<_> = own
        .map(|tier| (tier.id.clone(), tier.title.clone()))
        .collect();
    for tier in days.values().flat_map(BTreeMap::keys) {
        if !tiers.iter().any(|(known, _)| known == tier) {
            tiers.push((tier.clone(), tier.to_string()));
        }
    }
    tiers
}

/// Counts the members with each tier and writes the count of the present day, and those of
/// the days before if nothing was counted before.
pub(super) async fn measure(
    conn: &mut PgConnection,
    in_force: &InForce,
    active: u64,
    now: DateTime<Utc>,
) -> Result<TiersFigure> {
    let program = &in_force.program;
    let floor = &program.floor().id;
    let mut members = figures::count_tiers(conn, program.id(), floor).await?;
    let above: u64 = members.values().sum();
    members.insert(floor.clone(), active.saturating_sub(above));
    let today = program.day_of(now);
    let mut days = match figures::has_tier_days(conn, program.id()).await? {
        true => TierDays::new(),
        false => past_days(conn, in_force, &members, today).await?,
    };
    days.insert(today, members.clone());
    figures::save_tier_days(conn, program.id(), &days).await?;
    Ok(TiersFigure {
        version: in_force.version,
        members,
    })
}

/// Works out from the history how many of the present members had each tier on the days
/// before, since the program came into force.
async fn past_days(
    conn: &mut PgConnection,
    in_force: &InForce,
    members: &BTreeMap<TierId, u64>,
    today: NaiveDate,
) -> Result<TierDays> {
    let program = &in_force.program;
    let Some(first) = figures::first_in_force(conn, program.id()).await? else {
        return Ok(TierDays::new());
    };
    let earliest = today - Days::new(MOST_PAST_DAYS);
    let first = program.day_of(first).max(earliest);
    if first >= today {
        return Ok(TierDays::new());
    }
    let zone = program.timezone();
    let moves = figures::tier_moves(conn, program.id(), zone).await?;
    let enrolled = figures::enrolments(conn, zone).await?;
    let floor = &program.floor().id;
    Ok(back_to(first, today, (members, floor), &moves, &enrolled))
}

/// Takes back the moves and enrolments of each day, from today to the first day.
fn back_to(
    first: NaiveDate,
    today: NaiveDate,
    (members, floor): (&BTreeMap<TierId, u64>, &TierId),
    moves: &[TierMoves],
    enrolled: &BTreeMap<NaiveDate, u64>,
) -> TierDays {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut counts: BTreeMap<TierId, i64> = members
        .iter()
        .map(|(tier, count)| (tier.clone(), signed(*count)))
        .collect();
    let mut days = TierDays::new();
    let mut day = today;
    while day > first {
        for moved in moves.iter().filter(|moved| moved.day == day) {
            let from = moved.from.as_ref().unwrap_or(floor);
            *counts.entry(moved.to.clone()).or_default() -= signed(moved.moves);
            *counts.entry(from.clone()).or_default() += signed(moved.moves);
        }
        let new = enrolled.get(&day).copied().unwrap_or(0);
        *counts.entry(floor.clone()).or_default() -= signed(new);
        let Some(before) = day.pred_opt() else { break };
        day = before;
        let known = counts.iter();
        let known = known.map(|(tier, count)| (tier.clone(), (*count).max(0).cast_unsigned()));
        days.insert(
            day,
            known.filter(|(tier, n)| *n > 0 || tier == floor).collect(),
        );
    }
    days
}
