//! Members and their identities.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

use crate::store::Result;
use renown_core::domain::{
    AccountId, ExternalKind, Handle, Identity, Member, MemberId, MemberName, Topic,
};

/// Returns the names of members who have one and take part in scoring.
pub async fn names(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, MemberName>> {
    let rows = sqlx::query!(
        "select member_id, name from members
         where member_id = any($1) and name is not null and scoring = 'active'",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let named = rows.into_iter();
    Ok(named
        .filter_map(|row| Some((row.member_id, row.name?)))
        .collect())
}

/// Returns a member whose membership has not ended. With `lock`, locks the row against other changes (not against rows
/// that refer to it): for callers that are about to change it.
pub async fn get(conn: &mut PgConnection, id: MemberId, lock: bool) -> Result<Option<Member>> {
    if lock {
        sqlx::query!(
            "select from members where member_id = $1 for no key update",
            id as _
        )
        .fetch_optional(&mut *conn)
        .await?;
    }
    let member = sqlx::query_as!(
        Member,
        "select member_id as id, scoring, name, attributes, interests, enrolled_at, updated_at, version
         from members where member_id = $1 and ended_at is null",
        id as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(member)
}

/// Inserts a member.
///
/// # Errors
/// If the id exists already.
pub async fn insert(conn: &mut PgConnection, member: &Member) -> Result<()> {
    sqlx::query!(
        "insert into members
             (member_id, scoring, attributes, interests, enrolled_at, updated_at, version, name)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        member.id as _,
        member.scoring as _,
        member.attributes as _,
        member.interests as _,
        member.enrolled_at,
        member.updated_at,
        member.version,
        member.name as _
    )
    .execute(&mut *conn)
    .await?;
    match member.name {
        Some(_) => set_words(conn, member).await,
        None => Ok(()),
    }
}

/// Writes the columns of a member that may change.
pub async fn update(conn: &mut PgConnection, member: &Member) -> Result<()> {
    sqlx::query!(
        "update members set scoring = $2, attributes = $3, interests = $4, updated_at = $5,
             version = $6, name = $7
         where member_id = $1",
        member.id as _,
        member.scoring as _,
        member.attributes as _,
        member.interests as _,
        member.updated_at,
        member.version,
        member.name as _
    )
    .execute(&mut *conn)
    .await?;
    set_words(conn, member).await
}

/// Writes the words by which a member's name is found.
async fn set_words(conn: &mut PgConnection, member: &Member) -> Result<()> {
    let words = member.name.as_ref().map(MemberName::words);
    let words = words.unwrap_or_default();
    sqlx::query!(
        "delete from member_names where member_id = $1 and word <> all($2)",
        member.id as _,
        &words
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into member_names (word, member_id) select unnest($2::text[]), $1
         on conflict do nothing",
        member.id as _,
        &words
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Enrols one member for each of these accounts that belongs to no member, and returns
/// how many there were. `ids` are paired with accounts by position; the ids of accounts
/// that belong to a member already stay unused.
pub async fn enrol_owners(
    conn: &mut PgConnection,
    accounts: &[(AccountId, &Handle)],
    ids: &[MemberId],
    now: DateTime<Utc>,
) -> Result<u64> {
    let account_ids: Vec<AccountId> = accounts.iter().map(|(account, _)| *account).collect();
    let handles: Vec<&str> = accounts.iter().map(|(_, handle)| handle.name()).collect();
    let linked = sqlx::query!(
        "with free as (
             select new.* from unnest($1::bigint[], $2::text[], $3::uuid[])
                 as new (account_id, handle, member_id)
             join accounts using (account_id)
             where accounts.member_id is null
             order by account_id
             for update of accounts
         ), enrolled as (
             insert into members (member_id, scoring, enrolled_at, updated_at)
             select member_id, 'active', $4, $4 from free
         ), queued as (
             insert into refolds (account_id) select account_id from free on conflict do nothing
         )
         update accounts set member_id = free.member_id, handle = free.handle,
             verified_by = null, verified_at = null
         from free where accounts.account_id = free.account_id",
        account_ids as _,
        handles as _,
        ids as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(linked.rows_affected())
}

/// Returns the accounts of members, with their handles.
pub async fn accounts(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<(AccountId, Handle)>>> {
    let rows = sqlx::query!(
        r#"select member_id as "member_id!", account_id, network, handle as "handle!"
           from accounts where member_id = any($1) order by account_id"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut accounts: BTreeMap<MemberId, Vec<(AccountId, Handle)>> = BTreeMap::new();
    for row in rows {
        let handle = Handle::stored(row.network, &row.handle);
        let of_member = accounts.entry(row.member_id).or_default();
        of_member.push((row.account_id, handle));
    }
    Ok(accounts)
}

/// Returns the accounts of members without their handles, for scoring.
pub async fn account_ids(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<AccountId>>> {
    let rows = sqlx::query!(
        r#"select member_id as "member_id!", account_id
           from accounts where member_id = any($1) order by account_id"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut accounts: BTreeMap<MemberId, Vec<AccountId>> = BTreeMap::new();
    for row in rows {
        accounts
            .entry(row.member_id)
            .or_default()
            .push(row.account_id);
    }
    Ok(accounts)
}

/// Returns the identities of members other than accounts.
pub async fn identities(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<Identity>>> {
    let rows = sqlx::query!(
        "select member_id, kind, value from identities
         where member_id = any($1) order by kind, value",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut identities: BTreeMap<MemberId, Vec<Identity>> = BTreeMap::new();
    for row in rows {
        let identity = Identity::External(row.kind, row.value.into());
        identities.entry(row.member_id).or_default().push(identity);
    }
    Ok(identities)
}

/// Returns an identity of each member who takes part in scoring: an account if there is one,
/// else a loyalty or crm number, else an email address.
pub async fn one_identity(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Identity>> {
    let active = sqlx::query_scalar!(
        "select member_id from members where member_id = any($1) and scoring = 'active'",
        members as _
    )
    .fetch_all(&mut *conn)
    .await?;
    let accounts = accounts(conn, &active).await?;
    let all = identities(conn, &active).await?;
    let preference = |identity: &Identity| match identity {
        Identity::External(ExternalKind::Loyalty, _) => 2,
        Identity::External(ExternalKind::Crm, _) => 1,
        _ => 0,
    };
    let best = all
        .into_iter()
        .filter_map(|(member, own)| Some((member, own.into_iter().max_by_key(preference)?)));
    let mut chosen: BTreeMap<MemberId, Identity> = best.collect();
    for (member, own) in accounts {
        if let Some((_, handle)) = own.into_iter().next() {
            chosen.insert(member, Identity::Account(handle));
        }
    }
    Ok(chosen)
}

/// Takes shared locks on members, in the order of their ids: the rows do not change until the
/// end of the transaction.
pub async fn share(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        r#"select 1 as "one!" from members where member_id = any($1)
           order by member_id for share"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Locks members until the end of the transaction, in the order of their ids: other
/// transactions that lock them wait.
pub async fn lock_all(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        r#"select 1 as "one!" from members where member_id = any($1)
           order by member_id for no key update"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Returns those of these members whose membership has not ended.
pub async fn enrolled(conn: &mut PgConnection, members: &[MemberId]) -> Result<BTreeSet<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from members where member_id = any($1) and ended_at is null",
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Removes an identity from a member.
pub async fn remove_identity(
    conn: &mut PgConnection,
    member: MemberId,
    kind: ExternalKind,
    value: &str,
) -> Result<()> {
    sqlx::query!(
        "delete from identities where kind = $1 and value = $2 and member_id = $3",
        kind as _,
        value,
        member as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the declared interests of those of these members that take part in scoring.
pub async fn declared_interests(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<Topic>>> {
    let rows = sqlx::query!(
        "select member_id, interests from members where member_id = any($1) and scoring = 'active'",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.member_id, row.interests)).collect())
}

/// Returns up to `limit` members after `after`, in order of id.
pub async fn page(
    conn: &mut PgConnection,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from members
         where ($1::uuid is null or member_id > $1) and ended_at is null
         order by member_id limit $2",
        after as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Counts all members.
pub async fn count(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "count!" from members"#)
            .fetch_one(conn)
            .await?,
    )
}

/// Notifies every replica of changed members when the transaction commits. Large
/// batches are sent in parts, because a payload holds at most 8,000 bytes.
pub async fn notify_changed(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    let payloads: Vec<String> = members
        .chunks(200)
        .map(|chunk| {
            let ids: Vec<String> = chunk.iter().map(|id| id.0.simple().to_string()).collect();
            ids.join(",")
        })
        .collect();
    sqlx::query!(
        "select pg_notify($1, payload) from unnest($2::text[]) as payload",
        MEMBERS_CHANGED,
        &payloads
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Notifies every replica that identities changed, when the transaction commits.
pub async fn notify_identities_changed(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", IDENTITIES_CHANGED)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// The channel of [`notify_identities_changed`].
pub const IDENTITIES_CHANGED: &str = "renown_identities";

/// The channel of [`notify_changed`]. The payload is ids without hyphens, separated by
/// commas.
pub const MEMBERS_CHANGED: &str = "renown_members";
