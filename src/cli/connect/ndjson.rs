//! `renown connect ndjson`: reads lines of JSON from standard input.

use clap::builder::PossibleValuesParser;

use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::{CliError, Result, files};
use crate::service::events::connectors::pipe::Pipe;
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;

/// The options of `renown connect ndjson`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    identity: Identity,
    /// Format of the lines.
    #[arg(long, default_value = "native", value_parser = PossibleValuesParser::new(names()))]
    format: String,
    /// Take all of the input, although another one was read under this name before.
    #[arg(long)]
    anew: bool,
}

fn names() -> impl Iterator<Item = &'static str> {
    // The rows of a table come with their mapping only.
    let formats = Format::ALL.into_iter();
    formats
        .filter(|(format, _)| *format != Format::Table)
        .map(|(_, name)| name)
}

/// Reads standard input to its end, or until stopped.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let found = Format::ALL
        .into_iter()
        .find(|(_, name)| *name == args.format);
    let (format, name) = found.ok_or_else(|| CliError::Failed("there is no such format".into()))?;
    let follows = format!("lines of the format {name} from a pipe");
    let setup = args
        .identity
        .setup(ConnectorKind::Ndjson, format, follows)?;
    follow(base, setup, |_, running| {
        let cursor = running.cursor().filter(|_| !args.anew);
        let pieces = files::unbuffered(std::io::stdin());
        Ok(Pipe::new(pieces, format, cursor))
    })
    .await
    .map(drop)
}
