//! Tiers of members, and their history.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{
    EarnedTier, HeldTier, MemberId, ProgramId, ProgramVersion, TierChange, TierChangeReason, TierId,
};

/// Returns the tiers in effect of members, by program.
pub async fn in_effect(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<ProgramId, TierId>>> {
    let rows = sqlx::query!(
        "select member_id, program_id, in_effect from member_tiers where member_id = any($1)",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, BTreeMap<ProgramId, TierId>> = BTreeMap::new();
    for row in rows {
        let of_member = all.entry(row.member_id).or_default();
        of_member.insert(row.program_id, row.in_effect);
    }
    Ok(all)
}

/// Returns the tier states of a member, by program.
pub async fn of_member(
    conn: &mut PgConnection,
    member: MemberId,
) -> Result<BTreeMap<ProgramId, HeldTier>> {
    let rows = sqlx::query!(
        "select program_id, tier, since, keep_until, noticed_at, in_effect, look_at, history_id
         from member_tiers where member_id = $1",
        member as _
    )
    .fetch_all(conn)
    .await?;
    let held = rows.into_iter().map(|row| {
        let held = HeldTier {
            earned: EarnedTier {
                tier: row.tier,
                since: row.since,
                keep_until: row.keep_until,
                noticed_at: row.noticed_at,
            },
            in_effect: row.in_effect,
            recheck_at: row.look_at,
            history_id: row.history_id,
        };
        (row.program_id, held)
    });
    Ok(held.collect())
}

/// Writes the tier states of members in a program.
pub async fn set(
    conn: &mut PgConnection,
    program: &ProgramId,
    tiers: &[(MemberId, HeldTier)],
) -> Result<()> {
    if tiers.is_empty() {
        return Ok(());
    }
    let each = |(_, tier): &(_, HeldTier)| tier.clone();
    let rows: Vec<HeldTier> = tiers.iter().map(each).collect();
    let members: Vec<Uuid> = tiers.iter().map(|(member, _)| member.0).collect();
    let names: Vec<_> = rows.iter().map(|row| &row.earned.tier).collect();
    let since: Vec<DateTime<Utc>> = rows.iter().map(|row| row.earned.since).collect();
    let kept: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.earned.keep_until).collect();
    let noticed: Vec<Option<DateTime<Utc>>> =
        rows.iter().map(|row| row.earned.noticed_at).collect();
    let in_effect: Vec<_> = rows.iter().map(|row| &row.in_effect).collect();
    let look_at: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.recheck_at).collect();
    let history: Vec<Option<Uuid>> = rows.iter().map(|row| row.history_id).collect();
    sqlx::query!(
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, noticed_at,
             in_effect, look_at, history_id)
         select member_id, $9, tier, since, keep_until, noticed_at, in_effect, look_at, history_id
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[],
                     $5::timestamptz[], $6::text[], $7::timestamptz[], $8::uuid[])
             as new (member_id, tier, since, keep_until, noticed_at, in_effect, look_at, history_id)
         on conflict (member_id, program_id) do update
         set tier = excluded.tier, since = excluded.since, keep_until = excluded.keep_until,
             noticed_at = excluded.noticed_at, in_effect = excluded.in_effect,
             look_at = excluded.look_at, history_id = excluded.history_id",
        members as _,
        names as _,
        &since,
        kept as _,
        noticed as _,
        in_effect as _,
        look_at as _,
        history as _,
        program as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the tier states of members. Their history stays.
pub async fn forget(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from member_tiers where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes members whose tier must be evaluated again by now, and clears that time. So
/// each is returned once, even a member that opted out and has nothing to evaluate.
pub async fn take_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "with due as
             (select member_id, program_id from member_tiers
              where look_at <= $1 order by look_at limit $2)
         update member_tiers tiers set look_at = null from due
         where tiers.member_id = due.member_id and tiers.program_id = due.program_id
         returning tiers.member_id",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns the reason as the table has it. A change by a merge names the merge, and has a
/// reason that older versions of the service can read.
fn stored(reason: TierChangeReason) -> TierChangeReason {
    match reason {
        TierChangeReason::Merged => TierChangeReason::ProgramChanged,
        reason => reason,
    }
}

/// Inserts entries of the history.
pub async fn record(
    conn: &mut PgConnection,
    program: &ProgramId,
    entries: &[(MemberId, TierChange)],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let members: Vec<Uuid> = entries.iter().map(|(member, _)| member.0).collect();
    let of = entries.iter().map(|(_, entry)| entry);
    let ids: Vec<Uuid> = of.clone().map(|entry| entry.id).collect();
    let versions: Vec<_> = of.clone().map(|entry| entry.version).collect();
    let times: Vec<DateTime<Utc>> = of.clone().map(|entry| entry.at).collect();
    let from: Vec<Option<&str>> = of
        .clone()
        .map(|entry| entry.from.as_ref().map(TierId::as_str))
        .collect();
    let to: Vec<_> = of.clone().map(|entry| &entry.to).collect();
    let reasons: Vec<_> = of.clone().map(|entry| stored(entry.reason)).collect();
    let grants: Vec<_> = of.clone().map(|entry| entry.grant).collect();
    let merges: Vec<_> = of.clone().map(|entry| entry.merge).collect();
    let models: Vec<_> = of.clone().map(|entry| &entry.model).collect();
    let snapshots: Vec<_> = of.map(|entry| entry.snapshot).collect();
    sqlx::query!(
        "insert into tier_history (member_id, history_id, program_id, program_version, at,
             from_tier, to_tier, reason, grant_id, model_version, snapshot_id, merge_id)
         select member_id, history_id, $11, version, at, from_tier, to_tier, reason, grant_id,
                model_version, snapshot_id, merge_id
         from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::text[],
                     $6::text[], $7::text[], $8::uuid[], $9::text[], $10::bigint[], $12::uuid[])
             as new (member_id, history_id, version, at, from_tier, to_tier, reason, grant_id,
                     model_version, snapshot_id, merge_id)",
        members as _,
        &ids,
        versions as _,
        &times,
        from as _,
        to as _,
        reasons as _,
        grants as _,
        models as _,
        snapshots as _,
        program as _,
        merges as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a page of a member's history in a program, latest first, before an entry.
pub async fn history(
    conn: &mut PgConnection,
    member: MemberId,
    program: &ProgramId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<TierChange>> {
    let rows = sqlx::query!(
        "select history_id, program_version, at, from_tier, to_tier, reason, grant_id,
                merge_id, model_version, snapshot_id
         from tier_history
         where member_id = $1 and program_id = $2 and ($3::uuid is null or history_id < $3)
         order by history_id desc limit $4",
        member as _,
        program as _,
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TierChange {
                id: row.history_id,
                version: row.program_version,
                at: row.at,
                from: row.from_tier,
                to: row.to_tier,
                reason: match row.merge_id {
                    Some(_) => TierChangeReason::Merged,
                    None => row.reason,
                },
                grant: row.grant_id,
                merge: row.merge_id,
                model: row.model_version,
                snapshot: row.snapshot_id,
            })
        })
        .collect()
}

/// The last sweep: an evaluation of the tiers of all members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSweep {
    /// The versions that were evaluated, by program.
    pub versions: BTreeMap<ProgramId, ProgramVersion>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}

/// Returns the last sweep, if there was one.
pub async fn last_sweep(conn: &mut PgConnection) -> Result<Option<LastSweep>> {
    let row = sqlx::query!(
        r#"select versions as "versions: Json<BTreeMap<ProgramId, ProgramVersion>>", finished_at
           from tier_sweeps"#
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| LastSweep {
        versions: row.versions.0,
        finished_at: row.finished_at,
    }))
}

/// Records a finished sweep.
pub async fn finish_sweep(conn: &mut PgConnection, sweep: &LastSweep) -> Result<()> {
    sqlx::query!(
        "insert into tier_sweeps (versions, finished_at) values ($1, $2)
         on conflict (only_row) do update
         set versions = excluded.versions, finished_at = excluded.finished_at",
        Json(&sweep.versions) as _,
        sweep.finished_at
    )
    .execute(conn)
    .await?;
    Ok(())
}
