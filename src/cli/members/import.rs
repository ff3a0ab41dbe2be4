//! `renown members import FILE`.

use std::path::PathBuf;

use serde_json::json;
use tokio::sync::mpsc;

use super::{Format, format};
use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
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
    let config = base.config()?;
    let environment = match args.dry_run {
        true => Environment::start_on_data(base, config).await?,
        false => Environment::start(base, config).await?,
    };
    let done = import(&environment.service, &args).await;
    environment.close().await?;
    done
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
    conclude(args, &report)
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

fn conclude(args: &Args, report: &MemberReport<std::io::Error>) -> Result {
    let would = if args.dry_run { "would be " } else { "" };
    let file = args.file.display();
    let counts = format!(
        "{file}: {would}{} created, {} changed, {} unchanged, {} refused",
        report.created, report.changed, report.unchanged, report.refused
    );
    match args.lines {
        true => Out::note(&counts),
        false => Out::line(&counts)?,
    }
    let refused = report
        .listed
        .iter()
        .map(|(line, fault)| match fault.at.as_str() {
            "" => format!("line {line}: {}", fault.detail),
            at => format!("line {line}, {at}: {}", fault.detail),
        });
    Out::rejections(refused, report.refused);
    let next = report.next_line;
    match &report.outcome {
        ReadOutcome::Broken(reason) => Err(CliError::Failed(format!(
            "{file}: {reason}; the lines before {next} are done (--from-line {next} goes on)"
        ))),
        ReadOutcome::Rejected => Err(CliError::Failed(format!(
            "{file}: so many lines are wrong that no more were read; the lines before {next} are \
             done"
        ))),
        ReadOutcome::Complete if report.refused > 0 => Err(CliError::Said),
        ReadOutcome::Complete => Ok(()),
    }
}
