//! Exposures: which members were shown which perks, and how many on each day.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{MemberId, PerkId, ProgramId};
use renown_core::rules::Arm;

/// A member's exposure to a perk, in an experiment or outside of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposure {
    /// The member.
    pub member: MemberId,
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
    /// The experiment's salt; empty outside of an experiment.
    pub salt: String,
    /// The arm: offered, or in the control group.
    pub arm: Arm,
}

/// An exposure with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstExposure {
    /// The exposure.
    pub exposure: Exposure,
    /// When it happened first.
    pub first_at: DateTime<Utc>,
}

/// A participant of an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participant {
    /// The member.
    pub member: MemberId,
    /// The arm of the first exposure.
    pub arm: Arm,
    /// When the first exposure was.
    pub first_at: DateTime<Utc>,
    /// Whether an exposure to the other arm followed.
    pub switched: bool,
}

/// Records exposures on one of the program's days. Each must occur once, in order of
/// key. The members that are new on the day are counted; members that do not take part
/// in scoring are left out. The caller has the lock of
/// [`Job::Exposures`](crate::store::Job::Exposures).
pub async fn record(conn: &mut PgConnection, day: NaiveDate, seen: &[FirstExposure]) -> Result<()> {
    let members: Vec<_> = seen.iter().map(|s| s.exposure.member).collect();
    let programs: Vec<_> = seen.iter().map(|s| &s.exposure.program).collect();
    let perks: Vec<_> = seen.iter().map(|s| &s.exposure.perk).collect();
    let salts: Vec<_> = seen.iter().map(|s| &s.exposure.salt).collect();
    let arms: Vec<_> = seen.iter().map(|s| &s.exposure.arm).collect();
    let times: Vec<DateTime<Utc>> = seen.iter().map(|s| s.first_at).collect();
    // Only what is new on the day is written: most exposures repeat. Members are
    // locked, so that a member that opts out meanwhile leaves no row.
    sqlx::query!(
        "with seen as (
             select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
                                  $6::timestamptz[])
                 as s (member_id, program_id, perk_id, salt, arm, first_at)
         ), fresh as (
             select seen.* from seen
             where not exists (
                 select from exposures e
                 where e.member_id = seen.member_id and e.program_id = seen.program_id
                   and e.perk_id = seen.perk_id and e.salt = seen.salt and e.arm = seen.arm
                   and e.last_day >= $7)
         ), taking_part as (
             select member_id from members
             where member_id = any(array(select distinct member_id from fresh))
               and scoring = 'active'
             order by member_id
             for share
         ), new_today as (
             select f.program_id, f.perk_id, count(distinct f.member_id) as members
             from fresh f join taking_part using (member_id)
             where f.arm = 'offered' and not exists (
                 select from exposures e
                 where e.member_id = f.member_id and e.program_id = f.program_id
                   and e.perk_id = f.perk_id and e.arm = 'offered' and e.last_day >= $7)
             group by f.program_id, f.perk_id
         ), counted as (
             insert into offers_shown (program_id, perk_id, day, members)
             select program_id, perk_id, $7, members from new_today order by program_id, perk_id
             on conflict (program_id, perk_id, day) do update
             set members = offers_shown.members + excluded.members
         )
         insert into exposures (member_id, program_id, perk_id, salt, arm, first_at, last_day)
         select member_id, program_id, perk_id, salt, arm, first_at, $7
         from fresh join taking_part using (member_id)
         order by member_id, program_id, perk_id, salt, arm
         on conflict (member_id, program_id, perk_id, salt, arm) do update
         set last_day = greatest(exposures.last_day, excluded.last_day)",
        members as _,
        programs as _,
        perks as _,
        salts as _,
        arms as _,
        &times,
        day
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the exposures of members; they leave all experiments.
pub(in crate::store) async fn forget(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from exposures where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a page of an experiment's participants on some perks, in order of member id,
/// after a given id.
pub async fn participants(
    conn: &mut PgConnection,
    program: &ProgramId,
    salt: &str,
    perks: &[PerkId],
    after: MemberId,
    limit: i64,
) -> Result<Vec<Participant>> {
    let rows = sqlx::query!(
        r#"select member_id, (array_agg(arm order by first_at, arm))[1] as "arm!",
                  min(first_at) as "first_at!", count(distinct arm) > 1 as "switched!"
           from exposures
           where program_id = $1 and salt = $2 and salt <> '' and member_id > $4
             and perk_id = any($3)
           group by member_id
           order by member_id
           limit $5"#,
        program as _,
        salt,
        &names(perks),
        after as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let participant = |arm: &str| {
        let known = Arm::BOTH.into_iter().find(|known| known.as_str() == arm);
        known.ok_or_else(|| StoreError::Corrupt(format!("a side of an experiment '{arm}'")))
    };
    rows.into_iter()
        .map(|row| {
            Ok(Participant {
                member: row.member_id,
                arm: participant(&row.arm)?,
                first_at: row.first_at,
                switched: row.switched,
            })
        })
        .collect()
}

/// Counts the participants by the arm of their first exposure: offered, control group.
pub async fn sizes(
    conn: &mut PgConnection,
    program: &ProgramId,
    salt: &str,
    perks: &[PerkId],
) -> Result<[u64; 2]> {
    let row = sqlx::query!(
        r#"select count(*) filter (where arm = 'offered') as "offered!",
                  count(*) filter (where arm = 'held_back') as "held_back!"
           from (select (array_agg(arm order by first_at, arm))[1] as arm
                 from exposures
                 where program_id = $1 and salt = $2 and salt <> ''
                   and perk_id = any($3)
                 group by member_id) first_seen"#,
        program as _,
        salt,
        &names(perks)
    )
    .fetch_one(conn)
    .await?;
    Ok([row.offered, row.held_back].map(|count| u64::try_from(count).unwrap_or(0)))
}

fn names(perks: &[PerkId]) -> Vec<String> {
    perks.iter().map(ToString::to_string).collect()
}
