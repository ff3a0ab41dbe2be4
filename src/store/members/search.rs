//! The search for members. Each combination of conditions has a statement of its own, so
//! that each uses the right index.

use sqlx::{PgConnection, Postgres, QueryBuilder};

use crate::store::Result;
use renown_core::domain::{
    Attribute, AttributeName, IdentityPrefix, Member, MemberFilter, MemberId, MemberPlace,
    ModelVersion, NamePrefix, TierFilter, Topic,
};
use renown_core::ingest::member_list::AttributeType;

/// Comes after every text that begins with what it is added to.
const LAST: char = char::MAX;

/// A word that this many members have is frequent.
const FREQUENT: i64 = 2_000;

/// Returns a page of the places of members in a list.
pub async fn search(
    conn: &mut PgConnection,
    filter: &MemberFilter,
    model: &ModelVersion,
    rows: i64,
) -> Result<Vec<MemberPlace>> {
    let mut query = match (&filter.identity, &filter.name) {
        (Some(prefix), _) => by_identity(prefix),
        (None, Some(prefix)) => by_word(&in_turn(conn, prefix, filter.after.as_ref()).await?),
        (None, None) => by_id(),
    };
    if let Some(topic) = &filter.topic {
        with_topic(&mut query, model, topic);
    }
    if let (Some(_), Some(name)) = (&filter.identity, &filter.name) {
        with_words(&mut query, name.words());
    }
    for (name, value) in &filter.attributes {
        with_attribute(&mut query, name, value);
    }
    if let Some(tier) = &filter.tier {
        with_tier(&mut query, tier);
    }
    if let Some(after) = &filter.after {
        begin_after(&mut query, after);
    }
    query.push(match filter.is_alphabetical() {
        true => r#" order by found.term collate "C", found.member_id limit "#,
        false => " order by m.member_id desc limit ",
    });
    let places: Vec<(Option<String>, MemberId)> = query
        .push_bind(rows)
        .build_query_as()
        .fetch_all(conn)
        .await?;
    let places = places.into_iter();
    Ok(places
        .map(|(at, member)| MemberPlace { at, member })
        .collect())
}

fn by_id() -> QueryBuilder<Postgres> {
    QueryBuilder::new("select null::text, m.member_id from members m where m.ended_at is null")
}

/// What members are searched by: a column of a table with several rows for each member.
struct Term {
    table: &'static str,
    column: &'static str,
    in_any_case: bool,
}

impl Term {
    /// Returns the term in a row of the table with this alias, as an index has it.
    fn of(&self, alias: &str) -> String {
        let column = self.column;
        match self.in_any_case {
            true => format!(r#"lower({alias}.{column} collate "C")"#),
            false => format!(r#"{alias}.{column} collate "C""#),
        }
    }
}

/// Selects by the first term of each member that begins so.
fn by_term(term: &Term, of_kind: Option<(&str, &str)>, prefix: &str) -> QueryBuilder<Postgres> {
    let (table, of_t) = (term.table, term.of("t"));
    let mut query = QueryBuilder::new(format!(
        "select found.term, m.member_id
         from (select {of_t} as term, member_id from {table} t where "
    ));
    let within = |query: &mut QueryBuilder<Postgres>, alias: &str| {
        if let Some((column, kind)) = of_kind {
            query.push(format!("{alias}.{column} = "));
            query.push_bind(kind.to_owned()).push(" and ");
        }
        if term.in_any_case {
            // The index has no email addresses.
            query.push(format!("{alias}.kind <> 'email' and "));
        }
        query.push(format!("{} >= ", term.of(alias)));
        query.push_bind(prefix.to_owned());
    };
    within(&mut query, "t");
    query.push(format!(" and {of_t} < "));
    query.push_bind(format!("{prefix}{LAST}"));
    // A member with two such terms is listed once.
    query.push(format!(
        " and t.member_id is not null
          and not exists (select from {table} o where o.member_id = t.member_id and "
    ));
    within(&mut query, "o");
    query.push(format!(
        r#" and ({}, o.{column} collate "C") < ({of_t}, t.{column} collate "C"))) found
           join members m on m.member_id = found.member_id
           where m.ended_at is null"#,
        term.of("o"),
        column = term.column
    ));
    query
}

fn by_identity(prefix: &IdentityPrefix) -> QueryBuilder<Postgres> {
    let value = |in_any_case| Term {
        table: "identities",
        column: "value",
        in_any_case,
    };
    match prefix {
        IdentityPrefix::Account(network, start) => {
            let handle = Term {
                table: "accounts",
                column: "handle",
                in_any_case: false,
            };
            by_term(&handle, Some(("network", network.as_str())), start)
        }
        IdentityPrefix::External(kind, start) => {
            by_term(&value(false), Some(("kind", kind.as_str())), start)
        }
        IdentityPrefix::InAnyCase(kind, start) => {
            by_term(&value(true), Some(("kind", kind.as_str())), start)
        }
    }
}

/// Selects by one of the words; the others are conditions.
fn by_word(words: &[String]) -> QueryBuilder<Postgres> {
    let (first, others) = match words {
        [first, others @ ..] => (first.as_str(), others),
        [] => ("", &[][..]),
    };
    let word = Term {
        table: "member_names",
        column: "word",
        in_any_case: false,
    };
    let mut query = by_term(&word, None, first);
    with_words(&mut query, others);
    query
}

/// Returns the beginnings of words, with the one first by which to select: the rarest, or the
/// longest if all are frequent. On later pages it is that of the page before, whose word no
/// other one begins.
async fn in_turn(
    conn: &mut PgConnection,
    prefix: &NamePrefix,
    after: Option<&MemberPlace>,
) -> Result<Vec<String>> {
    let mut words = prefix.words().to_vec();
    if words.len() < 2 {
        return Ok(words);
    }
    if let Some(at) = after.and_then(|place| place.at.as_deref()) {
        words.sort_by_key(|word| !at.starts_with(word.as_str()));
        return Ok(words);
    }
    let mut counted = Vec::with_capacity(words.len());
    for word in &words {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from
                 (select from member_names where word >= $1 and word < $2 limit $3) as few"#,
            word,
            format!("{word}{LAST}"),
            FREQUENT
        );
        counted.push((count.fetch_one(&mut *conn).await?, word.clone()));
    }
    counted.sort_by_key(|(count, _)| *count);
    Ok(counted.into_iter().map(|(_, word)| word).collect())
}

fn with_words(query: &mut QueryBuilder<Postgres>, words: &[String]) {
    for word in words {
        query.push(
            " and exists (select from member_names w
               where w.member_id = m.member_id and w.word >= ",
        );
        query.push_bind(word.clone()).push(" and w.word < ");
        query.push_bind(format!("{word}{LAST}")).push(")");
    }
}

fn with_topic(query: &mut QueryBuilder<Postgres>, model: &ModelVersion, topic: &Topic) {
    query.push(
        " and exists (select from topic_scores s
           where s.member_id = m.member_id and s.model_version = ",
    );
    query.push_bind(model.clone()).push(" and s.topic = ");
    query.push_bind(topic.clone()).push(")");
}

fn with_attribute(query: &mut QueryBuilder<Postgres>, name: &AttributeName, value: &Attribute) {
    query.push(
        " and exists (select from member_attributes a
           where a.member_id = m.member_id and a.term = attribute_term(",
    );
    query.push_bind(name.as_str().to_owned()).push(", ");
    query.push_bind(serde_json::to_value(value).unwrap_or_default());
    query.push("))");
}

fn with_tier(query: &mut QueryBuilder<Postgres>, tier: &TierFilter) {
    query.push(match tier.is_floor {
        true => " and not exists (select from member_tiers t where t.in_effect <> ",
        false => " and exists (select from member_tiers t where t.in_effect = ",
    });
    query.push_bind(tier.tier.clone());
    query.push(" and t.member_id = m.member_id and t.program_id = ");
    query.push_bind(tier.program.clone()).push(")");
}

fn begin_after(query: &mut QueryBuilder<Postgres>, after: &MemberPlace) {
    match &after.at {
        Some(at) => {
            query.push(r#" and (found.term collate "C", found.member_id) > ("#);
            query.push_bind(at.clone()).push(", ");
            query.push_bind(after.member).push(")");
        }
        None => {
            query.push(" and m.member_id < ").push_bind(after.member);
        }
    }
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
