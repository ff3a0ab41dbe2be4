//! Appends batches to the event log, and turns rows of the log into events.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use crate::store::copy::Rows;
use crate::store::{Result, StoreError};
use renown_core::domain::{
    AccountId, Act, Currency, Event, EventId, EventKey, EventType, Handle, Metrics, Money, Network,
    ObjectId, Position, Source, SourceId, Topic,
};

/// An event to append.
#[derive(Debug)]
pub struct NewEvent<'a> {
    /// The event as it was sent.
    pub event: &'a Event<Handle>,
    /// The number of its source.
    pub source: SourceId,
    /// What happened, with accounts for handles.
    pub act: Act<AccountId>,
    /// The digest of its parsed content.
    pub digest: &'a [u8; 16],
}

impl<'a> NewEvent<'a> {
    /// Returns what makes it this event.
    pub fn key(&self) -> (SourceId, &'a EventId) {
        (self.source, &self.event.key.id)
    }
}

/// The result of claiming an event's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// Its key is new.
    Fresh,
    /// The log has the event already, with the same content.
    Duplicate,
    /// The log has the key already, with other content.
    Conflict,
}

/// Returns the numbers of sources; adds those that are new.
pub async fn sources(
    conn: &mut PgConnection,
    names: &BTreeSet<&Source>,
) -> Result<HashMap<Source, SourceId>> {
    let names: Vec<&Source> = names.iter().copied().collect();
    sqlx::query!(
        "insert into sources (name)
         select name from unnest($1::text[]) as new (name)
         where not exists (select from sources where sources.name = new.name)
         on conflict do nothing",
        &names as _
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        "select source_id, name from sources where name = any($1)",
        names as _
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.name, row.source_id)).collect())
}

/// Notifies the listeners of [`LOG_APPENDED`] when the transaction commits.
pub async fn notify_appended(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", LOG_APPENDED)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// The channel of [`notify_appended`].
pub const LOG_APPENDED: &str = "renown_log";

/// A key that an event of the log has.
#[derive(Debug)]
pub struct StoredKey {
    /// The number of the event's source.
    pub source: SourceId,
    /// The event's id.
    pub id: EventId,
    /// The digest of its content.
    pub digest: Uuid,
}

/// Claims the keys of events, which must be distinct. Returns those of them that events of the
/// log have already.
pub async fn claim_keys(
    conn: &mut PgConnection,
    events: &[&NewEvent<'_>],
) -> Result<Vec<StoredKey>> {
    // Sorted, so that two writers cannot deadlock.
    let mut order: Vec<&NewEvent<'_>> = events.to_vec();
    order.sort_unstable_by_key(|new| new.key());
    let (sources, ids): (Vec<SourceId>, Vec<&EventId>) = order.iter().map(|new| new.key()).unzip();
    let digests = order.iter().map(|new| Uuid::from_bytes(*new.digest));
    let digests: Vec<Uuid> = digests.collect();
    let subjects: Vec<_> = order.iter().map(|new| new.act.subject()).collect();
    let inserted = sqlx::query!(
        "insert into event_keys (source_id, id, digest, subject)
         select * from unnest($1::int[], $2::text[], $3::uuid[], $4::bigint[])
         on conflict do nothing",
        &sources as _,
        &ids as _,
        &digests,
        subjects as _
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if usize::try_from(inserted) == Ok(events.len()) {
        return Ok(Vec::new());
    }
    // Asked only now, because the keys of most batches are all new. Those that this
    // transaction has just inserted are told apart by its id.
    let stored = sqlx::query_as!(
        StoredKey,
        "select source_id as source, id, digest from event_keys
         where (source_id, id) in (select * from unnest($1::int[], $2::text[]))
             and xmin <> pg_current_xact_id()::xid",
        sources as _,
        ids as _
    )
    .fetch_all(conn)
    .await?;
    Ok(stored)
}

/// Takes the next position of the log. The caller holds the lock of the log's head
/// until the end of the transaction: call this last, and commit soon.
pub async fn next_position(conn: &mut PgConnection) -> Result<Position> {
    let position =
        sqlx::query_scalar!("update log_head set position = position + 1 returning position")
            .fetch_one(conn)
            .await?;
    Ok(position)
}

/// Writes events whose keys are fresh, as the batch at `position`.
///
/// # Errors
/// If no partition holds `received_at`.
pub async fn append(
    conn: &mut PgConnection,
    received_at: DateTime<Utc>,
    position: Position,
    events: &[&NewEvent<'_>],
) -> Result<()> {
    let mut rows = Rows::new(COLUMNS);
    for (ordinal, new) in (0..).zip(events) {
        write_row(&mut rows, (received_at, position, ordinal), new)?;
    }
    let mut copy = conn
        .copy_in_raw(
            "copy events (received_at, position, ordinal, source_id, id, type, time, network,
             subject, actor, object, topics, count, amount, currency, metrics, undo)
             from stdin (format binary)",
        )
        .await?;
    copy.send(rows.into_bytes()).await?;
    copy.finish().await?;
    note_undone(conn, events).await
}

/// The number of columns of the log.
const COLUMNS: i16 = 17;

fn write_row(
    rows: &mut Rows,
    (received_at, position, ordinal): (DateTime<Utc>, Position, i32),
    new: &NewEvent<'_>,
) -> Result<()> {
    let NewEvent { event, act, .. } = new;
    let (count, money, metrics, undo) = details(act);
    let count = i32::try_from(count)
        .map_err(|_| StoreError::Corrupt(format!("{count} reactions are too many for a row")))?;
    rows.row()
        .value(received_at)?
        .value(position)?
        .value(ordinal)?
        .value(new.source)?
        .value(&event.key.id)?
        .value(act.event_type())?
        .value(event.time)?
        .value(&event.network)?
        .value(act.subject())?
        .value(reactor(act))?
        .value(event.object.as_ref())?
        .value(&event.topics)?
        .value(count)?
        .value(money.map(Money::amount))?
        .value(money.map(Money::currency))?
        .json(metrics)?
        .value(undo)?;
    Ok(())
}

/// Returns the account for the `actor` column: the one that acted on the subject.
fn reactor(act: &Act<AccountId>) -> Option<&AccountId> {
    act.target().and_then(|_| act.actor())
}

type Details<'a> = (
    u32,
    Option<&'a Money>,
    Option<&'a Metrics>,
    Option<&'a EventId>,
);

fn details(act: &Act<AccountId>) -> Details<'_> {
    match act {
        Act::Reaction { count, .. } | Act::Follow { count, .. } => (*count, None, None, None),
        Act::Purchase { amount, .. } | Act::Refund { amount, .. } => (1, Some(amount), None, None),
        Act::Profile { metrics, .. } => (1, None, Some(metrics), None),
        Act::Undo { id } => (1, None, None, Some(id)),
        Act::Post { .. } | Act::Unfollow { .. } => (1, None, None, None),
    }
}

async fn note_undone(conn: &mut PgConnection, events: &[&NewEvent<'_>]) -> Result<()> {
    let undone = events.iter().filter_map(|new| match &new.act {
        Act::Undo { id } => Some((new.source, id)),
        _ => None,
    });
    let (sources, ids): (Vec<SourceId>, Vec<&EventId>) = undone.unzip();
    if sources.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into undone (source_id, id) select * from unnest($1::int[], $2::text[])
         on conflict do nothing",
        sources as _,
        ids as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A row of the log.
pub(super) struct Row {
    pub(super) source: Source,
    pub(super) id: EventId,
    pub(super) r#type: EventType,
    pub(super) time: DateTime<Utc>,
    pub(super) network: Network,
    pub(super) subject: Option<AccountId>,
    pub(super) actor: Option<AccountId>,
    pub(super) object: Option<ObjectId>,
    pub(super) topics: Vec<Topic>,
    pub(super) count: i32,
    pub(super) amount: Option<Decimal>,
    pub(super) currency: Option<Currency>,
    pub(super) metrics: Option<Json<Metrics>>,
    pub(super) undo: Option<EventId>,
}

impl TryFrom<Row> for Event<AccountId> {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Event {
            act: act(&row)?,
            key: EventKey {
                source: row.source,
                id: row.id,
            },
            time: row.time,
            network: row.network,
            object: row.object,
            topics: row.topics,
        })
    }
}

fn act(row: &Row) -> Result<Act<AccountId>> {
    let missing = |what: &str| StoreError::Corrupt(format!("event {} has no {what}", row.id));
    let subject = row.subject.ok_or_else(|| missing("subject"));
    let actor = row.actor;
    let count = u32::try_from(row.count).map_err(|_| missing("count"))?;
    let amount = || -> Result<Money> {
        let amount = row.amount.ok_or_else(|| missing("amount"))?;
        let currency = row.currency.clone().ok_or_else(|| missing("currency"))?;
        Ok(Money::new(amount, currency)?)
    };
    if let Some(kind) = row.r#type.reaction() {
        return Ok(Act::Reaction {
            kind,
            actor,
            target: subject?,
            count,
        });
    }
    Ok(match row.r#type {
        EventType::Follow => Act::Follow {
            actor,
            target: subject?,
            count,
        },
        EventType::Unfollow => Act::Unfollow {
            actor: actor.ok_or_else(|| missing("actor"))?,
            target: subject?,
        },
        EventType::Profile => Act::Profile {
            account: subject?,
            metrics: row.metrics.as_ref().ok_or_else(|| missing("metrics"))?.0,
        },
        EventType::Purchase => Act::Purchase {
            buyer: subject?,
            amount: amount()?,
        },
        EventType::Refund => Act::Refund {
            buyer: subject?,
            amount: amount()?,
        },
        EventType::Undo => Act::Undo {
            id: row.undo.clone().ok_or_else(|| missing("undo"))?,
        },
        _ => Act::Post { author: subject? },
    })
}
