//! Activity of sources: when each was last received, and its usual gap.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{Activity, Source, SourceId};

struct Row {
    name: Source,
    first_received_at: DateTime<Utc>,
    last_received_at: DateTime<Utc>,
    periods: i32,
    usual_gap_seconds: f64,
    expected: bool,
}

impl From<Row> for (Source, Activity) {
    fn from(row: Row) -> Self {
        let activity = Activity {
            first: row.first_received_at,
            last: row.last_received_at,
            periods: row.periods,
            usual_gap: row.usual_gap_seconds,
            expected: row.expected,
        };
        (row.name, activity)
    }
}

/// Returns the activity of some sources. A caller that will [`save`] it holds the lock
/// of the log's head.
pub async fn activity(
    conn: &mut PgConnection,
    sources: &[SourceId],
) -> Result<BTreeMap<SourceId, Activity>> {
    let rows = sqlx::query!(
        "select * from source_activity where source_id = any($1)",
        sources as _
    )
    .fetch_all(conn)
    .await?;
    let activities = rows.into_iter().map(|row| {
        let activity = Activity {
            first: row.first_received_at,
            last: row.last_received_at,
            periods: row.periods,
            usual_gap: row.usual_gap_seconds,
            expected: row.expected,
        };
        (row.source_id, activity)
    });
    Ok(activities.collect())
}

/// Saves the activity of some sources. Whether a source is expected stays as it is:
/// that is not set by the intake.
pub async fn save(
    conn: &mut PgConnection,
    activities: &BTreeMap<SourceId, Activity>,
) -> Result<()> {
    let ids: Vec<&SourceId> = activities.keys().collect();
    let first: Vec<DateTime<Utc>> = activities.values().map(|a| a.first).collect();
    let last: Vec<DateTime<Utc>> = activities.values().map(|a| a.last).collect();
    let periods: Vec<i32> = activities.values().map(|a| a.periods).collect();
    let gaps: Vec<f64> = activities.values().map(|a| a.usual_gap).collect();
    sqlx::query!(
        "insert into source_activity
             (source_id, first_received_at, last_received_at, periods, usual_gap_seconds)
         select * from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::float8[])
         on conflict (source_id) do update
         set last_received_at = excluded.last_received_at, periods = excluded.periods,
             usual_gap_seconds = excluded.usual_gap_seconds",
        ids as _,
        &first,
        &last,
        &periods,
        &gaps
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the expected sources of which nothing was received since a time: they may be
/// silent.
pub async fn quiet_since(
    conn: &mut PgConnection,
    time: DateTime<Utc>,
) -> Result<Vec<(Source, Activity)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select name, first_received_at, last_received_at, periods, usual_gap_seconds, expected
           from source_activity join sources using (source_id)
           where expected and last_received_at < $1
           order by name collate "C""#,
        time
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns all sources, by name.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<(Source, Activity)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select name, first_received_at, last_received_at, periods, usual_gap_seconds, expected
           from source_activity join sources using (source_id)
           order by name collate "C""#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Sets whether more events are expected of a source; `None` if there is no such
/// source.
pub async fn expect(
    conn: &mut PgConnection,
    source: &Source,
    expected: bool,
) -> Result<Option<Activity>> {
    let row = sqlx::query_as!(
        Row,
        "update source_activity set expected = $2 from sources
         where sources.source_id = source_activity.source_id and sources.name = $1
         returning name, first_received_at, last_received_at, periods, usual_gap_seconds, expected",
        source as _,
        expected
    )
    .fetch_optional(conn)
    .await?;
    let found: Option<(Source, Activity)> = row.map(Into::into);
    Ok(found.map(|(_, activity)| activity))
}
