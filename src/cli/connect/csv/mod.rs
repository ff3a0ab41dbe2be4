//! `renown connect csv`: reads a table of another system, as a mapping says.

mod preview;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::ProgressBar;

use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::{CliError, Result, files};
use crate::service::events::connectors::Running;
use crate::service::events::connectors::pipe::{MappingText, Pipe};
use preview::Preview;
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;
use renown_core::ingest::table_mapping::TableMapping;

/// Shown by `--help`.
const EXAMPLE: &str = "\
Example: till.csv has the columns Receipt;Kind;Booked;Guest;Total;Till, and till.yaml says:

  delimiter: semicolon
  event:
    id: {column: Receipt, prefix: till-}
    type: {column: Kind, choices: {SALE: purchase, RETURN: refund}}
    time: {column: Booked, format: '%d.%m.%Y %H:%M', zone: Europe/Vienna}
    network: {constant: shop}
    actor: {column: Guest}
    object: {column: Receipt}
    value: {column: Total, decimal: ','}
    currency: {constant: EUR}
  skip:
    - {column: Kind, values: [TEST]}

  renown connect csv till.csv --mapping till.yaml --preview
  renown connect csv till.csv --mapping till.yaml --source till

All that a mapping can say is in docs/formats.md, under \"Tables\".";

/// The options of `renown connect csv`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLE)]
pub(super) struct Args {
    #[command(flatten)]
    identity: Identity,
    /// Table whose first line names the columns: a file, plain, .gz or .zst; - for standard input.
    file: PathBuf,
    /// File (YAML) that says which column is which member of an event.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Show what the rows become, the first N events in full, and store nothing. Needs no
    /// database.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "3")]
    preview: Option<usize>,
    /// Take all rows, although some were read under this name before.
    #[arg(long)]
    anew: bool,
}

/// Reads the table to its end, or until stopped; or shows what it becomes.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let mapping = mapping(&args.mapping)?;
    if mapping.mapping.names_source() && args.identity.source.is_some() {
        return Err(CliError::Failed(format!(
            "{} says what the source of the events is (event.source); leave out --source",
            args.mapping.display()
        )));
    }
    let file = args.file.display().to_string();
    let (kind, follows) = (ConnectorKind::Csv, format!("the table {file}"));
    let mut setup = args.identity.setup(kind, Format::Table, follows)?;
    setup.given.mapping = Some(mapping.mapping.clone());
    if let Some(most) = args.preview {
        let preview = Preview::of(&base.config()?, setup.given, &args.file, most)?;
        return preview.show(&file, &args.mapping.display().to_string());
    }
    let progress = follow(base, setup, |_, running| open(&args, &mapping, running)).await?;
    if progress.rejected > 0 {
        Out::note(&format!(
            "renown connect csv {file} --mapping {} --preview shows what is wrong with rows that \
             are rejected",
            args.mapping.display()
        ));
    }
    Ok(())
}

fn mapping(path: &Path) -> Result<MappingText> {
    let failed = |why: String| CliError::Failed(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let mapping = TableMapping::parse(&text).map_err(|invalid| failed(invalid.to_string()))?;
    Ok(MappingText {
        mapping: Arc::new(mapping),
        text,
    })
}

/// Opens the table behind the cursor. If the file begins otherwise than before, or the mapping is
/// another, it is read from its beginning: what is in the log already does no harm.
fn open(args: &Args, mapping: &MappingText, running: &Running<'_>) -> Result<Pipe> {
    let cursor = running.cursor().filter(|_| !args.anew);
    let path = &args.file;
    if path == Path::new("-") {
        let pieces = files::unbuffered(std::io::stdin());
        return Ok(Pipe::table(pieces, mapping, None, cursor));
    }
    let failed = |error| CliError::Failed(format!("{}: {error}", path.display()));
    let file = || files::open(path, &ProgressBar::hidden());
    let cursor = match cursor {
        Some(cursor)
            if mapping
                .continues(file()?.as_mut(), cursor)
                .map_err(failed)? =>
        {
            Some(cursor)
        }
        _ => None,
    };
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_plain = !matches!(extension, Some("gz" | "zst"));
    let length = path.metadata().map_err(failed)?.len();
    let length = is_plain.then_some(length);
    Ok(Pipe::table(files::stream(file()?), mapping, length, cursor))
}
