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

/// The tiers that members hold, by program.
///
/// # Errors
/// If the database does not answer.
pub async fn held_by(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<ProgramId, HeldTier>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, program_id, tier, since, keep_until, history_id from member_tiers
         where member_id = any($1)",
        &members
    )
    .fetch_all(conn)
    .await?;
    let mut held: BTreeMap<MemberId, BTreeMap<ProgramId, HeldTier>> = BTreeMap::new();
    for row in rows {
        let tier = HeldTier {
            tier: TierId::parse(&row.tier)?,
            since: row.since,
            keep_until: row.keep_until,
            history_id: row.history_id,
        };
        let of_member = held.entry(MemberId(row.member_id)).or_default();
        of_member.insert(ProgramId::parse(&row.program_id)?, tier);
    }
    Ok(held)
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

/// Sets the tiers that members hold in a program.
///
/// # Errors
/// If the database does not answer.
pub async fn set(
    conn: &mut PgConnection,
    program: &ProgramId,
    tiers: &[(MemberId, HeldTier)],
) -> Result<()> {
    if tiers.is_empty() {
        return Ok(());
    }
    let members: Vec<Uuid> = tiers.iter().map(|(member, _)| member.0).collect();
    let names: Vec<&str> = tiers.iter().map(|(_, held)| held.tier.as_str()).collect();
    let since: Vec<DateTime<Utc>> = tiers.iter().map(|(_, held)| held.since).collect();
    let kept: Vec<Option<DateTime<Utc>>> = tiers.iter().map(|(_, held)| held.keep_until).collect();
    let history: Vec<Uuid> = tiers.iter().map(|(_, held)| held.history_id).collect();
    sqlx::query!(
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, history_id)
         select member_id, $6, tier, since, keep_until, history_id
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::uuid[])
             as new (member_id, tier, since, keep_until, history_id)
         on conflict (member_id, program_id) do update
         set tier = excluded.tier, since = excluded.since, keep_until = excluded.keep_until,
             history_id = excluded.history_id",
        &members,
        names as _,
        &since,
        kept as _,
        &history,
        program.as_str()
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
