//! Says how each connector comes on. One that does not run is no mistake: it may be done.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::cli::doctor::findings::Findings;
use crate::store;

/// Examines the connectors, if there are any.
pub(super) async fn examine(conn: &mut PgConnection, now: DateTime<Utc>, findings: &mut Findings) {
    let listed = store::events::connectors::all(conn).await;
    for connector in findings.failed("connectors", listed).unwrap_or_default() {
        let what = format!("connector {}", connector.name);
        let has_failed_since = connector.failed_at > connector.contacted_at;
        match (&connector.failure, connector.contacted_at) {
            (Some(failure), _) if has_failed_since => {
                findings.notable(&what, format_args!("has failed: {failure}"));
            }
            (_, None) => findings.notable(&what, "has not read anything yet"),
            (_, Some(at)) => {
                let minutes = (now - at).num_minutes();
                findings.good(&what, format_args!("last read something {minutes} min ago"));
            }
        }
    }
}
