//! Programs, their immutable versions, and the stock of their perks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

use super::Result;
use crate::domain::{KeyId, PerkId, ProgramId, ProgramVersion};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Of which program.
    pub program: ProgramId,
    /// 1, 2, 3, …
    pub version: ProgramVersion,
    /// As it was written.
    pub source: String,
    /// When.
    pub published_at: DateTime<Utc>,
}

/// Every program's version in force.
///
/// # Errors
/// If the database does not answer.
pub async fn in_force(conn: &mut PgConnection) -> Result<Vec<Published>> {
    let rows = sqlx::query!(
        "select v.program_id, v.version, v.source, v.published_at
         from programs p
         join program_versions v on v.program_id = p.program_id and v.version = p.current_version
         order by v.program_id"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Published {
                program: ProgramId::parse(&row.program_id)?,
                version: ProgramVersion(row.version),
                source: row.source,
                published_at: row.published_at,
            })
        })
        .collect()
}

/// Every version of a program, latest first.
///
/// # Errors
/// If the database does not answer.
pub async fn versions(conn: &mut PgConnection, program: &ProgramId) -> Result<Vec<Published>> {
    let rows = sqlx::query!(
        "select version, source, published_at from program_versions
         where program_id = $1 order by version desc",
        program.as_str()
    )
    .fetch_all(conn)
    .await?;
    let published = rows.into_iter().map(|row| Published {
        program: program.clone(),
        version: ProgramVersion(row.version),
        source: row.source,
        published_at: row.published_at,
    });
    Ok(published.collect())
}

/// Stores what is being worked on.
///
/// # Errors
/// If the database does not answer.
pub async fn put_draft(
    conn: &mut PgConnection,
    program: &ProgramId,
    source: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into programs (program_id, draft, updated_at) values ($1, $2, $3)
         on conflict (program_id) do update set draft = excluded.draft, updated_at = excluded.updated_at",
        program.as_str(),
        source,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is being worked on, if anything is.
///
/// # Errors
/// If the database does not answer.
pub async fn draft(conn: &mut PgConnection, program: &ProgramId) -> Result<Option<String>> {
    let draft = sqlx::query_scalar!(
        "select draft from programs where program_id = $1",
        program.as_str()
    )
    .fetch_optional(conn)
    .await?;
    Ok(draft.flatten())
}

/// Publishes a source as the next version and tells every replica when the
/// transaction commits.
///
/// # Errors
/// If the database does not answer.
pub async fn publish(
    conn: &mut PgConnection,
    program: &ProgramId,
    source: &str,
    by: Option<KeyId>,
    now: DateTime<Utc>,
) -> Result<ProgramVersion> {
    // The row's lock makes concurrent publishers take turns.
    sqlx::query!(
        "insert into programs (program_id, updated_at) values ($1, $2)
         on conflict (program_id) do update set updated_at = excluded.updated_at",
        program.as_str(),
        now
    )
    .execute(&mut *conn)
    .await?;
    let version = sqlx::query_scalar!(
        r#"insert into program_versions (program_id, version, source, published_at, published_by)
           select $1, coalesce(max(version), 0) + 1, $2, $3, $4
           from program_versions where program_id = $1
           returning version"#,
        program.as_str(),
        source,
        now,
        by.map(|key| key.0)
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "update programs set current_version = $2, draft = null where program_id = $1",
        program.as_str(),
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "select pg_notify($1, $2)",
        PROGRAMS_CHANGED,
        program.as_str()
    )
    .fetch_one(conn)
    .await?;
    Ok(ProgramVersion(version))
}

/// The channel on which a publication is told.
pub const PROGRAMS_CHANGED: &str = "renown_programs";

/// Sets a perk's stock. What is taken already stays taken.
///
/// # Errors
/// [`StoreError::Constraint`](super::StoreError::Constraint)
/// `perk_stock_never_oversold` if more is taken than the new total.
pub async fn set_stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
    total: i64,
) -> Result<()> {
    sqlx::query!(
        "insert into perk_stock (program_id, perk_id, total) values ($1, $2, $3)
         on conflict (program_id, perk_id) do update set total = excluded.total",
        program.as_str(),
        perk.as_str(),
        total
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many units of each perk are left.
///
/// # Errors
/// If the database does not answer.
pub async fn stock(conn: &mut PgConnection, program: &ProgramId) -> Result<BTreeMap<PerkId, i64>> {
    let rows = sqlx::query!(
        r#"select perk_id, total - taken as "left!" from perk_stock where program_id = $1"#,
        program.as_str()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((PerkId::parse(&row.perk_id)?, row.left)))
        .collect()
}

/// How many units of each perk are taken.
///
/// # Errors
/// If the database does not answer.
pub async fn taken(conn: &mut PgConnection, program: &ProgramId) -> Result<BTreeMap<PerkId, i64>> {
    let rows = sqlx::query!(
        "select perk_id, taken from perk_stock where program_id = $1",
        program.as_str()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((PerkId::parse(&row.perk_id)?, row.taken)))
        .collect()
}
