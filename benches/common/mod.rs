//! Shared code of the benches: a durable private Postgres with a service on it, and the
//! median of several runs.
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

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

/// Returns the median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
