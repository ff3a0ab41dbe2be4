//! Usage of the limits and budgets of programs and perks, read to evaluate rules.
//! Claims change these rows in their own transactions.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::store::Result;
use crate::store::claims::quotas;
use crate::store::claims::quotas::Scopes;
use renown_core::domain::{PerkId, ProgramId};
use renown_core::rules::Used;

/// Returns the usage of a program and of these of its perks (at least one) on a day.
pub async fn of(
    conn: &mut PgConnection,
    program: &ProgramId,
    perks: &[&PerkId],
    day: NaiveDate,
) -> Result<Used> {
    let scopes = perks.iter().flat_map(|perk| Scopes::of(perk, day).all());
    let scopes: BTreeSet<String> = scopes.collect();
    let scopes: Vec<String> = scopes.into_iter().collect();
    let rows = sqlx::query!(
        "select scope, units, cost from claim_usage where program_id = $1 and scope = any($2)",
        program as _,
        &scopes
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|row| (row.scope, row.units, row.cost));
    Ok(quotas::used(rows, perks, day))
}
