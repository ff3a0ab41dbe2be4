//! Checks once a day, on one replica, what scores said against what came after. It gives way
//! to all other work: it reads small pages, and rests three times as long as it reads.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::jobs::worker::Worker;
use crate::service::Result;
use crate::service::scores::Pace;

/// How often it checks for due work; also the pause after a start, in which others catch up.
const LOOK: Duration = Duration::from_secs(20);
/// No check begins while the scorer is this many batches behind the log, as in an import.
const FAR_BEHIND: i64 = 10;
/// How long it rests after each page, as a multiple of the time for the page.
const REST: u32 = 3;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(10);

pub(super) async fn run(worker: Worker) {
    while worker.pause(LOOK).await && worker.begin().await {
        worker.ended(round(&worker).await).await;
    }
}

async fn round(worker: &Worker) -> Result<bool> {
    if worker.service.scorer.lag().await? > FAR_BEHIND {
        return Ok(false);
    }
    let mut rests = Rests {
        worker,
        began: worker.service.clock.now(),
    };
    worker.service.checks.check_if_due(&mut rests).await
}

/// The rests after pages.
struct Rests<'w> {
    worker: &'w Worker,
    /// When the present page began.
    began: DateTime<Utc>,
}

impl Pace for Rests<'_> {
    async fn go_on(&mut self, _: f64) -> bool {
        self.worker.goes_on();
        let clock = &self.worker.service.clock;
        let took = (clock.now() - self.began).to_std().unwrap_or_default();
        let goes_on = self.worker.pause((took * REST).min(LONGEST_REST)).await;
        self.began = clock.now();
        goes_on
    }
}
