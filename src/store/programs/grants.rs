//! Grants: tiers and perks given by people. Revoked ones are kept for the audit.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{
    CallerId, Gift, GiftKind, Grant, GrantFilter, GrantId, MemberId, ProgramId, RecordedGrant,
    Revocation,
};

struct Row {
    program_id: ProgramId,
    member_id: MemberId,
    grant_id: GrantId,
    kind: GiftKind,
    target: String,
    reason: String,
    author: String,
    key_id: Option<CallerId>,
    list: Option<String>,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
    revoke_reason: Option<String>,
}

/// Selects grants; `$which` continues the statement after `from`.
macro_rules! grants {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select program_id, member_id, grant_id, kind, target, reason, author, key_id, list, starts_at,
                    ends_at, created_at, revoked_at, revoked_by, revoke_reason
             from grants " + $which,
            $($argument),+
        )
    };
}

impl Row {
    fn grant(&self) -> Result<Grant> {
        Ok(Grant {
            id: self.grant_id,
            gift: Gift::new(self.kind, &self.target)?,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        })
    }
}

impl TryFrom<Row> for RecordedGrant {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            member: row.member_id,
            grant: row.grant()?,
            reason: row.reason,
            author: row.author,
            caller: row.key_id,
            list: row.list,
            created_at: row.created_at,
            revoked: row.revoked_at.map(|at| Revocation {
                at,
                by: row.revoked_by.unwrap_or_default(),
                reason: row.revoke_reason.unwrap_or_default(),
            }),
        })
    }
}

/// Inserts grants.
pub async fn add(
    conn: &mut PgConnection,
    program: &ProgramId,
    grants: &[RecordedGrant],
) -> Result<()> {
    if grants.is_empty() {
        return Ok(());
    }
    let members: Vec<_> = grants.iter().map(|row| row.member).collect();
    let ids: Vec<_> = grants.iter().map(|row| row.grant.id).collect();
    let kinds: Vec<GiftKind> = grants.iter().map(|row| row.grant.gift.kind()).collect();
    let targets: Vec<&str> = grants.iter().map(|row| row.grant.gift.target()).collect();
    let reasons: Vec<_> = grants.iter().map(|row| &row.reason).collect();
    let authors: Vec<_> = grants.iter().map(|row| &row.author).collect();
    let keys: Vec<_> = grants.iter().map(|row| row.caller).collect();
    let lists: Vec<Option<&str>> = grants.iter().map(|row| row.list.as_deref()).collect();
    let starts: Vec<DateTime<Utc>> = grants.iter().map(|row| row.grant.starts_at).collect();
    let ends: Vec<Option<DateTime<Utc>>> = grants.iter().map(|row| row.grant.ends_at).collect();
    let created: Vec<DateTime<Utc>> = grants.iter().map(|row| row.created_at).collect();
    sqlx::query!(
        "insert into grants (member_id, grant_id, program_id, kind, target, reason, author, key_id,
             list, starts_at, ends_at, created_at)
         select member_id, grant_id, $12, kind, target, reason, author, key_id, list, starts_at,
                ends_at, created_at
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                     $7::uuid[], $8::text[], $9::timestamptz[], $10::timestamptz[],
                     $11::timestamptz[])
             as new (member_id, grant_id, kind, target, reason, author, key_id, list, starts_at,
                     ends_at, created_at)",
        members as _,
        ids as _,
        kinds as _,
        targets as _,
        reasons as _,
        authors as _,
        keys as _,
        lists as _,
        &starts,
        ends as _,
        &created,
        program as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a grant of a program.
pub async fn get(
    conn: &mut PgConnection,
    program: &ProgramId,
    id: GrantId,
) -> Result<Option<RecordedGrant>> {
    let row = grants!(
        "where program_id = $1 and grant_id = $2",
        program as _,
        id as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns a page of a program's grants, latest first.
pub async fn page(
    conn: &mut PgConnection,
    program: &ProgramId,
    filter: &GrantFilter,
    limit: i64,
) -> Result<Vec<RecordedGrant>> {
    let rows = grants!(
        "where program_id = $1
           and ($2::uuid is null or member_id = $2)
           and ($3::text is null or list = $3)
           and ($4::timestamptz is null
                or revoked_at is null and starts_at <= $4 and (ends_at is null or ends_at > $4))
           and ($5::uuid is null or grant_id < $5)
         order by grant_id desc limit $6",
        program as _,
        filter.member as _,
        filter.list.as_deref(),
        filter.counting_at,
        filter.before as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns a page of a member's grants in all programs, latest first.
pub async fn of_member(
    conn: &mut PgConnection,
    member: MemberId,
    before: Option<GrantId>,
    limit: i64,
) -> Result<Vec<(ProgramId, RecordedGrant)>> {
    let rows = grants!(
        "where member_id = $1 and ($2::uuid is null or grant_id < $2)
         order by grant_id desc limit $3",
        member as _,
        before as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    rows.map(|row| Ok((row.program_id.clone(), row.try_into()?)))
        .collect()
}

/// Returns the grants of a list that were not revoked and have not ended. An import of
/// the same list adds only what is not among them.
pub async fn of_list(
    conn: &mut PgConnection,
    program: &ProgramId,
    list: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(MemberId, Grant)>> {
    let rows = grants!(
        "where program_id = $1 and list = $2 and revoked_at is null
           and (ends_at is null or ends_at > $3)",
        program as _,
        list,
        now
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    rows.map(|row| Ok((row.member_id, row.grant()?))).collect()
}

/// Revokes grants. Those that were revoked before stay as they are.
pub async fn revoke(
    conn: &mut PgConnection,
    grants: &[GrantId],
    revocation: &Revocation,
) -> Result<()> {
    sqlx::query!(
        "update grants set revoked_at = $2, revoked_by = $3, revoke_reason = $4
         where grant_id = any($1) and revoked_at is null",
        grants as _,
        revocation.at,
        revocation.by,
        revocation.reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves all grants from one member to another. Returns them.
pub async fn move_all(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<GrantId>> {
    let moved = sqlx::query_scalar!(
        "update grants set member_id = $2 where member_id = $1 returning grant_id",
        from as _,
        to as _
    );
    Ok(moved.fetch_all(conn).await?)
}

/// Gives those of these grants that a member still has to another member.
pub async fn give(
    conn: &mut PgConnection,
    grants: &[GrantId],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "update grants set member_id = $3 where member_id = $2 and grant_id = any($1)",
        grants as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
