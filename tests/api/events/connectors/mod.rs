//! Connectors: what each takes in, and that it goes on where it was.

mod github;
mod jetstream;
mod mastodon;

use std::time::Duration;

use renown::service::events::connectors::{ConnectorSetup, ConnectorWatch, RunProgress};
use renown_core::domain::{ConnectorKind, ConnectorName, Source};
use renown_core::ingest::{Format, Given, Rejection};
use tokio_util::sync::CancellationToken;

/// The setup of a connector whose source has its name.
fn setup(name: &str, kind: ConnectorKind, format: Format) -> ConnectorSetup {
    ConnectorSetup {
        name: ConnectorName::parse(name).unwrap(),
        kind,
        follows: "a server of this test".to_owned(),
        format,
        given: Given {
            source: Some(Source::parse(name).unwrap()),
            ..Given::default()
        },
    }
}

/// Stops a connector when it has taken in so many items, and notes why it failed before.
struct StopAfter {
    items: u64,
    stop: CancellationToken,
    failures: Vec<String>,
}

impl StopAfter {
    fn new(items: u64) -> Self {
        Self {
            items,
            stop: CancellationToken::new(),
            failures: Vec::new(),
        }
    }
}

impl ConnectorWatch for StopAfter {
    fn progressed(&mut self, progress: &RunProgress) {
        if progress.accepted >= self.items {
            self.stop.cancel();
        }
    }

    fn rejected(&mut self, _: Option<u64>, _: &Rejection) {}

    fn failed(&mut self, why: &str, _: Duration) {
        self.failures.push(why.to_owned());
    }
}
