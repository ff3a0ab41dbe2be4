//! `renown connect NAME`: follows a platform, files or a pipe, and takes in the events from
//! there. It goes on where it was when it stopped.

mod bluesky;
mod csv;
mod github;
mod list;
mod mastodon;
mod ndjson;
mod progress;
mod ranges;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::serve::stop_signal;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::events::connectors::{
    ConnectorEnd, ConnectorSetup, RunProgress, Running, Upstream,
};
use progress::Shown;
use renown_core::domain::{ConnectorKind, ConnectorName, Source};
use renown_core::ingest::{Format, Given};

/// The options of `renown connect`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the connectors, and how far each has come; also without a name.
    List,
    /// Forget a connector and its cursor; its events stay.
    Forget {
        /// Name of the connector, as listed.
        name: ConnectorName,
    },
    /// Follow a Jetstream server: likes, reposts, posts and follows on Bluesky.
    Bluesky(bluesky::Args),
    /// Read archives of GitHub's events, or poll its events API: stars, forks, comments, merges.
    Github(github::Args),
    /// Poll accounts of a Mastodon server with all who react to them, or follow notifications.
    Mastodon(mastodon::Args),
    /// Read lines of JSON from standard input; the same input again goes on where it was.
    Ndjson(ndjson::Args),
    /// Read a table of another system, whose columns a mapping names; --preview shows what its rows become.
    Csv(csv::Args),
}

/// The options of every connector.
#[derive(Debug, clap::Args)]
struct Identity {
    /// Name of this connector, under which its cursor is kept; if absent, that of its kind.
    #[arg(long)]
    name: Option<ConnectorName>,
    /// Source of the events; if absent, the kind of the connector. Two connectors of one source
    /// store an event that both receive once.
    #[arg(long)]
    source: Option<Source>,
}

impl Identity {
    /// Returns the setup of a connector. `follows` says what it follows.
    fn setup(
        &self,
        kind: ConnectorKind,
        format: Format,
        follows: String,
    ) -> Result<ConnectorSetup> {
        let own_name = ConnectorName::parse(kind.as_str()).map_err(CliError::new);
        let own_source = Source::parse(kind.as_str()).map_err(CliError::new);
        Ok(ConnectorSetup {
            name: self.name.clone().map_or(own_name, Ok)?,
            kind,
            follows,
            format,
            given: Given {
                source: Some(self.source.clone().map_or(own_source, Ok)?),
                ..Given::default()
            },
        })
    }
}

/// Runs the subcommand.
pub(super) async fn run(base: &Base, args: Args) -> Result {
    match args.action {
        None | Some(Action::List) => list::list(base).await,
        Some(Action::Forget { name }) => list::forget(base, &name).await,
        Some(Action::Bluesky(args)) => bluesky::run(base, args).await,
        Some(Action::Github(args)) => github::run(base, args).await,
        Some(Action::Mastodon(args)) => mastodon::run(base, args).await,
        Some(Action::Ndjson(args)) => ndjson::run(base, args).await,
        Some(Action::Csv(args)) => csv::run(base, args).await,
    }
}

/// Runs a connector until its end or a signal, and returns what it took in. `open` prepares what
/// it follows, behind the cursor.
async fn follow<U: Upstream>(
    base: &Base,
    setup: ConnectorSetup,
    open: impl FnOnce(&Service, &Running<'_>) -> Result<U>,
) -> Result<RunProgress> {
    let mut environment = Environment::start(base, base.config()?).await?;
    let service = environment.service.clone();
    let outcome = tokio::select! {
        outcome = follow_on(&service, setup, open) => outcome,
        ended = environment.attend() => ended.map(|()| RunProgress::default()),
    };
    environment.close().await?;
    outcome
}

async fn follow_on<U: Upstream>(
    service: &Service,
    setup: ConnectorSetup,
    open: impl FnOnce(&Service, &Running<'_>) -> Result<U>,
) -> Result<RunProgress> {
    let name = setup.name.clone();
    let running = service
        .connectors
        .start(setup)
        .await
        .map_err(CliError::new)?;
    let upstream = open(service, &running)?;
    let stop = CancellationToken::new();
    let stopped = stop_signal().map_err(CliError::new)?;
    let waits = tokio::spawn({
        let stop = stop.clone();
        async move {
            stopped.await;
            stop.cancel();
        }
    });
    let mut shown = Shown::new(&name);
    let ran = running.run(upstream, &mut shown, &stop).await;
    waits.abort();
    shown.finish();
    let (end, progress) = ran.map_err(CliError::new)?;
    let item = json!({
        "name": name.to_string(),
        "is_complete": matches!(end, ConnectorEnd::Complete),
        "accepted": progress.accepted,
        "duplicates": progress.duplicates,
        "ignored": progress.ignored,
        "rejected_count": progress.rejected,
    });
    Out::item(&item, || summary(&name, end, &progress))?;
    Ok(progress)
}

fn summary(name: &ConnectorName, end: ConnectorEnd, progress: &RunProgress) -> String {
    let RunProgress {
        accepted,
        duplicates,
        ignored,
        rejected,
        ..
    } = progress;
    let end = match end {
        ConnectorEnd::Complete => "all is in the log",
        ConnectorEnd::Stopped => "stopped; the next start goes on from here",
    };
    format!(
        "{name}: {accepted} accepted, {duplicates} duplicates, {ignored} ignored, {rejected} \
         rejected; {end}"
    )
}
