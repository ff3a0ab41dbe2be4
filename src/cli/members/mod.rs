//! `renown members …`: lists of members, to and from files, and merges.

mod export;
mod import;
mod merge;
mod preview;

use std::path::Path;

pub(super) use import::Imported;
pub(super) use preview::Preview;

use crate::cli::Result;
use crate::cli::environment::{Base, Environment};
use renown_core::ingest::member_list::ListFormat;

/// The subcommands of `renown members`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Import a list of members (CSV, or one JSON object per line); exits with 1 if a line
    /// was refused.
    Import(import::Args),
    /// Export members as a list that can be imported.
    Export(export::Args),
    /// Merge two members who are one person, or undo that.
    Merge(merge::Args),
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match action {
        Action::Import(args) => import::run(base, args).await,
        Action::Export(args) => export::run(base, args).await,
        Action::Merge(args) => match base.server()? {
            Some(server) => merge::run_on(&server, args).await,
            None => {
                Environment::run_on_data(base, async |service| merge::run(service, args).await)
                    .await
            }
        },
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Csv,
    Ndjson,
}

/// Returns the given format, or that of the file by its name; CSV if neither says it.
fn format(given: Option<Format>, path: &Path) -> ListFormat {
    let name = path.to_string_lossy();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let is_ndjson = [".ndjson", ".jsonl", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    match given {
        Some(Format::Csv) => ListFormat::Csv,
        Some(Format::Ndjson) => ListFormat::Ndjson,
        None if is_ndjson => ListFormat::Ndjson,
        None => ListFormat::Csv,
    }
}
