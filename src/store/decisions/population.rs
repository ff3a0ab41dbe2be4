//! The whole population, read in ranges of member ids: a range scan a table
//! costs a third of looking the same members up one by one.

use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder, Transaction};
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::MemberId;

/// Members after the first id up to the last.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The last member of the range before.
    pub after: MemberId,
    /// The last member of this one.
    pub up_to: MemberId,
}

/// Begins another that sees the same moment as one that is under way.
///
/// # Errors
/// If the database does not answer.
pub async fn begin_beside(
    pool: &PgPool,
    first: &mut PgConnection,
) -> Result<Transaction<'static, Postgres>> {
    let snapshot = sqlx::query_scalar!(r#"select pg_export_snapshot() as "name!""#)
        .fetch_one(first)
        .await?;
    let plain = |c: char| c.is_ascii_hexdigit() || c == '-';
    if !snapshot.chars().all(plain) {
        return Err(StoreError::Corrupt(format!("a snapshot '{snapshot}'")));
    }
    let mut transaction = crate::store::begin_reading(pool).await?;
    // It takes no parameters; the name is digits and dashes.
    let statement = format!("set transaction snapshot '{snapshot}'");
    QueryBuilder::new(statement)
        .build()
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// How many members take part in scoring.
///
/// # Errors
/// If the database does not answer.
pub async fn count(conn: &mut PgConnection) -> Result<u64> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from members where scoring = 'active'"#)
            .fetch_one(conn)
            .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The whole population in ranges of so many members.
///
/// # Errors
/// If the database does not answer.
pub async fn ranges(conn: &mut PgConnection, members: i64) -> Result<Vec<Range>> {
    let ends = sqlx::query_scalar!(
        r#"select member_id as "member_id!" from (
               select member_id, row_number() over (order by member_id) as place from members
           ) numbered
           where place % $1 = 0 order by member_id"#,
        members
    )
    .fetch_all(conn)
    .await?;
    let mut after = MemberId(Uuid::nil());
    let ends = ends.into_iter().chain([MemberId(Uuid::max())]);
    let range = |end| Range {
        after: std::mem::replace(&mut after, end),
        up_to: end,
    };
    Ok(ends.map(range).collect())
}

/// About the given share of the members who take part in scoring, always the
/// same ones, spread evenly whatever their ids have in common.
///
/// # Errors
/// If the database does not answer.
pub async fn sample(conn: &mut PgConnection, share: f64) -> Result<Vec<MemberId>> {
    let hashes = f64::from(u32::MAX) + 1.0;
    let ids = sqlx::query_scalar!(
        "select member_id from members
         where scoring = 'active' and uuid_hash_extended(member_id, 0) & 4294967295 < $1
         order by member_id",
        (share.clamp(0.0, 1.0) * hashes) as i64
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}
