//! `renown rescore`: rebuilds all scores from the log and compares them.

use std::io::IsTerminal;

use indicatif::ProgressBar;
use serde_json::json;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::clock::Clock;

/// The largest difference that the order of floating-point sums can explain, in
/// points.
const TOLERANCE: f64 = 1e-6;

/// Rebuilds all scores; fails if a score differs from the one before.
pub async fn run(base: &Base) -> Result {
    let config = base.config()?;
    let environment = Environment::start_on_data(base, config).await?;
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new_spinner().with_message("events folded"),
        false => ProgressBar::hidden(),
    };
    let began = Clock::System.now();
    let rebuilt = environment
        .service
        .scorer
        .rebuild(|events| bar.set_position(events))
        .await;
    let seconds = (Clock::System.now() - began).as_seconds_f64();
    bar.finish_and_clear();
    environment.close().await?;
    let report = rebuilt.map_err(CliError::new)?;
    let item = json!({
        "members": report.members,
        "events": report.events,
        "seconds": seconds,
        "greatest_difference": report.greatest_difference,
    });
    Out::item(&item, || {
        format!(
            "Rebuilt {} members from {} events in {seconds:.1} s; the greatest difference from before is {:e} points.",
            report.members, report.events, report.greatest_difference
        )
    })?;
    if report.greatest_difference > TOLERANCE {
        return Err(CliError::Failed(format!(
            "scores differed by more than {TOLERANCE:e}; the rebuilt ones are in place now"
        )));
    }
    Ok(())
}
