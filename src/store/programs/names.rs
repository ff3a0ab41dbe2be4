//! The names that the data has: imported indices, attributes of members, and networks.

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::rules::{DataKind, DataName, KnownNames};

/// How many of the latest rows of each table are read for names. They are the names to
/// suggest for a misspelt one.
const SAMPLE: i64 = 10_000;

/// Returns the names in the latest rows, and those of `named` that occur anywhere.
pub async fn known_names(conn: &mut PgConnection, named: &[DataName]) -> Result<KnownNames> {
    let of = |kind| {
        let named = named.iter().filter(move |named| named.kind == kind);
        named.map(|named| named.name.clone()).collect::<Vec<_>>()
    };
    let indices = sqlx::query_scalar!(
        r#"select distinct index_name as "name!"
           from (select index_name from member_indices
                 order by member_id desc, index_name desc limit $1) latest
           union
           select name from unnest($2::text[]) name
           where exists (select from member_indices where index_name = name)"#,
        SAMPLE,
        &of(DataKind::Index)
    )
    .fetch_all(&mut *conn)
    .await?;
    let attributes = sqlx::query_scalar!(
        r#"select distinct jsonb_object_keys(attributes) as "name!"
           from (select attributes from members order by member_id desc limit $1) latest
           union
           select name from unnest($2::text[]) name
           where exists (select from members where attributes ? name)"#,
        SAMPLE,
        &of(DataKind::Attribute)
    )
    .fetch_all(&mut *conn)
    .await?;
    let networks = sqlx::query_scalar!(
        r#"select distinct network as "name!: String"
           from (select network from accounts order by account_id desc limit $1) latest
           union
           select name from unnest($2::text[]) name
           where exists (select from accounts where network = name)"#,
        SAMPLE,
        &of(DataKind::Network)
    )
    .fetch_all(&mut *conn)
    .await?;
    let kinds = [
        (DataKind::Index, indices),
        (DataKind::Attribute, attributes),
        (DataKind::Network, networks),
    ];
    let names = kinds.into_iter();
    Ok(names
        .flat_map(|(kind, names)| names.into_iter().map(move |name| (kind, name)))
        .collect())
}
