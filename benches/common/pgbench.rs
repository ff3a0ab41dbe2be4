//! Runs `pgbench -S`, which selects one row by its key, on a database of its own. It comes with
//! Postgres and must be on the PATH.

use std::process::Command;

use sqlx::{Executor, PgPool};

/// A database with the tables of pgbench.
#[derive(Debug)]
pub struct Database {
    url: String,
}

impl Database {
    /// Creates it on the server of a pool, with at least as many rows as there are members.
    pub async fn create(pool: &PgPool, url: &str, members: u64) -> Self {
        pool.execute("create database pgbench").await.unwrap();
        let url = url.replacen("/renown?", "/pgbench?", 1);
        let scale = members.div_ceil(100_000).to_string();
        run(&["-i", "-q", "-s", &scale, &url]).await;
        Self { url }
    }

    /// Returns the selects a second of some connections, with prepared statements.
    pub async fn selects(&self, connections: usize, seconds: u64) -> f64 {
        rate(&self.url, &["-S"], connections, seconds).await
    }
}

/// Returns how often a second some connections carry out a script, each time as a transaction.
pub async fn script(url: &str, script: &str, connections: usize, seconds: u64) -> f64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let path = file.path().to_str().unwrap();
    rate(url, &["-f", path], connections, seconds).await
}

async fn rate(url: &str, what: &[&str], connections: usize, seconds: u64) -> f64 {
    let (connections, seconds) = (connections.to_string(), seconds.to_string());
    let how = [
        "-n",
        "-M",
        "prepared",
        "-c",
        &connections,
        "-T",
        &seconds,
        url,
    ];
    let text = run(&[what, &how].concat()).await;
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let number = line.and_then(|line| line.split(' ').next());
    number.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

async fn run(arguments: &[&str]) -> String {
    let mut pgbench = Command::new("pgbench");
    pgbench.args(arguments);
    let output = tokio::task::spawn_blocking(move || pgbench.output())
        .await
        .unwrap()
        .expect("pgbench is installed with Postgres");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
