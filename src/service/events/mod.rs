//! Events: their intake, and a watch on their sources.
//!
//! The entry point is [`Events::take_stream`], which submits events to the writers
//! of the log. Success is reported only after the commit. A silent source causes a
//! demotion freeze; it never changes a score.
//!
//! Every method fails if the database does not answer.

pub mod connectors;
mod intake;
mod reading;
mod receipts;
mod report;
mod sources;
mod writer;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::service::context::Context;
use crate::service::error::Result;
use crate::service::paging;
use crate::store;
use renown_core::domain::{Currency, EventMetadata, EventPlace, HandleKeys, MemberId};
use renown_core::ingest::dictionary::Dictionary;
use writer::LogWriter;

pub use connectors::Connectors;
pub use reading::Reading;
pub use report::{ItemPlace, ReadOutcome, Report};
pub use sources::{Feed, Sources};

/// The intake of the event log.
#[derive(Debug)]
pub struct Events {
    context: Context,
    dictionary: Arc<Dictionary>,
    /// Currencies for which the model has a rate.
    currencies: Arc<BTreeSet<Currency>>,
    writer: LogWriter,
}

/// The tasks that write the log, to be joined at the end.
#[derive(Debug)]
pub struct Writers(Vec<JoinHandle<()>>);

impl Writers {
    /// Closes the intake, and waits until all submitted events are committed.
    pub async fn finish(self, events: &Events) {
        events.writer.close();
        for task in self.0 {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer of the log ended badly");
            }
        }
    }
}

impl Events {
    pub(in crate::service) fn start(
        context: Context,
        dictionary: Arc<Dictionary>,
        currencies: BTreeSet<Currency>,
        keys: HandleKeys,
    ) -> (Self, Writers) {
        let (writer, tasks) = LogWriter::start(
            context.pool.clone(),
            context.clock.clone(),
            keys,
            &context.config.ingest,
            context.config.feeds.silence_threshold(),
        );
        let events = Self {
            context,
            dictionary,
            currencies: Arc::new(currencies),
            writer,
        };
        (events, Writers(tasks))
    }

    /// Returns the number of submitted events that are not committed yet.
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Creates the log's partitions for the months ahead.
    pub async fn ensure_partitions(&self) -> Result<()> {
        let mut transaction = self.context.transaction().await?;
        let now = self.context.clock.now();
        store::events::log::ensure_partitions(&mut transaction, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Returns a page of the events about a member's accounts, those first that were received
    /// last; and the last place of the page if there is another one.
    pub async fn about(
        &self,
        member: MemberId,
        before: Option<EventPlace>,
        limit: u16,
    ) -> Result<(Vec<EventMetadata>, Option<EventPlace>)> {
        let mut conn = self.context.connection().await?;
        let accounts = store::members::account_ids(&mut conn, &[member]).await?;
        let accounts = accounts.into_values().next().unwrap_or_default();
        let rows = paging::rows_for(limit);
        let mut events = store::events::log::about(&mut conn, &accounts, before, rows).await?;
        let more = paging::cut(&mut events, limit);
        let next = events.last().filter(|_| more).map(|event| event.place);
        Ok((events, next))
    }

    /// Returns whether the log holds any event.
    pub async fn is_populated(&self) -> Result<bool> {
        let mut conn = self.context.connection().await?;
        Ok(store::events::log::head(&mut conn).await?.0 > 0)
    }
}
