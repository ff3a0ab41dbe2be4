//! Saved audiences: their rules, and the members on the lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{AudienceName, AudienceRule, AudienceRules, MemberId, SavedAudience};

/// The key of the lock that [`lock_changes`] and [`lock_against_changes`] take.
const CHANGES: i64 = 0x0061_7564_6965_6e63;

/// Lets no other audience change, and no program be published, until the end of the
/// transaction. It comes before the lock of any program.
pub async fn lock_changes(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock($1) as "locked: ()""#,
        CHANGES
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Lets no audience change until the end of the transaction.
pub async fn lock_against_changes(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock_shared($1) as "locked: ()""#,
        CHANGES
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Returns the rules of all audiences.
pub async fn rules(conn: &mut PgConnection) -> Result<AudienceRules> {
    let rows = sqlx::query!("select audience, rule from audiences")
        .fetch_all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.audience, row.rule))
        .collect())
}

/// Returns all audiences, in the order of their names.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<SavedAudience>> {
    let rows = sqlx::query_as!(
        SavedAudience,
        "select audience as name, title, rule, version, created_at, updated_at
         from audiences order by audience"
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns an audience.
pub async fn get(conn: &mut PgConnection, name: &AudienceName) -> Result<Option<SavedAudience>> {
    let row = sqlx::query_as!(
        SavedAudience,
        "select audience as name, title, rule, version, created_at, updated_at
         from audiences where audience = $1",
        name as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Returns the rule of an audience, which does not change until the end of the transaction.
pub async fn locked_rule(
    conn: &mut PgConnection,
    name: &AudienceName,
) -> Result<Option<AudienceRule>> {
    let rule = sqlx::query_scalar!(
        "select rule from audiences where audience = $1 for share",
        name as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(rule)
}

/// Stores an audience in the place of the one with its name, if there is one.
pub async fn put(conn: &mut PgConnection, audience: &SavedAudience) -> Result<()> {
    sqlx::query!(
        "insert into audiences (audience, title, rule, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (audience) do update
         set title = excluded.title, rule = excluded.rule, version = excluded.version,
             updated_at = excluded.updated_at",
        &audience.name as _,
        audience.title,
        &audience.rule as _,
        audience.version,
        audience.created_at,
        audience.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes an audience. Its list was emptied before.
pub async fn delete(conn: &mut PgConnection, name: &AudienceName) -> Result<()> {
    sqlx::query!("delete from audiences where audience = $1", name as _)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds members to a list. Returns those that were not on it. A member whose membership has
/// ended is left out, also if it ends at this moment.
pub async fn add(
    conn: &mut PgConnection,
    name: &AudienceName,
    members: &[MemberId],
    now: DateTime<Utc>,
) -> Result<Vec<MemberId>> {
    let added = sqlx::query_scalar!(
        "with enrolled as (
             select member_id from members
             where member_id = any($2) and ended_at is null order by member_id for share
         )
         insert into audience_members (member_id, audience, added_at)
         select member_id, $1, $3 from enrolled order by member_id
         on conflict do nothing returning member_id",
        name as _,
        members as _,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(added)
}

/// Removes members from a list. Returns those that were on it.
pub async fn remove(
    conn: &mut PgConnection,
    name: &AudienceName,
    members: &[MemberId],
) -> Result<Vec<MemberId>> {
    let removed = sqlx::query_scalar!(
        "delete from audience_members where audience = $1 and member_id = any($2)
         returning member_id",
        name as _,
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(removed)
}

/// The lists that a member was on before a merge.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct MovedLists {
    /// All of them.
    of_absorbed: Vec<AudienceName>,
    /// Those on which the surviving member was not.
    added: Vec<AudienceName>,
}

/// Puts a member on all lists that another one is on, and takes that one off. Returns the
/// lists. The lists stay while this goes on.
pub async fn move_lists(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<MovedLists> {
    let rows = sqlx::query!(
        "select audience, added_at from audience_members join audiences using (audience)
         where member_id = $1 order by audience for key share of audiences",
        from as _
    );
    let rows = rows.fetch_all(&mut *conn).await?;
    let (lists, times): (Vec<AudienceName>, Vec<DateTime<Utc>>) = rows
        .into_iter()
        .map(|row| (row.audience, row.added_at))
        .unzip();
    let added = sqlx::query_scalar!(
        "insert into audience_members (member_id, audience, added_at)
         select $1, audience, added_at from unnest($2::text[], $3::timestamptz[])
             as moved (audience, added_at)
         on conflict do nothing returning audience",
        to as _,
        &lists as _,
        &times
    );
    let added = added.fetch_all(&mut *conn).await?;
    sqlx::query!(
        "delete from audience_members where member_id = $1",
        from as _
    )
    .execute(conn)
    .await?;
    Ok(MovedLists {
        of_absorbed: lists,
        added,
    })
}

/// Puts a member back on the lists that were moved to another one, unless that one was taken
/// off meanwhile, and takes that one off where it was not on before.
pub async fn give_lists(
    conn: &mut PgConnection,
    moved: &MovedLists,
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "with kept as (
             select audience, added_at from audience_members join audiences using (audience)
             where member_id = $1 and audience = any($3) order by audience
             for key share of audiences
         )
         insert into audience_members (member_id, audience, added_at)
         select $2, audience, added_at from kept on conflict do nothing",
        from as _,
        to as _,
        &moved.of_absorbed as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from audience_members where member_id = $1 and audience = any($2)",
        from as _,
        &moved.added as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes all members from a list, and returns them.
pub async fn empty(conn: &mut PgConnection, name: &AudienceName) -> Result<Vec<MemberId>> {
    let removed = sqlx::query_scalar!(
        "delete from audience_members where audience = $1 returning member_id",
        name as _
    )
    .fetch_all(conn)
    .await?;
    Ok(removed)
}

/// Counts the members on a list that take part in scoring, as programs see them.
pub async fn count(conn: &mut PgConnection, name: &AudienceName) -> Result<u64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audience_members join members using (member_id)
           where audience = $1 and scoring = 'active'"#,
        name as _
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Returns members on a list that take part in scoring, in the order of their ids, after a
/// member.
pub async fn page(
    conn: &mut PgConnection,
    name: &AudienceName,
    after: MemberId,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let ids = sqlx::query_scalar!(
        "select member_id from audience_members join members using (member_id)
         where audience = $1 and member_id > $2 and scoring = 'active'
         order by member_id limit $3",
        name as _,
        after as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// Returns the ids of members that take part in scoring, in their order, after a member.
pub async fn scored(conn: &mut PgConnection, after: MemberId, limit: i64) -> Result<Vec<MemberId>> {
    let ids = sqlx::query_scalar!(
        "select member_id from members where member_id > $1 and scoring = 'active'
         order by member_id limit $2",
        after as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}
