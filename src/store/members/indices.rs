//! Indices of members from other systems.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ImportedIndex, IndexName, MemberId};

/// Returns the imported indices of members.
pub async fn indices(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>>> {
    let rows = sqlx::query!(
        "select member_id, index_name, score, provenance, as_of from member_indices
         where member_id = any($1)",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut indices: BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>> = BTreeMap::new();
    for row in rows {
        let index = ImportedIndex {
            score: row.score,
            provenance: row.provenance,
            as_of: row.as_of,
        };
        let of_member = indices.entry(row.member_id).or_default();
        of_member.insert(row.index_name, index);
    }
    Ok(indices)
}

/// Counts the imported indices of a member.
pub async fn count_indices(conn: &mut PgConnection, member: MemberId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from member_indices where member_id = $1"#,
        member as _
    );
    Ok(count.fetch_one(conn).await?)
}

/// Deletes an imported index; `false` if there is none of that name.
pub async fn delete_index(
    conn: &mut PgConnection,
    member: MemberId,
    name: &IndexName,
) -> Result<bool> {
    let deleted = sqlx::query!(
        "delete from member_indices where member_id = $1 and index_name = $2",
        member as _,
        name as _
    )
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Stores an imported index; replaces the earlier one of the same name.
pub async fn put_index(
    conn: &mut PgConnection,
    member: MemberId,
    name: &IndexName,
    index: &ImportedIndex,
) -> Result<()> {
    sqlx::query!(
        "insert into member_indices (member_id, index_name, score, provenance, as_of)
         values ($1, $2, $3, $4, $5)
         on conflict (member_id, index_name) do update
         set score = excluded.score, provenance = excluded.provenance, as_of = excluded.as_of",
        member as _,
        name as _,
        index.score,
        index.provenance,
        index.as_of
    )
    .execute(conn)
    .await?;
    Ok(())
}
