//! Who waits for a unit of which perk, in order of their places.

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

/// Waits; what follows the columns says which.
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

/// What is new on a list.
#[derive(Debug, Clone)]
pub struct NewWaiting {
    /// The id of the wait.
    pub id: WaitingId,
    /// Who.
    pub member: MemberId,
    /// How they come to wait.
    pub origin: Origin,
    /// What the caller passed in.
    pub request: BTreeMap<String, Attribute>,
}

/// Puts people on a list, in their order; those who are on it already stay
/// where they are. Answers the ids of those who are new.
///
/// # Errors
/// If the database does not answer.
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

/// Whoever is first on a list, which nobody else moves until the transaction
/// ends; `None` if nobody waits, or somebody else is at it.
///
/// # Errors
/// If the database does not answer.
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

/// One wait, which nobody else moves until the transaction ends.
///
/// # Errors
/// If the database does not answer.
pub async fn lock(conn: &mut PgConnection, id: WaitingId) -> Result<Option<Waiting>> {
    let row = waits!("where waiting_id = $1 for update", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Ends a wait. The caller has locked it.
///
/// # Errors
/// [`StoreError::Corrupt`] if it has ended before.
pub async fn end(conn: &mut PgConnection, id: WaitingId, end: &WaitEnd) -> Result<()> {
    let done = sqlx::query!(
        "update waiting set left_at = $2, outcome = $3, claim_id = $4
         where waiting_id = $1 and left_at is null",
        id as _,
        end.at,
        end.outcome.as_str(),
        end.outcome.claim() as _
    )
    .execute(conn)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("wait {id} has ended before"))),
    }
}

/// How many are before a place on its list.
///
/// # Errors
/// If the database does not answer.
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

/// A page of a perk's list, in order of the places.
///
/// # Errors
/// If the database does not answer.
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

/// The waits of those of these members who wait for a perk.
///
/// # Errors
/// If the database does not answer.
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

/// The wait of a member who waits for a perk.
///
/// # Errors
/// If the database does not answer.
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

/// One wait.
///
/// # Errors
/// If the database does not answer.
pub async fn get(conn: &mut PgConnection, id: WaitingId) -> Result<Option<Waiting>> {
    let row = waits!("where waiting_id = $1", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}
