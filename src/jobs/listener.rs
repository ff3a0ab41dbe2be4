//! Listens for what this and other replicas commit, and updates the caches. While the
//! connection is lost, nothing is served from memory.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{AFTER_FAILURE, pause};
use crate::service::Service;

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let heard = tokio::select! {
            () = stop.cancelled() => Ok(()),
            heard = service.notices.hear() => heard,
        };
        if let Err(error) = heard {
            tracing::warn!(%error, "not hearing of changes: nothing is served from memory until we do");
            pause(&stop, AFTER_FAILURE).await;
        }
    }
}
