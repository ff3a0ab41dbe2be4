//! What moves from one member to another when the two are merged, and back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{AccountId, ExternalKind, Member, MemberId};

/// Moves all identities other than accounts from one member to another. Returns them.
pub async fn move_identities(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<(ExternalKind, String)>> {
    let rows = sqlx::query!(
        "update identities set member_id = $2 where member_id = $1 returning kind, value",
        from as _,
        to as _
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| (row.kind, row.value)).collect())
}

/// Moves all accounts from one member to another. Their states stay. Returns them.
pub async fn move_accounts(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<AccountId>> {
    let moved = sqlx::query_scalar!(
        "update accounts set member_id = $2 where member_id = $1 returning account_id",
        from as _,
        to as _
    );
    Ok(moved.fetch_all(conn).await?)
}

/// Gives those of these identities that a member still has to another member.
pub async fn give_identities(
    conn: &mut PgConnection,
    identities: &[(ExternalKind, String)],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    let (kinds, values): (Vec<ExternalKind>, Vec<&str>) = identities
        .iter()
        .map(|(kind, value)| (*kind, value.as_str()))
        .unzip();
    sqlx::query!(
        "update identities set member_id = $4
         where member_id = $3 and (kind, value) in (select * from unnest($1::text[], $2::text[]))",
        kinds as _,
        values as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives those of these accounts that a member still has to another member.
pub async fn give_accounts(
    conn: &mut PgConnection,
    accounts: &[AccountId],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "update accounts set member_id = $3 where account_id = any($1) and member_id = $2",
        accounts as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Empties the row of an absorbed member, whose identities and accounts have moved. It has
/// ended, for all who do not follow merges.
pub async fn absorb(conn: &mut PgConnection, member: MemberId, now: DateTime<Utc>) -> Result<()> {
    super::ending::empty(conn, member, now).await
}

/// Writes everything about a member, as the next version, and makes an absorbed one a
/// member again.
pub async fn restore(conn: &mut PgConnection, member: &Member) -> Result<()> {
    let version = sqlx::query_scalar!(
        "update members set ended_at = null, enrolled_at = $2, version = version + 1
         where member_id = $1 returning version",
        member.id as _,
        member.enrolled_at
    )
    .fetch_one(&mut *conn)
    .await?;
    let member = Member {
        version,
        ..member.clone()
    };
    super::update(conn, &member).await
}
