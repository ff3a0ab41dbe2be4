//! The end of a membership.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use crate::store::members::{accounts, merges};
use renown_core::domain::{AccountId, MemberId};

/// Ends a membership: deletes identities, indices and everything that the business gave, and
/// unlinks the accounts. The row stays, because records name it. The caller has locked it.
pub async fn end(conn: &mut PgConnection, member: MemberId, now: DateTime<Utc>) -> Result<()> {
    let linked: Vec<AccountId> = sqlx::query_scalar!(
        "select account_id from accounts where member_id = $1",
        member as _
    )
    .fetch_all(&mut *conn)
    .await?;
    accounts::unlink(conn, &linked).await?;
    sqlx::query!("delete from identities where member_id = $1", member as _)
        .execute(&mut *conn)
        .await?;
    // Also what is kept of those who were merged into the member.
    let person = merges::with_absorbed(conn, &[member]).await?;
    merges::forget_details_of(conn, &person).await?;
    sqlx::query!(
        "delete from audience_members where member_id = $1",
        member as _
    )
    .execute(&mut *conn)
    .await?;
    empty(conn, member, now).await
}

/// Empties the row of a member who has ended: what the business gave goes, and no identity
/// leads to the member any more. The caller has taken away the identities.
pub(super) async fn empty(
    conn: &mut PgConnection,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("delete from member_names where member_id = $1", member as _)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from member_indices where member_id = $1",
        member as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update members set scoring = 'opted_out', name = null, attributes = '{}', interests = '{}',
             ended_at = $2, updated_at = $2, version = version + 1
         where member_id = $1",
        member as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns whether a member was enrolled under this id, whose membership has ended.
pub async fn has_ended(conn: &mut PgConnection, member: MemberId) -> Result<bool> {
    let ended = sqlx::query_scalar!(
        r#"select exists (select from members
               where member_id = $1 and ended_at is not null) as "ended!""#,
        member as _
    );
    Ok(ended.fetch_one(conn).await?)
}
