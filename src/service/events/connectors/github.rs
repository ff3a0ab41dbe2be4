//! Polls the events API of GitHub: feeds of repositories, accounts and organisations.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::answer::asked_pause;
use super::client::{ConnectorClient, linked};
use super::upstream::{Batch, Pulled, Upstream, UpstreamError};
use crate::clock::Clock;
use renown_core::ingest::github::{Stamp, stamp};

/// The most pages of a feed; GitHub has three of a hundred events.
const MOST_PAGES: usize = 10;
/// The time between two polls, if the server does not say it.
const USUAL_INTERVAL: Duration = Duration::from_secs(60);
/// The longest time between two polls.
const LONGEST_INTERVAL: Duration = Duration::from_secs(3600);

/// A feed of the events API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GithubFeed {
    /// What happens in a repository, `owner/name`.
    Repository(String),
    /// What an account does.
    Account(String),
    /// What an account is shown: by those it follows, in what it watches.
    ReceivedBy(String),
    /// What happens in an organisation.
    Organisation(String),
}

impl GithubFeed {
    /// Returns the segments of its path.
    fn path(&self) -> Vec<&str> {
        let (kind, name, rest): (_, _, &[&str]) = match self {
            Self::Repository(name) => ("repos", name, &["events"]),
            Self::Account(name) => ("users", name, &["events", "public"]),
            Self::ReceivedBy(name) => ("users", name, &["received_events", "public"]),
            Self::Organisation(name) => ("orgs", name, &["events"]),
        };
        let segments = std::iter::once(kind).chain(name.split('/'));
        segments.chain(rest.iter().copied()).collect()
    }

    /// Returns its name in a cursor.
    fn name(&self) -> String {
        self.path().join("/")
    }
}

/// Feeds that are polled in turn.
pub struct GithubFeeds {
    client: ConnectorClient,
    clock: Clock,
    api: Url,
    feeds: Vec<GithubFeed>,
    /// Whether it ends once each feed was read.
    once: bool,
    read: GithubCursor,
    /// The feed that is read next.
    next: usize,
    ended: bool,
}

/// How far each feed was read, by its name.
type GithubCursor = BTreeMap<String, FeedCursor>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct FeedCursor {
    /// What the server calls the state of the feed that was read.
    etag: Option<String>,
    /// The greatest id that was read.
    newest: u64,
}

/// The events of a feed that are new, the oldest first.
#[derive(Default)]
struct News {
    items: Vec<Bytes>,
    newest: u64,
    latest: Option<DateTime<Utc>>,
    /// Whether the feed goes back to what was read before.
    is_complete: bool,
}

impl GithubFeeds {
    /// Prepares to poll feeds of the API at an address behind a cursor.
    pub fn new(
        client: ConnectorClient,
        clock: Clock,
        api: Url,
        feeds: Vec<GithubFeed>,
        once: bool,
        cursor: Option<&Value>,
    ) -> Self {
        Self {
            client,
            clock,
            api,
            feeds,
            once,
            read: super::cursor(cursor).unwrap_or_default(),
            next: 0,
            ended: false,
        }
    }

    /// Returns the address of the first page of a feed.
    fn address(&self, feed: &GithubFeed) -> Result<Url, UpstreamError> {
        let mut url = self.api.clone();
        url.path_segments_mut()
            .map_err(|()| UpstreamError::Final(format!("{} has no paths", self.api)))?
            .pop_if_empty()
            .extend(feed.path());
        url.query_pairs_mut().append_pair("per_page", "100");
        Ok(url)
    }

    /// Reads what is new in a feed; `None` if nothing is. Also returns the headers of its first
    /// page.
    async fn news(
        &self,
        feed: &GithubFeed,
        before: &FeedCursor,
    ) -> Result<(HeaderMap, Option<News>), UpstreamError> {
        let mut url = self.address(feed)?;
        let known: Vec<_> = before
            .etag
            .iter()
            .map(|etag| (IF_NONE_MATCH, etag.as_str()))
            .collect();
        let first = self.client.whole(&url, &known).await?;
        if first.status == StatusCode::NOT_MODIFIED {
            return Ok((first.headers, None));
        }
        let mut news = News {
            newest: before.newest,
            ..News::default()
        };
        let (mut page, mut headers) = (first.body, first.headers.clone());
        for _ in 0..MOST_PAGES {
            news.add(&page, before.newest)?;
            let Some(next) = linked(&headers, "next", &url).filter(|_| !news.is_complete) else {
                break;
            };
            let answer = self.client.whole(&next, &[]).await?;
            (url, page, headers) = (next, answer.body, answer.headers);
        }
        news.items.reverse();
        if before.newest > 0 && !news.is_complete && !news.items.is_empty() {
            tracing::warn!("more has happened in a feed of GitHub than it keeps: some was missed");
        }
        Ok((first.headers, Some(news)))
    }
}

impl News {
    /// Adds a page, whose newest event is first. All of it, also what is older than what was
    /// read before: the order is not quite that of the ids.
    fn add(&mut self, page: &Bytes, before: u64) -> Result<(), UpstreamError> {
        let events: Vec<&RawValue> = serde_json::from_slice(page).map_err(|error| {
            UpstreamError::passing(format_args!("an answer is no list: {error}"))
        })?;
        for event in events {
            let item = event.get().as_bytes();
            if let Some(Stamp { id, created_at }) = stamp(item) {
                let id = id.parse().unwrap_or(0);
                self.is_complete |= id <= before;
                self.newest = self.newest.max(id);
                self.latest = self.latest.max(Some(created_at));
            }
            self.items.push(Bytes::copy_from_slice(item));
        }
        Ok(())
    }
}

impl Upstream for GithubFeeds {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let Some(feed) = self.feeds.get(self.next).filter(|_| !self.ended) else {
            return Ok(Pulled::End);
        };
        let name = feed.name();
        let before = self.read.get(&name).cloned().unwrap_or_default();
        let (headers, news) = tokio::select! {
            () = stop.cancelled() => return Ok(self.batch(News::default(), Duration::ZERO)),
            news = self.news(feed, &before) => news?,
        };
        let news = news.unwrap_or_else(|| News {
            newest: before.newest,
            ..News::default()
        });
        let etag = headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        let read = FeedCursor {
            etag: etag.map(ToOwned::to_owned).or(before.etag),
            newest: news.newest,
        };
        self.read.insert(name, read);
        self.next = (self.next + 1) % self.feeds.len();
        let is_round = self.next == 0;
        self.ended = self.once && is_round;
        let used_up = asked_pause(&headers, self.clock.now());
        let used_up = used_up
            .and_then(|pause| pause.to_std().ok())
            .unwrap_or_default();
        let interval = if is_round && !self.ended {
            interval(&headers)
        } else {
            Duration::ZERO
        };
        Ok(self.batch(news, used_up.max(interval).min(LONGEST_INTERVAL)))
    }
}

impl GithubFeeds {
    fn batch(&self, news: News, pause: Duration) -> Pulled {
        Pulled::Batch(Batch {
            items: news.items,
            cursor: json!(self.read),
            latest: news.latest,
            pause,
            ..Batch::default()
        })
    }
}

/// Returns how long to wait before the next poll.
fn interval(headers: &HeaderMap) -> Duration {
    let asked = headers
        .get("x-poll-interval")
        .and_then(|value| value.to_str().ok());
    let asked = asked.and_then(|seconds| seconds.trim().parse().ok());
    asked.map_or(USUAL_INTERVAL, Duration::from_secs)
}
