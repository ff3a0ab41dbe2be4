//! Waiting lists as a whole: which there are, and many people on one at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{MemberId, PerkId, ProgramId, WaitOutcome};

/// A perk that somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitedFor {
    /// In which program.
    pub program: ProgramId,
    /// Which perk.
    pub perk: PerkId,
    /// Whether a unit is there to be had.
    pub is_left: bool,
}

/// The perks that somebody waits for.
///
/// # Errors
/// If the database does not answer.
pub async fn waited_for(conn: &mut PgConnection) -> Result<Vec<WaitedFor>> {
    let rows = sqlx::query!(
        r#"select program_id, perk_id, (total is null or taken < total) as "is_left!"
           from perk_stock where waiting > 0 order by program_id, perk_id"#
    )
    .fetch_all(conn)
    .await?;
    let perks = rows.into_iter().map(|row| {
        Ok(WaitedFor {
            program: row.program_id,
            perk: row.perk_id,
            is_left: row.is_left,
        })
    });
    perks.collect()
}

/// How many are before each of these members on a list, if they are on it.
///
/// # Errors
/// If the database does not answer.
pub async fn before_each(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, i64>> {
    let rows = sqlx::query!(
        r#"select member_id as "member_id!", before as "before!"
           from (select member_id, row_number() over (order by place) - 1 as before
                 from waiting
                 where program_id = $1 and perk_id = $2 and left_at is null) as list
           where member_id = any($3)"#,
        program as _,
        perk as _,
        members as _
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.member_id, row.before)).collect())
}

/// Waits until nobody else puts several people on this list at once, and keeps
/// others from it until the transaction ends: they may come in any order.
///
/// # Errors
/// If the database does not answer.
pub async fn take_turn(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        format!("waiting {program} {perk}")
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Takes everybody off a list, for a reason. Says how many waited.
///
/// # Errors
/// If the database does not answer.
pub async fn clear(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    outcome: WaitOutcome,
    now: DateTime<Utc>,
) -> Result<i64> {
    let done = sqlx::query!(
        "update waiting set left_at = $3, outcome = $4
         where (program_id, perk_id, place) in
               (select program_id, perk_id, place from waiting
                where program_id = $1 and perk_id = $2 and left_at is null
                order by place for update)",
        program as _,
        perk as _,
        now,
        outcome.as_str()
    )
    .execute(conn)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}
