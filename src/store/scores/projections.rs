//! The scorer's checkpoint and its queues.

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{AccountId, MemberId, ModelVersion, Position};

/// The name of the only projection.
const SCORES: &str = "scores";

/// Returns the checkpoint of a model's scores and locks it until the end of the
/// transaction. A new model starts at 0.
pub async fn lock_checkpoint(conn: &mut PgConnection, model: &ModelVersion) -> Result<Position> {
    sqlx::query!(
        "insert into projections (name, model_version, position) values ($1, $2, 0)
         on conflict do nothing",
        SCORES,
        model as _
    )
    .execute(&mut *conn)
    .await?;
    let position = sqlx::query_scalar!(
        "select position from projections where name = $1 and model_version = $2 for update",
        SCORES,
        model as _
    )
    .fetch_one(conn)
    .await?;
    Ok(position)
}

/// Returns the checkpoint without a lock; 0 for a new model.
pub async fn checkpoint(conn: &mut PgConnection, model: &ModelVersion) -> Result<Position> {
    let position = sqlx::query_scalar!(
        "select position from projections where name = $1 and model_version = $2",
        SCORES,
        model as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(position.unwrap_or(Position(0)))
}

/// Moves the checkpoint.
pub async fn advance(conn: &mut PgConnection, model: &ModelVersion, to: Position) -> Result<()> {
    sqlx::query!(
        "update projections set position = $3 where name = $1 and model_version = $2",
        SCORES,
        model as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Queues accounts to be folded again from the log.
pub async fn queue_refolds(conn: &mut PgConnection, accounts: &[AccountId]) -> Result<()> {
    sqlx::query!(
        "insert into refolds (account_id)
         select account_id from unnest($1::bigint[]) as new (account_id) order by account_id
         on conflict do nothing",
        accounts as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes up to `limit` accounts from the queue and returns them.
pub async fn take_refolds(conn: &mut PgConnection, limit: i64) -> Result<Vec<AccountId>> {
    let rows = sqlx::query_scalar!(
        "delete from refolds where account_id in
             (select account_id from refolds limit $1 for update skip locked)
         returning account_id",
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Queues members to be rescored. A transaction that also locks scores does this before,
/// as the scorer takes members from the queue before it writes their scores.
pub async fn queue_rescores(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "insert into rescores (member_id)
         select member_id from unnest($1::uuid[]) as new (member_id) order by member_id
         on conflict do nothing",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes up to `limit` members from the queue and returns them.
pub async fn take_rescores(conn: &mut PgConnection, limit: i64) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "delete from rescores where member_id in
             (select member_id from rescores limit $1 for update skip locked)
         returning member_id",
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Removes members from the queue.
pub async fn forget_rescores(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from rescores where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
