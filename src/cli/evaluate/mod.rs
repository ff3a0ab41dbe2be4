//! `renown evaluate`: measures the quality and the robustness of the scoring
//! method. Each subcommand prints a table, or with `--json` a document.

mod ablation;
mod attacks;
mod backtest;
mod calibration;
mod input;
mod ranking;
mod stability;
pub(super) mod table;

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::environment::Base;
use crate::cli::{Result, score};
use renown_core::scoring::Model;

/// The subcommands of `renown evaluate`.
#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// Measure whether members with high scores gain more afterwards.
    Ranking(ranking::Args),
    /// Measure whether confidences come true and intervals cover as often as they
    /// claim.
    Calibration(calibration::Args),
    /// Measure what each part of the method contributes to ranking and calibration.
    Ablation(ablation::Args),
    /// Measure on the deployment's own database whether what scores said of its past came
    /// true; reads only.
    Backtest(backtest::Args),
    /// Measure what attackers gain in a simulated town, with and without defences;
    /// exits with 1 if a bound is exceeded.
    Attacks(attacks::Args),
    /// Measure how far members would move under another model.
    Stability(stability::Args),
}

/// The options of every subcommand.
#[derive(Debug, clap::Args)]
pub struct Shared {
    /// Model: a file in the format of config/model.toml, or the version of a shipped one;
    /// the configured model if not given.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Seed of all random numbers; the same seed gives the same result.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The options of the simulated town.
#[derive(Debug, clap::Args)]
pub struct TownArgs {
    /// Number of people in the simulated town; a tenth of them are members.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1_000..=100_000))]
    people: u32,
}

impl Shared {
    fn model(&self, base: &Base) -> Result<Model> {
        score::model(base, self.model.as_deref())
    }
}

/// Runs the subcommand.
pub async fn run(base: &Base, question: &EvaluateCommand) -> Result {
    match question {
        EvaluateCommand::Ranking(args) => ranking::run(base, args),
        EvaluateCommand::Calibration(args) => calibration::run(base, args),
        EvaluateCommand::Ablation(args) => ablation::run(base, args),
        EvaluateCommand::Backtest(args) => backtest::run(base, args).await,
        EvaluateCommand::Attacks(args) => attacks::run(base, args),
        EvaluateCommand::Stability(args) => stability::run(base, args),
    }
}
