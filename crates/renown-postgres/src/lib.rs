//! A private Postgres: a database server that a program starts for itself if it was
//! given no database.
//!
//! It uses the server binaries of the machine, keeps everything in one directory,
//! and listens on a Unix socket that only its user can open. So it needs no
//! password and no free port.
//!
//! The program that holds the lock of the directory owns the server and stops it; a
//! program that starts later is a guest. The server stops with its owner, even if
//! the owner is killed. If a server is left running all the same, the next owner
//! adopts it.
//!
//! ```no_run
//! # async fn run() -> Result<(), renown_postgres::PostgresError> {
//! use renown_postgres::{DatabaseName, Durability, PrivatePostgres};
//!
//! const NAME: DatabaseName = DatabaseName::new("shop");
//! let dir = std::path::Path::new("/var/lib/shop/postgres");
//! let postgres = PrivatePostgres::start(NAME, dir, Durability::Durable).await?;
//! println!("{}", postgres.url());
//! postgres.stop().await
//! # }
//! ```

mod account;
mod binaries;
mod cluster;
mod error;
mod layout;
mod name;
mod process;
#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::time::{sleep, timeout};

use account::Account;
use binaries::Places;
use cluster::{Answer, Left};
pub use error::PostgresError;
use error::file;
use layout::{Layout, PORT};
pub use name::DatabaseName;
use process::{Holder, POLL, Signal, Tied, holder, signal};

/// How long a guest waits for the owner's server to answer.
const GUEST_PATIENCE: Duration = Duration::from_secs(30);

/// How long a fast shutdown may take before an immediate one is requested.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// What the server guarantees for committed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Committed data survives a power failure.
    Durable,
    /// A power failure may lose or corrupt data. For tests.
    Throwaway,
}

/// The relation of this program to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerRole {
    /// This program started the server and stops it.
    Owner,
    /// A program that has ended left the server running; this program stops it.
    Adopter,
    /// Another program owns the server; this program leaves it running.
    Guest,
}

/// A running server with a database, which is empty at first.
///
/// Stop it with [`PrivatePostgres::stop`]. Dropping it asks the server to stop, and
/// waits a few seconds at most.
#[derive(Debug)]
pub struct PrivatePostgres {
    layout: Layout,
    durability: Durability,
    hold: Hold,
}

/// The hold on the server. The lock is released after the server has stopped.
#[derive(Debug)]
enum Hold {
    Owned { server: Tied, lock: File },
    Adopted { server: Adopted, lock: File },
    Guest,
}

/// A server that is not a child process. Dropping it asks the server to stop.
#[derive(Debug)]
struct Adopted {
    pid: u32,
    data: PathBuf,
}

impl Adopted {
    fn has_ended(&self) -> bool {
        holder(self.pid, &self.data) != Holder::Server
    }

    async fn end(&self) {
        while !self.has_ended() {
            sleep(POLL).await;
        }
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        if !self.has_ended() {
            signal(self.pid, Signal::Interrupt);
        }
    }
}

impl PrivatePostgres {
    /// Starts the server of `data_dir`, or joins the one that runs there.
    ///
    /// The first start creates the directory, the cluster and the database, and
    /// takes about a second. If this program runs as root, the server runs as the
    /// owner of an existing cluster, else as the user `postgres` or `nobody`; that
    /// user must have access to the directory.
    ///
    /// # Errors
    ///
    /// Every [`PostgresError`] says what to do about it.
    pub async fn start(
        name: DatabaseName,
        data_dir: &Path,
        durability: Durability,
    ) -> Result<Self, PostgresError> {
        let layout = Layout::of(name, data_dir)?;
        let lock = layout.open_lock()?;
        // The lock is released if the owner ends while this program waits for its
        // server.
        let joined = timeout(GUEST_PATIENCE, async {
            loop {
                match lock.try_lock() {
                    Ok(()) => return Ok(ServerRole::Owner),
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => {
                        return Err(file("lock", &layout.dir().join("lock"))(error));
                    }
                }
                if cluster::probe(&options(&layout, name.as_str())).await == Answer::Ready {
                    return Ok(ServerRole::Guest);
                }
                sleep(POLL).await;
            }
        });
        let role = joined.await.unwrap_or_else(|_| {
            Err(PostgresError::Silent {
                socket: layout.run.clone(),
                seconds: GUEST_PATIENCE.as_secs(),
                log: layout.log(),
            })
        })?;
        let hold = match role {
            ServerRole::Guest => {
                cluster::check_durability(&layout, durability).await?;
                Hold::Guest
            }
            _ => Self::take(&layout, lock, durability).await?,
        };
        let postgres = Self {
            layout,
            durability,
            hold,
        };
        tracing::info!(
            dir = %postgres.layout.dir().display(),
            role = ?postgres.role(),
            "the private Postgres is ready"
        );
        Ok(postgres)
    }

    /// Returns whether a directory has the data of a private Postgres. Creates nothing.
    pub fn exists(data_dir: &Path) -> bool {
        layout::has_cluster(data_dir)
    }

    /// Returns the relation of this program to the server.
    pub fn role(&self) -> ServerRole {
        match self.hold {
            Hold::Owned { .. } => ServerRole::Owner,
            Hold::Adopted { .. } => ServerRole::Adopter,
            Hold::Guest => ServerRole::Guest,
        }
    }

    /// Returns the options to connect to the database.
    pub fn connect_options(&self) -> PgConnectOptions {
        options(&self.layout, self.layout.name.as_str())
    }

    /// Returns the connection as a URL that `psql` understands.
    pub fn url(&self) -> String {
        let (name, run) = (self.layout.name, percent_encoded(&self.layout.run));
        format!("postgresql:///{name}?host={run}&port={PORT}&user={name}")
    }

    /// Waits until the server has ended by itself. Waits for ever if another program
    /// owns it.
    pub async fn ended(&mut self) {
        match &mut self.hold {
            Hold::Owned { server, .. } => drop(server.end().await),
            Hold::Adopted { server, .. } => server.end().await,
            Hold::Guest => std::future::pending().await,
        }
    }

    /// Starts a server that has [ended](Self::ended) again. It recovers all committed data
    /// from its log.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start). It may be tried again.
    pub async fn restart(&mut self) -> Result<(), PostgresError> {
        let lock = match &self.hold {
            Hold::Owned { lock, .. } | Hold::Adopted { lock, .. } => lock,
            Hold::Guest => return Ok(()),
        };
        // Both handles share the lock, so it is held all the time.
        let lock = lock.try_clone();
        let lock = lock.map_err(file("lock", &self.layout.dir().join("lock")))?;
        self.hold = Self::take(&self.layout, lock, self.durability).await?;
        Ok(())
    }

    /// Stops the server, unless another program owns it, and waits until it has
    /// ended: open sessions are closed, and all data is written.
    ///
    /// # Errors
    ///
    /// [`PostgresError::Stop`] if the server still runs after an immediate
    /// shutdown.
    pub async fn stop(self) -> Result<(), PostgresError> {
        let lock = match self.hold {
            Hold::Guest => return Ok(()),
            Hold::Owned { mut server, lock } => {
                let pid = server.pid();
                if !server.has_ended() {
                    end(pid, async || {
                        server.end().await;
                    })
                    .await?;
                }
                lock
            }
            Hold::Adopted { server, lock } => {
                end(server.pid, async || server.end().await).await?;
                lock
            }
        };
        drop(lock);
        tracing::info!(dir = %self.layout.dir().display(), "the private Postgres has ended");
        Ok(())
    }

    /// Adopts a server that was left running, or starts one. The caller holds the
    /// lock.
    async fn take(
        layout: &Layout,
        lock: File,
        durability: Durability,
    ) -> Result<Hold, PostgresError> {
        if let Left::Running(pid) = cluster::left_behind(layout).await? {
            let server = Adopted {
                pid,
                data: layout.data(),
            };
            if cluster::check_durability(layout, durability).await.is_ok() {
                cluster::ensure_database(layout).await?;
                return Ok(Hold::Adopted { server, lock });
            }
            end(server.pid, async || server.end().await).await?;
        }
        let account = Account::choose(&layout.data())?;
        layout.prepare(&account)?;
        let binaries = Places::of_this_machine().find(&layout.data())?;
        account.check_reach(binaries.dir())?;
        if !account.ends_with_us() {
            tracing::warn!(
                "without setpriv of util-linux the private Postgres outlives us if we are killed; \
                 the next start adopts it"
            );
        }
        cluster::create(layout, &account, &binaries, durability).await?;
        let server = cluster::launch(layout, &account, &binaries, durability).await?;
        cluster::ensure_database(layout).await?;
        Ok(Hold::Owned { server, lock })
    }
}

/// Requests a fast shutdown, then an immediate one if the first takes too long, and
/// waits until `ended` returns.
async fn end(pid: u32, mut ended: impl AsyncFnMut()) -> Result<(), PostgresError> {
    for (kind, patience) in [
        (Signal::Interrupt, STOP_PATIENCE),
        (Signal::Quit, STOP_PATIENCE / 3),
    ] {
        signal(pid, kind);
        if timeout(patience, ended()).await.is_ok() {
            return Ok(());
        }
    }
    Err(PostgresError::Stop {
        pid,
        seconds: (STOP_PATIENCE + STOP_PATIENCE / 3).as_secs(),
    })
}

/// Returns the options to connect to a database of the server; they ignore the
/// environment.
fn options(layout: &Layout, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(&layout.run)
        .port(PORT)
        .username(layout.name.as_str())
        .database(database)
        .ssl_mode(PgSslMode::Disable)
        .application_name(layout.name.as_str())
}

/// Encodes a path as the value of a query parameter.
fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(*byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
