//! `renown program check|diff|publish FILE…`, `renown program simulate FILE`,
//! `renown program schema`, `renown program holidays FILE`.

use std::io::IsTerminal;
use std::path::PathBuf;

use crate::cli::environment::{Base, Environment};
use crate::cli::holidays::HolidayCalendar;
use crate::cli::out::Out;
use crate::cli::read_only::ReadOnlyDatabase;
use crate::cli::{CliError, Result, simulate};
use crate::clock::Clock;
use crate::service::{ServiceError, load_dictionary};
use crate::store;
use renown_core::rules::{Diagnostic, PROGRAM_SCHEMA, Program, Setting, diff, render};

/// The subcommands of `renown program`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Check programs; exits with 1 if one has an error. Needs no database; if there is one,
    /// indices, attributes and networks that nothing in it has are reported, too.
    Check {
        /// Programs, in YAML or JSON.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Describe the differences between two programs. Needs no database.
    Diff {
        /// Program before the change.
        before: PathBuf,
        /// Program after the change.
        after: PathBuf,
    },
    /// Simulate the publication of a program: which members change tiers, the cost,
    /// and the impact on groups. Changes nothing.
    Simulate(simulate::Args),
    /// Print the JSON Schema of programs, for editors. Needs no database.
    Schema,
    /// Write the field `holidays` of a program from a calendar in the format iCalendar, as
    /// Google, Apple, Outlook and public holiday sites export it. Needs no database.
    Holidays {
        /// A calendar (.ics).
        file: PathBuf,
    },
    /// Publish programs, each file as the next version of its program; exits with 1
    /// if one fails.
    Publish {
        /// Programs, in YAML or JSON.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match action {
        Action::Check { files } => check(base, &files).await,
        Action::Diff { before, after } => differences(&before, &after),
        Action::Simulate(args) => simulate::run(base, &args).await,
        Action::Schema => Out::text(PROGRAM_SCHEMA),
        Action::Holidays { file } => holidays(&file),
        Action::Publish { files } => publish(base, &files).await,
    }
}

async fn check(base: &Base, files: &[PathBuf]) -> Result {
    let config = base.config()?;
    let mut database = database_to_compare(base).await?;
    let topics = load_dictionary(&config).map_err(CliError::new)?.names();
    let audiences = match &mut database {
        Some(database) => {
            let rules = store::programs::audiences::rules(&mut database.conn).await;
            Some(rules.map_err(CliError::new)?)
        }
        None => None,
    };
    let setting = Setting {
        audiences: audiences.as_ref(),
        now: Clock::System.now(),
        topics: &topics,
        protected: &config.programs.protected_attributes,
    };
    let mut failed = false;
    for file in files {
        let source = read(file)?;
        match Program::compile(&source, &setting) {
            Ok(mut compiled) => {
                if let Some(database) = &mut database {
                    let conn = &mut database.conn;
                    let known = store::programs::known_names(conn, &compiled.named).await;
                    compiled.compare_with(&known.map_err(CliError::new)?);
                }
                show(&compiled.warnings, &source, file);
                Out::line(&format!("{}: good", file.display()))?;
            }
            Err(diagnostics) => {
                show(&diagnostics, &source, file);
                failed = true;
            }
        }
    }
    if let Some(database) = database {
        database.close().await?;
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

/// Opens the database whose names the programs are compared with; `None` if there is none,
/// or if it does not answer, because a program can be checked without it.
async fn database_to_compare(base: &Base) -> Result<Option<ReadOnlyDatabase>> {
    if base.expect_database().is_err() {
        return Ok(None);
    }
    match ReadOnlyDatabase::open(base, "renown program check").await {
        Ok(database) => Ok(Some(database)),
        Err(error) => {
            Out::note(&format!("names are not compared with the data: {error}"));
            Ok(None)
        }
    }
}

fn differences(before: &PathBuf, after: &PathBuf) -> Result {
    let load = |file: &PathBuf| {
        let source = read(file)?;
        Program::load(&source, None).map_err(|found| {
            show(&found, &source, file);
            CliError::Said
        })
    };
    for change in diff(&load(before)?, &load(after)?) {
        Out::line(&format!("{}: {}", change.path, change.sentence))?;
    }
    Ok(())
}

fn holidays(file: &PathBuf) -> Result {
    let calendar = HolidayCalendar::parse(&read(file)?)
        .map_err(|error| CliError::Failed(format!("{}: {error}", file.display())))?;
    for sentence in &calendar.left_out {
        Out::note(&format!("{}: {sentence}", file.display()));
    }
    if calendar.holidays.is_empty() {
        return Err(CliError::Failed(format!(
            "{}: there are no whole-day events in it",
            file.display()
        )));
    }
    Out::text(&calendar.to_yaml())
}

async fn publish(base: &Base, files: &[PathBuf]) -> Result {
    let config = base.config()?;
    let environment = Environment::start_on_data(base, config).await?;
    let mut failed = false;
    for file in files {
        let source = read(file)?;
        match environment
            .service
            .programs
            .publish(None, &source, None)
            .await
        {
            Ok(version) => {
                show(&version.warnings, &source, file);
                let stored = &version.version;
                Out::line(&format!(
                    "{} version {} is in force",
                    stored.program, stored.version.0
                ))?;
            }
            Err(ServiceError::Program(diagnostics)) => {
                show(&diagnostics, &source, file);
                failed = true;
            }
            Err(error) => {
                Out::note(&format!("{}: {}", file.display(), CliError::new(error)));
                failed = true;
            }
        }
    }
    environment.close().await?;
    if failed { Err(CliError::Said) } else { Ok(()) }
}

pub(super) fn read(file: &PathBuf) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|error| CliError::Failed(format!("{}: {error}", file.display())))
}

pub(super) fn show(diagnostics: &[Diagnostic], source: &str, file: &std::path::Path) {
    if !diagnostics.is_empty() {
        let file = file.display().to_string();
        Out::note(&render(diagnostics, source, &file, colour()));
    }
}

/// Returns whether to use colour: on a terminal, unless `NO_COLOR` is set.
fn colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !refused
}
