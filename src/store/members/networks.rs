//! The networks on which members have accounts.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::Network;

/// The most networks that are listed.
const MOST: i32 = 200;

/// Returns the networks on which a member has an account: the first 200 in the order of
/// their names, and those of `named`. One step through the index finds each of them, however
/// many accounts there are.
pub async fn of_members(conn: &mut PgConnection, named: &[Network]) -> Result<BTreeSet<Network>> {
    let rows = sqlx::query_scalar!(
        r#"with recursive known as (
               (select network, 1 as place from accounts where member_id is not null
                order by network limit 1)
               union all
               select (select network from accounts
                       where member_id is not null and network > known.network
                       order by network limit 1), place + 1
               from known where network is not null and place < $1
           )
           select network as "network!: Network" from known where network is not null
           union
           select name from unnest($2::text[]) as name
           where exists (select from accounts
               where network = name and member_id is not null)"#,
        MOST,
        named as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}
