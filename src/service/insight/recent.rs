//! How many members had a score, and how far the scorer was behind, over the last 24 hours.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::activity::steps;
use super::figures::save;
use super::overview::ScorerLag;
use crate::service::error::Result;
use crate::store::insight::figures::{self, FigureKind};

/// What was measured within ten minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenMinutes {
    /// The beginning of the ten minutes.
    pub at: DateTime<Utc>,
    /// The members whose influence was known when it was measured last.
    pub scored: u64,
    /// The longest time for which an event had waited to be scored, in seconds.
    pub longest_wait_seconds: i64,
}

/// Adds the present to what is known of the last 24 hours.
pub(super) async fn measure(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    scored: u64,
    lag: ScorerLag,
) -> Result<()> {
    let mut known = read(conn, now).await?;
    let at = steps(now).last().copied().unwrap_or(now);
    let wait = lag.oldest.map_or(TimeDelta::zero(), |oldest| now - oldest);
    let wait = wait.num_seconds().max(0);
    match known.last_mut().filter(|last| last.at == at) {
        Some(last) => {
            last.scored = scored;
            last.longest_wait_seconds = last.longest_wait_seconds.max(wait);
        }
        None => known.push(TenMinutes {
            at,
            scored,
            longest_wait_seconds: wait,
        }),
    }
    save(conn, FigureKind::Recent, None, now, &known).await
}

/// Reads what was measured in the last 24 hours, the oldest first.
pub(super) async fn read(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<TenMinutes>> {
    let since = steps(now).first().copied().unwrap_or(now);
    let known = figures::latest::<Vec<TenMinutes>>(conn, FigureKind::Recent, None).await?;
    let mut known = known.map(|figure| figure.body).unwrap_or_default();
    known.retain(|one| one.at >= since);
    Ok(known)
}
