//! `renown connect list|forget`: the connectors, and how far each has come.

use chrono::TimeDelta;
use serde_json::json;

use crate::cli::environment::{Base, Environment};
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::events::connectors::ConnectorState;
use renown_core::domain::ConnectorName;

/// Prints the connectors.
pub(super) async fn list(base: &Base) -> Result {
    let connectors = Environment::run_on_data(base, async |service| {
        service.connectors.list().await.map_err(CliError::new)
    });
    let connectors = connectors.await?;
    if Out::is_json() {
        return connectors.iter().try_for_each(show_json);
    }
    if connectors.is_empty() {
        return Out::line("There is no connector yet; renown connect --help names them.");
    }
    let mut table = TextTable::new([
        "name",
        "kind",
        "accepted",
        "duplicates",
        "ignored",
        "rejected",
        "failures",
        "latest event",
        "last contact",
    ]);
    for connector in &connectors {
        let stored = &connector.stored;
        table.row([
            stored.name.to_string(),
            stored.kind.as_str().to_owned(),
            stored.accepted.to_string(),
            stored.duplicates.to_string(),
            stored.ignored.to_string(),
            stored.rejected.to_string(),
            stored.failures.to_string(),
            ago(connector.lag),
            ago(connector.silent_for),
        ]);
    }
    table.print()?;
    connectors.iter().try_for_each(note)
}

fn show_json(connector: &ConnectorState) -> Result {
    let stored = &connector.stored;
    let seconds = |time: Option<TimeDelta>| time.map(|time| time.num_seconds());
    let item = json!({
        "name": stored.name.to_string(),
        "kind": stored.kind.as_str(),
        "follows": stored.follows,
        "accepted": stored.accepted,
        "duplicates": stored.duplicates,
        "ignored": stored.ignored,
        "rejected": stored.rejected,
        "failures": stored.failures,
        "lag_seconds": seconds(connector.lag),
        "contacted_seconds_ago": seconds(connector.silent_for),
        "failure": stored.failure,
        "failed_at": stored.failed_at,
    });
    Out::object(&item)
}

/// Says what a connector follows, and why it last failed.
fn note(connector: &ConnectorState) -> Result {
    let stored = &connector.stored;
    Out::line(&format!("\n{} follows {}.", stored.name, stored.follows))?;
    match (&stored.failure, stored.failed_at) {
        (Some(failure), Some(at)) => {
            let at = at.format("%Y-%m-%d %H:%M");
            Out::line(&format!("Its last failure, at {at} UTC: {failure}"))
        }
        _ => Ok(()),
    }
}

/// Writes how long ago something was.
fn ago(since: Option<TimeDelta>) -> String {
    since.map_or_else(|| "never".to_owned(), |since| format!("{} ago", age(since)))
}

/// Writes a time, as people round it.
pub(super) fn age(age: TimeDelta) -> String {
    let seconds = age.num_seconds();
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Forgets a connector.
pub(super) async fn forget(base: &Base, name: &ConnectorName) -> Result {
    let removed = Environment::run_on_data(base, async |service| {
        service.connectors.remove(name).await.map_err(CliError::new)
    });
    match removed.await? {
        true => Out::item(
            &json!({"name": name.to_string(), "state": "forgotten"}),
            || format!("{name} is forgotten; its events stay"),
        ),
        false => Err(CliError::Failed(format!("there is no connector '{name}'"))),
    }
}
