//! `renown evaluate`: is the method any good, and does it hold? Each prints a
//! table, or with `--json` a document.

mod attacks;
mod calibration;
mod input;
mod ranking;
mod stability;
pub(super) mod table;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Subcommand;
use indicatif::ProgressBar;
use serde_json::Value;

use crate::cli::environment::Base;
use crate::cli::{CliError, Result, score};
use renown_core::scoring::Model;

/// What to find out.
#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// Whether those whom the score puts first earn most afterwards.
    Ranking(ranking::Args),
    /// Whether confidences come true, and intervals contain what they say.
    Calibration(calibration::Args),
    /// What attackers gain on a simulated town, with the defences on and off.
    Attacks(attacks::Args),
    /// How far members would move under another model.
    Stability(stability::Args),
}

/// What every question takes.
#[derive(Debug, clap::Args)]
pub struct Shared {
    /// A model in the format of config/model.toml.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Print a JSON document.
    #[arg(long)]
    json: bool,
    /// What all chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The simulated town.
#[derive(Debug, clap::Args)]
pub struct TownArgs {
    /// How many people live in the simulated town; a tenth of them are members.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1_000..=100_000))]
    people: u32,
}

impl Shared {
    fn model(&self, base: &Base) -> Result<Model> {
        score::model(base, self.model.as_deref())
    }
}

/// Answers.
pub fn run(base: &Base, question: &EvaluateCommand) -> Result {
    match question {
        EvaluateCommand::Ranking(args) => ranking::run(base, args),
        EvaluateCommand::Calibration(args) => calibration::run(base, args),
        EvaluateCommand::Attacks(args) => attacks::run(base, args),
        EvaluateCommand::Stability(args) => stability::run(base, args),
    }
}

/// What goes to the terminal.
pub(super) struct Out;

impl Out {
    pub(super) fn json(document: &Value) -> Result {
        let mut out = std::io::stdout().lock();
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        Self::written(writeln!(out, "{text}"))
    }

    pub(super) fn line(text: &str) -> Result {
        Self::written(writeln!(std::io::stdout().lock(), "{text}"))
    }

    /// Whoever reads may have seen enough (`| head`): that is no failure.
    fn written(result: std::io::Result<()>) -> Result {
        match result {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(CliError::Failed(error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// A progress bar on a terminal; nothing elsewhere.
    pub(super) fn bar(steps: u64) -> ProgressBar {
        match std::io::stderr().is_terminal() {
            true => ProgressBar::new(steps),
            false => ProgressBar::hidden(),
        }
    }

    fn verdict(good: bool, otherwise: &str) -> Result {
        match good {
            true => Ok(()),
            false => Err(CliError::Failed(otherwise.to_owned())),
        }
    }
}
