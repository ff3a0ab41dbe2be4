//! API keys, by the hash of their secret.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{KeyId, ProgramId};

/// A key as stored. The secret is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its public id.
    pub id: KeyId,
    /// What it is for, in its creator's words.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The one program that it is limited to.
    pub program: Option<ProgramId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ceased to work.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Adds a key; one with the same secret stays as it is.
///
/// # Errors
/// If the database does not answer.
pub async fn insert(conn: &mut PgConnection, key: &StoredKey, hash: &[u8; 32]) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into api_keys (key_id, name, hash, scopes, program_id, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (hash) do nothing",
        key.id.0,
        key.name,
        &hash[..],
        &key.scopes,
        key.program.as_ref().map(ProgramId::as_str),
        key.created_at
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Finds a key that has not been revoked by the hash of its secret.
///
/// # Errors
/// If the database does not answer.
pub async fn by_hash(conn: &mut PgConnection, hash: &[u8; 32]) -> Result<Option<StoredKey>> {
    let row = sqlx::query!(
        "select key_id, name, scopes, program_id, created_at, revoked_at
         from api_keys where hash = $1 and revoked_at is null",
        &hash[..]
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(StoredKey {
            id: KeyId(row.key_id),
            name: row.name,
            scopes: row.scopes,
            program: row
                .program_id
                .as_deref()
                .map(ProgramId::parse)
                .transpose()?,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
    })
    .transpose()
}

/// Every key, oldest first.
///
/// # Errors
/// If the database does not answer.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<StoredKey>> {
    let rows = sqlx::query!(
        "select key_id, name, scopes, program_id, created_at, revoked_at
         from api_keys order by created_at, key_id"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredKey {
                id: KeyId(row.key_id),
                name: row.name,
                scopes: row.scopes,
                program: row
                    .program_id
                    .as_deref()
                    .map(ProgramId::parse)
                    .transpose()?,
                created_at: row.created_at,
                revoked_at: row.revoked_at,
            })
        })
        .collect()
}

/// Ends a key, and tells every replica when the transaction commits. `false`
/// if there is no such key or it had ended already.
///
/// # Errors
/// If the database does not answer.
pub async fn revoke(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<bool> {
    let revoked = sqlx::query!(
        "update api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null",
        id.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify($1, '')", KEYS_CHANGED)
        .fetch_one(conn)
        .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Whether a key was not revoked.
///
/// # Errors
/// If the database does not answer.
pub async fn is_good(conn: &mut PgConnection, id: KeyId) -> Result<bool> {
    let good = sqlx::query_scalar!(
        r#"select exists (select 1 from api_keys where key_id = $1 and revoked_at is null) as "good!""#,
        id.0
    )
    .fetch_one(conn)
    .await?;
    Ok(good)
}

/// The channel on which a revocation is told.
pub const KEYS_CHANGED: &str = "renown_keys";
