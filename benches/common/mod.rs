//! Shared code of the benches: a durable private Postgres with a service on it, and the
//! median of several runs.
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

pub mod pgbench;
pub mod population;
pub mod wrk;

use std::fmt::Display;
use std::sync::Arc;
use std::time::Instant;

use renown::cli;
use renown::clock::Clock;
use renown::config::{Config, Secret};
use renown::service;
use renown::service::events::Writers;
use renown::service::operation::NewKey;
use renown::service::{Parts, Service, UnitOfWork};
use renown::store;
use renown_core::domain::{AllowedSources, KeyName, KeyPermissions, Scope};
use renown_postgres::{Durability, PrivatePostgres};
use sqlx::PgPool;

/// The allocator of the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A service on its own database, as durable as in production.
pub struct Bench {
    pub service: Arc<Service>,
    pub pool: PgPool,
    writers: Writers,
    postgres: PrivatePostgres,
    _dir: tempfile::TempDir,
}

impl Bench {
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("renown-bench")
            .tempdir_in("/var/tmp")
            .unwrap();
        open_to_postgres(dir.path());
        let postgres =
            PrivatePostgres::start(cli::DATABASE, &dir.path().join("pg"), Durability::Durable)
                .await
                .unwrap();
        let mut config = Config::defaults();
        config.accounts.hash_key = Secret::new("a key that is only for benches");
        change(&mut config);
        let pool = store::connect(postgres.connect_options(), config.database.max_connections)
            .await
            .unwrap();
        store::migrate(&pool).await.unwrap();
        let parts = Parts {
            handle_keys: config.accounts.handle_keys().unwrap(),
            model: service::load_model(&config).unwrap(),
            dictionary: service::load_dictionary(&config).unwrap(),
            clock: Clock::System,
            config,
        };
        let (service, writers) = Service::start(pool.clone(), parts).await.unwrap();
        Self {
            service,
            pool,
            writers,
            postgres,
            _dir: dir,
        }
    }

    /// Creates an API key with a scope and returns its secret.
    pub async fn key(&self, scope: Scope) -> String {
        let new = NewKey {
            name: KeyName::parse("bench").unwrap(),
            permissions: KeyPermissions::new([scope].into(), None, AllowedSources::All).unwrap(),
            expires_at: None,
        };
        let create = async |work: &mut UnitOfWork| self.service.keys.create(work, new).await;
        let (_, secret) = self.service.carry_out(create).await.unwrap();
        secret.reveal().to_owned()
    }

    /// Returns the address of the database, for programs of Postgres.
    pub fn url(&self) -> String {
        self.postgres.url()
    }

    pub async fn stop(self) {
        self.writers.finish(&self.service.events).await;
        self.pool.close().await;
        self.postgres.stop().await.unwrap();
    }
}

/// As root, Postgres runs as another user, which must be able to enter the directory.
fn open_to_postgres(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Returns the seconds that a future takes, and its result.
pub async fn timed<T>(work: impl Future<Output = T>) -> (f64, T) {
    let began = Instant::now();
    let result = work.await;
    (began.elapsed().as_secs_f64(), result)
}

/// Returns the numbers in a variable of the environment, separated by commas; the numbers in
/// `otherwise` if the variable is not set.
pub fn numbers(variable: &str, otherwise: &[u64]) -> Vec<u64> {
    let Ok(text) = std::env::var(variable) else {
        return otherwise.to_vec();
    };
    let numbers = text.split(',').map(|number| number.trim().parse().unwrap());
    numbers.collect()
}

/// Prints a row of the results: a ratio, and the two medians that it compares. All else that a
/// bench says goes to standard error.
pub fn row(name: &str, ratio: f64, ours: impl Display, theirs: impl Display) {
    println!("{name}: {ratio:.2} ({ours}; {theirs})");
}

/// Returns the median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
