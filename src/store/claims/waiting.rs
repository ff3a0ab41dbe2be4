//! Waits: members that wait for a unit of a perk, in order of their places.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::store::{Result, StoreError};
use renown_core::domain::{
    Attribute, ClaimId, MemberId, Origin, PerkId, ProgramId, WaitEnd, WaitOutcome, Waiting,
    WaitingId,
};

struct Row {
    waiting_id: WaitingId,
    program_id: ProgramId,
    perk_id: PerkId,
    place: i64,
    member_id: MemberId,
    origin: Origin,
    joined_at: DateTime<Utc>,
    context: Json<BTreeMap<String, Attribute>>,
    left_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    claim_id: Option<ClaimId>,
}

/// Selects waits; `$which` continues the statement after `from`.
macro_rules! waits {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select waiting_id, program_id, perk_id, place, member_id, origin, joined_at, context,
                    left_at, outcome, claim_id
             from waiting " + $which,
            $($argument),+
        )
    };
}

impl TryFrom<Row> for Waiting {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let end = row.left_at.map(|at| {
            let name = row.outcome.unwrap_or_default();
            let outcome = WaitOutcome::new(&name, row.claim_id)?;
            Ok::<_, StoreError>(WaitEnd { at, outcome })
        });
        Ok(Self {
            id: row.waiting_id,
            program: row.program_id,
            perk: row.perk_id,
            place: row.place,
            member: row.member_id,
            origin: row.origin,
            joined_at: row.joined_at,
            request: row.context.0,
            end: end.transpose()?,
        })
    }
}

/// A new wait on a list.
#[derive(Debug, Clone)]
pub struct NewWaiting {
    /// The id of the wait.
    pub id: WaitingId,
    /// The member that waits.
    pub member: MemberId,
    /// How the member came to wait.
    pub origin: Origin,
    /// The attributes that the caller passed in.
    pub request: BTreeMap<String, Attribute>,
}

/// Adds members to a list in the given order and returns the ids of the new waits.
/// Members that are on the list already keep their places.
pub async fn join(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    new: &[NewWaiting],
    now: DateTime<Utc>,
) -> Result<Vec<WaitingId>> {
    let ids: Vec<_> = new.iter().map(|new| new.id).collect();
    let members: Vec<_> = new.iter().map(|new| new.member).collect();
    let origins: Vec<_> = new.iter().map(|new| &new.origin).collect();
    let requests = new.iter().map(|new| serde_json::to_value(&new.request));
    let requests: Vec<Value> = requests.collect::<Result<_, _>>()?;
    let joined = sqlx::query_scalar!(
        "insert into waiting (program_id, perk_id, waiting_id, member_id, origin, joined_at, context)
         select $1, $2, id, member_id, origin, $3, context
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::jsonb[])
             with ordinality as new (id, member_id, origin, context, nth)
         order by nth
         on conflict (program_id, perk_id, member_id) where left_at is null do nothing
         returning waiting_id",
        program as _,
        perk as _,
        now,
        ids as _,
        members as _,
        origins as _,
        &requests
    )
    .fetch_all(conn)
    .await?;
    Ok(joined)
}

/// Returns the first wait of a list and locks it until the end of the transaction;
/// `None` if no member waits, or if another transaction has locked the first wait.
pub async fn lock_first(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
) -> Result<Option<Waiting>> {
    let row = waits!(
        "where (program_id, perk_id, place) in
               (select program_id, perk_id, place from waiting
                where program_id = $1 and perk_id = $2 and left_at is null
                order by place limit 1)
           and left_at is null
         for update skip locked",
        program as _,
        perk as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns a wait and locks it until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: WaitingId) -> Result<Option<Waiting>> {
    let row = waits!("where waiting_id = $1 for update", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Ends waits, each with its end. The caller has locked them.
///
/// # Errors
/// [`StoreError::Corrupt`] if one of them has ended before.
pub async fn end(conn: &mut PgConnection, ends: &[(WaitingId, WaitEnd)]) -> Result<()> {
    let ids: Vec<WaitingId> = ends.iter().map(|(id, _)| *id).collect();
    let times: Vec<DateTime<Utc>> = ends.iter().map(|(_, end)| end.at).collect();
    let outcomes: Vec<&str> = ends.iter().map(|(_, end)| end.outcome.as_str()).collect();
    let claims: Vec<Option<ClaimId>> = ends.iter().map(|(_, end)| end.outcome.claim()).collect();
    let done = sqlx::query!(
        "update waiting set left_at = ended.at, outcome = ended.outcome, claim_id = ended.claim_id
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[])
             as ended (id, at, outcome, claim_id)
         where waiting_id = ended.id and left_at is null",
        ids as _,
        &times,
        outcomes as _,
        claims as _
    )
    .execute(conn)
    .await?;
    match usize::try_from(done.rows_affected()) {
        Ok(count) if count == ends.len() => Ok(()),
        _ => Err(StoreError::Corrupt("a wait has ended before".into())),
    }
}

/// Counts the members before a wait on its list.
pub async fn before(conn: &mut PgConnection, waiting: &Waiting) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from waiting
           where program_id = $1 and perk_id = $2 and left_at is null and place < $3"#,
        waiting.program as _,
        waiting.perk as _,
        waiting.place
    )
    .fetch_one(conn)
    .await?)
}

/// Returns a page of a perk's list, in order of place, after a given place.
pub async fn page(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    after: Option<i64>,
    rows: i64,
) -> Result<Vec<Waiting>> {
    let rows = waits!(
        "where program_id = $1 and perk_id = $2 and ($3::bigint is null or place > $3)
         order by place limit $4",
        program as _,
        perk as _,
        after,
        rows
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns the waits of those of these members that wait for a perk, in order of place.
pub async fn of_members(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    members: &[MemberId],
) -> Result<Vec<Waiting>> {
    let rows = waits!(
        "where program_id = $1 and perk_id = $2 and member_id = any($3) and left_at is null
         order by place",
        program as _,
        perk as _,
        members as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns the wait of a member that waits for a perk.
pub async fn of_member(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    member: MemberId,
) -> Result<Option<Waiting>> {
    let row = waits!(
        "where program_id = $1 and perk_id = $2 and member_id = $3 and left_at is null",
        program as _,
        perk as _,
        member as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns the waits of a member on all lists.
pub async fn of_member_anywhere(
    conn: &mut PgConnection,
    member: MemberId,
) -> Result<Vec<WaitingId>> {
    let ids = sqlx::query_scalar!(
        "select waiting_id from waiting where member_id = $1 and left_at is null
         order by program_id, perk_id",
        member as _
    );
    Ok(ids.fetch_all(conn).await?)
}

/// Returns a wait, ended or not.
pub async fn get(conn: &mut PgConnection, id: WaitingId) -> Result<Option<Waiting>> {
    let row = waits!("where waiting_id = $1", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}
