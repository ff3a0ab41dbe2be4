//! Examines the schema: migrations, compatibility, tables and columns.

use sqlx::PgConnection;

use crate::cli::doctor::findings::Findings;
use crate::store::schema::{self, MigrationState};

/// Examines the schema; `false` if it is so far from this version's that its data cannot
/// be examined.
pub(super) async fn examine(conn: &mut PgConnection, findings: &mut Findings) -> bool {
    let compatible = schema::check_compatibility(conn).await;
    if findings.failed("schema", compatible).is_none() {
        return false;
    }
    let compared = schema::compare(conn).await;
    let Some(state) = findings.failed("schema", compared) else {
        return false;
    };
    migrations(&state, findings);
    if !state.pending.is_empty() {
        return state.done > 0;
    }
    let missing = schema::missing(conn).await;
    if let Some(missing) = findings.failed("tables", missing) {
        match missing[..] {
            [] => findings.good("tables", "all there"),
            _ => findings.wrong(
                "tables",
                format_args!(
                    "missing: {}; somebody has removed or renamed them: restore them from a backup",
                    missing.join(", ")
                ),
            ),
        }
    }
    true
}

fn migrations(state: &MigrationState, findings: &mut Findings) {
    if !state.edited.is_empty() {
        findings.wrong(
            "schema",
            format_args!(
                "migrations {:?} have run with another text than this version's: it was built \
                 from changed sources, or the database belongs to another version",
                state.edited
            ),
        );
    }
    match (state.pending.len(), state.done) {
        (0, done) => findings.good("schema", format_args!("up to date ({done} migrations)")),
        (pending, 0) => findings.wrong(
            "schema",
            format_args!(
                "the database is empty: {pending} migrations to run; `renown migrate` or \
                 `renown serve` runs them"
            ),
        ),
        (pending, _) => findings.wrong(
            "schema",
            format_args!(
                "{pending} migrations to run ({}); `renown migrate` or `renown serve` runs them",
                state.pending.join(", ")
            ),
        ),
    }
    if state.newer > 0 {
        findings.notable(
            "schema",
            format_args!(
                "{} migrations of a newer version have run; this version may run beside it",
                state.newer
            ),
        );
    }
}
