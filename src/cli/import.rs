//! `renown import FILE…`: imports files of events, by the same code as HTTP requests. A table
//! is turned into the JSON that these have.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::environment::{Base, Environment};
use crate::cli::event_table::{self, SoFar};
use crate::cli::out::Out;
use crate::cli::server::Server;
use crate::cli::{CliError, Result, files};
use crate::clock::Clock;
use crate::service::Service;
use crate::service::events::{ReadOutcome, Reading, Report};

/// The options of `renown import`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files with one event per line, as JSON or, if they end in .csv, as a table whose header
    /// names the fields; plain, .gz or .zst; - for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Exit with 1 if an event was rejected.
    #[arg(long)]
    strict: bool,
}

/// What became of the lines of a file.
pub(super) struct Intake {
    pub(super) accepted: u64,
    pub(super) duplicates: u64,
    pub(super) rejected: u64,
    /// The first rejected lines, each with its number and a sentence with the reason.
    pub(super) rejections: Vec<(u64, String)>,
    /// Why the file was not read to its end.
    pub(super) stopped: Option<String>,
}

impl Intake {
    /// Adds the lines of a table that no event could be read from.
    fn with_wrong(mut self, wrong: &SoFar) -> Self {
        let wrong = wrong.lines();
        let sentence = |(line, why): &(u64, _)| (*line, files::rejected(*line, why));
        self.rejected += wrong.count;
        self.rejections.extend(wrong.listed.iter().map(sentence));
        self.rejections.sort();
        self
    }
}

/// Imports the files one after the other, and prints a report for each.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let rejected = match base.server()? {
        Some(server) => import_on(&server, &args.files).await?,
        None => {
            let environment = Environment::start(base, base.config()?).await?;
            let imported = import_into(&environment.service, &args.files).await;
            environment.close().await?;
            imported?
        }
    };
    match args.strict && rejected > 0 {
        true => Err(CliError::Said),
        false => Ok(()),
    }
}

/// Sends files to a server; returns the number of lines that are wrong.
async fn import_on(server: &Server, files: &[PathBuf]) -> Result<u64> {
    let mut rejected = 0;
    for path in files {
        rejected += timed(path, async |stream| Ok(server.send_events(stream).await?)).await?;
    }
    Ok(rejected)
}

/// Imports files into the database; returns the number of lines that are wrong.
async fn import_into(service: &Service, files: &[PathBuf]) -> Result<u64> {
    let mut rejected = 0;
    for path in files {
        let take = async |stream| {
            let reading = Reading::native();
            let report = service.events.take_stream(&reading, stream, |_| {}).await;
            Ok(report.map_err(CliError::new)?.into())
        };
        rejected += timed(path, take).await?;
    }
    Ok(rejected)
}

impl<E: std::fmt::Display> From<Report<E>> for Intake {
    fn from(report: Report<E>) -> Self {
        let rejections = report.rejections.iter().map(|(place, rejection)| {
            let line = place.line.unwrap_or(place.index + 1);
            (line, files::rejected(line, rejection))
        });
        Self {
            accepted: report.accepted,
            duplicates: report.duplicates,
            rejected: report.rejected,
            rejections: rejections.collect(),
            stopped: match &report.outcome {
                ReadOutcome::Complete => None,
                ReadOutcome::Broken(reason) => Some(reason.to_string()),
                ReadOutcome::Rejected => {
                    Some("so many lines are wrong that no more were read".to_owned())
                }
            },
        }
    }
}

/// Imports a file and prints what became of it; returns the number of lines that are wrong.
async fn timed(
    path: &Path,
    take: impl AsyncFnOnce(files::FileStream) -> Result<Intake>,
) -> Result<u64> {
    let bar = files::bar(path);
    let (file, wrong) = event_table::open(path, &bar)?;
    let began = Clock::System.now();
    let intake = take(files::stream(file)).await?.with_wrong(&wrong);
    let seconds = (Clock::System.now() - began).as_seconds_f64();
    bar.finish_and_clear();
    let Intake {
        accepted,
        duplicates,
        rejected,
        ..
    } = intake;
    let item = json!({
        "file": path.display().to_string(),
        "accepted": accepted,
        "duplicates": duplicates,
        "rejected_count": rejected,
        "seconds": seconds,
    });
    Out::item(&item, || {
        format!(
            "{}: {accepted} accepted, {duplicates} duplicates, {rejected} rejected in \
             {seconds:.1} s ({:.0} events a second)",
            path.display(),
            (accepted + duplicates + rejected) as f64 / seconds.max(0.001),
        )
    })?;
    let sentences = intake.rejections.into_iter().map(|(_, sentence)| sentence);
    Out::rejections(sentences, rejected);
    match intake.stopped {
        None => Ok(rejected),
        Some(reason) => Err(CliError::Failed(format!(
            "{}: {reason}; what came before is stored, and importing it again does no harm",
            path.display()
        ))),
    }
}
