//! Programs, their immutable versions, and the stock of their perks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{KeyId, PerkId, ProgramId, ProgramVersion, VersionRecord};

/// What is to be published.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// As it was written.
    pub source: &'a str,
    /// With which key, if with one.
    pub by: Option<KeyId>,
    /// The first moment at which it is in force.
    pub starts_at: DateTime<Utc>,
    /// What its author says about it.
    pub note: Option<&'a str>,
    /// The earlier version whose source it brings back.
    pub restores: Option<ProgramVersion>,
}

/// Versions; what follows the columns says which.
macro_rules! versions {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            VersionRecord,
            "select program_id as program, version, source, published_at, published_by, starts_at,
                    withdrawn_at, note, restores
             from program_versions v " + $which,
            $($argument),+
        )
    };
}

/// Every program's version in force, and those that will be.
///
/// # Errors
/// If the database does not answer.
pub async fn in_force_from(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Vec<VersionRecord>> {
    let rows = versions!(
        "where withdrawn_at is null
           and (starts_at > $1
                or (starts_at, version) =
                   (select starts_at, version from program_versions
                    where program_id = v.program_id and withdrawn_at is null and starts_at <= $1
                    order by starts_at desc, version desc limit 1))
         order by program_id, starts_at, version",
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// The version of a program that is in force at a time, if any is.
///
/// # Errors
/// If the database does not answer.
pub async fn in_force_at(
    conn: &mut PgConnection,
    program: &ProgramId,
    now: DateTime<Utc>,
) -> Result<Option<ProgramVersion>> {
    let version = sqlx::query_scalar!(
        "select version from program_versions
         where program_id = $1 and withdrawn_at is null and starts_at <= $2
         order by starts_at desc, version desc limit 1",
        program as _,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(version)
}

/// Every version of a program, latest first.
///
/// # Errors
/// If the database does not answer.
pub async fn versions(conn: &mut PgConnection, program: &ProgramId) -> Result<Vec<VersionRecord>> {
    let rows = versions!("where program_id = $1 order by version desc", program as _)
        .fetch_all(conn)
        .await?;
    Ok(rows)
}

/// One version of a program.
///
/// # Errors
/// If the database does not answer.
pub async fn version(
    conn: &mut PgConnection,
    program: &ProgramId,
    version: ProgramVersion,
) -> Result<Option<VersionRecord>> {
    let row = versions!(
        "where program_id = $1 and version = $2",
        program as _,
        version as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// The text of one version, in force or not.
///
/// # Errors
/// If the database does not answer.
pub async fn source(
    conn: &mut PgConnection,
    program: &ProgramId,
    version: ProgramVersion,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select source from program_versions where program_id = $1 and version = $2",
        program as _,
        version as _
    )
    .fetch_optional(conn)
    .await?)
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
        program as _,
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
        program as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(draft.flatten())
}

/// Makes sure that a program is there, and that its writers take turns until
/// the transaction ends.
///
/// # Errors
/// If the database does not answer.
pub async fn lock(conn: &mut PgConnection, program: &ProgramId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into programs (program_id, updated_at) values ($1, $2)
         on conflict (program_id) do update set updated_at = excluded.updated_at",
        program as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Publishes a source as the next version and tells every replica when the
/// transaction commits. The caller has the program's [`lock`].
///
/// # Errors
/// If the database does not answer.
pub async fn publish(
    conn: &mut PgConnection,
    program: &ProgramId,
    new: &NewVersion<'_>,
    now: DateTime<Utc>,
) -> Result<ProgramVersion> {
    let version = sqlx::query_scalar!(
        r#"insert into program_versions (program_id, version, source, published_at, published_by,
               starts_at, note, restores)
           select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7
           from program_versions where program_id = $1
           returning version"#,
        program as _,
        new.source,
        now,
        new.by as _,
        new.starts_at,
        new.note,
        new.restores as _
    )
    .fetch_one(&mut *conn)
    .await?;
    notify_changed(conn, program).await?;
    Ok(version)
}

/// The draft has become a version.
///
/// # Errors
/// If the database does not answer.
pub async fn clear_draft(conn: &mut PgConnection, program: &ProgramId, source: &str) -> Result<()> {
    sqlx::query!(
        "update programs set draft = null where program_id = $1 and draft = $2",
        program as _,
        source
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a version back that has not begun. `false` if it has, or was taken
/// back before.
///
/// # Errors
/// If the database does not answer.
pub async fn withdraw(
    conn: &mut PgConnection,
    program: &ProgramId,
    version: ProgramVersion,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update program_versions set withdrawn_at = $3
         where program_id = $1 and version = $2 and withdrawn_at is null and starts_at > $3",
        program as _,
        version as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    notify_changed(conn, program).await?;
    Ok(done.rows_affected() == 1)
}

async fn notify_changed(conn: &mut PgConnection, program: &ProgramId) -> Result<()> {
    sqlx::query!("select pg_notify($1, $2)", PROGRAMS_CHANGED, program as _)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// The channel on which a publication is told.
pub const PROGRAMS_CHANGED: &str = "renown_programs";

/// Sets a perk's stock, `None` for as many as are wanted. What is taken already
/// stays taken.
///
/// # Errors
/// [`StoreError::Constraint`](crate::store::StoreError::Constraint)
/// `perk_stock_never_oversold` if more is taken than the new total.
pub async fn set_stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
    total: Option<i64>,
) -> Result<()> {
    let Some(total) = total else {
        return forget_total(conn, program, perk).await;
    };
    sqlx::query!(
        "insert into perk_stock (program_id, perk_id, total) values ($1, $2, $3)
         on conflict (program_id, perk_id) do update set total = excluded.total",
        program as _,
        perk as _,
        total
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets a perk's stock to what a version that has begun by itself says, or to
/// what is taken already, if that is more; `None` for as many as are wanted.
///
/// # Errors
/// If the database does not answer.
pub async fn follow_stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
    total: Option<i64>,
) -> Result<()> {
    let Some(total) = total else {
        return forget_total(conn, program, perk).await;
    };
    sqlx::query!(
        "insert into perk_stock (program_id, perk_id, total) values ($1, $2, $3)
         on conflict (program_id, perk_id) do update
         set total = greatest(excluded.total, perk_stock.taken)
         where perk_stock.total is distinct from greatest(excluded.total, perk_stock.taken)",
        program as _,
        perk as _,
        total
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a perk has been counted, it is not limited any more.
async fn forget_total(conn: &mut PgConnection, program: &ProgramId, perk: &PerkId) -> Result<()> {
    sqlx::query!(
        "update perk_stock set total = null
         where program_id = $1 and perk_id = $2 and total is not null",
        program as _,
        perk as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a version says of the units of a perk.
#[derive(Debug, Clone)]
pub struct Units<'p> {
    /// The perk.
    pub perk: &'p PerkId,
    /// Its stock; `None` for as many as are wanted.
    pub stock: Option<i64>,
    /// Whether each unit needs a code of a partner.
    pub coded: bool,
}

/// How many units of each perk are left for whoever asks, where a version limits
/// them: those that people wait for are not, nor are those without a code. Of the
/// version's stock and the stored total, which may be that of the version before,
/// the lower counts, as it does when a unit is taken.
///
/// # Errors
/// If the database does not answer.
pub async fn stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    units: &[Units<'_>],
) -> Result<BTreeMap<PerkId, i64>> {
    let perks: Vec<_> = units.iter().map(|unit| &unit.perk).collect();
    let stocks: Vec<Option<i64>> = units.iter().map(|unit| unit.stock).collect();
    let coded: Vec<bool> = units.iter().map(|unit| unit.coded).collect();
    // LEAST passes over what is null.
    let rows = sqlx::query!(
        r#"select perk_id as "perk_id!: PerkId",
                  greatest(least(
                      case when stock is not null
                           then least(total, stock) - coalesce(taken, 0) end,
                      case when coded then coalesce(free_codes, 0) end
                  ) - coalesce(waiting, 0), 0) as "left!"
           from unnest($2::text[], $3::bigint[], $4::bool[]) as version (perk_id, stock, coded)
           left join (select * from perk_stock where program_id = $1) counted using (perk_id)
           where stock is not null or coded"#,
        program as _,
        perks as _,
        stocks as _,
        &coded
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.perk_id, row.left)).collect())
}

/// What is counted of a perk's units, whatever its stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitCounts {
    /// Those that are claimed and not given back.
    pub taken: i64,
    /// Those that people wait for.
    pub waiting: i64,
    /// Codes of a partner that no claim has taken.
    pub free_codes: i64,
}

/// What is counted of each perk, where anything ever was.
///
/// # Errors
/// If the database does not answer.
pub async fn counted(
    conn: &mut PgConnection,
    program: &ProgramId,
) -> Result<BTreeMap<PerkId, UnitCounts>> {
    let rows = sqlx::query!(
        r#"select perk_id, taken, waiting, coalesce(free_codes, 0) as "free_codes!"
           from perk_stock where program_id = $1"#,
        program as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let counted = UnitCounts {
                taken: row.taken,
                waiting: row.waiting,
                free_codes: row.free_codes,
            };
            Ok((row.perk_id, counted))
        })
        .collect()
}
