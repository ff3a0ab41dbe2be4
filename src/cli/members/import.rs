//! `renown members import FILE`.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;

use super::{Format, format};
use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::server::Server;
use crate::cli::{CliError, Result, files};
use crate::service::Service;
use crate::service::events::ReadOutcome;
use crate::service::members::{LineResult, MemberImport, MemberReport, RowResult};

/// The options of `renown members import`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// File with one member per line; plain, .gz or .zst; - for standard input.
    file: PathBuf,
    /// Format of the file, if its name does not end in .csv, .ndjson or .jsonl.
    #[arg(long)]
    format: Option<Format>,
    /// Find out what each line would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// First line to import, such as the one that an import which broke off names.
    #[arg(long, default_value_t = 1)]
    from_line: u64,
    /// Print the result of each line, as JSON.
    #[arg(long)]
    lines: bool,
}

/// Imports the file and prints a report.
pub async fn run(base: &Base, args: Args) -> Result {
    if let Some(server) = base.server()? {
        return import_on(&server, &args).await;
    }
    let config = base.config()?;
    let environment = match args.dry_run {
        true => Environment::start_on_data(base, config).await?,
        false => Environment::start(base, config).await?,
    };
    let done = import(&environment.service, &args).await;
    environment.close().await?;
    done
}

/// Sends the file to a server.
async fn import_on(server: &Server, args: &Args) -> Result {
    let bar = files::bar(&args.file);
    let body = files::stream(files::open(&args.file, &bar)?);
    let format = format(args.format, &args.file);
    let wanted = (format, args.from_line, args.dry_run);
    let imported = match args.lines {
        true => server.import_members_by_line(wanted, body).await,
        false => server.import_members(wanted, body).await,
    };
    bar.finish_and_clear();
    conclude(args, &imported?)
}

async fn import(service: &Service, args: &Args) -> Result {
    let bar = files::bar(&args.file);
    let body = files::stream(files::open(&args.file, &bar)?);
    let wanted = MemberImport {
        format: format(args.format, &args.file),
        from_line: args.from_line,
        is_dry: args.dry_run,
    };
    let (sender, receiver) = mpsc::channel(4);
    let results = args.lines.then_some(sender);
    let (report, printed) = tokio::join!(
        service.members.import_list(wanted, body, results),
        print(receiver)
    );
    bar.finish_and_clear();
    printed?;
    let report = report.map_err(CliError::new)?;
    conclude(args, &report.into())
}

async fn print(mut results: mpsc::Receiver<Vec<LineResult>>) -> Result {
    while let Some(batch) = results.recv().await {
        let text: String = batch.iter().map(|result| line(result) + "\n").collect();
        Out::text(&text)?;
    }
    Ok(())
}

fn line((number, result): &LineResult) -> String {
    let line = match result {
        RowResult::Created(id) => json!({"line": number, "result": "created", "member": id}),
        RowResult::Unchanged(id) => json!({"line": number, "result": "unchanged", "member": id}),
        RowResult::Changed(id, columns) => {
            json!({"line": number, "result": "changed", "member": id, "columns": columns})
        }
        RowResult::Refused(fault) => json!({
            "line": number, "result": "refused", "column": fault.at,
            "detail": fault.detail.to_string()
        }),
    };
    line.to_string()
}

/// What became of the lines of a list.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Imported {
    created: u64,
    changed: u64,
    unchanged: u64,
    refused_count: u64,
    refused: Vec<RefusedRow>,
    next_line: u64,
    /// Why the list was not read to its end.
    #[serde(skip)]
    stopped: Option<String>,
}

impl Imported {
    /// Adds why the list was not read to its end.
    pub(in crate::cli) fn stopped_by(self, stopped: Option<String>) -> Self {
        Self { stopped, ..self }
    }
}

/// A line that was refused.
#[derive(Debug, Deserialize)]
struct RefusedRow {
    line: u64,
    column: String,
    detail: String,
}

impl From<MemberReport<std::io::Error>> for Imported {
    fn from(report: MemberReport<std::io::Error>) -> Self {
        let refused = report.listed.into_iter().map(|(line, fault)| RefusedRow {
            line,
            column: fault.at,
            detail: fault.detail.to_string(),
        });
        Self {
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            refused_count: report.refused,
            refused: refused.collect(),
            next_line: report.next_line,
            stopped: match report.outcome {
                ReadOutcome::Complete => None,
                ReadOutcome::Broken(reason) => Some(reason.to_string()),
                ReadOutcome::Rejected => {
                    Some("so many lines are wrong that no more were read".to_owned())
                }
            },
        }
    }
}

impl RefusedRow {
    fn sentence(&self) -> String {
        match self.column.as_str() {
            "" => format!("line {}: {}", self.line, self.detail),
            at => format!("line {}, {at}: {}", self.line, self.detail),
        }
    }
}

fn conclude(args: &Args, imported: &Imported) -> Result {
    let would = if args.dry_run { "would be " } else { "" };
    let file = args.file.display();
    let counts = format!(
        "{file}: {would}{} created, {} changed, {} unchanged, {} refused",
        imported.created, imported.changed, imported.unchanged, imported.refused_count
    );
    match args.lines {
        true => Out::note(&counts),
        false => {
            let item = json!({
                "file": file.to_string(),
                "is_dry": args.dry_run,
                "created": imported.created,
                "changed": imported.changed,
                "unchanged": imported.unchanged,
                "refused_count": imported.refused_count,
                "next_line": imported.next_line,
            });
            Out::item(&item, || counts)?;
        }
    }
    let refused = imported.refused.iter().map(RefusedRow::sentence);
    Out::rejections(refused, imported.refused_count);
    let next = imported.next_line;
    match &imported.stopped {
        Some(reason) => Err(CliError::Failed(format!(
            "{file}: {reason}; the lines before {next} are done (--from-line {next} goes on)"
        ))),
        None if imported.refused_count > 0 => Err(CliError::Said),
        None => Ok(()),
    }
}
