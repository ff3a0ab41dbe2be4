//! Codes. A code belongs to at most one claim, for ever. Whether it is redeemed or void
//! follows from the state of that claim.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{ClaimId, Code, CodeCounts, CodeSource, EnteredCode, PerkId, ProgramId};

/// Imports codes of a partner and returns how many are new. Codes that the perk has
/// already are skipped.
pub async fn import(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    codes: &[Code],
    batch: Uuid,
    now: DateTime<Utc>,
) -> Result<u64> {
    let mut keys: Vec<&str> = codes.iter().map(Code::key).collect();
    // Sorted, so that two imports of the same codes cannot deadlock.
    keys.sort_unstable();
    let added = sqlx::query!(
        "insert into codes (program_id, perk_id, code, source, batch, added_at)
         select $1, $2, code, 'imported', $4, $5
         from unnest($3::text[]) with ordinality as new (code, place) order by place
         on conflict do nothing",
        program as _,
        perk as _,
        keys as _,
        batch,
        now
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected())
}

/// Assigns the first free codes of a perk to claims, in their order. Claims for which no code is
/// free are left out.
pub async fn assign(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    claims: &[ClaimId],
) -> Result<BTreeMap<ClaimId, Code>> {
    let rows = sqlx::query!(
        r#"with free as (
               select code_id from codes
               where program_id = $1 and perk_id = $2 and claim_id is null
               order by code_id limit cardinality($3::uuid[]) for update skip locked),
           numbered as (select code_id, row_number() over (order by code_id) as place from free)
           update codes set claim_id = asked.claim_id
           from numbered
           join unnest($3::uuid[]) with ordinality as asked (claim_id, place) using (place)
           where codes.code_id = numbered.code_id
           returning asked.claim_id as "claim_id!: ClaimId", code"#,
        program as _,
        perk as _,
        claims as _
    )
    .fetch_all(conn)
    .await?;
    let codes = rows.into_iter();
    Ok(codes
        .map(|row| (row.claim_id, Code::stored(CodeSource::Imported, row.code)))
        .collect())
}

/// Inserts codes that were generated for claims on a perk.
///
/// # Errors
/// If the perk has one of these codes already.
pub async fn insert(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    codes: &[(ClaimId, Code)],
    now: DateTime<Utc>,
) -> Result<()> {
    let claims: Vec<ClaimId> = codes.iter().map(|(claim, _)| *claim).collect();
    let keys: Vec<&str> = codes.iter().map(|(_, code)| code.key()).collect();
    let sources: Vec<&str> = codes
        .iter()
        .map(|(_, code)| code.source().as_str())
        .collect();
    sqlx::query!(
        "insert into codes (program_id, perk_id, added_at, code, source, claim_id)
         select $1, $2, $3, code, source, claim_id
         from unnest($4::text[], $5::text[], $6::uuid[]) as new (code, source, claim_id)",
        program as _,
        perk as _,
        now,
        keys as _,
        sources as _,
        claims as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A claim that a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The claim.
    pub claim: ClaimId,
    /// Whether its state is confirmed, so that it may be redeemed.
    pub is_confirmed: bool,
}

/// Finds claims with an entered code that were confirmed, whatever followed: in all
/// programs or one, on all perks or one. Returns at most two: confirmed claims first,
/// then redeemed ones.
pub async fn find(
    conn: &mut PgConnection,
    entered: &EnteredCode,
    program: Option<&ProgramId>,
    perk: Option<&PerkId>,
) -> Result<Vec<Found>> {
    let rows = sqlx::query!(
        r#"select claims.claim_id, state = 'confirmed' as "is_confirmed!"
           from codes join claims on claims.claim_id = codes.claim_id
           where codes.code = any($1)
             and ($2::text is null or codes.program_id = $2)
             and ($3::text is null or codes.perk_id = $3)
             and confirmed_at is not null
           order by state = 'confirmed' desc, state = 'redeemed' desc, code_id limit 2"#,
        &entered.keys(),
        program as _,
        perk as _
    )
    .fetch_all(conn)
    .await?;
    let found = rows.into_iter().map(|row| Found {
        claim: row.claim_id,
        is_confirmed: row.is_confirmed,
    });
    Ok(found.collect())
}

/// Counts a perk's codes by state.
pub async fn count(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
) -> Result<CodeCounts> {
    let free = sqlx::query_scalar!(
        r#"select count(*) as "count!" from codes
           where program_id = $1 and perk_id = $2 and claim_id is null"#,
        program as _,
        perk as _
    )
    .fetch_one(&mut *conn)
    .await?;
    let given = sqlx::query!(
        r#"select count(*) filter (where state in ('held', 'confirmed')) as "assigned!",
                  count(*) filter (where state = 'redeemed') as "redeemed!",
                  count(*) filter (where state in ('released', 'expired', 'cancelled')) as "void!"
           from codes join claims using (claim_id)
           where codes.program_id = $1 and codes.perk_id = $2"#,
        program as _,
        perk as _
    )
    .fetch_one(conn)
    .await?;
    Ok(CodeCounts {
        free: free.unsigned_abs(),
        assigned: given.assigned.unsigned_abs(),
        redeemed: given.redeemed.unsigned_abs(),
        void: given.void.unsigned_abs(),
    })
}
