//! API keys, stored by the hash of their secret.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ApiKey, KeyId, ProgramId, Scope};

/// Inserts a key; `false` if there is a key with the same secret.
pub async fn insert(conn: &mut PgConnection, key: &ApiKey, hash: &[u8; 32]) -> Result<bool> {
    let scopes: Vec<Scope> = key.scopes.iter().copied().collect();
    let inserted = sqlx::query!(
        "insert into api_keys (key_id, name, hash, scopes, program_id, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (hash) do nothing",
        key.id as _,
        key.name,
        &hash[..],
        scopes as _,
        key.program as _,
        key.created_at
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

struct Row {
    key_id: KeyId,
    name: String,
    scopes: Vec<String>,
    program_id: Option<ProgramId>,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

/// Selects keys; `$which` continues the statement after `from`.
macro_rules! keys {
    ($which:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            "select key_id, name, scopes, program_id, created_at, revoked_at from api_keys " + $which
            $(, $argument)*
        )
    };
}

/// Scopes that this version does not know are left out: they allow nothing.
impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        let scopes = row.scopes.iter().filter_map(|scope| scope.parse().ok());
        Self {
            id: row.key_id,
            name: row.name,
            scopes: scopes.collect(),
            program: row.program_id,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Returns the key whose secret has this hash, unless it was revoked.
pub async fn by_hash(conn: &mut PgConnection, hash: &[u8; 32]) -> Result<Option<ApiKey>> {
    let row = keys!("where hash = $1 and revoked_at is null", &hash[..])
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Into::into))
}

/// Returns all keys, oldest first.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<ApiKey>> {
    let rows = keys!("order by created_at, key_id").fetch_all(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Revokes a key and notifies every replica when the transaction commits. `false` if
/// there is no such key or it was revoked before.
pub async fn revoke(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<bool> {
    let revoked = sqlx::query!(
        "update api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null",
        id as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify($1, '')", KEYS_CHANGED)
        .fetch_one(conn)
        .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Returns whether a key exists and was not revoked.
pub async fn is_good(conn: &mut PgConnection, id: KeyId) -> Result<bool> {
    let good = sqlx::query_scalar!(
        r#"select exists (select 1 from api_keys where key_id = $1 and revoked_at is null) as "good!""#,
        id as _)
    .fetch_one(conn)
    .await?;
    Ok(good)
}

/// The channel for revoked keys.
pub const KEYS_CHANGED: &str = "renown_keys";
