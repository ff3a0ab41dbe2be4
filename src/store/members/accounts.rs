//! Accounts: keyed hashes of handles and their surrogate ids.

use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::members::proofs::proof;
use crate::store::{Result, StoreError};
use renown_core::domain::{
    AccountId, Handle, HandleKey, HandleKeys, HandleMac, MemberId, Network, Proof,
};

/// Returns the accounts of handles; adds those that are new. Handles that were hashed
/// with a retired key are rehashed with the current one.
pub async fn resolve(
    conn: &mut PgConnection,
    keys: &HandleKeys,
    handles: &BTreeMap<HandleMac, &Handle>,
) -> Result<BTreeMap<HandleMac, AccountId>> {
    let mut found = find(conn, keys.current(), handles).await?;
    for retired in keys.retired() {
        if found.len() < handles.len() {
            rehash(conn, retired, keys.current(), handles, &mut found).await?;
        }
    }
    if found.len() < handles.len() {
        let missing: BTreeMap<HandleMac, &Handle> = handles
            .iter()
            .filter(|(mac, _)| !found.contains_key(mac))
            .map(|(mac, handle)| (*mac, *handle))
            .collect();
        insert(conn, keys.current(), &missing, &mut found).await?;
        if found.len() < handles.len() {
            // Another writer has added some of them meanwhile.
            found.append(&mut find(conn, keys.current(), &missing).await?);
        }
    }
    if found.len() == handles.len() {
        Ok(found)
    } else {
        Err(StoreError::Corrupt(
            "accounts that were just added are gone".into(),
        ))
    }
}

/// Returns the members to which the accounts of handles belong, and how it is known that
/// the accounts are theirs.
pub async fn owners<'h>(
    conn: &mut PgConnection,
    keys: &HandleKeys,
    handles: impl IntoIterator<Item = &'h Handle>,
) -> Result<BTreeMap<&'h Handle, (MemberId, Proof)>> {
    let mut owners = BTreeMap::new();
    let mut open: Vec<&Handle> = handles.into_iter().collect();
    for key in std::iter::once(keys.current()).chain(keys.retired()) {
        if open.is_empty() {
            break;
        }
        let mut handles: BTreeMap<HandleMac, &Handle> = open
            .iter()
            .map(|handle| (key.mac(handle), *handle))
            .collect();
        let macs: Vec<&HandleMac> = handles.keys().collect();
        let rows = sqlx::query!(
            "select handle_mac, member_id, verified_by, verified_at from accounts
             where handle_mac = any($1::bytea[]) and key_id = $2",
            macs as _,
            key.id()
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            // The search ends too at an account that belongs to no member.
            let handle = handles.remove(&row.handle_mac);
            if let (Some(handle), Some(member)) = (handle, row.member_id) {
                let proof = proof(row.verified_by, row.verified_at)?;
                owners.insert(handle, (member, proof));
            }
        }
        open = handles.into_values().collect();
    }
    Ok(owners)
}

async fn find(
    conn: &mut PgConnection,
    key: &HandleKey,
    handles: &BTreeMap<HandleMac, &Handle>,
) -> Result<BTreeMap<HandleMac, AccountId>> {
    let macs: Vec<&HandleMac> = handles.keys().collect();
    let rows = sqlx::query!(
        "select account_id, handle_mac from accounts where handle_mac = any($1::bytea[]) and key_id = $2",
        macs as _,
        key.id()
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.handle_mac, row.account_id)).collect())
}

async fn insert(
    conn: &mut PgConnection,
    key: &HandleKey,
    handles: &BTreeMap<HandleMac, &Handle>,
    found: &mut BTreeMap<HandleMac, AccountId>,
) -> Result<()> {
    // In order of the hashes, so that two writers cannot deadlock.
    let macs: Vec<&HandleMac> = handles.keys().collect();
    let networks: Vec<&Network> = handles.values().map(|h| h.network()).collect();
    let rows = sqlx::query!(
        "insert into accounts (network, handle_mac, key_id)
         select network, handle_mac, $3
         from unnest($1::text[], $2::bytea[]) as new (network, handle_mac)
         on conflict do nothing
         returning account_id, handle_mac",
        networks as _,
        macs as _,
        key.id()
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        found.insert(row.handle_mac, row.account_id);
    }
    Ok(())
}

async fn rehash(
    conn: &mut PgConnection,
    retired: &HandleKey,
    current: &HandleKey,
    handles: &BTreeMap<HandleMac, &Handle>,
    found: &mut BTreeMap<HandleMac, AccountId>,
) -> Result<()> {
    let missing = handles.iter().filter(|(mac, _)| !found.contains_key(mac));
    let (old, new): (Vec<HandleMac>, Vec<&HandleMac>) = missing
        .map(|(mac, handle)| (retired.mac(handle), mac))
        .unzip();
    let rows = sqlx::query!(
        "update accounts set handle_mac = new.mac, key_id = $3
         from unnest($1::bytea[], $2::bytea[]) as new (old_mac, mac)
         where handle_mac = new.old_mac and key_id = $4
         returning account_id, handle_mac",
        old as _,
        new as _,
        current.id(),
        retired.id()
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        found.insert(row.handle_mac, row.account_id);
    }
    Ok(())
}

/// Links accounts to members, stores their handles as text, and queues the accounts to
/// be folded again.
pub async fn link(conn: &mut PgConnection, links: &[(AccountId, MemberId, &Handle)]) -> Result<()> {
    let accounts: Vec<AccountId> = links.iter().map(|(account, ..)| *account).collect();
    let members: Vec<MemberId> = links.iter().map(|(_, member, _)| *member).collect();
    let handles: Vec<&str> = links.iter().map(|(.., handle)| handle.name()).collect();
    sqlx::query!(
        "update accounts set member_id = new.member_id, handle = new.handle,
             verified_by = null, verified_at = null
         from unnest($1::bigint[], $2::uuid[], $3::text[]) as new (account_id, member_id, handle)
         where accounts.account_id = new.account_id",
        &accounts as _,
        members as _,
        handles as _
    )
    .execute(&mut *conn)
    .await?;
    crate::store::scores::projections::queue_refolds(conn, &accounts).await
}

/// Unlinks accounts: deletes their handles and states. Their events stay in the log.
pub async fn unlink(conn: &mut PgConnection, accounts: &[AccountId]) -> Result<()> {
    sqlx::query!(
        "update accounts set member_id = null, handle = null, verified_by = null, verified_at = null
         where account_id = any($1)",
        accounts as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from account_states where account_id = any($1)",
        accounts as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the members to which these accounts belong. Other accounts are left out.
pub async fn members_of(
    conn: &mut PgConnection,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, MemberId>> {
    let rows = sqlx::query!(
        r#"select account_id, member_id as "member_id!" from accounts
           where account_id = any($1) and member_id is not null"#,
        accounts as _
    )
    .fetch_all(conn)
    .await?;
    let pairs = rows.into_iter().map(|row| (row.account_id, row.member_id));
    Ok(pairs.collect())
}

/// Returns the member to which an account belongs and locks the account until the end
/// of the transaction, so that two callers cannot both find it free.
pub async fn lock_owner(conn: &mut PgConnection, account: AccountId) -> Result<Option<MemberId>> {
    let owner = sqlx::query_scalar!(
        "select member_id from accounts where account_id = $1 for no key update",
        account as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(owner.flatten())
}

/// Returns the numbers of keys with which accounts are hashed, other than the `given`
/// ones: without them those accounts are not found.
pub async fn missing_keys(conn: &mut PgConnection, given: &[i16]) -> Result<Vec<i16>> {
    let missing = sqlx::query_scalar!(
        "select key_id from handle_keys
         where key_id <> all($1)
             and exists (select from accounts where accounts.key_id = handle_keys.key_id)
         order by key_id",
        given
    );
    Ok(missing.fetch_all(conn).await?)
}

/// Compares a handle key with the stored check value of its number. Stores nothing.
pub async fn check_key(conn: &mut PgConnection, key: &HandleKey) -> Result<KeyCheck> {
    let stored = sqlx::query_scalar!(
        "select check_value from handle_keys where key_id = $1",
        key.id()
    );
    let stored = stored.fetch_optional(conn).await?;
    Ok(match stored {
        Some(stored) if stored != key.check_value() => KeyCheck::Different,
        _ => KeyCheck::Same,
    })
}

/// Stores the check value of a handle key, and compares it with the stored one if the
/// key's number is known.
pub async fn register_key(conn: &mut PgConnection, key: &HandleKey) -> Result<KeyCheck> {
    let check = key.check_value();
    let stored = sqlx::query_scalar!(
        "insert into handle_keys (key_id, check_value) values ($1, $2)
         on conflict (key_id) do update set key_id = excluded.key_id
         returning check_value",
        key.id(),
        &check[..]
    )
    .fetch_one(conn)
    .await?;
    Ok(if stored == check {
        KeyCheck::Same
    } else {
        KeyCheck::Different
    })
}

/// The result of checking a handle key against the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCheck {
    /// The key is the stored one, or its number is new.
    Same,
    /// The number belongs to another secret.
    Different,
}
