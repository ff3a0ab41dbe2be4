//! The supply of a program's perks: units left, and use of limits and budgets.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::FactsLoader;
use crate::service::error::Result;
use crate::store;
use crate::store::programs::Units;
use renown_core::domain::PerkId;
use renown_core::rules::{PerkCodes, Program, Supply};

/// Reads the supply that a program needs; empty if nothing is limited. Daily limits
/// count the program's own day at the time `at`.
pub(in crate::service) async fn supply(
    conn: &mut PgConnection,
    program: &Program,
    at: DateTime<Utc>,
) -> Result<Supply> {
    let mut supply = Supply::default();
    if program.counts_stock() {
        let units = program.perks().iter().map(|perk| Units {
            perk: &perk.id,
            stock: perk.stock,
            coded: perk.codes == PerkCodes::Imported,
        });
        let units: Vec<Units<'_>> = units.collect();
        supply.left = store::programs::stock(conn, program.id(), &units).await?;
    }
    if program.counts_use() {
        let perks: Vec<&PerkId> = program.perks().iter().map(|perk| &perk.id).collect();
        let day = program.day_of(at);
        supply.used = store::claims::usage::of(conn, program.id(), &perks, day).await?;
    }
    Ok(supply)
}

impl FactsLoader {
    /// Reads the supply of a program's perks at a time.
    pub(in crate::service) async fn supply(
        &self,
        program: &Program,
        at: DateTime<Utc>,
    ) -> Result<Supply> {
        if !program.counts_stock() && !program.counts_use() {
            return Ok(Supply::default());
        }
        let mut conn = self.context.connection().await?;
        supply(&mut conn, program, at).await
    }
}
