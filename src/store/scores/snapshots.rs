//! Rank snapshots: what scores need to know of the whole population, dated.

use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ModelVersion, Position, SnapshotId};

/// A stored snapshot, without its body.
#[derive(Debug)]
pub struct StoredSnapshot {
    /// Its number.
    pub id: SnapshotId,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The scorer's checkpoint at that time.
    pub position: Position,
}

/// Returns a model's latest snapshot.
pub async fn latest(
    conn: &mut PgConnection,
    model: &ModelVersion,
) -> Result<Option<StoredSnapshot>> {
    let row = sqlx::query!(
        "select snapshot_id, taken_at, position from rank_snapshots
         where snapshot_id = (select max(snapshot_id) from rank_snapshots where model_version = $1)",
        model as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| StoredSnapshot {
        id: row.snapshot_id,
        taken_at: row.taken_at,
        position: row.position,
    }))
}

/// Streams the pieces of a snapshot's body, packed by `renown_core::scoring`, in order; no
/// piece if there is no such snapshot.
pub fn pieces(
    conn: &mut PgConnection,
    id: SnapshotId,
) -> impl Stream<Item = Result<Vec<u8>>> + Send + '_ {
    sqlx::query_scalar!(
        r#"select body as "body!" from (
               select 0 as piece, body from rank_snapshots where snapshot_id = $1
               union all
               select piece, body from rank_snapshot_pieces where snapshot_id = $1
           ) as pieces
           order by piece"#,
        id as _
    )
    .fetch(conn)
    .map_err(Into::into)
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

/// Inserts a snapshot under its reserved number, with the first piece of its body.
pub async fn insert(
    conn: &mut PgConnection,
    model: &ModelVersion,
    snapshot: &StoredSnapshot,
    body: &[u8],
) -> Result<()> {
    sqlx::query!(
        "insert into rank_snapshots (snapshot_id, model_version, taken_at, position, body)
         overriding system value values ($1, $2, $3, $4, $5)",
        snapshot.id as _,
        model as _,
        snapshot.taken_at,
        snapshot.position as _,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Inserts a further piece of a snapshot's body; they count from 1.
pub async fn insert_piece(
    conn: &mut PgConnection,
    snapshot: SnapshotId,
    number: i32,
    body: &[u8],
) -> Result<()> {
    sqlx::query!(
        "insert into rank_snapshot_pieces (snapshot_id, piece, body) values ($1, $2, $3)",
        snapshot as _,
        number,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}
