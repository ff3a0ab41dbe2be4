//! The census: counts of eligible members for each perk, taken once on each of a
//! program's days.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{PerkId, ProgramId, ProgramVersion};

/// A census of one program and day.
#[derive(Debug, Clone)]
pub struct PerkCensus {
    /// The program.
    pub program: ProgramId,
    /// The day, in the program's time zone.
    pub day: NaiveDate,
    /// The version that was evaluated.
    pub version: ProgramVersion,
    /// When the census began.
    pub at: DateTime<Utc>,
    /// The perks, in order of id.
    pub perks: Vec<PerkCount>,
}

/// The counts of a perk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerkCount {
    /// The perk.
    pub perk: PerkId,
    /// Members that might have claimed it.
    pub eligible: u64,
    /// Members in the control group of an experiment on it.
    pub held_back: u64,
}

/// Returns whether the census of a day exists.
pub async fn is_taken(
    conn: &mut PgConnection,
    program: &ProgramId,
    day: NaiveDate,
) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        r#"select exists(select from perk_census where program_id = $1 and day = $2) as "taken!""#,
        program as _,
        day
    )
    .fetch_one(conn)
    .await?;
    Ok(taken)
}

/// Records a census. An existing one stays as it is.
pub async fn record(conn: &mut PgConnection, census: &PerkCensus) -> Result<()> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let perks: Vec<_> = census.perks.iter().map(|p| &p.perk).collect();
    let eligible: Vec<i64> = census.perks.iter().map(|p| count(p.eligible)).collect();
    let held_back: Vec<i64> = census.perks.iter().map(|p| count(p.held_back)).collect();
    sqlx::query!(
        "insert into perk_census
             (program_id, perk_id, day, program_version, taken_at, eligible, held_back)
         select $1, perk_id, $2, $3, $4, eligible, held_back
         from unnest($5::text[], $6::bigint[], $7::bigint[])
             with ordinality as c (perk_id, eligible, held_back, place)
         order by place
         on conflict do nothing",
        census.program as _,
        census.day,
        census.version as _,
        census.at,
        perks as _,
        &eligible,
        &held_back
    )
    .execute(conn)
    .await?;
    Ok(())
}
