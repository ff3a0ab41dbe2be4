//! Connectors: each follows a platform, files or a pipe, and takes in the events from there.
//!
//! A batch is committed to the log first, then the cursor behind it. Whatever is killed when,
//! what is read again is found in the log by its id: each event is in it once. A lock lets one
//! process run a connector.

mod answer;
mod collect;
mod run;
mod upstream;

pub mod archives;
pub mod client;
pub mod github;
pub mod jetstream;
pub mod mastodon;
pub mod pipe;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Events, Reading};
use crate::service::context::Context;
use crate::service::error::Result;
use crate::store;
use crate::store::events::connectors::StoredConnector;
use renown_core::domain::{AllowedSources, ConnectorKind, ConnectorName};
use renown_core::ingest::{Format, Given, Rejection};

pub use run::{ConnectorEnd, ConnectorError, ConnectorWatch, RunProgress, Running};
pub use upstream::{Batch, Pulled, ReadPart, Upstream, UpstreamError};

/// The connectors of this deployment.
#[derive(Debug)]
pub struct Connectors {
    context: Context,
    events: Arc<Events>,
}

/// Which connector is run, and as what its items are taken in.
#[derive(Debug, Clone)]
pub struct ConnectorSetup {
    /// Its name.
    pub name: ConnectorName,
    /// What kind of thing it follows.
    pub kind: ConnectorKind,
    /// What it follows, in words for operators.
    pub follows: String,
    /// The format of its items.
    pub format: Format,
    /// What is said beside the items: the source of the events, for formats whose items have
    /// none, and the mapping of a table.
    pub given: Given,
}

/// A connector, and how far it is behind.
#[derive(Debug, Clone)]
pub struct ConnectorState {
    /// What is stored of it.
    pub stored: StoredConnector,
    /// How long ago the latest event that it has read happened.
    pub lag: Option<TimeDelta>,
    /// How long ago it last had an answer.
    pub silent_for: Option<TimeDelta>,
}

/// What became of the items of a batch.
#[derive(Debug, Default)]
struct Taken {
    accepted: u64,
    duplicates: u64,
    ignored: u64,
    rejected: u64,
    /// The first items of those that were rejected, each with its line if it has one.
    rejections: Vec<(Option<u64>, Rejection)>,
}

impl Connectors {
    pub(in crate::service) fn new(context: Context, events: Arc<Events>) -> Self {
        Self { context, events }
    }

    /// Returns all connectors, by name.
    pub async fn list(&self) -> Result<Vec<ConnectorState>> {
        let mut conn = self.context.connection().await?;
        let stored = store::events::connectors::all(&mut conn).await?;
        let now = self.context.clock.now();
        Ok(stored
            .into_iter()
            .map(|stored| state(stored, now))
            .collect())
    }

    /// Removes a connector. Its events stay; under the same name another one begins anew.
    /// Returns whether there was one.
    pub async fn remove(&self, name: &ConnectorName) -> Result<bool> {
        let mut conn = self.context.connection().await?;
        Ok(store::events::connectors::remove(&mut conn, name).await?)
    }

    /// Sets the gauges of all connectors.
    pub(in crate::service) async fn measure(&self) -> Result<()> {
        for connector in self.list().await? {
            let ConnectorState { stored, lag, .. } = connector;
            let name = stored.name.to_string();
            let counts = [
                ("accepted", stored.accepted),
                ("duplicate", stored.duplicates),
                ("ignored", stored.ignored),
                ("rejected", stored.rejected),
            ];
            for (outcome, count) in counts {
                let labels = [("connector", name.clone()), ("outcome", outcome.to_owned())];
                let counter = metrics::counter!("renown_connector_items_total", &labels);
                counter.absolute(count.unsigned_abs());
            }
            let failures =
                metrics::counter!("renown_connector_failures_total", "connector" => name.clone());
            failures.absolute(stored.failures.unsigned_abs());
            let seconds = |time: DateTime<Utc>| time.timestamp_micros() as f64 / 1e6;
            if let Some(lag) = lag {
                let gauge =
                    metrics::gauge!("renown_connector_lag_seconds", "connector" => name.clone());
                gauge.set(lag.as_seconds_f64());
            }
            if let Some(at) = stored.contacted_at {
                metrics::gauge!("renown_connector_contact_timestamp_seconds", "connector" => name)
                    .set(seconds(at));
            }
        }
        Ok(())
    }

    /// Takes items in; those that are wrong or mean nothing are counted. Not more at once than
    /// may be wrong, so that all are read, however many are.
    async fn take(&self, setup: &ConnectorSetup, batch: &Batch) -> Result<Taken> {
        let reading = Reading {
            format: setup.format,
            sources: AllowedSources::All,
            given: setup.given.clone(),
        };
        let most = self.context.config.ingest.max_rejections;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut taken = Taken::default();
        let chunks = batch.items.chunks(most);
        for (items, before) in chunks.zip((0_usize..).step_by(most)) {
            let report = self.events.take_items(&reading, items.to_vec()).await?;
            let rejections = report.rejections.into_iter().map(|(place, rejection)| {
                let index = usize::try_from(place.index).unwrap_or(usize::MAX);
                let line = batch.lines.get(before.saturating_add(index));
                (line.copied(), rejection)
            });
            taken.rejections.extend(rejections);
            taken.accepted += report.accepted;
            taken.duplicates += report.duplicates;
            taken.ignored += report.ignored;
            taken.rejected += report.rejected;
        }
        Ok(taken)
    }
}

/// Returns a connector's state at a time.
fn state(stored: StoredConnector, now: DateTime<Utc>) -> ConnectorState {
    let since = |time: DateTime<Utc>| (now - time).max(TimeDelta::zero());
    ConnectorState {
        lag: stored.latest_event_at.map(since),
        silent_for: stored.contacted_at.map(since),
        stored,
    }
}

/// Reads a cursor; `None` if it has a form that this version does not write, which is the same
/// as having none: what is read again is found in the log.
fn cursor<T: serde::de::DeserializeOwned>(stored: Option<&Value>) -> Option<T> {
    serde_json::from_value(stored?.clone()).ok()
}
