//! Reads the whole population in ranges of member ids: a range scan of a table costs a
//! third of looking up the same members one by one.

use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder, Transaction};
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::MemberId;

/// The members after one id, up to and including another.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The last id of the range before.
    pub after: MemberId,
    /// The last id of this range.
    pub up_to: MemberId,
}

/// Begins another read-only transaction that sees the same moment as a running one.
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
    // This statement takes no parameters; the name has only hexadecimal digits and
    // dashes.
    let statement = format!("set transaction snapshot '{snapshot}'");
    QueryBuilder::new(statement)
        .build()
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// Counts the members that take part in scoring.
pub async fn count(conn: &mut PgConnection) -> Result<u64> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from members where scoring = 'active'"#)
            .fetch_one(conn)
            .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Returns the whole population in ranges of `members` members each.
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

/// Returns about the given share (0 to 1) of the members that take part in scoring. A
/// hash of the id selects them, so the sample is always the same and evenly spread.
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
