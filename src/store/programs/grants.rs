//! Grants: tiers and perks that people gave, kept for the audit.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::store::decisions::population::Range;
use crate::store::{Result, StoreError};
use renown_core::domain::{Gift, Grant, GrantId, KeyId, MemberId, PerkId, ProgramId, TierId};

/// A grant with its audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// To whom.
    pub member: MemberId,
    /// What and until when.
    pub grant: Grant,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// With which key it was said.
    pub key: Option<KeyId>,
    /// The list that it came with.
    pub list: Option<String>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
    /// How it was taken back, if it was.
    pub revoked: Option<Revocation>,
}

/// How a grant was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What an audit asks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only this member's.
    pub member: Option<MemberId>,
    /// Only this list's.
    pub list: Option<String>,
    /// Only those that count at this time.
    pub counting_at: Option<DateTime<Utc>>,
    /// Only those before this one.
    pub before: Option<GrantId>,
}

struct Row {
    member_id: Uuid,
    grant_id: Uuid,
    kind: String,
    target: String,
    reason: String,
    author: String,
    key_id: Option<Uuid>,
    list: Option<String>,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
    revoke_reason: Option<String>,
}

fn gift(kind: &str, target: &str) -> Result<Gift> {
    match kind {
        "tier" => Ok(Gift::Tier(TierId::parse(target)?)),
        "perk" => Ok(Gift::Perk(PerkId::parse(target)?)),
        other => Err(StoreError::Corrupt(format!("a grant of a '{other}'"))),
    }
}

impl TryFrom<Row> for Recorded {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            member: MemberId(row.member_id),
            grant: Grant {
                id: GrantId(row.grant_id),
                gift: gift(&row.kind, &row.target)?,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
            },
            reason: row.reason,
            author: row.author,
            key: row.key_id.map(KeyId),
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

/// The grants of members that count now or will, by program.
///
/// # Errors
/// If the database does not answer.
pub async fn of(
    conn: &mut PgConnection,
    members: &[MemberId],
    now: DateTime<Utc>,
) -> Result<BTreeMap<MemberId, BTreeMap<ProgramId, Vec<Grant>>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, grant_id, program_id, kind, target, starts_at, ends_at from grants
         where member_id = any($1) and revoked_at is null and (ends_at is null or ends_at > $2)
         order by member_id, grant_id",
        &members,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, BTreeMap<ProgramId, Vec<Grant>>> = BTreeMap::new();
    for row in rows {
        let of_member = all.entry(MemberId(row.member_id)).or_default();
        let of_program = of_member.entry(ProgramId::parse(&row.program_id)?);
        of_program.or_default().push(Grant {
            id: GrantId(row.grant_id),
            gift: gift(&row.kind, &row.target)?,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        });
    }
    Ok(all)
}

/// The grants of the members of a range in a program that count now or will.
///
/// # Errors
/// If the database does not answer.
pub async fn in_range(
    conn: &mut PgConnection,
    range: Range,
    program: &ProgramId,
    now: DateTime<Utc>,
) -> Result<BTreeMap<MemberId, Vec<Grant>>> {
    let rows = sqlx::query!(
        "select member_id, grant_id, kind, target, starts_at, ends_at from grants
         where member_id > $1 and member_id <= $2 and program_id = $3
           and revoked_at is null and (ends_at is null or ends_at > $4)
         order by member_id, grant_id",
        range.after.0,
        range.up_to.0,
        program.as_str(),
        now
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, Vec<Grant>> = BTreeMap::new();
    for row in rows {
        let grant = Grant {
            id: GrantId(row.grant_id),
            gift: gift(&row.kind, &row.target)?,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        };
        all.entry(MemberId(row.member_id)).or_default().push(grant);
    }
    Ok(all)
}

/// Adds grants.
///
/// # Errors
/// If the database does not answer.
pub async fn add(conn: &mut PgConnection, program: &ProgramId, grants: &[Recorded]) -> Result<()> {
    if grants.is_empty() {
        return Ok(());
    }
    let members: Vec<Uuid> = grants.iter().map(|row| row.member.0).collect();
    let ids: Vec<Uuid> = grants.iter().map(|row| row.grant.id.0).collect();
    let kinds: Vec<&str> = grants.iter().map(|row| row.grant.gift.kind()).collect();
    let targets: Vec<&str> = grants.iter().map(|row| row.grant.gift.target()).collect();
    let reasons: Vec<&str> = grants.iter().map(|row| row.reason.as_str()).collect();
    let authors: Vec<&str> = grants.iter().map(|row| row.author.as_str()).collect();
    let keys: Vec<Option<Uuid>> = grants.iter().map(|row| row.key.map(|key| key.0)).collect();
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
        &members,
        &ids,
        kinds as _,
        targets as _,
        reasons as _,
        authors as _,
        keys as _,
        lists as _,
        &starts,
        ends as _,
        &created,
        program.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One grant of a program.
///
/// # Errors
/// If the database does not answer.
pub async fn get(
    conn: &mut PgConnection,
    program: &ProgramId,
    id: GrantId,
) -> Result<Option<Recorded>> {
    let row = sqlx::query_as!(
        Row,
        "select member_id, grant_id, kind, target, reason, author, key_id, list, starts_at,
                ends_at, created_at, revoked_at, revoked_by, revoke_reason
         from grants where program_id = $1 and grant_id = $2",
        program.as_str(),
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// A page of a program's grants, latest first.
///
/// # Errors
/// If the database does not answer.
pub async fn page(
    conn: &mut PgConnection,
    program: &ProgramId,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Recorded>> {
    let rows = sqlx::query_as!(
        Row,
        "select member_id, grant_id, kind, target, reason, author, key_id, list, starts_at,
                ends_at, created_at, revoked_at, revoked_by, revoke_reason
         from grants
         where program_id = $1
           and ($2::uuid is null or member_id = $2)
           and ($3::text is null or list = $3)
           and ($4::timestamptz is null
                or revoked_at is null and starts_at <= $4 and (ends_at is null or ends_at > $4))
           and ($5::uuid is null or grant_id < $5)
         order by grant_id desc limit $6",
        program.as_str(),
        wanted.member.map(|member| member.0),
        wanted.list.as_deref(),
        wanted.counting_at,
        wanted.before.map(|grant| grant.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The grants of a list that were not taken back and are not over, so that a
/// list that is imported again adds only what is new.
///
/// # Errors
/// If the database does not answer.
pub async fn of_list(
    conn: &mut PgConnection,
    program: &ProgramId,
    list: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(MemberId, Grant)>> {
    let rows = sqlx::query!(
        "select member_id, grant_id, kind, target, starts_at, ends_at from grants
         where program_id = $1 and list = $2 and revoked_at is null
           and (ends_at is null or ends_at > $3)",
        program.as_str(),
        list,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let grant = Grant {
                id: GrantId(row.grant_id),
                gift: gift(&row.kind, &row.target)?,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
            };
            Ok((MemberId(row.member_id), grant))
        })
        .collect()
}

/// Takes grants back; those that were taken back before stay as they are.
///
/// # Errors
/// If the database does not answer.
pub async fn revoke(
    conn: &mut PgConnection,
    grants: &[GrantId],
    revocation: &Revocation,
) -> Result<()> {
    let ids: Vec<Uuid> = grants.iter().map(|grant| grant.0).collect();
    sqlx::query!(
        "update grants set revoked_at = $2, revoked_by = $3, revoke_reason = $4
         where grant_id = any($1) and revoked_at is null",
        &ids,
        revocation.at,
        revocation.by,
        revocation.reason
    )
    .execute(conn)
    .await?;
    Ok(())
}
