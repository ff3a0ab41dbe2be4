//! `renown connect bluesky`: follows a Jetstream server.

use url::Url;

use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::{CliError, Result};
use crate::service::events::connectors::jetstream::{Jetstream, JetstreamOptions};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;

/// The options of `renown connect bluesky`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    identity: Identity,
    /// Address of the stream.
    #[arg(
        long,
        default_value = "wss://jetstream2.us-east.bsky.network/subscribe"
    )]
    url: Url,
    /// DID of an account whose own activity is followed, up to 100; if absent, the activity of
    /// all accounts.
    #[arg(long = "did", value_name = "DID")]
    accounts: Vec<String>,
    /// Do not ask for compressed frames.
    #[arg(long)]
    uncompressed: bool,
}

/// Follows the stream until stopped.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let host = args.url.host_str().unwrap_or_default();
    let follows = match args.accounts.len() {
        0 => format!("all accounts, from {host}"),
        1 => format!("one account, from {host}"),
        count => format!("{count} accounts, from {host}"),
    };
    let kind = ConnectorKind::Bluesky;
    let setup = args.identity.setup(kind, Format::Jetstream, follows)?;
    let options = JetstreamOptions {
        url: args.url,
        accounts: args.accounts,
        compressed: !args.uncompressed,
    };
    follow(base, setup, |service, running| {
        let clock = service.clock.clone();
        Jetstream::new(options, clock, running.cursor()).map_err(CliError::new)
    })
    .await
    .map(drop)
}
