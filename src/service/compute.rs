//! Work that needs the processor for more than a moment, such as parsing a large body.

use std::num::NonZero;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::service::error::{Result, ServiceError};

/// Input up to this length is worked on at once: that takes less time than to pass it
/// to another thread and to wait.
const SHORT_BYTES: usize = 4096;

/// Runs long computations on threads of their own, so that lookups and health checks do
/// not wait for them. It runs fewer at once than there are processors. Clones share the
/// threads.
#[derive(Debug, Clone)]
pub struct Compute {
    turns: Arc<Semaphore>,
}

impl Default for Compute {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            turns: Arc::new(Semaphore::new((processors - 1).max(1))),
        }
    }
}

impl Compute {
    /// Runs a computation on an input of `bytes`. Callers take turns in the order in
    /// which they came: split long work into steps, so that others do not wait for all of it.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] if the process is shutting down.
    ///
    /// # Panics
    /// If the computation panics.
    pub async fn run<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        if bytes <= SHORT_BYTES {
            return Ok(work());
        }
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| ServiceError::Busy)?;
        let running = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        match running
            .await
            .map_err(tokio::task::JoinError::try_into_panic)
        {
            Ok(result) => Ok(result),
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => Err(ServiceError::Busy),
        }
    }
}
