//! `renown program …`: programs in files, and those of a deployment.

mod check;
pub(super) mod publish;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::environment::Base;
use crate::cli::holidays::HolidayCalendar;
use crate::cli::out::Out;
use crate::cli::{CliError, Result, simulate};
use renown_core::domain::ProgramId;
use renown_core::rules::{Diagnostic, PROGRAM_SCHEMA, Program, diff, render};

/// The subcommands of `renown program`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Check programs; exits with 1 if one has an error. Needs no database; if there is one,
    /// indices, attributes and networks that nothing in it has are reported, too.
    Check {
        /// Programs, in YAML or JSON.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// File or directory with audiences that the programs name; may be given several
        /// times.
        #[arg(long, value_name = "PATH")]
        audiences: Vec<PathBuf>,
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
        /// Note on the versions, for readers of the history.
        #[arg(long)]
        note: Option<String>,
    },
    /// Store programs as drafts, for others to read, simulate and publish; exits with 1 if
    /// one cannot be stored or has mistakes.
    Push {
        /// Programs, in YAML or JSON.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Write programs to files, as they were last published: DIR/PROGRAM.yaml, or .json.
    Pull {
        /// Ids of programs; all programs in force if none is named.
        programs: Vec<ProgramId>,
        /// Directory for the files.
        #[arg(long, default_value = ".", value_name = "DIR")]
        dir: PathBuf,
        /// Replace files that have another content.
        #[arg(long)]
        force: bool,
    },
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match action {
        Action::Check { files, audiences } => check::run(base, &files, &audiences).await,
        Action::Diff { before, after } => differences(&before, &after),
        Action::Simulate(args) => simulate::run(base, &args).await,
        Action::Schema => Out::text(PROGRAM_SCHEMA),
        Action::Holidays { file } => holidays(&file),
        Action::Publish { files, note } => publish::publish(base, &files, note.as_deref()).await,
        Action::Push { files } => publish::push(base, &files).await,
        Action::Pull {
            programs,
            dir,
            force,
        } => publish::pull(base, programs, &dir, force).await,
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
        Out::item(&change, || format!("{}: {}", change.path, change.sentence))?;
    }
    Ok(())
}

fn holidays(file: &Path) -> Result {
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

pub(super) fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|error| CliError::Failed(format!("{}: {error}", file.display())))
}

pub(super) fn show(diagnostics: &[Diagnostic], source: &str, file: &Path) {
    if Out::is_json() {
        let file = file.display().to_string();
        for found in diagnostics {
            Out::note(&json!({"file": file, "diagnostic": found}).to_string());
        }
        return;
    }
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
