//! The search for members by the beginning of any of their identities.

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{MemberId, Network};

/// Comes after every text that begins with what it is added to.
const LAST: char = char::MAX;

/// A member who was found by an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundByIdentity {
    /// The member.
    pub member: MemberId,
    /// Whether the whole identity was named, and not only its beginning.
    pub is_whole: bool,
}

/// Returns members with an account of which the handle begins so on its network, or with an
/// address or number that begins with `start` (in lower case) in any case: those first of
/// whom it was named in whole, then in the order of what was found. One range of an index is
/// read for each network and kind.
pub async fn by_any_identity(
    conn: &mut PgConnection,
    accounts: &[(Network, String)],
    start: &str,
    limit: i64,
) -> Result<Vec<FoundByIdentity>> {
    let networks: Vec<&Network> = accounts.iter().map(|(network, _)| network).collect();
    let starts: Vec<&str> = accounts.iter().map(|(_, start)| start.as_str()).collect();
    let ends = starts.iter().map(|start| format!("{start}{LAST}"));
    let found = sqlx::query_as!(
        FoundByIdentity,
        r#"select member_id as "member!: MemberId", is_whole as "is_whole!"
           from (
               select a.member_id, a.handle = w.start as is_whole, a.handle as found
               from unnest($1::text[], $2::text[], $3::text[]) as w (network, start, past)
               cross join lateral (
                   select member_id, handle from accounts
                   where member_id is not null and network = w.network
                     and handle collate "C" >= w.start and handle collate "C" < w.past
                   order by handle collate "C" limit $6) a
               union all
               (select member_id, value = $4, value from identities
                where kind = 'email' and value collate "C" >= $4 and value collate "C" < $5
                order by value collate "C" limit $6)
               union all
               select e.member_id, e.value = $4, e.value
               from unnest('{crm,loyalty}'::text[]) as k (kind)
               cross join lateral (
                   select member_id, lower(value collate "C") as value from identities
                   where kind <> 'email' and kind = k.kind
                     and lower(value collate "C") >= $4 and lower(value collate "C") < $5
                   order by lower(value collate "C") limit $6) e
           ) any_of
           order by is_whole desc, found collate "C", member_id limit $6"#,
        networks as _,
        &starts as _,
        &ends.collect::<Vec<_>>(),
        start,
        format!("{start}{LAST}"),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}
