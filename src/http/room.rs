//! How many requests may be under way. Beyond the limits a request is refused at once, so that
//! those that were accepted are answered in time: work in bulk first, and lookups never.

use axum::http::Method;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::HttpConfig;
use crate::http::error::Problem;
use crate::http::routes::{RequestSize, Route};

/// Room for the requests that are limited.
#[derive(Debug)]
pub struct Room {
    bulk: Semaphore,
    others: Semaphore,
}

impl Room {
    /// Sets the limits.
    pub fn new(config: &HttpConfig) -> Self {
        Self {
            bulk: Semaphore::new(config.max_bulk_requests),
            others: Semaphore::new(config.max_requests),
        }
    }

    /// Makes room for a request until the result is dropped; `None` if it needs none.
    ///
    /// # Errors
    /// 503 if as many requests of its kind are under way as may be.
    pub fn enter(
        &self,
        route: &Route,
        method: &Method,
    ) -> Result<Option<SemaphorePermit<'_>>, Problem> {
        let (room, kind) = match route.size(method) {
            RequestSize::Small => return Ok(None),
            RequestSize::Bulk => (&self.bulk, "bulk"),
            RequestSize::Usual => (&self.others, "usual"),
        };
        room.try_acquire().map(Some).map_err(|_| {
            metrics::counter!("renown_requests_refused_total", "kind" => kind).increment(1);
            Problem::unavailable()
                .detail("as many requests are under way as the service can answer in time")
                .retry_after(1)
        })
    }
}
