//! Polls accounts: their statuses, who favourited and boosted these, and their counts.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{MastodonServer, id, rank};
use crate::clock::Clock;
use crate::service::events::connectors::cursor;
use crate::service::events::connectors::upstream::{Batch, Pulled, Upstream, UpstreamError};

/// Accounts that are polled in turn.
pub struct MastodonAccounts {
    server: MastodonServer,
    clock: Clock,
    /// Their handles, as the server knows them.
    accounts: Vec<String>,
    /// The time between two rounds; `None` if it ends after one.
    every: Option<Duration>,
    read: BTreeMap<String, AccountCursor>,
    /// The account that is read.
    next: usize,
    /// Its statuses whose reactions are still to be read.
    queue: VecDeque<Value>,
    ended: bool,
}

/// How far an account was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct AccountCursor {
    /// The id of the latest status.
    newest: String,
    /// The id of the first status in the queue; empty if there is none.
    #[serde(default)]
    queued: String,
    /// How often each of the latest statuses was favourited and boosted.
    reactions: BTreeMap<String, (u64, u64)>,
    /// Followers, followed, statuses.
    counts: (i64, i64, i64),
}

/// What was read in one go.
#[derive(Default)]
struct News {
    items: Vec<Bytes>,
    latest: Option<DateTime<Utc>>,
}

impl MastodonAccounts {
    /// Prepares to poll accounts behind a cursor.
    pub fn new(
        server: MastodonServer,
        clock: Clock,
        accounts: Vec<String>,
        every: Option<Duration>,
        stored: Option<&Value>,
    ) -> Self {
        Self {
            server,
            clock,
            accounts,
            every,
            read: cursor(stored).unwrap_or_default(),
            next: 0,
            queue: VecDeque::new(),
            ended: false,
        }
    }

    /// Reads what is new of an account: its counts, and its statuses. Those to which more or fewer
    /// have reacted are put into the queue.
    async fn news(&mut self, handle: &str) -> Result<News, UpstreamError> {
        let before = self.read.get(handle).cloned().unwrap_or_default();
        let server = &self.server;
        let account = server
            .get(&["api", "v1", "accounts", "lookup"], &[("acct", handle)])
            .await?;
        let mut news = News::default();
        let number = |name: &str| account[name].as_i64().unwrap_or(-1);
        let counts = (
            number("followers_count"),
            number("following_count"),
            number("statuses_count"),
        );
        if counts != before.counts {
            let seen_at = self.clock.now();
            let seen_at = seen_at.to_rfc3339_opts(SecondsFormat::Micros, true);
            let seen = json!({"account": account, "seen_at": seen_at});
            news.items.push(server.document("account", &seen));
        }
        let path = ["api", "v1", "accounts", id(&account), "statuses"];
        let first = server.url(&path, &[("limit", "40")])?;
        // Back to what was read before. The first time, only the latest page.
        let known = match before.queued.as_str() {
            "" => &before.newest,
            queued => queued,
        };
        let is_known = |page: &[Value]| {
            let mut ids = page.iter().map(id);
            known.is_empty() || ids.any(|id| rank(id) <= rank(known))
        };
        let mut statuses = server.pages(first, "next", is_known).await?;
        statuses.reverse();
        let mut read = AccountCursor {
            newest: before.newest.clone(),
            queued: String::new(),
            reactions: BTreeMap::new(),
            counts,
        };
        for status in statuses {
            if rank(id(&status)) > rank(&before.newest) {
                news.items.push(server.document("update", &status));
            }
            if rank(id(&status)) > rank(&read.newest) {
                id(&status).clone_into(&mut read.newest);
            }
            let made_at = status["created_at"].as_str();
            news.latest = news.latest.max(made_at.and_then(|at| at.parse().ok()));
            let then = before.reactions.get(id(&status)).copied();
            if let Some(then) = then {
                read.reactions.insert(id(&status).to_owned(), then);
            }
            if status["reblog"].is_null() && reactions(&status) != then.unwrap_or_default() {
                self.queue.push_back(status);
            }
        }
        read.queued = self.first_queued();
        self.read.insert(handle.to_owned(), read);
        Ok(news)
    }

    /// Reads who has reacted to the first status of the queue, where their number has changed.
    async fn reacted(&mut self, handle: &str, status: &Value) -> Result<News, UpstreamError> {
        let read = self.read.get(handle);
        let then = read.and_then(|read| read.reactions.get(id(status)).copied());
        let then = then.unwrap_or_default();
        let now = reactions(status);
        let changed = [
            ("favourited_by", now.0 != then.0),
            ("reblogged_by", now.1 != then.1),
        ];
        let mut news = News::default();
        for (list, _) in changed.into_iter().filter(|(_, has_changed)| *has_changed) {
            let path = ["api", "v1", "statuses", id(status), list];
            let first = self.server.url(&path, &[("limit", "80")])?;
            for account in self.server.pages(first, "next", |_| false).await? {
                let reacted = json!({"status": status, "account": account});
                news.items.push(self.server.document(list, &reacted));
            }
        }
        self.queue.pop_front();
        let queued = self.first_queued();
        let read = self.read.entry(handle.to_owned()).or_default();
        read.reactions.insert(id(status).to_owned(), now);
        read.queued = queued;
        Ok(news)
    }

    fn first_queued(&self) -> String {
        self.queue.front().map(id).unwrap_or_default().to_owned()
    }

    async fn next(&mut self, handle: &str) -> Result<News, UpstreamError> {
        match self.queue.front().cloned() {
            Some(status) => self.reacted(handle, &status).await,
            None => self.news(handle).await,
        }
    }

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

/// Returns how often a status was favourited and boosted.
fn reactions(status: &Value) -> (u64, u64) {
    let number = |name: &str| status[name].as_u64().unwrap_or(0);
    (number("favourites_count"), number("reblogs_count"))
}

impl Upstream for MastodonAccounts {
    /// Reads an account, then its statuses one by one: each is a batch of its own, so that a
    /// server that allows few requests in a while is read to the end all the same.
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let Some(handle) = self.accounts.get(self.next).filter(|_| !self.ended) else {
            return Ok(Pulled::End);
        };
        let handle = handle.clone();
        let news = tokio::select! {
            () = stop.cancelled() => return Ok(self.batch(News::default(), Duration::ZERO)),
            news = self.next(&handle) => news?,
        };
        if !self.queue.is_empty() {
            return Ok(self.batch(news, Duration::ZERO));
        }
        self.next = (self.next + 1) % self.accounts.len();
        let is_round = self.next == 0;
        self.ended = is_round && self.every.is_none();
        let pause = self.every.filter(|_| is_round).unwrap_or_default();
        Ok(self.batch(news, pause))
    }
}
