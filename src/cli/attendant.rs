//! Keeps the private Postgres running while the service does.

use std::time::Duration;

use renown_postgres::{PostgresError, PrivatePostgres};
use tokio::time::sleep;

use crate::clock::uptime;
use crate::service::Service;

/// The service ends when a start fails after this many starts without a steady run.
const MOST_FAILURES: u32 = 6;
/// The pause before the second attempt; each further one is twice as long …
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// … but no longer than this, also if the server is killed again and again.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A server that has run for this long has started well.
const STEADY: Duration = Duration::from_secs(60);
/// The pause between two attempts while the disk is full. These are not counted: the
/// service recovers as soon as there is room.
const WHILE_FULL: Duration = Duration::from_secs(2);

/// Starts the server again whenever it has ended by itself. Returns why it gave up: the
/// server has failed too often in a row.
pub(super) async fn attend(postgres: &mut PrivatePostgres, service: &Service) -> PostgresError {
    let mut failures = 0;
    loop {
        let started = uptime();
        postgres.ended().await;
        if uptime().saturating_sub(started) > STEADY {
            failures = 0;
        }
        tracing::error!("the private Postgres has ended by itself: starting it again");
        while let Err(error) = started_again(postgres, &mut failures).await {
            let full = error.is_disk_full();
            service.health.set_storage_full(full);
            if full {
                tracing::error!(%error, "the disk is full: the private Postgres cannot start until there is room");
                sleep(WHILE_FULL).await;
                continue;
            }
            tracing::error!(%error, failures, "the private Postgres cannot be started");
            if failures >= MOST_FAILURES {
                return error;
            }
        }
        service.health.set_storage_full(false);
        metrics::counter!("renown_postgres_restarts_total").increment(1);
        tracing::warn!("the private Postgres runs again");
    }
}

/// Tries once, after a pause that grows with the failures. A start counts as one, too, until
/// the server has run for a while.
async fn started_again(
    postgres: &mut PrivatePostgres,
    failures: &mut u32,
) -> Result<(), PostgresError> {
    if let Some(doublings) = failures.checked_sub(1) {
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings));
        sleep(pause.min(LONGEST_PAUSE)).await;
    }
    let started = postgres.restart().await;
    if !started.as_ref().is_err_and(PostgresError::is_disk_full) {
        *failures += 1;
    }
    started
}
