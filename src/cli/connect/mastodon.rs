//! `renown connect mastodon`: polls accounts of a Mastodon server, or follows one of its streams.

use std::time::Duration;

use url::Url;

use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::{CliError, Result};
use crate::config;
use crate::service::events::connectors::client::ConnectorClient;
use crate::service::events::connectors::mastodon::{
    MastodonAccounts, MastodonFeed, MastodonServer, MastodonStream,
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
    #[command(flatten)]
    followed: Followed,
    /// Seconds between two polls of the accounts.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    every: u64,
    /// Poll each account once, and end.
    #[arg(long)]
    once: bool,
}

/// What is followed: accounts, or one stream.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Followed {
    /// Account to poll: name of one of the server's, or name@host.
    #[arg(long = "account", value_name = "NAME")]
    accounts: Vec<String>,
    /// Follow the notifications of the account whose token is given.
    #[arg(long)]
    notifications: bool,
    /// Follow the public statuses of the server's own accounts.
    #[arg(long)]
    local: bool,
    /// Follow the public statuses with a hashtag.
    #[arg(long, value_name = "NAME")]
    hashtag: Option<String>,
}

impl Followed {
    /// Returns the stream; `None` if accounts are polled.
    fn feed(&self) -> Option<MastodonFeed> {
        let hashtag = self.hashtag.as_ref();
        let hashtag = hashtag.map(|tag| tag.trim_start_matches('#').to_owned());
        let others = [
            (self.notifications, MastodonFeed::Notifications),
            (self.local, MastodonFeed::Local),
        ];
        let other = others.into_iter().find(|(is_said, _)| *is_said);
        hashtag
            .map(MastodonFeed::Hashtag)
            .or(other.map(|(_, feed)| feed))
    }

    /// Says in words what is followed.
    fn words(&self, host: &str) -> String {
        match (self.feed(), self.accounts.len()) {
            (Some(MastodonFeed::Notifications), _) => {
                format!("the notifications of an account of {host}")
            }
            (Some(MastodonFeed::Local), _) => format!("the statuses of accounts of {host}"),
            (Some(MastodonFeed::Hashtag(tag)), _) => format!("the hashtag #{tag}, from {host}"),
            (None, 1) => format!("one account, from {host}"),
            (None, count) => format!("{count} accounts, from {host}"),
        }
    }
}

/// Polls or follows until stopped.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    let own_host = args.url.host_str().unwrap_or_default().to_owned();
    let host = args.host.unwrap_or_else(|| own_host.clone());
    let follows = args.followed.words(&own_host);
    let kind = ConnectorKind::Mastodon;
    let setup = args.identity.setup(kind, Format::Mastodon, follows)?;
    let token = config::secret(TOKEN).map_err(CliError::new)?;
    if args.followed.notifications && token.is_none() {
        return Err(CliError::Failed(format!(
            "notifications need the token of their account, in {TOKEN} or in the file that \
             {TOKEN}_FILE names"
        )));
    }
    let server = |clock| MastodonServer::new(ConnectorClient::new(token, clock), args.url, host);
    if let Some(feed) = args.followed.feed() {
        return follow(base, setup, |service, running| {
            let server = server(service.clock.clone());
            Ok(MastodonStream::new(server, feed, running.cursor()))
        })
        .await
        .map(drop);
    }
    let every = (!args.once).then(|| Duration::from_secs(args.every));
    let accounts = args.followed.accounts;
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
