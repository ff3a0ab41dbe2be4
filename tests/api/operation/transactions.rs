//! Callers who go away in the middle of what they have asked for.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use renown::store;

use crate::harness::database;

/// Polls work this many times, a moment apart, and gives it up then. Returns whether it was
/// done before.
async fn give_up_after(polls: usize, work: impl Future) -> bool {
    let mut work = pin!(work);
    for _ in 0..polls {
        let poll = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if poll.is_ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_open_transaction() {
    let pool = database().await;
    let options = pool.connect_options().as_ref().clone();
    let watch = store::connect(options, 1).await.unwrap();
    let open = async || -> i64 {
        let count = "select count(*) from pg_stat_activity
             where datname = current_database() and state like 'idle in transaction%'";
        sqlx::query_scalar(count).fetch_one(&watch).await.unwrap()
    };
    let mut given_up = 0;
    for round in 0..24 {
        if give_up_after(1 + round % 6, store::begin(&pool)).await {
            continue;
        }
        given_up += 1;
        // Less than the time after which the server would end it.
        for wait in 0.. {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if open().await == 0 {
                break;
            }
            assert!(wait < 50, "round {round} left a transaction open");
        }
    }
    assert!(given_up > 0, "the server was too fast for this test");
}
