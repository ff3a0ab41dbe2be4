//! How it is known that identities are their members'.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{Handle, Identity, IdentityVerification, MemberId, Proof, TextLine};

/// Returns the proof that two columns hold.
pub(super) fn proof(by: Option<String>, at: Option<DateTime<Utc>>) -> Result<Proof> {
    Ok(match by.zip(at) {
        Some((by, at)) => Proof::Verified(IdentityVerification {
            by: TextLine::parse(&by)?,
            at,
        }),
        None => Proof::Asserted,
    })
}

/// Returns the verified identities of members.
pub async fn verified(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<Identity, IdentityVerification>>> {
    let mut verified: BTreeMap<MemberId, BTreeMap<_, _>> = BTreeMap::new();
    let rows = sqlx::query!(
        r#"select member_id as "member_id!", network, handle as "handle!", verified_by, verified_at from accounts
           where member_id = any($1) and verified_at is not null"#,
        members as _
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let identity = Identity::Account(Handle::stored(row.network, &row.handle));
        if let Proof::Verified(verification) = proof(row.verified_by, row.verified_at)? {
            let of_member = verified.entry(row.member_id).or_default();
            of_member.insert(identity, verification);
        }
    }
    let rows = sqlx::query!(
        "select member_id, kind, value, verified_by, verified_at from identities
         where member_id = any($1) and verified_at is not null",
        members as _
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let identity = Identity::External(row.kind, row.value.into());
        if let Proof::Verified(verification) = proof(row.verified_by, row.verified_at)? {
            let of_member = verified.entry(row.member_id).or_default();
            of_member.insert(identity, verification);
        }
    }
    Ok(verified)
}

/// Sets how it is known that an identity is a member's.
pub async fn set(
    conn: &mut PgConnection,
    member: MemberId,
    identity: &Identity,
    proof: &Proof,
) -> Result<()> {
    let (by, at) = match proof {
        Proof::Asserted => (None, None),
        Proof::Verified(verification) => (Some(verification.by.as_str()), Some(verification.at)),
    };
    match identity {
        Identity::Member(_) => {}
        Identity::Account(handle) => {
            sqlx::query!(
                "update accounts set verified_by = $4, verified_at = $5
                 where member_id = $1 and network = $2 and handle = $3",
                member as _,
                handle.network() as _,
                handle.name(),
                by,
                at
            )
            .execute(conn)
            .await?;
        }
        Identity::External(kind, value) => {
            sqlx::query!(
                "update identities set verified_by = $4, verified_at = $5
                 where member_id = $1 and kind = $2 and value = $3",
                member as _,
                *kind as _,
                &**value,
                by,
                at
            )
            .execute(conn)
            .await?;
        }
    }
    Ok(())
}
