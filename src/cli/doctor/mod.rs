//! `renown doctor`: diagnoses the configuration, the database and the service. It reads
//! only: it migrates nothing, creates nothing, and its connection cannot write.

mod connectors;
mod data;
mod database;
mod findings;
mod replicas;
mod schema;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::clock::Clock;
use database::ExaminedDatabase;
use findings::Findings;

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

/// Examines everything that can be reached, and goes on after the first finding.
async fn examine(base: &Base) -> Result {
    let mut findings = Findings::default();
    let Some(config) = findings.failed("configuration", base.config()) else {
        return findings.finish();
    };
    findings.good("configuration", "can be read");
    if let Some(mut database) = ExaminedDatabase::open(base, &mut findings).await {
        let clock = Clock::of_database();
        let conn = &mut database.conn;
        replicas::clock(conn, &clock, &mut findings).await;
        if schema::examine(conn, &mut findings).await {
            data::examine(conn, base, &config, &clock, &mut findings).await;
            connectors::examine(conn, clock.now(), &mut findings).await;
            let patience = TimeDelta::seconds(config.jobs.patience_seconds);
            replicas::examine(conn, clock.now(), patience, &mut findings).await;
        }
        database.close(&mut findings).await;
    }
    findings.finish()
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
        Out::item(&json!({"url": url, "state": "ready"}), || {
            format!("{url} is ready")
        })
    } else {
        Err(failed(status.to_owned()))
    }
}
