//! Identities from other systems (email, loyalty, crm): who has them, and adding them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use crate::store::members::proofs::proof;
use renown_core::domain::{ExternalKind, MemberId, Proof};

/// An identity from another system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalId<'i> {
    /// The kind.
    pub kind: ExternalKind,
    /// The value as it was written.
    pub value: &'i str,
    /// The value in the form that is the same in any case; `None` if case counts.
    pub folded: Option<String>,
}

/// An identity as it was written in a question.
type Written = (ExternalKind, Box<str>);

/// What is known of identities, by the identities as they were asked about.
#[derive(Debug, Default)]
pub struct Externals {
    /// The members who have them, and how it is known that they are theirs.
    pub owners: BTreeMap<Written, (MemberId, Proof)>,
    /// Identities that no member has as they are written, and that several members have in
    /// other cases, with one of these members.
    pub shared: BTreeMap<Written, MemberId>,
}

/// Returns the members with these identities. One that no member has as it is written is found
/// in another case.
pub async fn by_externals(
    conn: &mut PgConnection,
    identities: &[ExternalId<'_>],
) -> Result<Externals> {
    let (kinds, values): (Vec<ExternalKind>, Vec<&str>) =
        identities.iter().map(|id| (id.kind, id.value)).unzip();
    let rows = sqlx::query!(
        "select kind, value, member_id, verified_by, verified_at from identities
         where (kind, value) in (select * from unnest($1::text[], $2::text[]))",
        kinds as _,
        values as _
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Externals::default();
    for row in rows {
        let proof = proof(row.verified_by, row.verified_at)?;
        let written = (row.kind, row.value.into());
        found.owners.insert(written, (row.member_id, proof));
    }
    let missing = |id: &&ExternalId<'_>| !found.owners.contains_key(&(id.kind, id.value.into()));
    let open: Vec<&ExternalId<'_>> = identities.iter().filter(missing).collect();
    let others = in_another_case(conn, &open).await?;
    found.owners.extend(others.owners);
    found.shared = others.shared;
    Ok(found)
}

async fn in_another_case(
    conn: &mut PgConnection,
    identities: &[&ExternalId<'_>],
) -> Result<Externals> {
    let folded = identities
        .iter()
        .filter_map(|id| Some((id, id.folded.as_deref()?)));
    let asked: Vec<(ExternalKind, &str, &str)> = folded
        .map(|(id, folded)| (id.kind, id.value, folded))
        .collect();
    if asked.is_empty() {
        return Ok(Externals::default());
    }
    let kinds: Vec<ExternalKind> = asked.iter().map(|(kind, ..)| *kind).collect();
    let values: Vec<&str> = asked.iter().map(|(_, value, _)| *value).collect();
    let folded: Vec<&str> = asked.iter().map(|(.., folded)| *folded).collect();
    let rows = sqlx::query!(
        r#"select asked.kind as "kind!: ExternalKind", asked.value as "value!",
                  known.member_id as "member_id!: MemberId", verified_by, verified_at
           from unnest($1::text[], $2::text[], $3::text[]) as asked (kind, value, folded)
           join identities known on known.kind <> 'email' and known.kind = asked.kind
               and lower(known.value collate "C") = asked.folded
           order by known.value"#,
        kinds as _,
        values as _,
        folded as _
    )
    .fetch_all(conn)
    .await?;
    let mut found = Externals::default();
    for row in rows {
        let written = (row.kind, row.value.into_boxed_str());
        let proof = proof(row.verified_by, row.verified_at)?;
        let before = found.owners.insert(written.clone(), (row.member_id, proof));
        if let Some((other, _)) = before.filter(|(other, _)| *other != row.member_id) {
            found.shared.entry(written).or_insert(other);
        }
    }
    found.owners.retain(|id, _| !found.shared.contains_key(id));
    Ok(found)
}

/// Adds an identity to a member. Returns `false` if another member has it. No constraint is
/// left to find that out, because Postgres would write the value into its log.
pub async fn add_identity(
    conn: &mut PgConnection,
    member: MemberId,
    identity: &ExternalId<'_>,
) -> Result<bool> {
    let added = sqlx::query!(
        r#"insert into identities (kind, value, folded, member_id)
           select $1, $2, $3, $4
           where not exists (select from identities
               where kind <> 'email' and kind = $1 and lower(value collate "C") = $3)
           on conflict do nothing"#,
        identity.kind as _,
        identity.value,
        identity.folded,
        member as _
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Enrols one member for each of these identities that no member has in any case. `ids` are
/// paired with identities by position.
///
/// # Errors
/// [`StoreError::Constraint`](crate::store::StoreError::Constraint) `identities_pkey` or
/// `identities_folded_key` if another transaction has just given one of them away.
pub async fn enrol_externals(
    conn: &mut PgConnection,
    identities: &[ExternalId<'_>],
    ids: &[MemberId],
    now: DateTime<Utc>,
) -> Result<()> {
    let known = by_externals(conn, identities).await?;
    let mut folded = BTreeSet::new();
    let mut free = Vec::new();
    for (identity, id) in identities.iter().zip(ids) {
        let written = (identity.kind, identity.value.into());
        let is_known = known.owners.contains_key(&written) || known.shared.contains_key(&written);
        // Two spellings of one number are one member's.
        let is_new = match &identity.folded {
            Some(text) => folded.insert((identity.kind, text)),
            None => true,
        };
        if !is_known && is_new {
            free.push((identity, *id));
        }
    }
    free.sort_by_key(|(identity, _)| *identity);
    let kinds: Vec<ExternalKind> = free.iter().map(|(identity, _)| identity.kind).collect();
    let values: Vec<&str> = free.iter().map(|(identity, _)| identity.value).collect();
    let folded: Vec<Option<&str>> = free
        .iter()
        .map(|(identity, _)| identity.folded.as_deref())
        .collect();
    let members: Vec<MemberId> = free.iter().map(|(_, member)| *member).collect();
    sqlx::query!(
        "with free as (
             select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
                 as new (kind, value, folded, member_id)
         ), enrolled as (
             insert into members (member_id, scoring, enrolled_at, updated_at)
             select member_id, 'active', $5, $5 from free
         ), queued as (
             insert into rescores (member_id) select member_id from free
         )
         insert into identities (kind, value, folded, member_id)
         select kind, value, folded, member_id from free",
        kinds as _,
        values as _,
        folded as _,
        members as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
