//! `renown evaluate backtest`: checks on the deployment's own database whether what scores
//! said came true.

use std::path::PathBuf;

use indicatif::ProgressBar;
use serde_json::json;

use crate::cli::environment::Base;
use crate::cli::evaluate::{Shared, calibration, input, ranking};
use crate::cli::out::Out;
use crate::cli::read_only::ReadOnlyDatabase;
use crate::cli::{CliError, Result};
use crate::service;
use crate::service::scores::{self, BacktestOptions, BacktestOutcome, BacktestReport, Pace};

/// The options of `renown evaluate backtest`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    /// Share of the log's span, at its end, whose reactions are the outcome; at most 90 days
    /// of it.
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = input::share)]
    share: f64,
    /// File to write a reliability diagram of the confidences to (SVG).
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Shows the share that is done.
struct Bar(ProgressBar);

/// The length of the bar.
const HUNDRED: u64 = 100;

impl Pace for Bar {
    async fn go_on(&mut self, done: f64) -> bool {
        self.0.set_position((done * HUNDRED as f64) as u64);
        true
    }
}

/// Makes a backtest and prints what it found. The database is only read.
pub async fn run(base: &Base, args: &Args) -> Result {
    let config = base.config()?;
    let model = args.shared.model(base)?;
    let topics = service::load_dictionary(&config).map_err(CliError::new)?;
    let options = BacktestOptions {
        held_out: args.share,
        seed: args.shared.seed,
        ..BacktestOptions::default()
    };
    let mut database = ReadOnlyDatabase::open(base, "renown evaluate").await?;
    let mut bar = Bar(Out::bar(HUNDRED));
    let conn = &mut database.conn;
    let found = scores::backtest(conn, &model, topics.hierarchy(), options, &mut bar).await;
    bar.0.finish_and_clear();
    database.close().await?;
    let Some(outcome) = found.map_err(CliError::new)? else {
        return Ok(());
    };
    if let (Some(path), BacktestOutcome::Available(report)) = (&args.svg, &outcome) {
        calibration::draw(path, &report.calibration)?;
    }
    if Out::is_json() {
        return Out::json(&json!(outcome));
    }
    match &outcome {
        BacktestOutcome::NotAvailable(why) => Out::line(&format!("Not available: {why}.")),
        BacktestOutcome::Available(report) => print(report),
    }
}

fn print(report: &BacktestReport) -> Result {
    calibration::confidences(&report.calibration)?;
    Out::line("")?;
    ranking::print(&report.ranking)?;
    if let Some(correction) = report.correction {
        Out::line(&format!(
            "A correction of confidence: σ({:.3} + {:.3} · logit); see scoring.correct_confidence.",
            correction.intercept(),
            correction.slope()
        ))?;
    }
    let sample = report
        .sample_of
        .map_or(String::new(), |all| format!(", a sample of {all}"));
    Out::line(&format!(
        "Scores of {} members{sample} as of {}, against the reactions of the {:.1} days after it.",
        report.members,
        report.split.format("%FT%TZ"),
        report.days
    ))
}
