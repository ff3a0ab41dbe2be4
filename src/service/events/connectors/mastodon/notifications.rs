//! The notifications of the account whose token is used: who favourited, boosted, mentioned and
//! followed it. What came while nothing was connected is fetched first; then they are streamed.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{MastodonServer, id, rank, read};
use crate::service::events::connectors::client::Pieces;
use crate::service::events::connectors::collect::{Closed, collect};
use crate::service::events::connectors::cursor;
use crate::service::events::connectors::upstream::{Batch, Pulled, Upstream, UpstreamError};

/// The longest event of the stream, in bytes.
const MAX_EVENT: usize = 1024 * 1024;

/// The notifications of an account.
pub struct MastodonNotifications {
    server: MastodonServer,
    /// The handle of the account, once it is known.
    owner: Option<String>,
    /// The id of the latest notification that was read.
    newest: String,
    open: Option<Streamed>,
    failed: Option<UpstreamError>,
}

/// What comes over the stream: an event with its name and data, or a sign of life.
type Streamed = BoxStream<'static, Result<Option<(String, String)>, UpstreamError>>;

#[derive(Serialize, Deserialize)]
struct NotificationCursor {
    newest: String,
}

impl MastodonNotifications {
    /// Prepares to follow the notifications behind a cursor.
    pub fn new(server: MastodonServer, stored: Option<&Value>) -> Self {
        let stored = cursor::<NotificationCursor>(stored);
        Self {
            server,
            owner: None,
            newest: stored.map(|stored| stored.newest).unwrap_or_default(),
            open: None,
            failed: None,
        }
    }

    /// Opens the stream, then fetches what came before; what comes in between, comes twice.
    async fn connect(&mut self) -> Result<(Streamed, Vec<Value>), UpstreamError> {
        let server = &self.server;
        if self.owner.is_none() {
            let own = server
                .get(&["api", "v1", "accounts", "verify_credentials"], &[])
                .await?;
            self.owner = own["acct"].as_str().map(ToOwned::to_owned);
        }
        let url = server.url(&["api", "v1", "streaming", "user", "notification"], &[])?;
        let (_, pieces) = server.client.pieces(&url, &[]).await?;
        let path = ["api", "v1", "notifications"];
        // Behind an id, pages go forward and `prev` is the next one; without, only the latest.
        let missed = match self.newest.as_str() {
            "" => server.get(&path, &[("limit", "80")]).await?,
            newest => {
                let first = server.url(&path, &[("limit", "80"), ("min_id", newest)])?;
                json!(server.pages(first, "prev", |_| false).await?)
            }
        };
        let missed = missed.as_array().cloned().unwrap_or_default();
        Ok((events(pieces), missed))
    }

    fn item(&mut self, mut notification: Value) -> Bytes {
        if rank(id(&notification)) > rank(&self.newest) {
            self.newest = id(&notification).to_owned();
        }
        if let Some(members) = notification.as_object_mut() {
            members.insert("owner".to_owned(), json!(self.owner));
        }
        self.server.document("notification", &notification)
    }

    fn batch(&self, items: Vec<Bytes>, latest: Option<DateTime<Utc>>) -> Pulled {
        Pulled::Batch(Batch {
            items,
            cursor: json!(NotificationCursor {
                newest: self.newest.clone()
            }),
            latest,
            ..Batch::default()
        })
    }
}

/// Returns when a notification was made.
fn time(notification: &Value) -> Option<DateTime<Utc>> {
    notification["created_at"].as_str()?.parse().ok()
}

impl Upstream for MastodonNotifications {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let Some(mut streamed) = self.open.take() else {
            let (streamed, missed) = tokio::select! {
                () = stop.cancelled() => return Ok(self.batch(Vec::new(), None)),
                connected = self.connect() => connected?,
            };
            self.open = Some(streamed);
            let latest = missed.iter().filter_map(time).max();
            let items = missed.into_iter().map(|missed| self.item(missed)).collect();
            return Ok(self.batch(items, latest));
        };
        let (events, closed) = collect(&mut streamed, stop).await;
        let failed = match closed {
            Closed::Due | Closed::Stopped => {
                self.open = Some(streamed);
                None
            }
            Closed::Failed(error) => Some(error),
            Closed::Ended => Some(UpstreamError::passing("the server closed the stream")),
        };
        let (mut items, mut latest) = (Vec::new(), None);
        for (event, data) in events.into_iter().flatten() {
            if event == "notification" {
                // What is no JSON is rejected and counted as a whole.
                let notification: Value = read(data.as_bytes()).unwrap_or(json!(data));
                latest = latest.max(time(&notification));
                items.push(self.item(notification));
            }
        }
        match failed {
            Some(failed) if items.is_empty() => return Err(failed),
            failed => self.failed = failed,
        }
        Ok(self.batch(items, latest))
    }
}

/// Reads server-sent events (WHATWG HTML, section 9.2): lines, and a blank one behind each event.
/// A comment is a sign of life.
fn events(pieces: Pieces) -> Streamed {
    let reader = Reader {
        pieces,
        buffer: Vec::new(),
        event: String::new(),
        data: String::new(),
    };
    let next = async |mut reader: Reader| {
        let next = reader.next().await?;
        Some((next, reader))
    };
    stream::unfold(reader, next).boxed()
}

struct Reader {
    pieces: Pieces,
    buffer: Vec<u8>,
    event: String,
    data: String,
}

impl Reader {
    async fn next(&mut self) -> Option<Result<Option<(String, String)>, UpstreamError>> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(event) = self.line(line.trim_end_matches(['\n', '\r'])) {
                    return Some(Ok(event));
                }
            }
            if self.buffer.len() + self.data.len() > MAX_EVENT {
                let why = "an event of the stream is too long";
                return Some(Err(UpstreamError::passing(why)));
            }
            match self.pieces.next().await? {
                Ok(piece) => self.buffer.extend_from_slice(&piece),
                Err(error) => {
                    let why = format!("the stream broke: {error}");
                    return Some(Err(UpstreamError::passing(why)));
                }
            }
        }
    }

    /// Takes a line; returns the event that it ends, or an inner `None` for a sign of life.
    fn line(&mut self, line: &str) -> Option<Option<(String, String)>> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(Some((event, data)));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Some(None),
            "event" => value.clone_into(&mut self.event),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}
