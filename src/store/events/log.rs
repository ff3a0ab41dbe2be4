//! Reads the log: in order of commit for the scorer, by account for a refold.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use futures::{Stream, TryStreamExt};
use sqlx::{PgConnection, QueryBuilder};

use crate::store::events::intake::Row;
use crate::store::{self, Job, Result};
use renown_core::domain::{AccountId, Event, EventMetadata, EventPlace, Position};

/// Selects events with the names of their sources; `$which` continues the statement.
macro_rules! events {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select s.name as source, e.id, e.type, e.time, e.network, e.subject, e.actor, e.object,
                      e.topics, e.count, e.amount, e.currency, e.metrics as "metrics: _", e.undo
               from events e join sources s using (source_id) "# + $which,
            $($argument),+
        )
    };
}

/// Returns the position of the last committed batch.
pub async fn head(conn: &mut PgConnection) -> Result<Position> {
    let position = sqlx::query_scalar!("select position from log_head")
        .fetch_one(conn)
        .await?;
    Ok(position)
}

/// Returns when the first batch after a position was received; `None` if there is none.
pub async fn received_after(
    conn: &mut PgConnection,
    position: Position,
) -> Result<Option<DateTime<Utc>>> {
    let first = sqlx::query_scalar!(
        "select received_at from events where position > $1 order by position limit 1",
        position as _
    );
    Ok(first.fetch_optional(conn).await?)
}

/// Returns the position of the first batch that the log has: 1, unless older ones were
/// removed. `None` if it has none.
pub async fn first(conn: &mut PgConnection) -> Result<Option<Position>> {
    let position = sqlx::query_scalar!(r#"select min(position) as "first: Position" from events"#)
        .fetch_one(conn)
        .await?;
    Ok(position)
}

/// Returns the position up to which about `limit` events follow `from`, in whole
/// batches; `from` if no event follows.
pub async fn reach(conn: &mut PgConnection, from: Position, limit: i64) -> Result<Position> {
    let position = sqlx::query_scalar!(
        r#"select max(position) as "position: Position" from
             (select position from events where position > $1 order by position limit $2) as next"#,
        from as _,
        limit
    )
    .fetch_one(conn)
    .await?;
    Ok(position.unwrap_or(from))
}

/// Returns the events of members' accounts after `from`, up to `to`, in order, without
/// undone ones.
pub async fn of_members(
    conn: &mut PgConnection,
    from: Position,
    to: Position,
) -> Result<Vec<Event<AccountId>>> {
    let rows = events!(
        "join accounts a on a.account_id = e.subject and a.member_id is not null
           where e.position > $1 and e.position <= $2
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           order by e.position, e.ordinal",
        from as _,
        to as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Streams the events of some accounts up to `to`, account by account, in order within
/// each, without undone ones. A stream, because the whole log may be asked for.
pub fn of_accounts<'c>(
    conn: &'c mut PgConnection,
    accounts: &'c [AccountId],
    to: Position,
) -> impl Stream<Item = Result<Event<AccountId>>> + Send + 'c {
    events!(
        "where e.subject = any($1) and e.position <= $2
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           order by e.subject, e.position, e.ordinal",
        accounts as _,
        to as _
    )
    .fetch(conn)
    .map_err(Into::into)
    .and_then(|row| async { row.try_into() })
}

/// Streams all events of members' accounts up to `to`, account by account, in order within
/// each, without undone ones, for a rebuild.
pub fn all<'c>(
    conn: &'c mut PgConnection,
    to: Position,
) -> impl Stream<Item = Result<Event<AccountId>>> + Send + 'c {
    events!(
        "join accounts a on a.account_id = e.subject and a.member_id is not null
           where e.position <= $1
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           order by e.subject, e.position, e.ordinal",
        to as _
    )
    .fetch(conn)
    .map_err(Into::into)
    .and_then(|row| async { row.try_into() })
}

/// Returns the members' accounts whose events were undone after `from`, up to `to`.
pub async fn undone_subjects(
    conn: &mut PgConnection,
    from: Position,
    to: Position,
) -> Result<Vec<AccountId>> {
    let rows = sqlx::query_scalar!(
        r#"select distinct k.subject as "subject!"
           from events e
           join event_keys k on k.source_id = e.source_id and k.id = e.undo
           join accounts a on a.account_id = k.subject and a.member_id is not null
           where e.position > $1 and e.position <= $2 and e.undo is not null"#,
        from as _,
        to as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns the number of events in the log and the time of the latest.
pub async fn extent(conn: &mut PgConnection) -> Result<(i64, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(r#"select count(*) as "count!", max(time) as latest from events"#)
        .fetch_one(conn)
        .await?;
    Ok((row.count, row.latest))
}

/// Creates the partitions of the month of `now` and of the next two, if they are
/// missing. Takes a lock until the end of the transaction, because replicas that start
/// together would create the same table: `if not exists` does not prevent that.
pub async fn ensure_partitions(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    store::lock(conn, Job::Partitions).await?;
    let this_month = now
        .date_naive()
        .with_day(1)
        .expect("every month has a first");
    for ahead in 0..3 {
        let from = this_month + Months::new(ahead);
        create_partition(conn, from, from + Months::new(1)).await?;
    }
    Ok(())
}

/// Returns whether the log has a partition for the month of `now`.
pub async fn has_partition(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<bool> {
    let name = partition(now.date_naive());
    let found = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "found!""#, name);
    Ok(found.fetch_one(conn).await?)
}

/// Returns the name of the partition for the month of a day.
fn partition(day: NaiveDate) -> String {
    day.format("events_%Y_%m").to_string()
}

/// Creates a partition. DDL takes no parameters; both dates print as digits and dashes.
async fn create_partition(conn: &mut PgConnection, from: NaiveDate, to: NaiveDate) -> Result<()> {
    let name = partition(from);
    let statement = format!(
        "create table if not exists {name} partition of events \
         for values from ('{from} 00:00:00+00') to ('{to} 00:00:00+00')"
    );
    QueryBuilder::new(statement).build().execute(conn).await?;
    Ok(())
}

/// Returns a page of the events about these accounts, those first that were received last.
/// Each account is read by itself, so that the index gives its events in order.
pub async fn about(
    conn: &mut PgConnection,
    accounts: &[AccountId],
    before: Option<EventPlace>,
    limit: i64,
) -> Result<Vec<EventMetadata>> {
    let before = before.unwrap_or(EventPlace {
        position: Position(i64::MAX),
        ordinal: i32::MAX,
    });
    let rows = sqlx::query!(
        r#"select e.position, e.ordinal, s.name as source, e.id, e.type as kind, e.time,
                  e.received_at, e.network, e.object, e.topics, e.count,
                  exists (select from undone u
                          where u.source_id = e.source_id and u.id = e.id) as "is_undone!"
           from unnest($1::bigint[]) as own (account_id)
           cross join lateral (
               select * from events
               where subject = own.account_id and (position, ordinal) < ($2, $3)
               order by position desc, ordinal desc limit $4
           ) e
           join sources s using (source_id)
           order by e.position desc, e.ordinal desc limit $4"#,
        accounts as _,
        before.position as _,
        before.ordinal,
        limit
    )
    .fetch_all(conn)
    .await?;
    let events = rows.into_iter().map(|row| EventMetadata {
        place: EventPlace {
            position: row.position,
            ordinal: row.ordinal,
        },
        source: row.source,
        id: row.id,
        kind: row.kind,
        time: row.time,
        received_at: row.received_at,
        network: row.network,
        object: row.object,
        topics: row.topics,
        count: row.count,
        is_undone: row.is_undone,
    });
    Ok(events.collect())
}
