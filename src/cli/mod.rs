//! The command line: one file a subcommand, wiring only.

mod codes;
mod decision;
mod demo;
mod doctor;
mod draw;
mod environment;
mod evaluate;
mod files;
mod grants;
mod import;
mod keys;
mod migrate;
mod program;
mod rescore;
mod score;
mod serve;
mod simulate;
mod topics;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use environment::DATABASE;

/// Influence-scored offers that can be defended.
#[derive(Debug, Parser)]
#[command(name = "renown", version, about, propagate_version = true)]
pub struct Cli {
    /// A configuration file; see config/default.toml for every key.
    #[arg(long, global = true, env = "RENOWN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the private Postgres keeps its data, when DATABASE_URL is not set.
    #[arg(long, global = true, env = "RENOWN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until told to stop.
    Serve,
    /// Serve a simulated town, to try things out; keeps its data.
    Demo(demo::Args),
    /// Bring the database schema up to date, and stop.
    Migrate,
    /// Take in files of events (NDJSON, .gz, .zst, - for standard input).
    Import(import::Args),
    /// Rebuild every score from the log and compare with what there was.
    Rescore,
    /// Score a file of events, without a database; nothing is stored.
    Score(score::Args),
    /// Measure the method: against what came after, baselines and attackers.
    #[command(subcommand)]
    Evaluate(evaluate::EvaluateCommand),
    /// Check, simulate or publish programs.
    #[command(subcommand)]
    Program(program::Action),
    /// Import, list and take back what people grant.
    #[command(subcommand)]
    Grants(grants::Action),
    /// Import codes of partners, and count them.
    #[command(subcommand)]
    Codes(codes::Action),
    /// Show recorded decisions, and make them again.
    #[command(subcommand)]
    Decision(decision::Action),
    /// Check draws that were held.
    #[command(subcommand)]
    Draw(draw::Action),
    /// Import, check and try lists of topics.
    #[command(subcommand)]
    Topics(topics::Action),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Keys(keys::Action),
    /// Find out what is wrong, if anything is.
    Doctor(doctor::Args),
}

/// Why a command failed: a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Anything with causes.
    #[error("{0}")]
    Failed(String),
    /// Everything was said already; only the exit code is left.
    #[error("")]
    Said,
}

impl CliError {
    /// An error with all its causes, in one sentence.
    pub fn new(error: impl std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let detail = error.to_string();
            if !text.contains(&detail) {
                text.push_str(": ");
                text.push_str(&detail);
            }
            cause = error.source();
        }
        Self::Failed(text)
    }
}

/// Shorthand of this room.
type Result<T = ()> = std::result::Result<T, CliError>;

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub async fn run(self) -> Result {
        let base = environment::Base {
            config_file: self.config,
            data_dir: self.data_dir,
        };
        match self.command {
            Command::Serve => serve::run(&base).await,
            Command::Demo(args) => demo::run(&base, args).await,
            Command::Migrate => migrate::run(&base).await,
            Command::Import(args) => import::run(&base, args).await,
            Command::Rescore => rescore::run(&base).await,
            Command::Score(args) => score::run(&base, args),
            Command::Evaluate(question) => evaluate::run(&base, &question),
            Command::Program(action) => program::run(&base, action).await,
            Command::Grants(action) => grants::run(&base, action).await,
            Command::Codes(action) => codes::run(&base, action).await,
            Command::Decision(action) => decision::run(&base, action).await,
            Command::Draw(action) => draw::run(&action),
            Command::Topics(action) => topics::run(&base, action),
            Command::Keys(action) => keys::run(&base, action).await,
            Command::Doctor(args) => doctor::run(&base, args).await,
        }
    }
}
