//! Saved audiences: their rules, and the members on the lists.

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::AudienceRules;

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
