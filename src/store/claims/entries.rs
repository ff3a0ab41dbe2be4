//! Entries of draws: who has entered, and who withdrew.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{Entry, EntryId, MemberId, Nonce, PerkId, ProgramId};

struct Row {
    entry_id: Uuid,
    program_id: String,
    perk_id: String,
    member_id: Uuid,
    nonce: Option<String>,
    entered_at: DateTime<Utc>,
    context: Value,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Entry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: EntryId(row.entry_id),
            program: ProgramId::parse(&row.program_id)?,
            perk: PerkId::parse(&row.perk_id)?,
            member: MemberId(row.member_id),
            nonce: row.nonce.as_deref().map(Nonce::parse).transpose()?,
            entered_at: row.entered_at,
            request: serde_json::from_value(row.context)?,
            withdrawn_at: row.withdrawn_at,
        })
    }
}

/// Writes an entry, unless the member has entered already: `false`.
///
/// # Errors
/// If the database does not answer.
pub async fn add(conn: &mut PgConnection, entry: &Entry) -> Result<bool> {
    let done = sqlx::query!(
        "insert into draw_entries (program_id, perk_id, entry_id, member_id, nonce, entered_at, context)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (program_id, perk_id, member_id) where withdrawn_at is null do nothing",
        entry.program.as_str(),
        entry.perk.as_str(),
        entry.id.0,
        entry.member.0,
        entry.nonce.as_ref().map(Nonce::as_str),
        entry.entered_at,
        serde_json::to_value(&entry.request)?
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The entry of a member who has entered.
///
/// # Errors
/// If the database does not answer.
pub async fn of_member(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    member: MemberId,
) -> Result<Option<Entry>> {
    let row = sqlx::query_as!(
        Row,
        "select entry_id, program_id, perk_id, member_id, nonce, entered_at, context, withdrawn_at
         from draw_entries
         where program_id = $1 and perk_id = $2 and member_id = $3 and withdrawn_at is null",
        program.as_str(),
        perk.as_str(),
        member.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// One entry.
///
/// # Errors
/// If the database does not answer.
pub async fn get(conn: &mut PgConnection, id: EntryId) -> Result<Option<Entry>> {
    let row = sqlx::query_as!(
        Row,
        "select entry_id, program_id, perk_id, member_id, nonce, entered_at, context, withdrawn_at
         from draw_entries where entry_id = $1",
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Takes an entry back. `false` if it was taken back before.
///
/// # Errors
/// If the database does not answer.
pub async fn withdraw(conn: &mut PgConnection, id: EntryId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update draw_entries set withdrawn_at = $2 where entry_id = $1 and withdrawn_at is null",
        id.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Everybody who has entered and not withdrawn, in order of the entries' ids.
///
/// # Errors
/// If the database does not answer.
pub async fn of_draw(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Row,
        "select entry_id, program_id, perk_id, member_id, nonce, entered_at, context, withdrawn_at
         from draw_entries
         where program_id = $1 and perk_id = $2 and withdrawn_at is null
         order by entry_id",
        program.as_str(),
        perk.as_str()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
