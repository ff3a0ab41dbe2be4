//! Programs, their immutable versions, and the stock of their perks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{
    AudienceRules, CallerId, PerkId, ProgramId, ProgramVersion, VersionRecord,
};

/// A version to publish.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// The source, as it was written.
    pub source: &'a str,
    /// The audiences that it refers to, directly or through others.
    pub audiences: &'a AudienceRules,
    /// The caller who publishes it; `None` for one in the shell.
    pub by: Option<CallerId>,
    /// The first moment at which it is in force.
    pub starts_at: DateTime<Utc>,
    /// The author's note.
    pub note: Option<&'a str>,
    /// The earlier version whose source it restores, if it does.
    pub restores: Option<ProgramVersion>,
}

/// Selects versions; `$which` continues the statement.
macro_rules! versions {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            VersionRecord,
            r#"select program_id as program, version, source,
                    coalesce(audiences, '{}') as "audiences!: AudienceRules", published_at, published_by, starts_at,
                    withdrawn_at, note, restores
             from program_versions v "# + $which,
            $($argument),+
        )
    };
}

/// Returns the version in force of every program, and all later ones.
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

/// Returns all versions of all programs that are or can come into force, or were in force
/// once.
pub async fn published(conn: &mut PgConnection) -> Result<Vec<VersionRecord>> {
    let withdrawn = false;
    let rows = versions!(
        "where (withdrawn_at is not null) = $1 order by program_id, version",
        withdrawn
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns the version of a program that is in force at a time, if there is one.
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

/// Returns all versions of a program, latest first.
pub async fn versions(conn: &mut PgConnection, program: &ProgramId) -> Result<Vec<VersionRecord>> {
    let rows = versions!("where program_id = $1 order by version desc", program as _)
        .fetch_all(conn)
        .await?;
    Ok(rows)
}

/// Returns a version of a program.
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

/// Stores the draft of a program.
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

/// Returns the draft of a program, if there is one.
pub async fn draft(conn: &mut PgConnection, program: &ProgramId) -> Result<Option<String>> {
    let draft = sqlx::query_scalar!(
        "select draft from programs where program_id = $1",
        program as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(draft.flatten())
}

/// Creates a program if it is new, and locks it until the end of the transaction.
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

/// Publishes a source as the next version and notifies every replica when the
/// transaction commits. The caller has the program's [`lock`].
pub async fn publish(
    conn: &mut PgConnection,
    program: &ProgramId,
    new: &NewVersion<'_>,
    now: DateTime<Utc>,
) -> Result<ProgramVersion> {
    let audiences = Some(new.audiences).filter(|audiences| !audiences.is_empty());
    let version = sqlx::query_scalar!(
        r#"insert into program_versions (program_id, version, source, published_at, published_by,
               starts_at, note, restores, audiences)
           select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8
           from program_versions where program_id = $1
           returning version"#,
        program as _,
        new.source,
        now,
        new.by as _,
        new.starts_at,
        new.note,
        new.restores as _,
        audiences as _
    )
    .fetch_one(&mut *conn)
    .await?;
    notify_changed(conn, program).await?;
    Ok(version)
}

/// Deletes the draft if it is the given source, which was published.
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

/// Withdraws a version that is not in force yet; `false` if it is, or was withdrawn
/// before.
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

/// The channel for published and withdrawn versions.
pub const PROGRAMS_CHANGED: &str = "renown_programs";

/// Sets a perk's stock; `None` for unlimited. Claimed units stay claimed.
///
/// # Errors
/// [`StoreError::Constraint`](crate::store::StoreError::Constraint)
/// `perk_stock_never_oversold` if more units are claimed than the new total.
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

/// Sets a perk's stock to that of a version that came into force at its time, or to the
/// number of claimed units if that is higher; `None` for unlimited.
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

/// Removes the limit from the row of a perk, if there is one.
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

/// The supply of a perk in a version.
#[derive(Debug, Clone)]
pub struct Units<'p> {
    /// The perk.
    pub perk: &'p PerkId,
    /// Its stock; `None` if unlimited.
    pub stock: Option<i64>,
    /// Whether each unit needs a partner's code.
    pub coded: bool,
}

/// Returns how many units of each limited perk can still be claimed: units for which
/// members wait, or for which there is no code, are not counted. The lower counts of
/// the version's stock and the stored total (which may be that of the version before),
/// as it does for a claim.
pub async fn stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    units: &[Units<'_>],
) -> Result<BTreeMap<PerkId, i64>> {
    let perks: Vec<_> = units.iter().map(|unit| &unit.perk).collect();
    let stocks: Vec<Option<i64>> = units.iter().map(|unit| unit.stock).collect();
    let coded: Vec<bool> = units.iter().map(|unit| unit.coded).collect();
    // LEAST ignores nulls.
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

/// The counts of a perk's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitCounts {
    /// Units that are claimed.
    pub taken: i64,
    /// Members that wait for a unit.
    pub waiting: i64,
    /// Codes of a partner that belong to no claim.
    pub free_codes: i64,
}

/// Returns the counts of each perk that has any.
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
