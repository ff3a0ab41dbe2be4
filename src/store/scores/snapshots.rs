//! Rank snapshots: what scores need to know of the whole population, dated.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ModelVersion, Position, SnapshotId};

/// A stored snapshot.
#[derive(Debug)]
pub struct StoredSnapshot {
    /// Its number.
    pub id: SnapshotId,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The scorer's checkpoint at that time.
    pub position: Position,
    /// The body, packed by `renown_core::scoring`.
    pub body: Vec<u8>,
}

/// Returns the number of a model's latest snapshot.
pub async fn latest_id(
    conn: &mut PgConnection,
    model: &ModelVersion,
) -> Result<Option<SnapshotId>> {
    let id = sqlx::query_scalar!(
        "select max(snapshot_id) from rank_snapshots where model_version = $1",
        model as _
    )
    .fetch_one(conn)
    .await?;
    Ok(id.map(SnapshotId))
}

/// Returns a snapshot.
pub async fn get(conn: &mut PgConnection, id: SnapshotId) -> Result<Option<StoredSnapshot>> {
    let row = sqlx::query!(
        "select snapshot_id, taken_at, position, body from rank_snapshots where snapshot_id = $1",
        id as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| StoredSnapshot {
        id: row.snapshot_id,
        taken_at: row.taken_at,
        position: row.position,
        body: row.body,
    }))
}

/// Reserves the number of the next snapshot, before its body is complete.
pub async fn reserve_id(conn: &mut PgConnection) -> Result<SnapshotId> {
    let id = sqlx::query_scalar!(
        r#"select nextval(pg_get_serial_sequence('rank_snapshots', 'snapshot_id')) as "id!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(SnapshotId(id))
}

/// Inserts a snapshot under its reserved number.
pub async fn insert(
    conn: &mut PgConnection,
    model: &ModelVersion,
    snapshot: &StoredSnapshot,
) -> Result<()> {
    sqlx::query!(
        "insert into rank_snapshots (snapshot_id, model_version, taken_at, position, body)
         overriding system value values ($1, $2, $3, $4, $5)",
        snapshot.id as _,
        model as _,
        snapshot.taken_at,
        snapshot.position as _,
        snapshot.body
    )
    .execute(conn)
    .await?;
    Ok(())
}
