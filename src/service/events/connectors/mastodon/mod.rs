//! Follows a Mastodon server: the statuses of accounts and who reacts to them, by its REST API;
//! or, by its streams, the notifications of one account, or new statuses.

mod accounts;
mod sse;
mod streamed;

use bytes::Bytes;
use serde_json::{Value, json};
use url::Url;

use super::client::{ConnectorClient, Whole, linked};
use super::upstream::UpstreamError;

pub use accounts::MastodonAccounts;
pub use streamed::{MastodonFeed, MastodonStream};

/// The most pages of one list that are read in one go.
const MOST_PAGES: usize = 50;

/// A server, and the client that asks it.
#[derive(Debug, Clone)]
pub struct MastodonServer {
    client: ConnectorClient,
    address: Url,
    /// The host in the handles of its accounts.
    host: String,
}

impl MastodonServer {
    /// Prepares to ask a server.
    pub fn new(client: ConnectorClient, address: Url, host: String) -> Self {
        Self {
            client,
            address,
            host,
        }
    }

    /// Returns the address of a path with a query.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, UpstreamError> {
        let mut url = self.address.clone();
        url.path_segments_mut()
            .map_err(|()| UpstreamError::Final(format!("{} has no paths", self.address)))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, UpstreamError> {
        let answer = self.client.whole(&self.url(path, query)?, &[]).await?;
        read(&answer.body)
    }

    /// Gets a list page by page, until `is_enough` of a page, or its end.
    async fn pages(
        &self,
        first: Url,
        relation: &str,
        mut is_enough: impl FnMut(&[Value]) -> bool,
    ) -> Result<Vec<Value>, UpstreamError> {
        let (mut url, mut all) = (first, Vec::new());
        for _ in 0..MOST_PAGES {
            let Whole { headers, body, .. } = self.client.whole(&url, &[]).await?;
            let page: Vec<Value> = read(&body)?;
            let ends = page.is_empty() || is_enough(&page);
            all.extend(page);
            match linked(&headers, relation, &url) {
                Some(next) if !ends => url = next,
                _ => break,
            }
        }
        Ok(all)
    }

    /// Puts what the server said into the envelope of the format.
    fn document(&self, event: &str, payload: &Value) -> Bytes {
        let document = json!({"host": self.host, "event": event, "payload": payload});
        document.to_string().into()
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, UpstreamError> {
    let unreadable =
        |error| UpstreamError::passing(format_args!("an answer cannot be read: {error}"));
    serde_json::from_slice(body).map_err(unreadable)
}

/// Returns an id so that greater ones are later: they are numbers of growing length.
fn rank(id: &str) -> (usize, &str) {
    (id.len(), id)
}

/// Returns the id of an entity.
fn id(entity: &Value) -> &str {
    entity["id"].as_str().unwrap_or_default()
}
