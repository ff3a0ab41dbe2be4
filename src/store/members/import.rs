//! Writing many members at once. The values are parameters and no lines of a `COPY`, because
//! Postgres would write a line into its log when it fails.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

use super::ExternalId;
use crate::store::{Result, StoreError};
use renown_core::domain::{
    AccountId, Attribute, Attributes, ExternalKind, HandleKey, HandleMac, Member, MemberId,
    MemberName, Scoring,
};

/// Returns the members to which the accounts with these hashes belong, and `None` for those
/// that belong to nobody.
pub async fn owners_by_mac(
    conn: &mut PgConnection,
    key: &HandleKey,
    macs: &[HandleMac],
) -> Result<BTreeMap<HandleMac, Option<MemberId>>> {
    let rows = sqlx::query!(
        "select handle_mac, member_id from accounts
         where handle_mac = any($1::bytea[]) and key_id = $2",
        macs as _,
        key.id()
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.handle_mac, row.member_id)).collect())
}

/// Locks members, in the order of their ids. Returns `false` if one of them is not of the
/// version that is given, or is no member any more.
pub async fn lock_versions(conn: &mut PgConnection, versions: &[(MemberId, i64)]) -> Result<bool> {
    let (ids, versions): (Vec<MemberId>, Vec<i64>) = versions.iter().copied().unzip();
    let rows = sqlx::query!(
        "with locked as (
             select member_id, version from members
             where member_id = any($1) and ended_at is null
             order by member_id for no key update
         )
         select locked.member_id
         from locked join unnest($1::uuid[], $2::bigint[]) as read (member_id, version)
             using (member_id, version)",
        &ids as _,
        &versions
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.len() == ids.len())
}

/// Locks accounts that nobody has, in their order. Returns `false` if somebody has one.
pub async fn lock_free(conn: &mut PgConnection, accounts: &[AccountId]) -> Result<bool> {
    let owners = sqlx::query_scalar!(
        "select member_id from accounts where account_id = any($1)
         order by account_id for no key update",
        accounts as _
    )
    .fetch_all(conn)
    .await?;
    Ok(owners.len() == accounts.len() && owners.iter().all(Option::is_none))
}

/// The changing columns of members, one array for each.
#[derive(Debug)]
pub struct Rows {
    ids: Vec<MemberId>,
    scoring: Vec<Scoring>,
    names: Vec<Option<MemberName>>,
    attributes: Vec<String>,
    interests: Vec<String>,
    enrolled_at: Vec<DateTime<Utc>>,
    words: (Vec<String>, Vec<MemberId>),
    terms: (Vec<String>, Vec<MemberId>),
}

impl Rows {
    /// Writes members as rows. It takes a while for many.
    ///
    /// # Errors
    /// If a document cannot be written.
    pub fn new<'m>(members: impl IntoIterator<Item = &'m Member>) -> Result<Self> {
        let mut rows = Self {
            ids: Vec::new(),
            scoring: Vec::new(),
            names: Vec::new(),
            attributes: Vec::new(),
            interests: Vec::new(),
            enrolled_at: Vec::new(),
            words: (Vec::new(), Vec::new()),
            terms: (Vec::new(), Vec::new()),
        };
        for member in members {
            rows.ids.push(member.id);
            rows.scoring.push(member.scoring);
            rows.names.push(member.name.clone());
            let attributes = serde_json::to_string(&member.attributes).map_err(unwritable)?;
            rows.attributes.push(attributes);
            let interests = serde_json::to_string(&member.interests).map_err(unwritable)?;
            rows.interests.push(interests);
            rows.enrolled_at.push(member.enrolled_at);
            for term in terms(&member.attributes)? {
                rows.terms.0.push(term);
                rows.terms.1.push(member.id);
            }
            for word in member.name.iter().flat_map(MemberName::words) {
                rows.words.0.push(word);
                rows.words.1.push(member.id);
            }
        }
        Ok(rows)
    }
}

fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Returns the texts of which the terms of attributes are hashes, as `attribute_term` in the
/// migrations makes them. A list has one for each of its texts, once.
fn terms(attributes: &Attributes) -> Result<BTreeSet<String>> {
    let mut terms = BTreeSet::new();
    for (name, value) in attributes.iter() {
        let mut add = |value: &str| terms.insert(format!("{name}\u{1f}{value}"));
        match value {
            Attribute::Bool(value) => add(&value.to_string()),
            // Postgres has no negative zero.
            Attribute::Number(0.0) => add("0"),
            Attribute::Number(number) => add(&number.to_string()),
            Attribute::Text(text) => add(&serde_json::to_string(text).map_err(unwritable)?),
            Attribute::List(texts) => {
                for text in texts {
                    add(&serde_json::to_string(text).map_err(unwritable)?);
                }
                false
            }
        };
    }
    Ok(terms)
}

/// Declares that this transaction writes the terms of attributes by itself.
async fn write_terms(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select set_config('renown.writes_attribute_terms', 'on', true)")
        .fetch_one(conn)
        .await?;
    Ok(())
}

async fn add_terms(conn: &mut PgConnection, rows: &Rows) -> Result<()> {
    sqlx::query!(
        "insert into member_attributes (term, member_id)
         select md5(term)::uuid, member_id
         from unnest($1::text[], $2::uuid[]) as new (term, member_id)
         order by 1, 2
         on conflict do nothing",
        &rows.terms.0,
        &rows.terms.1 as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Inserts members.
pub async fn insert_all(conn: &mut PgConnection, rows: &Rows, now: DateTime<Utc>) -> Result<()> {
    write_terms(conn).await?;
    sqlx::query!(
        "insert into members (member_id, scoring, name, attributes, interests, enrolled_at, updated_at)
         select member_id, scoring, name, attributes::jsonb,
             case interests when '[]' then '{}'
                 else array(select jsonb_array_elements_text(interests::jsonb)) end,
             enrolled_at, $7
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
             as new (member_id, scoring, name, attributes, interests, enrolled_at)",
        &rows.ids as _,
        &rows.scoring as _,
        &rows.names as _,
        &rows.attributes,
        &rows.interests,
        &rows.enrolled_at,
        now
    )
    .execute(&mut *conn)
    .await?;
    add_terms(conn, rows).await?;
    add_words(conn, rows).await
}

/// Writes the columns of members that may change. The caller has locked them.
pub async fn update_all(conn: &mut PgConnection, rows: &Rows, now: DateTime<Utc>) -> Result<()> {
    write_terms(conn).await?;
    sqlx::query!(
        "update members set scoring = new.scoring, name = new.name,
             attributes = new.attributes::jsonb,
             interests = array(select jsonb_array_elements_text(new.interests::jsonb)),
             updated_at = $6, version = version + 1
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
             as new (member_id, scoring, name, attributes, interests)
         where members.member_id = new.member_id",
        &rows.ids as _,
        &rows.scoring as _,
        &rows.names as _,
        &rows.attributes,
        &rows.interests,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from member_names n where member_id = any($1)
             and not exists (select from unnest($2::text[], $3::uuid[]) as new (word, member_id)
                 where new.word = n.word and new.member_id = n.member_id)",
        &rows.ids as _,
        &rows.words.0,
        &rows.words.1 as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from member_attributes a using (
             select member_id, array_agg(md5(term)::uuid) filter (where term is not null) as terms
             from unnest($1::uuid[]) as changed (member_id)
             left join unnest($2::text[], $3::uuid[]) as new (term, member_id) using (member_id)
             group by member_id
         ) as new
         where a.member_id = new.member_id and a.term <> all(coalesce(new.terms, '{}'))",
        &rows.ids as _,
        &rows.terms.0,
        &rows.terms.1 as _
    )
    .execute(&mut *conn)
    .await?;
    add_terms(conn, rows).await?;
    add_words(conn, rows).await
}

async fn add_words(conn: &mut PgConnection, rows: &Rows) -> Result<()> {
    if rows.words.0.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into member_names (word, member_id)
         select * from unnest($1::text[], $2::uuid[]) on conflict do nothing",
        &rows.words.0,
        &rows.words.1 as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds identities, other than accounts, to members. Returns `false` if somebody has one of
/// them already; the caller abandons the transaction then.
pub async fn add_identities(
    conn: &mut PgConnection,
    identities: &[(ExternalId<'_>, MemberId)],
) -> Result<bool> {
    let ids = || identities.iter().map(|(id, _)| id);
    let kinds: Vec<ExternalKind> = ids().map(|id| id.kind).collect();
    let values: Vec<&str> = ids().map(|id| id.value).collect();
    let folded: Vec<Option<&str>> = ids().map(|id| id.folded.as_deref()).collect();
    let members: Vec<MemberId> = identities.iter().map(|(_, member)| *member).collect();
    let added = sqlx::query!(
        "insert into identities (kind, value, folded, member_id)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
             as new (kind, value, folded, member_id)
         order by kind, coalesce(folded, value), value
         on conflict do nothing",
        kinds as _,
        values as _,
        folded as _,
        members as _
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected() == identities.len() as u64)
}
