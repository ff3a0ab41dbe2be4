//! The upstream of a connector: the platform, the files or the pipe that it follows.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// A platform, files or a pipe that a connector follows. It starts behind a cursor, and connects when it is first pulled.
pub trait Upstream {
    /// Waits for the next items. If `stop` is cancelled, returns soon what has come so far.
    ///
    /// The caller commits the items before it pulls again. After an error it pulls again after a
    /// pause: this must then go on behind the last batch that was returned.
    ///
    /// # Errors
    /// Why there is nothing at present, or will never be.
    fn pull(
        &mut self,
        stop: &CancellationToken,
    ) -> impl Future<Output = Result<Pulled, UpstreamError>>;
}

/// What was pulled.
#[derive(Debug)]
pub enum Pulled {
    /// Items; perhaps none, if the cursor has moved all the same, or the server has answered
    /// that there is nothing new.
    Batch(Batch),
    /// There is nothing more, and nothing more will come.
    End,
}

/// Some items, and where to go on behind them.
#[derive(Debug, Default)]
pub struct Batch {
    /// The items, in the format of the connector.
    pub items: Vec<Bytes>,
    /// The line of each item in what is read; empty if it is not read by lines.
    pub lines: Vec<u64>,
    /// Where to go on.
    pub cursor: Value,
    /// The time of the latest event among them.
    pub latest: Option<DateTime<Utc>>,
    /// How far this is, where the end is known.
    pub extent: Option<ReadPart>,
    /// How long to wait before the next pull.
    pub pause: Duration,
}

/// How far a connector is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadPart {
    /// What has been read.
    pub done: u64,
    /// All that there is.
    pub total: u64,
}

/// Why nothing could be pulled. The sentences go into logs: they name hosts, never accounts or
/// secrets.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// It may go on later.
    #[error("{why}")]
    Passing {
        /// What has happened.
        why: String,
        /// How long the server asks to be left alone.
        after: Option<TimeDelta>,
    },
    /// It cannot go on until an operator changes something.
    #[error("{0}")]
    Final(String),
}

impl UpstreamError {
    /// A failure that may pass.
    pub fn passing(why: impl ToString) -> Self {
        Self::Passing {
            why: why.to_string(),
            after: None,
        }
    }
}
