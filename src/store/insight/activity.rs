//! What happened in the last days, counted for pages: events by the minute, claims by the
//! hour, and messages by type.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::{NoContext, Timestamp, Uuid};

use crate::store::Result;
use renown_core::domain::{MessageCount, Position, TimeCount};

/// Returns the position before the first event that was received since a time; that of the
/// last event if there is none.
pub async fn position_before(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Position> {
    let first = sqlx::query_scalar!(
        r#"select position - 1 as "position!: Position" from events
           where received_at >= $1 order by position limit 1"#,
        since
    )
    .fetch_optional(&mut *conn)
    .await?;
    match first {
        Some(first) => Ok(first),
        None => crate::store::events::log::head(conn).await,
    }
}

/// Adds the events after one position, up to another, to the counts of their minutes.
pub async fn count_minutes(conn: &mut PgConnection, from: Position, to: Position) -> Result<()> {
    sqlx::query!(
        "insert into event_minutes as known (minute, events)
         select date_trunc('minute', received_at, 'UTC'), count(*)
         from events where position > $1 and position <= $2 group by 1
         on conflict (minute) do update set events = known.events + excluded.events",
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the counts of minutes before a time.
pub async fn forget_minutes(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from event_minutes where minute < $1", before)
        .execute(conn)
        .await?;
    Ok(())
}

/// Returns the events of each ten minutes since a time in which there were any.
pub async fn by_ten_minutes(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<TimeCount>> {
    let rows = sqlx::query!(
        r#"select date_bin('10 minutes', minute, 'epoch') as "at!", sum(events)::bigint as "count!"
           from event_minutes where minute >= $1 group by 1 order by 1"#,
        since
    )
    .fetch_all(conn)
    .await?;
    let counts = rows.into_iter().map(|row| TimeCount {
        at: row.at,
        count: row.count.cast_unsigned(),
    });
    Ok(counts.collect())
}

/// Returns how many units were held in each hour since a time in which there were any.
pub async fn claims_by_hour(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<TimeCount>> {
    let rows = sqlx::query!(
        r#"select date_trunc('hour', held_at, 'UTC') as "at!", count(*) as "count!"
           from claims where claim_id >= $1 and held_at >= $2 group by 1 order by 1"#,
        first_id(since),
        since
    )
    .fetch_all(conn)
    .await?;
    let counts = rows.into_iter().map(|row| TimeCount {
        at: row.at,
        count: row.count.cast_unsigned(),
    });
    Ok(counts.collect())
}

/// Returns an id that comes before all ids that are made from a time on. Ids are in order of
/// time; another replica's clock may be a little behind.
fn first_id(since: DateTime<Utc>) -> Uuid {
    let early = since - TimeDelta::minutes(1);
    let time = Timestamp::from_unix(NoContext, early.timestamp().unsigned_abs(), 0);
    let bits = Uuid::new_v7(time).as_u128();
    // Without what is random in it.
    Uuid::from_u128(bits >> 80 << 80)
}

/// Counts the messages since a time, by type and program.
pub async fn messages(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Vec<MessageCount>> {
    let rows = sqlx::query!(
        r#"select type as kind, program_id, count(*) as "count!", max(at) as "at!"
           from outbox where at >= $1 group by type, program_id"#,
        since
    )
    .fetch_all(conn)
    .await?;
    let counts = rows.into_iter().map(|row| MessageCount {
        kind: row.kind.to_string(),
        program: row.program_id,
        count: row.count.cast_unsigned(),
        at: row.at,
    });
    Ok(counts.collect())
}
