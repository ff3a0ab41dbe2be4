//! Merges of members, and where they lead.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{CallerId, MemberId, Merge, MergeId, MergeUndo, Scoring};

struct Row {
    merge_id: MergeId,
    survivor_id: MemberId,
    absorbed_id: MemberId,
    reason: String,
    merged_at: DateTime<Utc>,
    merged_by: Option<CallerId>,
    undone_at: Option<DateTime<Utc>>,
    undo_reason: Option<String>,
    undone_by: Option<CallerId>,
}

impl From<Row> for Merge {
    fn from(row: Row) -> Self {
        let undone = row.undone_at.zip(row.undo_reason);
        Self {
            id: row.merge_id,
            survivor: row.survivor_id,
            absorbed: row.absorbed_id,
            reason: row.reason,
            merged_at: row.merged_at,
            merged_by: row.merged_by,
            undone: undone.map(|(at, reason)| MergeUndo {
                at,
                reason,
                by: row.undone_by,
            }),
        }
    }
}

/// Selects merges; `$which` continues the statement after `from`.
macro_rules! merges {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select merge_id, survivor_id, absorbed_id, reason, merged_at, merged_by, undone_at,
                    undo_reason, undone_by
             from merges " + $which,
            $($argument),+
        )
    };
}

/// Inserts a merge, with what its undo needs.
pub async fn insert(conn: &mut PgConnection, merge: &Merge, details: &Value) -> Result<()> {
    sqlx::query!(
        "insert into merges
             (merge_id, survivor_id, absorbed_id, reason, merged_at, merged_by, details)
         values ($1, $2, $3, $4, $5, $6, $7)",
        merge.id as _,
        merge.survivor as _,
        merge.absorbed as _,
        merge.reason,
        merge.merged_at,
        merge.merged_by as _,
        details
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a merge.
pub async fn get(conn: &mut PgConnection, id: MergeId) -> Result<Option<Merge>> {
    let row = merges!("where merge_id = $1", id as _);
    Ok(row.fetch_optional(conn).await?.map(Into::into))
}

/// What an undo needs, besides the merge.
#[derive(Debug, Clone)]
pub struct ForUndo {
    /// What was written when the two were merged; `None` if it is not kept any more.
    pub details: Option<Value>,
    /// Whether the survivor was opted out by name since.
    pub opted_out_since: bool,
    /// The latest other merge of one of the two that stands and came after.
    pub later: Option<MergeId>,
}

/// Returns a merge with what its undo needs, and locks it until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: MergeId) -> Result<Option<(Merge, ForUndo)>> {
    let row = merges!("where merge_id = $1 for update", id as _);
    let Some(row) = row.fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let for_undo = sqlx::query_as!(
        ForUndo,
        r#"select details, opted_out_since,
                (select later.merge_id from merges later
                 where later.undone_at is null and later.sequence > merges.sequence
                     and (later.survivor_id in (merges.survivor_id, merges.absorbed_id)
                         or later.absorbed_id in (merges.survivor_id, merges.absorbed_id))
                 order by later.sequence desc limit 1) as "later: MergeId"
           from merges where merge_id = $1"#,
        id as _
    );
    Ok(Some((row.into(), for_undo.fetch_one(conn).await?)))
}

/// Records the undo of a merge, and forgets what it needed. The caller has locked it.
///
/// # Errors
/// [`StoreError::Corrupt`] if it was undone before.
pub async fn undo(conn: &mut PgConnection, id: MergeId, undo: &MergeUndo) -> Result<()> {
    let done = sqlx::query!(
        "update merges set undone_at = $2, undo_reason = $3, undone_by = $4, details = null
         where merge_id = $1 and undone_at is null",
        id as _,
        undo.at,
        undo.reason,
        undo.by as _
    )
    .execute(conn)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("merge {id} was undone before"))),
    }
}

/// Returns a page of the merges of a person under all ids that they have had, latest first:
/// those in which they went on, and those in which they were absorbed.
pub async fn of_person(
    conn: &mut PgConnection,
    ids: &[MemberId],
    before: Option<MergeId>,
    limit: i64,
) -> Result<Vec<Merge>> {
    let rows = merges!(
        "where (survivor_id = any($1) or absorbed_id = any($1))
             and ($2::uuid is null or merge_id < $2)
         order by merge_id desc limit $3",
        ids as _,
        before as _,
        limit
    );
    Ok(rows
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// Returns the members into whom these members were merged, through all merges that stand.
/// Members that were not merged, or whose survivor's membership has ended, are left out.
pub async fn survivors(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, MemberId>> {
    let rows = sqlx::query!(
        r#"with recursive chain (named, member_id) as (
               select absorbed_id, survivor_id from merges
               where absorbed_id = any($1) and undone_at is null
               union
               select chain.named, merges.survivor_id
               from chain join merges on merges.absorbed_id = chain.member_id
               where merges.undone_at is null
           )
           select named as "named!: MemberId", member_id as "member_id!: MemberId"
           from chain join members using (member_id) where ended_at is null"#,
        members as _
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| (row.named, row.member_id)).collect())
}

/// Returns members and all who were merged into them, through all merges that stand.
pub async fn with_absorbed(conn: &mut PgConnection, members: &[MemberId]) -> Result<Vec<MemberId>> {
    let ids = sqlx::query_scalar!(
        r#"with recursive person (member_id) as (
               select unnest($1::uuid[])
               union
               select merges.absorbed_id
               from person join merges on merges.survivor_id = person.member_id
               where merges.undone_at is null
           )
           select member_id as "member_id!: MemberId" from person"#,
        members as _
    );
    Ok(ids.fetch_all(conn).await?)
}

/// Records that the consent of members was named: what the survivor of a merge says holds
/// for both after an undo.
pub async fn note_consent(
    conn: &mut PgConnection,
    members: &[MemberId],
    scoring: Scoring,
) -> Result<()> {
    sqlx::query!(
        "update merges set opted_out_since = $2 where survivor_id = any($1) and undone_at is null",
        members as _,
        scoring == Scoring::OptedOut
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what undos of these members' merges would need.
pub async fn forget_details_of(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "update merges set details = null
         where survivor_id = any($1) and details is not null",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what undos of the merges before a time would need.
pub async fn forget_details_before(conn: &mut PgConnection, time: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update merges set details = null where merged_at < $1 and details is not null",
        time
    )
    .execute(conn)
    .await?;
    Ok(())
}
