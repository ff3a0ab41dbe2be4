//! Entries of draws.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{Attribute, DrawEntry, EntryId, MemberId, Nonce, PerkId, ProgramId};

struct Row {
    entry_id: EntryId,
    program_id: ProgramId,
    perk_id: PerkId,
    member_id: MemberId,
    nonce: Option<Nonce>,
    entered_at: DateTime<Utc>,
    context: Json<BTreeMap<String, Attribute>>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// Selects entries; `$which` continues the statement after `from`.
macro_rules! entries {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select entry_id, program_id, perk_id, member_id, nonce, entered_at, context, withdrawn_at
             from draw_entries " + $which,
            $($argument),+
        )
    };
}

impl From<Row> for DrawEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.entry_id,
            program: row.program_id,
            perk: row.perk_id,
            member: row.member_id,
            nonce: row.nonce,
            entered_at: row.entered_at,
            request: row.context.0,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

/// Inserts an entry; `false` if the member has entered already.
pub async fn add(conn: &mut PgConnection, entry: &DrawEntry) -> Result<bool> {
    let done = sqlx::query!(
        "insert into draw_entries (program_id, perk_id, entry_id, member_id, nonce, entered_at, context)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (program_id, perk_id, member_id) where withdrawn_at is null do nothing",
        entry.program as _,
        entry.perk as _,
        entry.id as _,
        entry.member as _,
        entry.nonce as _,
        entry.entered_at,
        Json(&entry.request) as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns a member's entry that was not withdrawn.
pub async fn of_member(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    member: MemberId,
) -> Result<Option<DrawEntry>> {
    let row = entries!(
        "where program_id = $1 and perk_id = $2 and member_id = $3 and withdrawn_at is null",
        program as _,
        perk as _,
        member as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Returns a member's entries in draws that have not taken place.
pub async fn of_member_anywhere(conn: &mut PgConnection, member: MemberId) -> Result<Vec<EntryId>> {
    let ids = sqlx::query_scalar!(
        "select entry_id from draw_entries join draws using (program_id, perk_id)
         where member_id = $1 and withdrawn_at is null and drawn_at is null
         order by program_id, perk_id",
        member as _
    );
    Ok(ids.fetch_all(conn).await?)
}

/// Returns an entry, withdrawn or not.
pub async fn get(conn: &mut PgConnection, id: EntryId) -> Result<Option<DrawEntry>> {
    let row = entries!("where entry_id = $1", id as _)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Into::into))
}

/// Withdraws an entry; `false` if it was withdrawn before.
pub async fn withdraw(conn: &mut PgConnection, id: EntryId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update draw_entries set withdrawn_at = $2 where entry_id = $1 and withdrawn_at is null",
        id as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns all entries that were not withdrawn, in order of id.
pub async fn of_draw(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Vec<DrawEntry>> {
    let rows = entries!(
        "where program_id = $1 and perk_id = $2 and withdrawn_at is null
         order by entry_id",
        program as _,
        perk as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
