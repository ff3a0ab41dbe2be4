//! Sessions, stored by the hashes of their tokens.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::api_keys::{SecretHash, notify_changed, permissions};
use crate::store::{Result, StoreError};
use renown_core::domain::{
    CallerId, CallerName, KeyId, KeyPermissions, Permissions, ProgramId, ProviderId, Role, Session,
    SessionId, SessionKind, SignedInBy, Source,
};

/// The most rows that one statement deletes.
const PRUNED_AT_ONCE: i64 = 5_000;

/// Inserts a session. `key_hash` is the hash of the secret with which it was made, if it was
/// made with an API key.
pub async fn insert(
    conn: &mut PgConnection,
    session: &Session,
    hash: &SecretHash,
    key_hash: Option<&SecretHash>,
) -> Result<()> {
    let (key, provider) = match &session.by {
        SignedInBy::Key(key) => (Some(*key), None),
        SignedInBy::Provider(provider) => (None, Some(provider)),
    };
    sqlx::query!(
        "insert into sessions
             (session_id, hash, kind, caller_id, name, key_id, key_hash, provider, role,
              program_id, created_at, last_used_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        session.id as _,
        &hash[..],
        session.kind as _,
        session.caller as _,
        &session.name as _,
        key as _,
        key_hash.map(|hash| &hash[..]),
        provider as _,
        session.role as _,
        session.program.as_ref() as _,
        session.created_at,
        session.last_used_at,
        session.expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    session_id: SessionId,
    kind: SessionKind,
    caller_id: CallerId,
    name: CallerName,
    key_id: Option<KeyId>,
    provider: Option<ProviderId>,
    role: Option<Role>,
    program_id: Option<ProgramId>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    until: DateTime<Utc>,
    is_revoked: bool,
    key_scopes: Option<Vec<String>>,
    key_program: Option<ProgramId>,
    key_sources: Option<Vec<Source>>,
}

/// Selects sessions with the keys that they were made with; `$which` continues the
/// statement after `from`. A session ends with the secret of its key.
macro_rules! sessions {
    ($which:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select s.session_id, s.kind, s.caller_id, s.name, s.key_id, s.provider, s.role,
                      s.program_id, s.created_at, s.last_used_at,
                      least(s.expires_at, k.expires_at,
                            case when k.hash <> s.key_hash then k.previous_until end) as "until!",
                      (s.revoked_at is not null or s.key_id is not null
                       and (k.revoked_at is not null or s.key_hash <> k.hash
                            and s.key_hash is distinct from k.previous_hash)) as "is_revoked!",
                      k.scopes as "key_scopes?",
                      k.program_id as "key_program?: ProgramId",
                      k.sources as "key_sources?: Vec<Source>"
               from sessions s left join api_keys k on k.key_id = s.key_id "# + $which
            $(, $argument)*
        )
    };
}

impl Row {
    fn key_permissions(&mut self) -> Option<KeyPermissions> {
        let scopes = self.key_scopes.take()?;
        let (program, sources) = (self.key_program.take(), self.key_sources.take());
        Some(permissions(&scopes, program, sources))
    }
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let by = match (row.key_id, row.provider) {
            (Some(key), _) => SignedInBy::Key(key),
            (None, Some(provider)) => SignedInBy::Provider(provider),
            (None, None) => return Err(StoreError::Corrupt("who began a session".into())),
        };
        Ok(Self {
            id: row.session_id,
            kind: row.kind,
            caller: row.caller_id,
            name: row.name,
            by,
            role: row.role,
            program: row.program_id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.until,
            is_revoked: row.is_revoked,
        })
    }
}

/// Returns the session of a token, and what it allows. It may have ended.
pub async fn by_hash(
    conn: &mut PgConnection,
    hash: &SecretHash,
) -> Result<Option<(Session, Permissions)>> {
    let row = sessions!("where s.hash = $1", &hash[..]).fetch_optional(conn);
    let Some(mut row) = row.await? else {
        return Ok(None);
    };
    let of_key = row.key_permissions();
    let session = Session::try_from(row)?;
    let allowed = match (session.role, of_key) {
        (Some(role), _) => Permissions::Role {
            role,
            program: session.program.clone(),
        },
        (None, Some(key)) => Permissions::Key(key),
        (None, None) => return Err(StoreError::Corrupt("what a session allows".into())),
    };
    Ok(Some((session, allowed)))
}

/// Returns a page of sessions, latest first: those of a caller, or all.
pub async fn list(
    conn: &mut PgConnection,
    caller: Option<CallerId>,
    before: Option<SessionId>,
    limit: i64,
) -> Result<Vec<Session>> {
    let rows = sessions!(
        "where ($1::uuid is null or s.caller_id = $1) and ($2::uuid is null or s.session_id < $2)
         order by s.session_id desc limit $3",
        caller as _,
        before as _,
        limit
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Ends a session, of a caller or of any, and notifies every replica when the transaction
/// commits. Returns whether there is such a session; if it had ended before, nothing changes.
pub async fn end(
    conn: &mut PgConnection,
    id: SessionId,
    caller: Option<CallerId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update sessions set revoked_at = coalesce(revoked_at, $3)
         where session_id = $1 and ($2::uuid is null or caller_id = $2)",
        id as _,
        caller as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    notify_changed(conn).await?;
    Ok(ended.rows_affected() > 0)
}

/// Records when sessions were last used, unless a use within the minute before is recorded.
pub async fn record_use(
    conn: &mut PgConnection,
    sessions: &[SessionId],
    times: &[DateTime<Utc>],
) -> Result<()> {
    sqlx::query!(
        "update sessions s set last_used_at = u.at
         from unnest($1::uuid[], $2::timestamptz[]) as u (session_id, at)
         where s.session_id = u.session_id and s.last_used_at <= u.at - interval '1 minute'",
        sessions as _,
        times
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes one batch of sessions that ended before a time. The latest one of each caller is
/// kept: it says who the caller is that grants and versions name.
pub async fn prune(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from sessions where session_id in (
             select session_id from sessions s
             where expires_at < $1 and exists (
                 select from sessions later
                 where later.caller_id = s.caller_id and later.session_id > s.session_id)
             limit $2)",
        before,
        PRUNED_AT_ONCE
    )
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected())
}
