//! What commands need: the configuration, a database (given or private), and the
//! service.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgPool};

use crate::cli::server::{Server, ServerArgs};
use crate::cli::{CliError, Result, attendant};
use crate::clock::Clock;
use crate::config::{self, Config, Secret};
use crate::service;
use crate::service::events::Writers;
use crate::service::{Parts, Service};
use crate::store::{self, connection};
use crate::telemetry;
use renown_postgres::{DatabaseName, Durability, PrivatePostgres};

/// The database of the private Postgres.
pub const DATABASE: DatabaseName = DatabaseName::new("renown");

/// How long closing waits for connections in use.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause between two attempts to reach the database.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(2);

/// The options of every command.
#[derive(Debug, Clone)]
pub struct Base {
    /// The configuration file.
    pub config_file: Option<PathBuf>,
    /// The directory of the private Postgres and of the secrets kept beside it.
    pub data_dir: Option<PathBuf>,
    /// The server to ask instead of a database.
    pub(super) server: ServerArgs,
}

impl Base {
    /// Returns the server to ask; `None` if the command works on a database.
    ///
    /// # Errors
    /// If the server's address cannot be used, or there is no key for it.
    pub(super) fn server(&self) -> Result<Option<Server>> {
        self.server.open()
    }

    /// Reads the configuration and starts logging.
    pub fn config(&self) -> Result<Config> {
        let config = Config::load(self.config_file.as_deref()).map_err(CliError::new)?;
        telemetry::start_logging(&config.log, &config.traces).map_err(CliError::new)?;
        Ok(config)
    }

    /// Returns the directory for all data outside a given database.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(default_data_dir)
    }

    /// Returns the directory of the private Postgres.
    pub fn postgres_dir(&self) -> PathBuf {
        self.data_dir().join("postgres")
    }

    /// Checks that there is a database.
    ///
    /// # Errors
    /// If none is given and the data directory has none: what reads or changes something
    /// must not make an empty one.
    pub fn expect_database(&self) -> Result {
        let dir = self.postgres_dir();
        if given_database()?.is_some() || PrivatePostgres::exists(&dir) {
            return Ok(());
        }
        Err(CliError::Failed(format!(
            "DATABASE_URL is not set, and there is no data in {}; set it, or name the data \
             directory (--data-dir), or create the data with `renown serve`",
            dir.display()
        )))
    }

    /// Returns the file of the handle key that is used with the private Postgres.
    pub fn handle_key_file(&self) -> PathBuf {
        self.data_dir().join("handle.key")
    }
}

/// Returns `/var/lib/renown` for root, because the user that runs Postgres cannot
/// enter root's home directory; else the directory by the XDG base directory
/// specification.
fn default_data_dir() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let is_root = home.as_deref() == Some(Path::new("/root"))
        || std::env::var("USER").is_ok_and(|user| user == "root");
    if is_root {
        return "/var/lib/renown".into();
    }
    let data_home = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    data_home
        .or_else(|| home.map(|home| home.join(".local/share")))
        .map_or_else(|| "/var/lib/renown".into(), |data| data.join("renown"))
}

/// A database, given or private.
pub struct OpenDatabase {
    pool: PgPool,
    private: Option<PrivatePostgres>,
}

impl OpenDatabase {
    /// Connects to `DATABASE_URL`; if it is not set, starts the private Postgres.
    pub async fn open(base: &Base, config: &Config) -> Result<Self> {
        let (options, private) = match given_database()? {
            Some(options) => (options, None),
            None => {
                make_dir(&base.data_dir())?;
                let private =
                    PrivatePostgres::start(DATABASE, &base.postgres_dir(), Durability::Durable)
                        .await
                        .map_err(CliError::new)?;
                (private.connect_options(), Some(private))
            }
        };
        wait_for(&options, config.database.wait_seconds).await?;
        let pool = store::connect(options, config.database.max_connections)
            .await
            .map_err(CliError::new)?;
        Ok(Self { pool, private })
    }

    /// Returns the connection pool.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Closes all connections, then stops the private Postgres if there is one.
    pub async fn close(self) -> Result {
        // A request that timed out may still hold a connection.
        if tokio::time::timeout(PATIENCE, self.pool.close())
            .await
            .is_err()
        {
            tracing::warn!("some connections to the database were still in use");
        }
        match self.private {
            Some(private) => private.stop().await.map_err(CliError::new),
            None => Ok(()),
        }
    }
}

/// Waits for a database that cannot be reached yet, such as one that starts at the same
/// time as the service.
async fn wait_for(options: &PgConnectOptions, seconds: u64) -> Result {
    let mut end = std::pin::pin!(tokio::time::sleep(Duration::from_secs(seconds)));
    loop {
        match connection::open(options).await {
            Ok(connection) => {
                // If the server stops meanwhile, the next use shows it.
                let _ = connection.close().await;
                return Ok(());
            }
            Err(error) if error.cause.may_pass() => {
                tracing::warn!(%error, at_most_seconds = seconds, "waiting for the database");
                tokio::select! {
                    () = &mut end => {
                        let failed = format!("{error}; waited {seconds} s for it");
                        return Err(CliError::Failed(failed));
                    }
                    () = tokio::time::sleep(BETWEEN_ATTEMPTS) => {}
                }
            }
            Err(error) => return Err(CliError::new(error)),
        }
    }
}

/// Returns the given database; `None` if the private Postgres is used.
pub fn given_database() -> Result<Option<PgConnectOptions>> {
    let url = config::secret("DATABASE_URL").map_err(CliError::new)?;
    let options = url.map(|url| url.reveal().parse());
    // The error does not quote the URL, which has a password in it.
    let wrong = |error| CliError::Failed(format!("DATABASE_URL is not a database URL: {error}"));
    options.transpose().map_err(wrong)
}

/// Returns the bootstrap key, if one is given.
pub fn bootstrap_key() -> Result<Option<Secret>> {
    config::secret("RENOWN_BOOTSTRAP_KEY").map_err(CliError::new)
}

/// Creates the data directory. The user that runs Postgres must be able to pass
/// through it; the secrets in it have their own protection.
pub fn make_dir(dir: &Path) -> Result {
    std::fs::create_dir_all(dir)
        .map_err(|error| CliError::Failed(format!("cannot make {}: {error}", dir.display())))
}

/// A running service on a database with an up-to-date schema.
pub struct Environment {
    /// The service.
    pub service: Arc<Service>,
    database: OpenDatabase,
    writers: Writers,
}

impl Environment {
    /// Opens a database that is there already, migrates it and starts the service.
    ///
    /// # Errors
    /// Also if there is no database.
    pub async fn start_on_data(base: &Base, config: Config) -> Result<Self> {
        base.expect_database()?;
        Self::start(base, config).await
    }

    /// Runs a command on the service of a database that is there already, and closes the
    /// database, also if the command fails.
    pub async fn run_on_data<T>(
        base: &Base,
        command: impl AsyncFnOnce(&Service) -> Result<T>,
    ) -> Result<T> {
        let environment = Self::start_on_data(base, base.config()?).await?;
        let done = command(&environment.service).await;
        environment.close().await?;
        done
    }

    /// Opens the database, which is made if there is none, migrates it and starts the
    /// service.
    pub async fn start(base: &Base, config: Config) -> Result<Self> {
        Self::start_at(base, config, Clock::of_database()).await
    }

    /// As [`start`](Self::start), with another clock.
    pub async fn start_at(base: &Base, config: Config, clock: Clock) -> Result<Self> {
        let config = with_handle_key(base, config)?;
        let database = OpenDatabase::open(base, &config).await?;
        match start_service(&database, config, clock).await {
            Ok((service, writers)) => Ok(Self {
                service,
                database,
                writers,
            }),
            Err(error) => {
                database.close().await?;
                Err(error)
            }
        }
    }

    /// Keeps the private Postgres running, if there is one. Returns only if that is in
    /// vain.
    ///
    /// # Errors
    /// Why the private Postgres cannot be started again.
    pub async fn attend(&mut self) -> Result {
        let Some(private) = &mut self.database.private else {
            return std::future::pending().await;
        };
        let error = attendant::attend(private, &self.service).await;
        Err(CliError::Failed(format!(
            "the private Postgres has ended by itself, and cannot be started again: {error}"
        )))
    }

    /// Waits for the writers to finish, then closes the database.
    pub async fn close(self) -> Result {
        self.writers.finish(&self.service.events).await;
        self.database.close().await
    }
}

async fn start_service(
    database: &OpenDatabase,
    config: Config,
    clock: Clock,
) -> Result<(Arc<Service>, Writers)> {
    store::migrate(database.pool())
        .await
        .map_err(CliError::new)?;
    let parts = Parts {
        handle_keys: config.accounts.handle_keys().map_err(CliError::new)?,
        model: service::load_model(&config).map_err(CliError::new)?,
        dictionary: service::load_dictionary(&config).map_err(CliError::new)?,
        clock,
        config,
    };
    Service::start(database.pool().clone(), parts)
        .await
        .map_err(CliError::new)
}

/// Sets the handle key if none is configured. With the private Postgres, the key is
/// generated once and stored next to the data. With a given database, it must be
/// configured.
fn with_handle_key(base: &Base, mut config: Config) -> Result<Config> {
    if config.accounts.hash_key.is_empty() && given_database()?.is_none() {
        make_dir(&base.data_dir())?;
        let file = base.handle_key_file();
        config.accounts.hash_key = Secret::new(kept_secret(&file)?);
    }
    Ok(config)
}

/// Returns the secret in a file that only its owner can read; generates it the
/// first time.
pub fn kept_secret(file: &Path) -> Result<String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |error| CliError::Failed(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(secret) if !secret.trim().is_empty() => return Ok(secret.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let secret = URL_SAFE_NO_PAD.encode(Clock::System.secret());
    let mut options = std::fs::OpenOptions::new();
    let mut opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .map_err(failed)?;
    opened
        .write_all(secret.as_bytes())
        .and_then(|()| opened.sync_all())
        .map_err(failed)?;
    Ok(secret)
}
