//! What happened in the last 24 hours: events, claims and messages.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::figures::save;
use crate::service::error::Result;
use crate::store;
use crate::store::insight::activity;
use crate::store::insight::figures::{self, FigureKind};
use renown_core::domain::{MessageCount, Position, TimeCount};

/// The time that is shown.
const DAY: TimeDelta = TimeDelta::hours(24);
/// How long the events of a minute are kept.
const KEPT: TimeDelta = TimeDelta::hours(48);
/// The approximate number of events that are counted in one statement.
const AT_ONCE: i64 = 100_000;
/// The most statements of one measurement; the next one counts on from there.
const MOST_STEPS: usize = 50;

/// What happened in the last 24 hours.
#[derive(Debug, Clone, Default)]
pub struct DayActivity {
    /// Events received in each ten minutes, also where there were none.
    pub events: Vec<TimeCount>,
    /// Units held in each hour, also where there were none.
    pub claims: Vec<TimeCount>,
    /// Messages by type and program.
    pub messages: Vec<MessageCount>,
}

/// Counts what happened since the last measurement, and claims and messages of 24 hours.
pub(super) async fn measure(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let known = figures::latest::<Position>(conn, FigureKind::Events, None).await?;
    let mut position = match known {
        Some(figure) => figure.body,
        None => activity::position_before(conn, now - DAY).await?,
    };
    for _ in 0..MOST_STEPS {
        let to = store::events::log::reach(conn, position, AT_ONCE).await?;
        if to == position {
            break;
        }
        activity::count_minutes(conn, position, to).await?;
        position = to;
    }
    activity::forget_minutes(conn, now - KEPT).await?;
    save(conn, FigureKind::Events, None, now, &position).await?;
    let claims = activity::claims_by_hour(conn, first_hour(now)).await?;
    save(conn, FigureKind::Claims, None, now, &claims).await?;
    let messages = activity::messages(conn, now - DAY).await?;
    save(conn, FigureKind::Messages, None, now, &messages).await
}

/// Reads what was measured last.
pub(super) async fn read(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<DayActivity> {
    let (steps, hours) = (steps(now), hours(now));
    let since = steps.first().copied().unwrap_or(now);
    let events = activity::by_ten_minutes(conn, since).await?;
    let claims = figures::latest(conn, FigureKind::Claims, None).await?;
    let messages = figures::latest(conn, FigureKind::Messages, None).await?;
    Ok(DayActivity {
        events: filled(&steps, events),
        claims: filled(&hours, claims.map(|figure| figure.body).unwrap_or_default()),
        messages: messages.map(|figure| figure.body).unwrap_or_default(),
    })
}

/// Returns the beginnings of the last 144 times of ten minutes, the present one last.
pub(super) fn steps(now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    beginnings(now, TimeDelta::minutes(10), 144)
}

/// Returns the beginnings of the last 24 hours, the present one last.
fn hours(now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    beginnings(now, TimeDelta::hours(1), 24)
}

fn first_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    hours(now).first().copied().unwrap_or(now)
}

fn beginnings(now: DateTime<Utc>, length: TimeDelta, count: i32) -> Vec<DateTime<Utc>> {
    let into = now.timestamp().rem_euclid(length.num_seconds());
    let last = DateTime::from_timestamp(now.timestamp() - into, 0).unwrap_or(now);
    (0..count).rev().map(|back| last - length * back).collect()
}

/// Returns a count for each time, 0 where none is known.
fn filled(times: &[DateTime<Utc>], counts: Vec<TimeCount>) -> Vec<TimeCount> {
    let known: BTreeMap<DateTime<Utc>, u64> =
        counts.into_iter().map(|one| (one.at, one.count)).collect();
    let count = |at: &DateTime<Utc>| TimeCount {
        at: *at,
        count: known.get(at).copied().unwrap_or(0),
    };
    times.iter().map(count).collect()
}
