//! The graph of reactions between accounts, from which trust is computed.

use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{AccountId, EventType, Position};
use renown_core::scoring::Edge;

/// Streams an edge for every pair of accounts of which one reacted to the other
/// (dislikes do not count) or follows it, up to a position and, if a time is given, up to
/// that time, without undone events. A stream, because there may be millions; in order of
/// targets, as the graph takes them.
pub fn edges(
    conn: &mut PgConnection,
    to: Position,
    until: Option<DateTime<Utc>>,
) -> impl Stream<Item = Result<Edge>> + Send + '_ {
    let positive = |kind: &EventType| {
        let reaction = kind.reaction().is_some() && *kind != EventType::Dislike;
        reaction || *kind == EventType::Follow
    };
    let types: Vec<i16> = (EventType::ALL.iter())
        .map(|(kind, _)| *kind)
        .filter(positive)
        .map(EventType::code)
        .collect();
    sqlx::query!(
        r#"select e.actor as "reactor!", e.subject as "target!",
                  sum(e.count)::bigint as "reactions!", max(e.time) as "latest!"
           from events e
           where e.position <= $1 and e.type = any($2) and e.actor <> e.subject
             and ($3::timestamptz is null or e.time <= $3)
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           group by e.subject, e.actor
           order by e.subject, e.actor"#,
        to as _,
        &types as &[i16],
        until
    )
    .fetch(conn)
    .map_err(Into::into)
    .map_ok(|row| Edge {
        reactor: row.reactor,
        target: row.target,
        reactions: u64::try_from(row.reactions).unwrap_or(0),
        latest: row.latest,
    })
}

/// Returns the accounts of active members that are verified: whose attribute `verified`
/// is true.
pub async fn verified(conn: &mut PgConnection) -> Result<Vec<AccountId>> {
    let accounts = sqlx::query_scalar!(
        "select a.account_id from accounts a join members m using (member_id)
         where m.scoring = 'active' and m.attributes @> '{\"verified\": true}'"
    )
    .fetch_all(conn)
    .await?;
    Ok(accounts)
}
