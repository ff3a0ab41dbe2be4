//! Follows a Jetstream server: what happens on Bluesky, over a WebSocket.

mod socket;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::collect::Reopened;
use super::upstream::{Batch, Pulled, Upstream, UpstreamError};
use crate::clock::Clock;
use renown_core::domain::Invalid;
use renown_core::ingest::jetstream::{COLLECTIONS, time_us};

/// How far before the last document that was read the stream is asked for again. The order of
/// the stream is not quite that of its times, and another server has other times.
const OVERLAP: TimeDelta = TimeDelta::seconds(5);
/// The most accounts that one connection asks for: they are part of its address.
const MOST_ACCOUNTS: usize = 100;

/// What is followed.
#[derive(Debug, Clone)]
pub struct JetstreamOptions {
    /// The address of the stream, `wss://…/subscribe`.
    pub url: Url,
    /// The accounts whose records are sent; all if empty.
    pub accounts: Vec<String>,
    /// Whether the server compresses what it sends.
    pub compressed: bool,
}

/// A server that is followed.
pub struct Jetstream {
    options: JetstreamOptions,
    clock: Clock,
    /// The time of the latest document that was read, in microseconds since 1970.
    time_us: Option<i64>,
    /// Documents, and signs of life.
    documents: Reopened<Option<Bytes>>,
}

/// How far a connector of a Jetstream server has come.
#[derive(Serialize, Deserialize)]
struct JetstreamCursor {
    time_us: i64,
}

impl Jetstream {
    /// Prepares to follow a server behind a cursor.
    ///
    /// # Errors
    /// If the address is no WebSocket's, or there are too many accounts.
    pub fn new(
        options: JetstreamOptions,
        clock: Clock,
        cursor: Option<&Value>,
    ) -> Result<Self, Invalid> {
        if !matches!(options.url.scheme(), "ws" | "wss") || options.url.host().is_none() {
            return Err(Invalid::new(format_args!(
                "{} is not the address of a stream, such as wss://jetstream2.us-east.bsky.network/subscribe",
                options.url
            )));
        }
        if options.accounts.len() > MOST_ACCOUNTS {
            return Err(Invalid::new(format_args!(
                "one connector follows at most {MOST_ACCOUNTS} accounts; start several with a --name each"
            )));
        }
        if let Some(wrong) = options.accounts.iter().find(|did| !did.starts_with("did:")) {
            return Err(Invalid::new(format_args!(
                "'{wrong}' is no DID (did:plc:…); the server knows no other names"
            )));
        }
        Ok(Self {
            options,
            clock,
            time_us: super::cursor::<JetstreamCursor>(cursor).map(|cursor| cursor.time_us),
            documents: Reopened::new(),
        })
    }

    /// Returns the address of the stream from a little before the cursor.
    fn address(&self) -> Url {
        let mut url = self.options.url.clone();
        {
            let mut query = url.query_pairs_mut();
            for collection in COLLECTIONS {
                query.append_pair("wantedCollections", collection);
            }
            for did in &self.options.accounts {
                query.append_pair("wantedDids", did);
            }
            if self.options.compressed {
                query.append_pair("compress", "true");
            }
            if let Some(time_us) = self.time_us {
                let from = time_us - OVERLAP.num_microseconds().unwrap_or(0);
                query.append_pair("cursor", &from.to_string());
            }
        }
        url
    }
}

impl Upstream for Jetstream {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let address = self.address();
        let connecting = socket::connect(&address, &self.clock);
        let (items, _) = self.documents.next(stop, connecting).await?;
        Ok(self.batch(items))
    }
}

impl Jetstream {
    fn batch(&mut self, items: Vec<Option<Bytes>>) -> Pulled {
        let items: Vec<Bytes> = items.into_iter().flatten().collect();
        let times = items.iter().filter_map(|item| time_us(item));
        self.time_us = times.chain(self.time_us).max();
        Pulled::Batch(Batch {
            cursor: self
                .time_us
                .map_or(Value::Null, |time_us| json!(JetstreamCursor { time_us })),
            latest: self
                .time_us
                .and_then(DateTime::<Utc>::from_timestamp_micros),
            items,
            ..Batch::default()
        })
    }
}
