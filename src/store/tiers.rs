//! Tiers that members hold, and the history of how they came to.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::Result;
use crate::domain::{MemberId, ModelVersion, ProgramId, ProgramVersion, SnapshotId, TierId};

/// A tier that a member holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTier {
    /// Which.
    pub tier: TierId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Kept at least until then, whatever the score does.
    pub keep_until: Option<DateTime<Utc>>,
    /// The entry of the history that says why.
    pub history_id: Uuid,
}

/// The tiers that members hold in a program.
///
/// # Errors
/// If the database does not answer.
pub async fn held(
    conn: &mut PgConnection,
    program: &ProgramId,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, HeldTier>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, tier, since, keep_until, history_id from member_tiers
         where program_id = $1 and member_id = any($2)",
        program.as_str(),
        &members
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let held = HeldTier {
                tier: TierId::parse(&row.tier)?,
                since: row.since,
                keep_until: row.keep_until,
                history_id: row.history_id,
            };
            Ok((MemberId(row.member_id), held))
        })
        .collect()
}

/// A change of tier, for the history.
#[derive(Debug)]
pub struct Change<'a> {
    /// Whose.
    pub member: MemberId,
    /// In which program.
    pub program: &'a ProgramId,
    /// By which version of it.
    pub version: ProgramVersion,
    /// From which tier; absent at the first.
    pub from: Option<&'a TierId>,
    /// Why, in a word: granted, renewed, lowered.
    pub reason: &'static str,
    /// The model that computed the score.
    pub model: &'a ModelVersion,
    /// The snapshot that it was computed with.
    pub snapshot: SnapshotId,
}

/// Sets the tier that a member holds, without an entry in the history (a
/// renewal of the same).
///
/// # Errors
/// If the database does not answer.
pub async fn set(
    conn: &mut PgConnection,
    program: &ProgramId,
    member: MemberId,
    held: &HeldTier,
) -> Result<()> {
    sqlx::query!(
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, history_id)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (member_id, program_id) do update
         set tier = excluded.tier, since = excluded.since, keep_until = excluded.keep_until,
             history_id = excluded.history_id",
        member.0,
        program.as_str(),
        held.tier.as_str(),
        held.since,
        held.keep_until,
        held.history_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds an entry to the history.
///
/// # Errors
/// If the database does not answer.
pub async fn record(
    conn: &mut PgConnection,
    change: &Change<'_>,
    to: &HeldTier,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into tier_history (member_id, history_id, program_id, program_version, at,
             from_tier, to_tier, reason, model_version, snapshot_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        change.member.0,
        to.history_id,
        change.program.as_str(),
        change.version.0,
        at,
        change.from.map(TierId::as_str),
        to.tier.as_str(),
        change.reason,
        change.model.as_str(),
        change.snapshot.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Members whose tier is kept no longer than `now`: to be looked at again.
///
/// # Errors
/// If the database does not answer.
pub async fn lapsed(
    conn: &mut PgConnection,
    program: &ProgramId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from member_tiers
         where program_id = $1 and keep_until <= $2 limit $3",
        program.as_str(),
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}
