//! The packed states of members' accounts.

use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{AccountId, ModelVersion};

/// Returns the states of those accounts that have one.
pub async fn load(
    conn: &mut PgConnection,
    model: &ModelVersion,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, Vec<u8>>> {
    let rows = sqlx::query!(
        "select account_id, state from account_states
         where account_id = any($1) and model_version = $2",
        accounts as _,
        model as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.account_id, row.state))
        .collect())
}

/// Writes states in the place of earlier ones.
pub async fn save(
    conn: &mut PgConnection,
    model: &ModelVersion,
    states: &BTreeMap<AccountId, Vec<u8>>,
) -> Result<()> {
    let accounts: Vec<_> = states.keys().collect();
    let bodies: Vec<&[u8]> = states.values().map(Vec::as_slice).collect();
    sqlx::query!(
        "insert into account_states (account_id, model_version, state)
         select account_id, $3, state from unnest($1::bigint[], $2::bytea[]) as new (account_id, state)
         on conflict (account_id, model_version) do update set state = excluded.state",
        accounts as _,
        bodies as _,
        model as _)
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the states of a model whose accounts come after one and not after another, but
/// for those to keep.
pub async fn delete_others(
    conn: &mut PgConnection,
    model: &ModelVersion,
    (after, to): (Option<AccountId>, Option<AccountId>),
    kept: &[AccountId],
) -> Result<()> {
    sqlx::query!(
        "delete from account_states
         where model_version = $1
           and ($2::bigint is null or account_id > $2) and ($3::bigint is null or account_id <= $3)
           and not exists (select from unnest($4::bigint[]) as kept (id) where id = account_id)",
        model as _,
        after as _,
        to as _,
        kept as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
