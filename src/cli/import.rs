//! `renown import FILE…`: imports files by the same code as HTTP requests.

use std::path::{Path, PathBuf};

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result, files};
use crate::clock::Clock;
use crate::service::Service;
use crate::service::events::ReadOutcome;

use renown_core::domain::AllowedSources;

/// The options of `renown import`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files with one event per line; plain, .gz or .zst; - for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Exit with 1 if an event was rejected.
    #[arg(long)]
    strict: bool,
}

/// Imports the files one after the other, and prints a report for each.
pub async fn run(base: &Base, args: Args) -> Result {
    let config = base.config()?;
    let environment = Environment::start(base, config).await?;
    let mut rejected = 0;
    let mut failed = None;
    for path in &args.files {
        match import(&environment.service, path).await {
            Ok(more) => rejected += more,
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    environment.close().await?;
    match failed {
        Some(error) => Err(error),
        None if args.strict && rejected > 0 => Err(CliError::Said),
        None => Ok(()),
    }
}

/// Imports a file; returns the number of its lines that are wrong.
async fn import(service: &Service, path: &Path) -> Result<u64> {
    let bar = files::bar(path);
    let stream = files::stream(files::open(path, &bar)?);
    let began = Clock::System.now();
    let report = service
        .events
        .take_stream(&AllowedSources::All, stream, |_| {})
        .await
        .map_err(CliError::new)?;
    let seconds = (Clock::System.now() - began).as_seconds_f64();
    bar.finish_and_clear();
    let total = report.accepted + report.duplicates + report.rejected;
    Out::line(&format!(
        "{}: {} accepted, {} duplicates, {} rejected in {seconds:.1} s ({:.0} events a second)",
        path.display(),
        report.accepted,
        report.duplicates,
        report.rejected,
        total as f64 / seconds.max(0.001),
    ))?;
    let rejections = report.rejections.iter().map(|(place, rejection)| {
        let line = place.line.unwrap_or(place.index + 1);
        files::rejected(line, rejection)
    });
    Out::rejections(rejections, report.rejected);
    match &report.outcome {
        ReadOutcome::Broken(reason) => Err(CliError::Failed(format!(
            "{}: {reason}; what came before is stored, and importing it again does no harm",
            path.display()
        ))),
        ReadOutcome::Rejected => Err(CliError::Failed(format!(
            "{}: so many lines are wrong that no more were read; what came before is stored",
            path.display()
        ))),
        ReadOutcome::Complete => Ok(report.rejected),
    }
}
