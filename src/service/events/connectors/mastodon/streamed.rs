//! Streams of a server: the notifications of the account whose token is used, or new statuses.
//! What came while nothing was connected is fetched first.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::sse::events;
use super::{MastodonServer, id, rank, read};
use crate::service::events::connectors::collect::{Items, Reopened, endless};
use crate::service::events::connectors::cursor;
use crate::service::events::connectors::upstream::{Batch, Pulled, Upstream, UpstreamError};

/// A stream of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MastodonFeed {
    /// Who favourited, boosted, mentioned and followed the account whose token is used.
    Notifications,
    /// The public statuses of the server's own accounts.
    Local,
    /// The public statuses with a hashtag.
    Hashtag(String),
}

impl MastodonFeed {
    /// Returns the path of the stream behind `streaming`, and its query.
    fn stream(&self) -> (&[&str], Option<(&str, &str)>) {
        match self {
            Self::Notifications => (&["user", "notification"], None),
            Self::Local => (&["public", "local"], None),
            Self::Hashtag(tag) => (&["hashtag"], Some(("tag", tag))),
        }
    }

    /// Returns the path of the list of what came before, and its query.
    fn list(&self) -> (Vec<&str>, Vec<(&str, &str)>) {
        match self {
            Self::Notifications => (vec!["notifications"], vec![("limit", "80")]),
            Self::Local => {
                let query = vec![("local", "true"), ("limit", "40")];
                (vec!["timelines", "public"], query)
            }
            Self::Hashtag(tag) => (vec!["timelines", "tag", tag], vec![("limit", "40")]),
        }
    }

    /// Returns the event that an entity of the list is in the stream.
    fn event(&self) -> &'static str {
        match self {
            Self::Notifications => "notification",
            Self::Local | Self::Hashtag(_) => "update",
        }
    }
}

/// What comes over a stream.
pub struct MastodonStream {
    server: MastodonServer,
    feed: MastodonFeed,
    /// The id of the latest notification or status that was read.
    newest: String,
    happened: Reopened<Option<Happened>>,
}

/// An event of the stream, or what an entity of the list was in it.
struct Happened {
    event: String,
    payload: Value,
}

#[derive(Serialize, Deserialize)]
struct StreamCursor {
    newest: String,
}

impl MastodonStream {
    /// Prepares to follow a stream behind a cursor.
    pub fn new(server: MastodonServer, feed: MastodonFeed, stored: Option<&Value>) -> Self {
        let stored = cursor::<StreamCursor>(stored);
        Self {
            server,
            feed,
            newest: stored.map(|stored| stored.newest).unwrap_or_default(),
            happened: Reopened::new(),
        }
    }

    fn item(&mut self, happened: &Happened) -> Bytes {
        let Happened { event, payload } = happened;
        if event == self.feed.event() && rank(id(payload)) > rank(&self.newest) {
            self.newest = id(payload).to_owned();
        }
        self.server.document(event, payload)
    }
}

impl Upstream for MastodonStream {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let opening = connect(&self.server, &self.feed, &self.newest);
        let (happened, _) = self.happened.next(stop, opening).await?;
        let (mut items, mut latest) = (Vec::new(), None);
        for happened in happened.into_iter().flatten() {
            latest = latest.max(time(&happened.payload));
            items.push(self.item(&happened));
        }
        let newest = self.newest.clone();
        Ok(Pulled::Batch(Batch {
            items,
            cursor: json!(StreamCursor { newest }),
            latest,
            ..Batch::default()
        }))
    }
}

/// Opens the stream, then fetches what came before; what comes in between, comes twice.
async fn connect(
    server: &MastodonServer,
    feed: &MastodonFeed,
    newest: &str,
) -> Result<Items<Option<Happened>>, UpstreamError> {
    // The account whose notifications these are.
    let owner = match feed {
        MastodonFeed::Notifications => {
            let path = ["api", "v1", "accounts", "verify_credentials"];
            server.get(&path, &[]).await?["acct"].take()
        }
        _ => Value::Null,
    };
    let with_owner = move |mut payload: Value| {
        if let (false, Some(members)) = (owner.is_null(), payload.as_object_mut()) {
            members.insert("owner".to_owned(), owner.clone());
        }
        payload
    };
    let (stream, query) = feed.stream();
    let path = [&["api", "v1", "streaming"], stream].concat();
    let url = server.url(&path, query.as_slice())?;
    let (_, pieces) = server.client.pieces(&url, &[]).await?;
    let event = feed.event();
    let missed = missed(server, feed, newest).await?;
    let missed = missed.into_iter().map({
        let with_owner = with_owner.clone();
        move |entity| Happened {
            event: event.to_owned(),
            payload: with_owner(entity),
        }
    });
    let missed = stream::iter(missed).map(|missed| Ok(Some(missed)));
    let happened = events(pieces).map(move |sent| {
        let Some((event, data)) = sent? else {
            return Ok(None);
        };
        let payload = match event.as_str() {
            // An id, without quotes.
            "delete" => json!(data),
            // What is no JSON is rejected and counted as a whole.
            _ => read(data.as_bytes()).unwrap_or(json!(data)),
        };
        let payload = with_owner(payload);
        Ok(Some(Happened { event, payload }))
    });
    Ok(endless(missed.chain(happened)))
}

/// Returns what came behind an id, the oldest first; without an id, the latest page.
async fn missed(
    server: &MastodonServer,
    feed: &MastodonFeed,
    newest: &str,
) -> Result<Vec<Value>, UpstreamError> {
    let (list, mut query) = feed.list();
    let path = [vec!["api", "v1"], list].concat();
    let mut missed = match newest {
        "" => {
            server
                .pages(server.url(&path, &query)?, "prev", |_| true)
                .await?
        }
        newest => {
            // Behind an id, pages go forward and `prev` is the next one.
            query.push(("min_id", newest));
            let first = server.url(&path, &query)?;
            server.pages(first, "prev", |_| false).await?
        }
    };
    missed.sort_by(|one, other| rank(id(one)).cmp(&rank(id(other))));
    Ok(missed)
}

/// Returns when an entity was made.
fn time(entity: &Value) -> Option<DateTime<Utc>> {
    entity["created_at"].as_str()?.parse().ok()
}
