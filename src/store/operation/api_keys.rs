//! API keys, stored by the hashes of their secrets.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{
    AllowedSources, ApiKey, KeyId, KeyName, KeyPermissions, ProgramId, Scope, Source,
};

/// The channel for keys and sessions that were revoked, and keys whose secret was replaced.
pub const KEYS_CHANGED: &str = "renown_keys";

/// The SHA-256 of a secret.
pub type SecretHash = [u8; 32];

/// Inserts a key; `false` if there is a key with the same secret.
pub async fn insert(conn: &mut PgConnection, key: &ApiKey, hash: &SecretHash) -> Result<bool> {
    let scopes: Vec<Scope> = key.permissions.scopes().iter().copied().collect();
    let sources: Option<Vec<&Source>> = match key.permissions.sources() {
        AllowedSources::All => None,
        AllowedSources::Only(sources) => Some(sources.iter().collect()),
    };
    let inserted = sqlx::query!(
        "insert into api_keys
             (key_id, name, hash, scopes, program_id, sources, bootstrap, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (hash) do nothing",
        key.id as _,
        &key.name as _,
        &hash[..],
        scopes as _,
        key.permissions.program() as _,
        sources as _,
        key.is_bootstrap,
        key.created_at,
        key.expires_at
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

struct Row {
    key_id: KeyId,
    name: KeyName,
    scopes: Vec<String>,
    program_id: Option<ProgramId>,
    sources: Option<Vec<Source>>,
    bootstrap: bool,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    previous_until: Option<DateTime<Utc>>,
}

/// Selects keys; `$which` continues the statement after `from`.
macro_rules! keys {
    ($which:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            "select key_id, name, scopes, program_id, sources, bootstrap, created_at, expires_at,
                    revoked_at, last_used_at, previous_until
             from api_keys " + $which
            $(, $argument)*
        )
    };
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.key_id,
            name: row.name,
            permissions: permissions(&row.scopes, row.program_id, row.sources),
            is_bootstrap: row.bootstrap,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
            previous_until: row.previous_until,
        }
    }
}

/// Scopes that this version does not know are left out: they allow nothing.
pub(super) fn permissions(
    scopes: &[String],
    program: Option<ProgramId>,
    sources: Option<Vec<Source>>,
) -> KeyPermissions {
    let scopes = scopes.iter().filter_map(|scope| scope.parse().ok());
    let sources = match sources {
        None => AllowedSources::All,
        Some(sources) => AllowedSources::Only(sources.into_iter().collect()),
    };
    KeyPermissions::stored(scopes.collect(), program, sources)
}

/// What a secret allows.
#[derive(Debug)]
pub struct SecretHolder {
    /// The key that the secret belongs to.
    pub key: KeyId,
    /// The purpose of the key.
    pub name: KeyName,
    /// The permissions of the key.
    pub permissions: KeyPermissions,
    /// The first moment at which the secret no longer works; `None` if it has no end.
    pub until: Option<DateTime<Utc>>,
}

/// Returns what a secret allows: the present one of a key that was not revoked, or the one
/// before it. Its time may be over.
pub async fn by_hash(conn: &mut PgConnection, hash: &SecretHash) -> Result<Option<SecretHolder>> {
    let row = sqlx::query!(
        r#"select key_id, name, scopes, program_id, sources,
                  least(expires_at, case when hash <> $1 then previous_until end) as until
           from api_keys where (hash = $1 or previous_hash = $1) and revoked_at is null
           order by hash = $1 desc limit 1"#,
        &hash[..]
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| SecretHolder {
        key: row.key_id,
        name: row.name,
        permissions: permissions(&row.scopes, row.program_id, row.sources),
        until: row.until,
    }))
}

/// Returns a page of keys, latest first.
pub async fn list(
    conn: &mut PgConnection,
    before: Option<KeyId>,
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let rows = keys!(
        "where $1::uuid is null or key_id < $1 order by key_id desc limit $2",
        before as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns a key.
pub async fn get(conn: &mut PgConnection, id: KeyId) -> Result<Option<ApiKey>> {
    let row = keys!("where key_id = $1", id as _).fetch_optional(conn);
    Ok(row.await?.map(Into::into))
}

/// Counts the keys that work at a time.
pub async fn count_active(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from api_keys
           where revoked_at is null and (expires_at is null or expires_at > $1)"#,
        now
    )
    .fetch_one(conn)
    .await?)
}

/// Returns a key and locks it until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: KeyId) -> Result<Option<ApiKey>> {
    let row = keys!("where key_id = $1 for update", id as _).fetch_optional(conn);
    Ok(row.await?.map(Into::into))
}

/// Locks the keys that may manage keys now, until the end of the transaction, and returns
/// their ids.
pub async fn lock_managers(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<KeyId>> {
    Ok(sqlx::query_scalar!(
        "select key_id from api_keys
         where 'admin' = any(scopes) and program_id is null and revoked_at is null
           and (expires_at is null or expires_at > $1)
         order by key_id for update",
        now
    )
    .fetch_all(conn)
    .await?)
}

/// Revokes a key and notifies every replica when the transaction commits. If it was revoked
/// before, the time of that stays.
pub async fn revoke(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null",
        id as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    notify_changed(conn).await
}

/// Gives a key a new secret, and notifies every replica when the transaction commits. The
/// present secret works until `previous_until`; the one before it no longer does.
pub async fn replace_secret(
    conn: &mut PgConnection,
    id: KeyId,
    hash: &SecretHash,
    previous_until: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update api_keys set previous_hash = hash, previous_until = $3, hash = $2
         where key_id = $1",
        id as _,
        &hash[..],
        previous_until
    )
    .execute(&mut *conn)
    .await?;
    notify_changed(conn).await
}

/// Revokes all bootstrap keys but one, notifies every replica when the transaction commits,
/// and returns the ids.
pub async fn end_other_bootstrap_keys(
    conn: &mut PgConnection,
    kept: KeyId,
    now: DateTime<Utc>,
) -> Result<Vec<KeyId>> {
    let ended = sqlx::query_scalar!(
        "update api_keys set revoked_at = $2
         where bootstrap and revoked_at is null and key_id <> $1 returning key_id",
        kept as _,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    notify_changed(conn).await?;
    Ok(ended)
}

/// Marks the key with this secret as a bootstrap key. Returns whether it was revoked.
pub async fn mark_as_bootstrap(conn: &mut PgConnection, hash: &SecretHash) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"update api_keys set bootstrap = true where hash = $1
           returning revoked_at is not null as "revoked!""#,
        &hash[..]
    )
    .fetch_one(conn)
    .await?)
}

/// Records when keys were last used, unless a use within the minute before is recorded.
pub async fn record_use(
    conn: &mut PgConnection,
    keys: &[KeyId],
    times: &[DateTime<Utc>],
) -> Result<()> {
    sqlx::query!(
        "update api_keys k set last_used_at = u.at
         from unnest($1::uuid[], $2::timestamptz[]) as u (key_id, at)
         where k.key_id = u.key_id
           and (k.last_used_at is null or k.last_used_at <= u.at - interval '1 minute')",
        keys as _,
        times
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notifies every replica, when the transaction commits, that secrets no longer work.
pub(super) async fn notify_changed(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", KEYS_CHANGED)
        .fetch_one(conn)
        .await?;
    Ok(())
}
