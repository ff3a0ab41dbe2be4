//! `renown evaluate calibration`: checks confidences and intervals.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::environment::Base;
use crate::cli::evaluate::Shared;
use crate::cli::evaluate::input::{Outcomes, People};
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use renown_lab::evaluation::{self, Calibration, Coverage};

/// The options of `renown evaluate calibration`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    people: People,
    /// Without outcomes by topic, only intervals are checked.
    #[command(flatten)]
    outcomes: Outcomes,
    /// File to write a reliability diagram of the confidences to (SVG).
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Compares confidences with later outcomes, and intervals with split halves.
pub fn run(base: &Base, args: &Args) -> Result {
    let model = args.shared.model(base)?;
    let mut events = args.people.read(base, &args.shared, &model)?;
    let truth = args.outcomes.read(&mut events)?;
    let sample = events.sample(&model);
    let confidence = evaluation::calibration(&sample, &truth);
    let intervals = evaluation::coverage(&sample, args.shared.seed);
    if let (Some(path), Some(confidence)) = (&args.svg, &confidence) {
        draw(path, confidence)?;
    }
    if Out::is_json() {
        return Out::json(&json!({ "confidence": confidence, "intervals": intervals }));
    }
    if let Some(confidence) = &confidence {
        confidences(confidence)?;
    }
    intervals.as_ref().map_or(Ok(()), coverage)
}

/// Writes a reliability diagram (SVG) to a file.
pub(super) fn draw(path: &Path, found: &Calibration) -> Result {
    std::fs::write(path, evaluation::plot(found))
        .map_err(|error| CliError::Failed(format!("{}: {error}", path.display())))
}

/// Prints a reliability table.
pub(super) fn confidences(found: &Calibration) -> Result {
    let mut table = TextTable::new(["confidence", "pairs", "said", "came true"]);
    for bin in &found.bins {
        table.row([
            format!("{:.1} to {:.1}", bin.from, bin.to),
            bin.count.to_string(),
            format!("{:.3}", bin.said),
            format!("{:.3}", bin.came_true),
        ]);
    }
    table.print()?;
    Out::line(&format!(
        "{} pairs of members and topics: ECE {:.3}, Brier {:.4} (always saying the same: {:.4}), \
         skill {:.1} %.",
        found.count,
        found.ece,
        found.brier,
        found.brier_constant,
        100.0 * found.skill
    ))
}

fn coverage(found: &Coverage) -> Result {
    Out::line(&format!(
        "{} intervals of one half of the reactors contain the score by the other half in {:.1} %; \
         it is below in {:.1} % and above in {:.1} %. Mean width {:.1} points.",
        found.intervals,
        100.0 * found.coverage,
        100.0 * found.below,
        100.0 * found.above,
        found.width
    ))
}
