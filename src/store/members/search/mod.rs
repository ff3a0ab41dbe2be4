//! The search for members, in bounded time whatever is looked for.
//!
//! If few members meet one of the conditions, all of them are checked. Otherwise the list is
//! walked in its order, a limited number of members for one page; such a page may have fewer
//! members than were asked for, and says where the next one begins.

mod any;
mod condition;

use sqlx::{PgConnection, Postgres, QueryBuilder};

use crate::store::Result;
pub use any::{FoundByIdentity, by_any_identity};
use condition::Condition;
use renown_core::domain::{
    AttributeName, Member, MemberFilter, MemberId, MemberPlace, ModelVersion,
};
use renown_core::ingest::member_list::AttributeType;

/// Fewer members than this are few.
const FEW: i64 = 3_000;
/// The most members of whom a page is chosen, if many meet each condition, and if that is more
/// than the page has.
const WALKED: i64 = 3_000;

/// A page of a list of members.
#[derive(Debug)]
pub struct FoundMembers {
    /// The places of the members.
    pub places: Vec<MemberPlace>,
    /// The place after which the next page begins; `None` if there is none.
    pub next: Option<MemberPlace>,
}

/// Returns a page of the places of members in a list: at most `limit`, and fewer, or none, also
/// if there is a next page.
pub async fn search(
    conn: &mut PgConnection,
    filter: &MemberFilter,
    model: &ModelVersion,
    limit: u16,
) -> Result<FoundMembers> {
    let search = Search::plan(conn, filter, model).await?;
    let rows = i64::from(limit) + 1;
    let mut places = Vec::new();
    let mut end = filter.after.clone();
    match search.begin {
        Begin::Few(rarest) => {
            places = search.among_few(conn, rarest, end.as_ref(), rows).await?;
            end = None;
        }
        // Most often a page is full after a few members.
        Begin::InOrder(read) => {
            for walked in [2 * rows, WALKED.max(2 * rows)] {
                let missing = rows - places.len() as i64;
                let walk = search.walk(conn, read, end.as_ref(), (walked, missing));
                let (found, last) = walk.await?;
                places.extend(found);
                end = last;
                if end.is_none() || places.len() as i64 == rows {
                    break;
                }
            }
        }
    }
    if places.len() > usize::from(limit) {
        places.truncate(limit.into());
        end = places.last().cloned();
    }
    Ok(FoundMembers { places, next: end })
}

/// The members with whom a search begins.
#[derive(Clone, Copy)]
enum Begin<'f> {
    /// All who meet this condition, whatever their order: they are few.
    Few(Condition<'f>),
    /// Those who meet this condition, or all members without one, in the order of the list.
    InOrder(Option<Condition<'f>>),
}

/// A search, with the members with whom it begins.
struct Search<'f> {
    /// The condition by which the list is in order; `None` if the members who enrolled last are
    /// first.
    order: Option<Condition<'f>>,
    begin: Begin<'f>,
    conditions: Vec<Condition<'f>>,
}

impl<'f> Search<'f> {
    /// Chooses the condition by which the search begins: the rarest if it is rare, else one by
    /// which the list is in order.
    async fn plan(
        conn: &mut PgConnection,
        filter: &'f MemberFilter,
        model: &'f ModelVersion,
    ) -> Result<Self> {
        let conditions = conditions(filter, model);
        let mut counted = Vec::with_capacity(conditions.len());
        // A single condition is walked in order, however rare it is.
        if conditions.len() > 1 {
            for condition in conditions.iter().filter(|condition| condition.selects()) {
                counted.push((count(conn, *condition).await?, *condition));
            }
            counted.sort_by_key(|(count, _)| *count);
        }
        let order = match &filter.identity {
            Some(prefix) => Some(Condition::Identity(prefix)),
            None => word_in_order(filter, &counted),
        };
        let begin = match (counted.first().copied(), order) {
            (Some((count, rarest)), _) if count < FEW => Begin::Few(rarest),
            (_, Some(order)) => Begin::InOrder(Some(order)),
            (Some((_, rarest)), None) => Begin::InOrder(Some(rarest)),
            (None, None) => Begin::InOrder(conditions.iter().copied().find(|one| one.selects())),
        };
        Ok(Self {
            order,
            begin,
            conditions,
        })
    }

    /// Checks all members who meet the rarest condition.
    async fn among_few(
        &self,
        conn: &mut PgConnection,
        rarest: Condition<'_>,
        after: Option<&MemberPlace>,
        rows: i64,
    ) -> Result<Vec<MemberPlace>> {
        let mut query = QueryBuilder::new(format!(
            "with few as materialized (select distinct c.member_id from {} c where ",
            rarest.table()
        ));
        rarest.push_test(&mut query, "c");
        query.push(")");
        match self.order {
            Some(order) => {
                let term = order.term("t").unwrap_or_default();
                query.push(format!(
                    " select found.term, m.member_id from few join members m using (member_id)
                      cross join lateral (select min({term}) as term from {} t
                          where t.member_id = m.member_id and ",
                    order.table()
                ));
                order.push_test(&mut query, "t");
                query.push(") found where found.term is not null");
            }
            None => {
                query.push(
                    " select null::text, m.member_id from few join members m using (member_id)
                      where true",
                );
            }
        }
        self.push_checks(&mut query, Some(rarest));
        if let Some(after) = after {
            begin_after(&mut query, "found.term", "m.member_id", after);
        }
        query.push(match self.order {
            Some(_) => r#" order by found.term collate "C", m.member_id limit "#,
            None => " order by m.member_id desc limit ",
        });
        let places: Vec<(Option<String>, MemberId)> = query
            .push_bind(rows)
            .build_query_as()
            .fetch_all(conn)
            .await?;
        Ok(places.into_iter().map(place).collect())
    }

    /// Checks this many members in the order of the list. Returns those who meet all
    /// conditions, at most `rows`, and the last one who was checked if more follow.
    async fn walk(
        &self,
        conn: &mut PgConnection,
        read: Option<Condition<'_>>,
        after: Option<&MemberPlace>,
        (walked, rows): (i64, i64),
    ) -> Result<(Vec<MemberPlace>, Option<MemberPlace>)> {
        let mut query = QueryBuilder::new("with walked as materialized (select ");
        let term = self.order.and_then(|order| order.term("c"));
        let term = term.as_deref().unwrap_or("null::text");
        let table = read.map_or("members", Condition::table);
        query.push(format!("{term} as term, c.member_id from {table} c where "));
        match read {
            Some(read) => read.push_test(&mut query, "c"),
            None => {
                query.push("c.ended_at is null");
            }
        }
        if let Some(after) = after {
            begin_after(&mut query, term, "c.member_id", after);
        }
        let in_order = match self.order {
            Some(_) => "order by 1, 2",
            None => "order by 2 desc",
        };
        query.push(format!(" {in_order} limit ")).push_bind(walked);
        // A member may have two identities that are the same in any case.
        query.push(
            "), found as (select distinct w.term, w.member_id from walked w
                 join members m using (member_id) where true",
        );
        self.push_checks(&mut query, read);
        self.push_first(&mut query);
        query.push(format!(" {in_order} limit ")).push_bind(rows);
        query.push(format!(
            ") select term, member_id, false from found
             union all
             (select term, member_id, true from walked {in_order} offset "
        ));
        query.push_bind(walked - 1).push(" limit 1)");
        let all: Vec<(Option<String>, MemberId, bool)> =
            query.build_query_as().fetch_all(conn).await?;
        let (last, found): (Vec<_>, Vec<_>) = all.into_iter().partition(|(.., is_last)| *is_last);
        let place = |(at, member, _)| place((at, member));
        let last = last.into_iter().next().map(place);
        Ok((found.into_iter().map(place).collect(), last))
    }

    /// Adds the conditions for the member `m`, without the one whose rows are read and the one
    /// by which the list is in order.
    fn push_checks(&self, query: &mut QueryBuilder<Postgres>, read: Option<Condition<'_>>) {
        query.push(" and m.ended_at is null");
        let known = [read, self.order];
        for condition in &self.conditions {
            if !known.contains(&Some(*condition)) {
                query.push(" and ");
                condition.push_check(query);
            }
        }
    }

    /// Adds that a member with two terms is listed at the first one.
    fn push_first(&self, query: &mut QueryBuilder<Postgres>) {
        let Some(order) = self.order else {
            return;
        };
        query.push(format!(
            " and not exists (select from {} o where o.member_id = w.member_id and ",
            order.table()
        ));
        order.push_test(query, "o");
        let term = order.term("o").unwrap_or_default();
        query.push(format!(r#" and {term} < w.term collate "C")"#));
    }
}

fn conditions<'f>(filter: &'f MemberFilter, model: &'f ModelVersion) -> Vec<Condition<'f>> {
    let words = filter.name.iter().flat_map(|name| name.words());
    let identity = filter.identity.iter().map(Condition::Identity);
    let topic = filter.topic.iter();
    let attributes = filter.attributes.iter();
    identity
        .chain(words.map(|word| Condition::Word(word)))
        .chain(topic.map(|topic| Condition::Topic(model, topic)))
        .chain(filter.tier.iter().map(|tier| match tier.is_floor {
            true => Condition::Floor(tier),
            false => Condition::Tier(tier),
        }))
        .chain(attributes.map(|(name, value)| Condition::Attribute(name, value)))
        .collect()
}

/// Counts the members who meet a condition, up to those that are few.
async fn count(conn: &mut PgConnection, condition: Condition<'_>) -> Result<i64> {
    let table = condition.table();
    let mut query = QueryBuilder::new(format!(
        "select count(*) from (select from {table} c where "
    ));
    condition.push_test(&mut query, "c");
    query.push(" limit ").push_bind(FEW).push(") as few");
    Ok(query.build_query_scalar().fetch_one(conn).await?)
}

/// Returns the word by which a list is in order: the rarest, or the longest if all are
/// frequent. On later pages it is that of the page before, whose word no other one begins.
fn word_in_order<'f>(
    filter: &'f MemberFilter,
    counted: &[(i64, Condition<'f>)],
) -> Option<Condition<'f>> {
    let words = filter.name.as_ref()?.words();
    let at = filter.after.as_ref().and_then(|place| place.at.as_deref());
    if let Some(at) = at {
        let before = words.iter().find(|word| at.starts_with(word.as_str()));
        return before.map(|word| Condition::Word(word));
    }
    let is_word = |condition: &Condition<'f>| matches!(condition, Condition::Word(_));
    let rarest = counted
        .iter()
        .map(|(_, condition)| *condition)
        .find(is_word);
    rarest.or_else(|| words.first().map(|word| Condition::Word(word)))
}

fn begin_after(query: &mut QueryBuilder<Postgres>, term: &str, member: &str, after: &MemberPlace) {
    match &after.at {
        Some(at) => {
            query.push(format!(" and ({term}, {member}) > ("));
            query.push_bind(at.clone()).push(", ");
            query.push_bind(after.member).push(")");
        }
        None => {
            query
                .push(format!(" and {member} < "))
                .push_bind(after.member);
        }
    }
}

fn place((at, member): (Option<String>, MemberId)) -> MemberPlace {
    MemberPlace { at, member }
}

/// Returns members, in the order of their ids in the list.
pub async fn members(conn: &mut PgConnection, ids: &[MemberId]) -> Result<Vec<Member>> {
    let members = sqlx::query_as!(
        Member,
        "select m.member_id as id, scoring, name, attributes, interests, enrolled_at, updated_at,
                version
         from unnest($1::uuid[]) with ordinality as wanted (member_id, place)
         join members m using (member_id)
         where m.ended_at is null
         order by place",
        ids as _
    );
    Ok(members.fetch_all(conn).await?)
}

/// Returns the names of all attributes, each with every type that it has. Reads all members.
pub async fn attribute_types(
    conn: &mut PgConnection,
) -> Result<Vec<(AttributeName, AttributeType)>> {
    let rows = sqlx::query!(
        r#"select distinct key as "key!", jsonb_typeof(value) as "type!"
           from members, jsonb_each(attributes) where ended_at is null order by 1, 2"#
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    rows.map(|row| Ok((AttributeName::parse(&row.key)?, row.r#type.parse()?)))
        .collect()
}
