//! Polls accounts: their statuses, who favourited and boosted these, and their counts.

use std::collections::BTreeMap;
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
    next: usize,
    ended: bool,
}

/// How far an account was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct AccountCursor {
    /// The id of the latest status.
    newest: String,
    /// How often each of the latest statuses was favourited and boosted.
    reactions: BTreeMap<String, (u64, u64)>,
    /// Followers, followed, statuses.
    counts: (i64, i64, i64),
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
            ended: false,
        }
    }

    /// Reads what is new of an account.
    async fn news(
        &self,
        handle: &str,
        before: &AccountCursor,
    ) -> Result<(Vec<Bytes>, AccountCursor, Option<DateTime<Utc>>), UpstreamError> {
        let server = &self.server;
        let account = server
            .get(&["api", "v1", "accounts", "lookup"], &[("acct", handle)])
            .await?;
        let mut items = Vec::new();
        let number = |name: &str| account[name].as_i64().unwrap_or(-1);
        let counts = (
            number("followers_count"),
            number("following_count"),
            number("statuses_count"),
        );
        if counts != before.counts {
            let seen_at = self
                .clock
                .now()
                .to_rfc3339_opts(SecondsFormat::Micros, true);
            items
                .push(server.document("account", &json!({"account": account, "seen_at": seen_at})));
        }
        let path = ["api", "v1", "accounts", id(&account), "statuses"];
        let first = server.url(&path, &[("limit", "40")])?;
        // The first time, only the latest page.
        let is_known = |page: &[Value]| {
            before.newest.is_empty()
                || page
                    .iter()
                    .any(|status| rank(id(status)) <= rank(&before.newest))
        };
        let mut statuses = server.pages(first, "next", is_known).await?;
        statuses.reverse();
        let mut read = AccountCursor {
            newest: before.newest.clone(),
            reactions: BTreeMap::new(),
            counts,
        };
        for status in &statuses {
            if rank(id(status)) > rank(&before.newest) {
                items.push(server.document("update", status));
            }
            if rank(id(status)) > rank(&read.newest) {
                id(status).clone_into(&mut read.newest);
            }
            if status["reblog"].is_null() {
                self.reactions(status, before, &mut read, &mut items)
                    .await?;
            }
        }
        let latest = statuses
            .last()
            .and_then(|status| status["created_at"].as_str()?.parse().ok());
        Ok((items, read, latest))
    }

    /// Reads who has reacted to a status, if there are more or fewer than before.
    async fn reactions(
        &self,
        status: &Value,
        before: &AccountCursor,
        read: &mut AccountCursor,
        items: &mut Vec<Bytes>,
    ) -> Result<(), UpstreamError> {
        let number = |name: &str| status[name].as_u64().unwrap_or(0);
        let now = (number("favourites_count"), number("reblogs_count"));
        let then = before
            .reactions
            .get(id(status))
            .copied()
            .unwrap_or_default();
        let changed = [
            ("favourited_by", now.0 != then.0),
            ("reblogged_by", now.1 != then.1),
        ];
        for (list, _) in changed.into_iter().filter(|(_, has_changed)| *has_changed) {
            let path = ["api", "v1", "statuses", id(status), list];
            let first = self.server.url(&path, &[("limit", "80")])?;
            for account in self.server.pages(first, "next", |_| false).await? {
                let reacted = json!({"status": status, "account": account});
                items.push(self.server.document(list, &reacted));
            }
        }
        read.reactions.insert(id(status).to_owned(), now);
        Ok(())
    }

    fn batch(&self, items: Vec<Bytes>, latest: Option<DateTime<Utc>>, pause: Duration) -> Pulled {
        Pulled::Batch(Batch {
            items,
            cursor: json!(self.read),
            latest,
            extent: None,
            pause,
        })
    }
}

impl Upstream for MastodonAccounts {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let Some(handle) = self.accounts.get(self.next).filter(|_| !self.ended) else {
            return Ok(Pulled::End);
        };
        let before = self.read.get(handle).cloned().unwrap_or_default();
        let (items, read, latest) = tokio::select! {
            () = stop.cancelled() => return Ok(self.batch(Vec::new(), None, Duration::ZERO)),
            news = self.news(handle, &before) => news?,
        };
        self.read.insert(handle.clone(), read);
        self.next = (self.next + 1) % self.accounts.len();
        let is_round = self.next == 0;
        self.ended = is_round && self.every.is_none();
        let pause = self.every.filter(|_| is_round).unwrap_or_default();
        Ok(self.batch(items, latest, pause))
    }
}
