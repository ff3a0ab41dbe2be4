//! The command line: one file per subcommand. It only connects arguments to the
//! service.

mod attendant;
mod codes;
mod connect;
mod decision;
mod demo;
mod deployment;
mod doctor;
mod draw;
mod environment;
mod evaluate;
mod event_table;
mod files;
mod grants;
mod help;
mod holidays;
mod import;
mod keys;
mod manual;
mod members;
mod migrate;
mod models;
mod out;
mod program;
mod read_only;
mod rescore;
mod score;
mod serve;
mod server;
mod simulate;
mod topics;
mod tree;

use std::path::PathBuf;

use clap::{FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use serde_json::json;

pub use environment::DATABASE;
use out::Out;
use server::ServerArgs;

use crate::telemetry;

/// Scores influence and gives offers by rules, with a reason for every decision.
#[derive(Debug, Parser)]
#[command(name = "renown", version, about, propagate_version = true)]
pub struct Cli {
    /// Configuration file; config/default.toml documents every key.
    #[arg(long, global = true, env = "RENOWN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory for the data of the private Postgres, used if DATABASE_URL is not
    /// set.
    #[arg(long, global = true, env = "RENOWN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Print JSON instead of text: one object a line, or one document.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until stopped by SIGTERM or Ctrl-C.
    Serve,
    /// Serve the API with a simulated town, to try things out; its data is kept.
    Demo(demo::Args),
    /// Bring the database schema up to date.
    Migrate,
    /// Import files of events (one JSON object per line; plain, .gz or .zst; - for
    /// standard input).
    Import(import::Args),
    /// Follow a platform, files or a pipe, and take in the events from there.
    Connect(connect::Args),
    /// Import, export and merge members.
    #[command(subcommand)]
    Members(members::Action),
    /// Rebuild every score from the log; exits with 1 if a score differs from
    /// before.
    Rescore,
    /// Score a file of events without a database; stores nothing.
    Score(score::Args),
    /// Evaluate the scoring method: against later outcomes, baselines and attacks.
    #[command(subcommand)]
    Evaluate(evaluate::EvaluateCommand),
    /// Check, compare, simulate or publish programs.
    #[command(subcommand)]
    Program(program::Action),
    /// Publish the programs of a directory that differ from those in force; if one has
    /// mistakes, none is published.
    Apply(tree::ApplyArgs),
    /// Describe how the programs of a directory differ from those in force; exits with 1 if
    /// one does.
    Diff(tree::DiffArgs),
    /// Import, list and revoke grants of tiers and perks.
    #[command(subcommand)]
    Grants(grants::Action),
    /// Import the codes of partners, and count codes.
    #[command(subcommand)]
    Codes(codes::Action),
    /// Show recorded decisions, and replay them.
    #[command(subcommand)]
    Decision(decision::Action),
    /// Verify published draws.
    #[command(subcommand)]
    Draw(draw::Action),
    /// Import, check and try lists of topics.
    #[command(subcommand)]
    Topics(topics::Action),
    /// Create, list and revoke API keys.
    #[command(subcommand)]
    Keys(keys::Action),
    /// List the scoring models, and change from one to the next.
    #[command(subcommand)]
    Models(models::Action),
    /// Diagnose the configuration, the database and the service.
    Doctor(doctor::Args),
    /// Print the completions of a shell, to be loaded by it.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual pages, one for each command.
    Man {
        /// Directory for the pages, such as /usr/local/share/man/man1.
        dir: PathBuf,
    },
}

impl Command {
    /// Returns whether the command can only be carried out on a database itself.
    fn needs_database(&self) -> bool {
        match self {
            Self::Serve
            | Self::Demo(_)
            | Self::Migrate
            | Self::Connect(_)
            | Self::Rescore
            | Self::Evaluate(_)
            | Self::Doctor(_) => true,
            Self::Import(_)
            | Self::Score(_)
            | Self::Program(_)
            | Self::Apply(_)
            | Self::Diff(_)
            | Self::Grants(_)
            | Self::Members(_)
            | Self::Codes(_)
            | Self::Decision(_)
            | Self::Draw(_)
            | Self::Topics(_)
            | Self::Keys(_)
            | Self::Completions { .. }
            | Self::Man { .. }
            | Self::Models(_) => false,
        }
    }
}

/// Why a command failed: a sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// An error message, with its causes.
    #[error("{0}")]
    Failed(String),
    /// The command has already printed why; only the exit code remains.
    #[error("")]
    Said,
}

impl CliError {
    /// Returns what the terminal shows of the error; `None` if the command has already said
    /// why it failed.
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Said => None,
            Self::Failed(text) if Out::is_json() => Some(json!({"error": text}).to_string()),
            Self::Failed(text) => Some(format!("renown: {text}")),
        }
    }

    /// Joins an error and all its causes in one sentence.
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

/// The result of a command.
type Result<T = ()> = std::result::Result<T, CliError>;

impl Cli {
    /// Reads the command line. Ends the process if it is not right, or only asks for help.
    pub fn read() -> Self {
        let matches = help::command().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Runs the command.
    ///
    /// # Errors
    /// If the command fails; the error is a sentence for the terminal.
    pub fn run(self) -> Result {
        Out::choose(self.json);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| CliError::Failed(format!("cannot start: {error}")))?;
        // Here and not in `main`: the binary would have all that waits compiled into it once more.
        let done = runtime.block_on(self.carry_out());
        telemetry::traces::finish();
        done
    }

    async fn carry_out(self) -> Result {
        let base = environment::Base {
            config_file: self.config,
            data_dir: self.data_dir,
            server: self.server,
        };
        if let Some(address) = base.server.address()
            && self.command.needs_database()
        {
            return Err(CliError::Failed(format!(
                "this command works on a database, not through the server {address}: run it \
                 where the database is, without --server and RENOWN_SERVER"
            )));
        }
        match self.command {
            Command::Serve => serve::run(&base).await,
            Command::Demo(args) => demo::run(&base, args).await,
            Command::Migrate => migrate::run(&base).await,
            Command::Import(args) => import::run(&base, args).await,
            Command::Connect(args) => connect::run(&base, args).await,
            Command::Rescore => rescore::run(&base).await,
            Command::Score(args) => score::run(&base, args),
            Command::Evaluate(question) => evaluate::run(&base, &question).await,
            Command::Program(action) => program::run(&base, action).await,
            Command::Members(action) => members::run(&base, action).await,
            Command::Apply(args) => tree::apply(&base, &args).await,
            Command::Diff(args) => tree::compare(&base, &args).await,
            Command::Grants(action) => grants::run(&base, action).await,
            Command::Codes(action) => codes::run(&base, action).await,
            Command::Decision(action) => decision::run(&base, action).await,
            Command::Draw(action) => draw::run(&action),
            Command::Topics(action) => topics::run(&base, action),
            Command::Keys(action) => keys::run(&base, action).await,
            Command::Models(action) => models::run(&base, action).await,
            Command::Doctor(args) => doctor::run(&base, args).await,
            Command::Completions { shell } => manual::completions(shell),
            Command::Man { dir } => manual::write_pages(&dir),
        }
    }
}
