//! The outbox: messages to notify of changes. A message is written in the transaction
//! of the change. The relay assigns its position later, in the order of commits;
//! readers go by position.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{MemberId, MessageFilter, MessageKind, ProgramId};

/// The channel for messages that have received their positions.
pub const OUTBOX_RELAYED: &str = "renown_outbox";

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id, by which a receiver recognises a repetition.
    pub id: Uuid,
    /// The kind of the message.
    pub kind: MessageKind,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The program, if it concerns one.
    pub program: Option<ProgramId>,
    /// The member, if it concerns one.
    pub member: Option<MemberId>,
    /// The rest of the message, a JSON object.
    pub body: Value,
}

/// A message with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The position: 1, 2, 3, … without gaps, in the order of commits.
    pub position: i64,
    /// The message.
    pub message: Message,
}

/// The extent of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Messages up to this position may have been deleted.
    pub pruned_to: i64,
    /// The last position that was assigned.
    pub head: i64,
}

/// A message as it was written, with its place in the order in which messages were.
struct Written {
    sequence: i64,
    event_id: Uuid,
    kind: MessageKind,
    at: DateTime<Utc>,
    program_id: Option<ProgramId>,
    member_id: Option<MemberId>,
    body: Value,
}

impl From<Written> for (i64, Message) {
    fn from(row: Written) -> Self {
        let message = Message {
            id: row.event_id,
            kind: row.kind,
            at: row.at,
            program: row.program_id,
            member: row.member_id,
            body: row.body,
        };
        (row.sequence, message)
    }
}

struct Row {
    position: Option<i64>,
    event_id: Uuid,
    kind: MessageKind,
    at: DateTime<Utc>,
    program_id: Option<ProgramId>,
    member_id: Option<MemberId>,
    body: Value,
}

impl TryFrom<Row> for Placed {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let unplaced = || StoreError::Corrupt("a message without a position".into());
        Ok(Self {
            position: row.position.ok_or_else(unplaced)?,
            message: Message {
                id: row.event_id,
                kind: row.kind,
                at: row.at,
                program: row.program_id,
                member: row.member_id,
                body: row.body,
            },
        })
    }
}

/// Selects messages; `$which` continues the statement after `from`.
macro_rules! messages {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select position, event_id, type as kind, at, program_id, member_id, body
             from outbox " + $which,
            $($argument),+
        )
    };
}

/// Inserts messages, in the given order.
pub async fn add(conn: &mut PgConnection, messages: &[Message]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
    let kinds: Vec<_> = messages.iter().map(|m| &m.kind).collect();
    let times: Vec<DateTime<Utc>> = messages.iter().map(|message| message.at).collect();
    let programs: Vec<Option<&str>> = messages
        .iter()
        .map(|message| message.program.as_ref().map(ProgramId::as_str))
        .collect();
    let members: Vec<_> = messages.iter().map(|message| message.member).collect();
    let bodies: Vec<&Value> = messages.iter().map(|message| &message.body).collect();
    sqlx::query!(
        "insert into outbox (event_id, type, at, program_id, member_id, body)
         select event_id, type, at, program_id, member_id, body
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[], $6::jsonb[])
             with ordinality as new (event_id, type, at, program_id, member_id, body, place)
         order by place",
        ids as _,
        kinds as _,
        &times,
        programs as _,
        members as _,
        bodies as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns whether there are messages without a position.
pub async fn has_unplaced(conn: &mut PgConnection) -> Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select 1 from outbox where position is null) as "any!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(any)
}

/// Locks the head until the end of the transaction and returns its position. No
/// position can be assigned meanwhile.
pub async fn lock_head(conn: &mut PgConnection) -> Result<i64> {
    let head = sqlx::query_scalar!("select position from outbox_head for update")
        .fetch_one(conn)
        .await?;
    Ok(head)
}

/// Assigns the next positions to up to `limit` committed messages, in the order in
/// which they were written, and returns the last one. The caller has locked the head,
/// so that positions become visible in order.
pub async fn place(conn: &mut PgConnection, head: i64, limit: i64) -> Result<i64> {
    let placed = sqlx::query!(
        "update outbox o set position = $1 + batch.place
         from (select sequence, row_number() over (order by sequence) as place
               from (select sequence from outbox where position is null
                     order by sequence limit $2) as next) as batch
         where o.sequence = batch.sequence",
        head,
        limit
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    let head = head + placed.cast_signed();
    sqlx::query!("update outbox_head set position = $1", head)
        .execute(conn)
        .await?;
    Ok(head)
}

/// Notifies every replica, when the transaction commits, that positions were assigned.
pub async fn notify_placed(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", OUTBOX_RELAYED)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Returns the current extent of the outbox.
pub async fn extent(conn: &mut PgConnection) -> Result<Extent> {
    let extent = sqlx::query_as!(
        Extent,
        r#"select pruned_to, position as "head" from outbox_head"#
    )
    .fetch_one(conn)
    .await?;
    Ok(extent)
}

/// Returns messages that match a filter, after one position and up to another, in
/// order.
pub async fn between(
    conn: &mut PgConnection,
    (after, up_to): (i64, i64),
    filter: &MessageFilter,
    limit: i64,
) -> Result<Vec<Placed>> {
    let rows = messages!(
        "where position > $1 and position <= $2
             and (cardinality($3::text[]) = 0 or type = any($3))
             and ($4::text is null or program_id = $4)
           order by position limit $5",
        after,
        up_to,
        filter.kinds as _,
        filter.program as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns the messages at these positions.
pub async fn at(conn: &mut PgConnection, positions: &[i64]) -> Result<Vec<Placed>> {
    let rows = messages!("where position = any($1)", positions)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns a page of the messages about a person under all ids that they have had, latest
/// first, each with its place in the order in which they were written.
pub async fn of_person(
    conn: &mut PgConnection,
    ids: &[MemberId],
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<(i64, Message)>> {
    let rows = sqlx::query_as!(
        Written,
        "select sequence, event_id, type as kind, at, program_id, member_id, body
         from unnest($1::uuid[]) as person (id), lateral (
             select * from outbox
             where member_id = person.id and ($2::bigint is null or sequence < $2)
             order by sequence desc limit $3) as outbox
         order by sequence desc limit $3",
        ids as _,
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns the place of the message that is this many messages before a place, in the order in
/// which they were written; `None` if there are not so many.
pub async fn place_back(
    conn: &mut PgConnection,
    before: Option<i64>,
    messages: i64,
) -> Result<Option<i64>> {
    let place = sqlx::query_scalar!(
        "select sequence from outbox where ($1::bigint is null or sequence < $1)
         order by sequence desc offset $2::bigint - 1 limit 1",
        before,
        messages
    );
    Ok(place.fetch_optional(conn).await?)
}

/// Returns messages that match a filter, latest first, from one place on and before another,
/// each with its place in the order in which they were written.
pub async fn latest(
    conn: &mut PgConnection,
    filter: &MessageFilter,
    (from, before): (i64, Option<i64>),
    limit: i64,
) -> Result<Vec<(i64, Message)>> {
    let rows = sqlx::query_as!(
        Written,
        "select sequence, event_id, type as kind, at, program_id, member_id, body from outbox
         where sequence >= $1 and ($2::bigint is null or sequence < $2)
           and (cardinality($3::text[]) = 0 or type = any($3))
           and ($4::text is null or program_id = $4)
         order by sequence desc limit $5",
        from,
        before,
        filter.kinds as _,
        filter.program as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns the last position before all messages since a time.
pub async fn position_before(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<i64> {
    let first = sqlx::query_scalar!(
        "select min(position) from outbox where position is not null and at >= $1",
        since
    )
    .fetch_one(&mut *conn)
    .await?;
    match first {
        Some(first) => Ok(first - 1),
        None => Ok(extent(conn).await?.head),
    }
}

/// Deletes up to `limit` messages from before a time, with their deliveries, and
/// returns how many. Messages with a pending delivery stay.
pub async fn prune(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<u64> {
    let pruned = sqlx::query_scalar!(
        r#"with old as materialized (
               select position from outbox o
               where position is not null and at < $1
                 and not exists (select 1 from webhook_deliveries d
                                 where d.position = o.position and d.state = 'pending')
               order by at limit $2),
           log as (
               delete from webhook_deliveries d using old where d.position = old.position),
           gone as (
               delete from outbox o using old where o.position = old.position
               returning o.position),
           mark as (
               update outbox_head set pruned_to = greatest(pruned_to,
                   coalesce((select max(position) from gone), 0)))
           select count(*) as "count!" from gone"#,
        before,
        limit
    )
    .fetch_one(conn)
    .await?;
    Ok(pruned.cast_unsigned())
}
