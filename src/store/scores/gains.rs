//! What members gained: positive reactions by others, before and after a time.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{EventType, MemberId, Position, Topic};

/// The reactions to one member, in all or on one topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// The member.
    pub member: MemberId,
    /// The topic; `None` for all reactions.
    pub topic: Option<Topic>,
    /// Reactions up to the time.
    pub past: i64,
    /// The distinct known accounts among their authors.
    pub reactors: i64,
    /// Reactions after the time.
    pub gain: i64,
}

/// Returns the numbers of the types of positive reactions.
fn positive() -> Vec<i16> {
    let kinds = EventType::ALL.iter().map(|(kind, _)| *kind);
    let positive = |kind: &EventType| kind.reaction().is_some() && *kind != EventType::Dislike;
    kinds.filter(positive).map(EventType::code).collect()
}

/// Returns the times of the earliest and of the latest positive reaction to members, up to a
/// position; `None` if there is none.
pub async fn span(
    conn: &mut PgConnection,
    to: Position,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select min(e.time) as earliest, max(e.time) as latest
         from events e join accounts a on a.account_id = e.subject and a.member_id is not null
         where e.position <= $1 and e.type = any($2)",
        to as _,
        &positive()
    )
    .fetch_one(conn)
    .await?;
    Ok(row.earliest.zip(row.latest))
}

/// Returns the reactions to members by others, up to a position, before and after a time:
/// of each member in all, and on each topic. Who has which account, and what is undone, is
/// as of now.
pub async fn of(
    conn: &mut PgConnection,
    members: &[MemberId],
    split: DateTime<Utc>,
    to: Position,
) -> Result<Vec<Gain>> {
    let gains = sqlx::query_as!(
        Gain,
        r#"select own.member_id as "member!: MemberId", on_topic.topic as "topic: Topic",
                  coalesce(sum(e.count) filter (where e.time <= $2), 0)::bigint as "past!",
                  count(distinct e.actor) filter (where e.time <= $2) as "reactors!",
                  coalesce(sum(e.count) filter (where e.time > $2), 0)::bigint as "gain!"
           from accounts own
           join events e on e.subject = own.account_id
           left join accounts other on other.account_id = e.actor
           cross join lateral
               (select null::text as topic union all select unnest(e.topics)) on_topic
           where own.member_id = any($1) and e.position <= $3 and e.type = any($4)
             and other.member_id is distinct from own.member_id
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           group by 1, 2
           order by 1, 2"#,
        members as _,
        split,
        to as _,
        &positive()
    )
    .fetch_all(conn)
    .await?;
    Ok(gains)
}
