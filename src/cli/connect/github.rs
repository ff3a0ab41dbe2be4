//! `renown connect github`: reads archives of GitHub's events, or polls its events API.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use url::Url;

use super::ranges::expanded;
use super::{Identity, follow};
use crate::cli::environment::Base;
use crate::cli::{CliError, Result};
use crate::config;
use crate::service::events::connectors::archives::{Archive, Archives};
use crate::service::events::connectors::client::ConnectorClient;
use crate::service::events::connectors::github::{GithubFeed, GithubFeeds};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;
use renown_core::ingest::github::stamp;

/// The variable of the token for the API; `_FILE` at its end names a file with it.
const TOKEN: &str = "RENOWN_GITHUB_TOKEN";

/// The options of `renown connect github`. A token for the API is taken from the variable
/// RENOWN_GITHUB_TOKEN, or from the file that RENOWN_GITHUB_TOKEN_FILE names.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    identity: Identity,
    /// Archives to read, in this order: files or addresses, gzip (.gz) or plain, with one event a
    /// line. {0..23} stands for each number: https://data.gharchive.org/2015-01-01-{0..23}.json.gz
    #[arg(long, num_args = 1.., value_name = "FILE|URL", conflicts_with_all = ["repositories", "accounts", "received", "organisations"], required_unless_present_any = ["repositories", "accounts", "received", "organisations"])]
    archive: Vec<String>,
    /// Poll what happens in a repository.
    #[arg(long = "repo", value_name = "OWNER/NAME")]
    repositories: Vec<String>,
    /// Poll what an account does.
    #[arg(long = "user", value_name = "NAME")]
    accounts: Vec<String>,
    /// Poll what an account is shown by those it follows.
    #[arg(long = "received-by", value_name = "NAME")]
    received: Vec<String>,
    /// Poll what happens in an organisation.
    #[arg(long = "org", value_name = "NAME")]
    organisations: Vec<String>,
    /// Address of the events API.
    #[arg(long, default_value = "https://api.github.com")]
    api_url: Url,
    /// Poll each once, and end.
    #[arg(long)]
    once: bool,
}

/// Reads the archives to their end, or polls until stopped.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    if args.archive.is_empty() {
        poll(base, args).await
    } else {
        read(base, args).await
    }
}

async fn read(base: &Base, args: Args) -> Result {
    let mut archives = Vec::new();
    for pattern in &args.archive {
        for name in expanded(pattern)? {
            archives.push(archive(&name)?);
        }
    }
    let follows = match archives.len() {
        1 => "an archive".to_owned(),
        count => format!("{count} archives"),
    };
    let kind = ConnectorKind::Github;
    let setup = args.identity.setup(kind, Format::GitHub, follows)?;
    follow(base, setup, |service, running| {
        // Archives are public: no token.
        let client = ConnectorClient::new(None, service.clock.clone());
        let cursor = running.cursor();
        Ok(Archives::new(
            client,
            Format::GitHub,
            archives,
            time,
            cursor,
        ))
    })
    .await
    .map(drop)
}

fn archive(name: &str) -> Result<Archive> {
    if !name.starts_with("http://") && !name.starts_with("https://") {
        return Ok(Archive::File(PathBuf::from(name)));
    }
    let url = name.parse();
    url.map(Archive::Address)
        .map_err(|error| CliError::Failed(format!("{name} is no address: {error}")))
}

fn time(document: &[u8]) -> Option<DateTime<Utc>> {
    Some(stamp(document)?.created_at)
}

async fn poll(base: &Base, args: Args) -> Result {
    let wrong = args
        .repositories
        .iter()
        .find(|name| name.split('/').count() != 2);
    if let Some(wrong) = wrong {
        return Err(CliError::Failed(format!(
            "'{wrong}' is no repository; one is named by its owner and its name, with a slash"
        )));
    }
    let of = |names: Vec<String>, kind: fn(String) -> GithubFeed| names.into_iter().map(kind);
    let feeds: Vec<GithubFeed> = of(args.repositories, GithubFeed::Repository)
        .chain(of(args.accounts, GithubFeed::Account))
        .chain(of(args.received, GithubFeed::ReceivedBy))
        .chain(of(args.organisations, GithubFeed::Organisation))
        .collect();
    let host = args.api_url.host_str().unwrap_or_default();
    let follows = match feeds.len() {
        1 => format!("one feed of {host}"),
        count => format!("{count} feeds of {host}"),
    };
    let kind = ConnectorKind::Github;
    let setup = args.identity.setup(kind, Format::GitHub, follows)?;
    let token = config::secret(TOKEN).map_err(CliError::new)?;
    follow(base, setup, |service, running| {
        let clock = service.clock.clone();
        let client = ConnectorClient::new(token, clock.clone());
        let cursor = running.cursor();
        Ok(GithubFeeds::new(
            client,
            clock,
            args.api_url,
            feeds,
            args.once,
            cursor,
        ))
    })
    .await
    .map(drop)
}
