//! What a run says: one line for each scenario that held.

use std::fmt::Display;
use std::time::Duration;

/// Prints what was tried and held. `make faults` shows these lines.
pub fn held(what: impl Display) {
    println!("held: {what}");
}

/// Prints what could not be tried, and why.
pub fn skipped(what: impl Display) {
    println!("SKIPPED: {what}");
}

/// Returns how often to repeat a scenario: five times as often in a long run
/// (`RENOWN_FAULTS=long`).
pub fn rounds(usual: usize) -> usize {
    match std::env::var("RENOWN_FAULTS") {
        Ok(length) if length == "long" => usual * 5,
        _ => usual,
    }
}

/// Measures how long something takes, up to three times until it keeps its promise,
/// because a busy machine may hold up any one attempt. Returns the shortest time.
pub async fn in_time(promised: Duration, mut measure: impl AsyncFnMut() -> Duration) -> Duration {
    let mut shortest = Duration::MAX;
    for _ in 0..3 {
        shortest = shortest.min(measure().await);
        if shortest < promised {
            return shortest;
        }
    }
    panic!("it takes {shortest:?}, and not less than {promised:?}");
}
