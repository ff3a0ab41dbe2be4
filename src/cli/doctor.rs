//! `renown doctor`: diagnoses the configuration, the database and the service.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::environment::{Base, Environment};
use crate::cli::{CliError, Result};

/// The options of `renown doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only check whether the service at this address (http://host:port) is ready;
    /// for the health check of containers.
    #[arg(long)]
    url: Option<String>,
}

/// Checks everything, prints the findings, and fails if something is wrong.
pub async fn run(base: &Base, args: Args) -> Result {
    match args.url {
        Some(url) => ask(&url).await,
        None => examine(base).await,
    }
}

async fn examine(base: &Base) -> Result {
    let config = base.config()?;
    say("configuration", "good");
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => say("database", "DATABASE_URL"),
        _ => say(
            "database",
            &format!("our own, in {}", base.data_dir().display()),
        ),
    }
    let environment = Environment::start(base, config).await?;
    let service = &environment.service;
    say("schema", "up to date");
    say("handle key", "the one that the data was written with");
    let examined = async {
        let keys = service.keys.list().await?;
        let active = keys.iter().filter(|key| key.revoked_at.is_none()).count();
        say("API keys", &format!("{active} active"));
        say(
            "programs in force",
            &service.programs.ids().len().to_string(),
        );
        let snapshot = service.scorer.snapshot();
        say(
            "rank snapshot",
            &match snapshot.id().0 {
                0 => "none yet: taken once events have been scored".to_owned(),
                id => format!(
                    "{id}, of {} members, taken {}",
                    snapshot.members(),
                    snapshot.taken_at()
                ),
            },
        );
        say(
            "scorer",
            &match service.scorer.lag().await? {
                0 => "has read the whole log".to_owned(),
                lag => format!("{lag} batches behind the log; `renown serve` lets it catch up"),
            },
        );
        Ok::<(), crate::service::ServiceError>(())
    };
    let result = examined.await.map_err(CliError::new);
    environment.close().await?;
    result
}

fn say(what: &str, found: &str) {
    println!("{what:<18} {found}");
}

/// Sends a GET of /readyz; one request needs no client library.
async fn ask(url: &str) -> Result {
    let failed = |detail: String| CliError::Failed(format!("{url} is not ready: {detail}"));
    let authority = url
        .strip_prefix("http://")
        .unwrap_or(url)
        .trim_end_matches('/');
    let exchange = async {
        let mut stream = TcpStream::connect(authority).await?;
        let request =
            format!("GET /readyz HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(Duration::from_secs(3), exchange)
        .await
        .map_err(|_| failed("no answer in 3 s".into()))?
        .map_err(|error| failed(error.to_string()))?;
    let status = String::from_utf8_lossy(&answer);
    let status = status.lines().next().unwrap_or_default();
    if status.contains(" 200 ") {
        println!("{url} is ready");
        Ok(())
    } else {
        Err(failed(status.to_owned()))
    }
}
