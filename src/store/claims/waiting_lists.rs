//! Waiting lists as a whole.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{MemberId, PerkId, ProgramId, WaitOutcome};

/// A perk with a waiting list that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitedFor {
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
    /// Whether the stock has an unclaimed unit. Codes are not considered.
    pub is_left: bool,
}

/// Returns the perks for which members wait.
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

/// Counts the members before each of these members on a list. Members that are not on
/// it are left out.
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

/// Locks a list until the end of the transaction, so that two callers that each add
/// several members, in any order, do not deadlock.
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

/// Ends all waits of a list with an outcome and returns how many there were.
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
