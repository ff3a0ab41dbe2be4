//! The perks of a program with their stock, and when it runs out at the present pace.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::Insight;
use crate::service::decisions::supply;
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::store;
use crate::store::insight::figures::{self, FigureKind};
use renown_core::domain::{Money, PerkClaims, PerkId, ProgramId};
use renown_core::rules::{Perk, PerkKind};

/// The time whose claims say at what pace a perk is claimed.
const PACE_OF: TimeDelta = TimeDelta::days(7);
/// The shortest time that says so.
const LEAST: TimeDelta = TimeDelta::days(1);

/// The claims of a program's perks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerksFigure {
    /// The claims by perk; none of a perk without any.
    pub claims: BTreeMap<PerkId, PerkClaims>,
}

/// A perk with its stock.
#[derive(Debug, Clone)]
pub struct PerkStock {
    /// The perk.
    pub perk: PerkId,
    /// The display name.
    pub title: String,
    /// How it is given.
    pub kind: PerkKind,
    /// The number of units; `None` for no limit.
    pub stock: Option<i64>,
    /// The units that can still be claimed; `None` for no limit.
    pub left: Option<i64>,
    /// The members who wait for a unit.
    pub waiting: i64,
    /// The claims, as they were counted last.
    pub claims: PerkClaims,
    /// The value of one unit, if it is stated.
    pub value: Option<Money>,
    /// The first moment at which it is given.
    pub from: Option<DateTime<Utc>>,
    /// The first moment at which it is no longer given.
    pub until: Option<DateTime<Utc>>,
    /// How many units a day were claimed in the last seven days and not given back.
    pub pace_per_day: f64,
    /// When the last unit is claimed at this pace; `None` if none is left, or some are left
    /// at the end.
    pub runs_out_at: Option<DateTime<Utc>>,
}

/// The perks of a program.
#[derive(Debug, Clone)]
pub struct PerkStocks {
    /// When the claims were counted; `None` if they were not.
    pub as_of: Option<DateTime<Utc>>,
    /// The perks, in the order of the file.
    pub perks: Vec<PerkStock>,
}

/// Counts the claims of a program's perks.
pub(super) async fn measure(
    conn: &mut PgConnection,
    in_force: &InForce,
    now: DateTime<Utc>,
) -> Result<PerksFigure> {
    let program = in_force.program.id();
    let claims = figures::count_claims(conn, program, now - PACE_OF).await?;
    Ok(PerksFigure { claims })
}

impl Insight {
    /// Returns the perks of the version in force of a program, with their stock.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program.
    pub async fn perk_stocks(&self, program: &ProgramId) -> Result<PerkStocks> {
        let in_force = self.programs.in_force(program)?;
        let mut conn = self.context.connection().await?;
        self.stocks_of(&mut conn, &in_force).await
    }

    pub(super) async fn stocks_of(
        &self,
        conn: &mut PgConnection,
        in_force: &InForce,
    ) -> Result<PerkStocks> {
        let now = self.context.clock.now();
        let program = &in_force.program;
        let kind = FigureKind::Perks;
        let figure = figures::latest::<PerksFigure>(conn, kind, Some(program.id())).await?;
        let left = supply(conn, program, now).await?.left;
        let counted = store::programs::counted(conn, program.id()).await?;
        let claims = figure.as_ref().map(|figure| &figure.body.claims);
        let stock = |perk: &Perk| {
            let claims = claims.and_then(|claims| claims.get(&perk.id).copied());
            let waiting = counted.get(&perk.id).map_or(0, |counts| counts.waiting);
            stock_of(
                perk,
                (left.get(&perk.id).copied(), waiting),
                claims.unwrap_or_default(),
                now,
            )
        };
        Ok(PerkStocks {
            as_of: figure.as_ref().map(|figure| figure.at),
            perks: program.perks().iter().map(stock).collect(),
        })
    }
}

fn stock_of(
    perk: &Perk,
    (left, waiting): (Option<i64>, i64),
    claims: PerkClaims,
    now: DateTime<Utc>,
) -> PerkStock {
    let since = perk.from.map_or(PACE_OF, |from| now - from);
    let days = since.clamp(LEAST, PACE_OF).as_seconds_f64() / 86_400.0;
    let pace = claims.recent as f64 / days;
    PerkStock {
        perk: perk.id.clone(),
        title: perk.title.clone(),
        kind: perk.kind,
        stock: perk.stock,
        left,
        waiting,
        claims,
        value: perk.value.clone(),
        from: perk.from,
        until: perk.until,
        pace_per_day: pace,
        runs_out_at: left
            .and_then(|left| runs_out(left, pace, now))
            .filter(|at| perk.until.is_none_or(|until| *at < until)),
    }
}

/// Returns when units run out at a pace; `None` if none is left, or they last for longer than
/// can be said.
fn runs_out(left: i64, pace_per_day: f64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if left < 1 || pace_per_day <= 0.0 {
        return None;
    }
    let seconds = left as f64 / pace_per_day * 86_400.0;
    let time = TimeDelta::try_seconds(seconds as i64)?;
    // Beyond ten years it says nothing.
    (time < TimeDelta::days(3_650)).then(|| now + time)
}
