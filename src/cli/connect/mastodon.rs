//! `renown connect mastodon`: polls accounts of a Mastodon server, or follows the notifications
//! of one account.

use std::time::Duration;

use url::Url;

use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::{CliError, Result};
use crate::config;
use crate::service::events::connectors::client::ConnectorClient;
use crate::service::events::connectors::mastodon::{
    MastodonAccounts, MastodonNotifications, MastodonServer,
};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;

/// The variable of the token; `_FILE` at its end names a file with it.
const TOKEN: &str = "RENOWN_MASTODON_TOKEN";

/// The options of `renown connect mastodon`. A token is taken from the variable
/// RENOWN_MASTODON_TOKEN, or from the file that RENOWN_MASTODON_TOKEN_FILE names.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    identity: Identity,
    /// Address of the server, such as https://mastodon.social
    #[arg(long)]
    url: Url,
    /// Host in the handles of the server's accounts, if it is not that of its address.
    #[arg(long)]
    host: Option<String>,
    /// Account to poll: name of one of the server's, or name@host.
    #[arg(
        long = "account",
        value_name = "NAME",
        conflicts_with = "notifications",
        required_unless_present = "notifications"
    )]
    accounts: Vec<String>,
    /// Follow the notifications of the account whose token is given.
    #[arg(long)]
    notifications: bool,
    /// Seconds between two polls of the accounts.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    every: u64,
    /// Poll each account once, and end.
    #[arg(long)]
    once: bool,
}

/// Polls or follows until stopped.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let own_host = args.url.host_str().unwrap_or_default().to_owned();
    let host = args.host.unwrap_or_else(|| own_host.clone());
    let follows = match args.accounts.len() {
        0 => format!("the notifications of an account of {own_host}"),
        1 => format!("one account, from {own_host}"),
        count => format!("{count} accounts, from {own_host}"),
    };
    let kind = ConnectorKind::Mastodon;
    let setup = args.identity.setup(kind, Format::Mastodon, follows)?;
    let token = config::secret(TOKEN).map_err(CliError::new)?;
    if args.notifications && token.is_none() {
        return Err(CliError::Failed(format!(
            "notifications need the token of their account, in {TOKEN} or in the file that \
             {TOKEN}_FILE names"
        )));
    }
    let server = |clock| MastodonServer::new(ConnectorClient::new(token, clock), args.url, host);
    if args.notifications {
        return follow(base, setup, |service, running| {
            let server = server(service.clock.clone());
            Ok(MastodonNotifications::new(server, running.cursor()))
        })
        .await
        .map(drop);
    }
    let every = (!args.once).then(|| Duration::from_secs(args.every));
    let accounts = args.accounts;
    let accounts = accounts
        .iter()
        .map(|account| account.trim_start_matches('@').to_owned());
    let accounts = accounts.collect();
    follow(base, setup, |service, running| {
        let clock = service.clock.clone();
        let server = server(clock.clone());
        Ok(MastodonAccounts::new(
            server,
            clock,
            accounts,
            every,
            running.cursor(),
        ))
    })
    .await
    .map(drop)
}
