//! Creates a cluster, starts its server and checks whether it answers. The caller
//! holds the lock of the directory.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::process::Command;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Row};
use tokio::time::{sleep, timeout};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{PostgresError, file};
use super::layout::Layout;
use super::process::{Holder, POLL, Tied, holder};
use super::{Durability, options};

/// How long a server may take to recover from its log after a crash.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(600);

/// How long a server that was left running may take to start or to stop.
const SETTLE_PATIENCE: Duration = Duration::from_secs(60);

/// How long one attempt to connect may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// Settings of every server. It does not listen on any network.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_buffers=256MB",
    "random_page_cost=1.1",      // solid-state disks
    "log_error_verbosity=terse", // details quote values, and those may be handles and emails
    "jit=off",                   // our queries are short: compiling takes longer than running
];

/// Settings that keep committed data safe, and make ingestion fast.
const DURABLE: [&str; 7] = [
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "wal_compression=on",
    "max_wal_size=4GB",
    "checkpoint_timeout=15min",
    "max_connections=100",
];

/// Settings that make a server with disposable data fast. A test binary has many
/// databases open at once.
const THROWAWAY: [&str; 4] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=300",
];

/// The answer of the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The server accepts statements.
    Ready,
    /// A server is there, but is still starting, stopping or creating the database.
    NotYet,
    /// No server is there.
    Silent,
}

/// What an earlier owner left in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// No process that uses the cluster.
    Nothing,
    /// A server that answers, with its process id.
    Running(u32),
}

/// Tries to connect to the server.
pub(super) async fn probe(options: &PgConnectOptions) -> Answer {
    match timeout(PROBE_PATIENCE, PgConnection::connect_with(options)).await {
        Ok(Ok(connection)) => {
            // If the server stops meanwhile, the next use shows it.
            let _ = connection.close().await;
            Answer::Ready
        }
        Ok(Err(sqlx::Error::Io(error))) if nobody_there(&error) => Answer::Silent,
        Ok(Err(_)) | Err(_) => Answer::NotYet,
    }
}

fn nobody_there(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    matches!(error.kind(), ConnectionRefused | NotFound)
}

/// Finds out what an earlier owner left. Waits for a server that is starting or
/// stopping, as it does when its owner was killed a moment ago.
pub(super) async fn left_behind(layout: &Layout) -> Result<Left, PostgresError> {
    let settled = timeout(SETTLE_PATIENCE, async {
        loop {
            let pid = layout.recorded_pid();
            let answer = probe(&options(layout, "postgres")).await;
            let holder = pid.map_or(Holder::Nobody, |pid| holder(pid, &layout.data()));
            match (answer, pid, holder) {
                (Answer::Ready, Some(pid), Holder::Server) => return Ok(Left::Running(pid)),
                // It neither answers nor lives. If its process id belongs to
                // another program by now, that does not matter.
                (Answer::Silent, _, Holder::Nobody | Holder::Stranger) => {
                    layout.forget_dead_server(holder == Holder::Stranger)?;
                    return Ok(Left::Nothing);
                }
                _ => sleep(POLL).await,
            }
        }
    });
    settled.await.unwrap_or_else(|_| {
        Err(PostgresError::Held {
            process: layout
                .recorded_pid()
                .map_or("unknown".to_owned(), |pid| format!("process {pid}")),
            data: layout.data(),
        })
    })
}

/// Creates the cluster if there is none. It is created under another name first, so
/// that a cluster with the right name is always complete.
pub(super) async fn create(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    durability: Durability,
) -> Result<(), PostgresError> {
    let unfinished = layout.unfinished_data();
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(file("remove", &unfinished)(error));
        }
        _ => {}
    }
    if layout.has_cluster() {
        return Ok(());
    }
    tracing::info!(dir = %layout.data().display(), "creating the private Postgres");
    DirBuilder::new()
        .mode(0o700)
        .create(&unfinished)
        .map_err(file("create", &unfinished))?;
    account.own(&unfinished)?;

    let mut command = account.command(&binaries.initdb());
    // With the locale C, text is ordered and compared by its bytes, on every
    // machine and after every update of the system's libraries.
    command
        .args(["--username", layout.name.as_str(), "--auth", "trust"])
        .args(["--encoding", "UTF8", "--locale", "C"])
        .arg("--pgdata")
        .arg(&unfinished);
    if durability == Durability::Throwaway {
        command.arg("--no-sync");
    }
    let (mut initdb, from) = spawn(command, layout).await?;
    if !initdb.end().await.is_some_and(|status| status.success()) {
        return Err(PostgresError::Initdb {
            words: layout.last_words(from),
        });
    }
    let data = layout.data();
    fs::rename(&unfinished, &data).map_err(file("rename", &unfinished))?;
    File::open(layout.dir())
        .and_then(|dir| dir.sync_all())
        .map_err(file("sync", layout.dir()))
}

/// Starts the server and waits until it answers.
pub(super) async fn launch(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    durability: Durability,
) -> Result<Tied, PostgresError> {
    let mut command = account.command(&binaries.postgres());
    command.arg("-D").arg(layout.data());
    command.arg("-c").arg(format!("port={}", super::PORT));
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", layout.run.display()));
    let special: &[&str] = match durability {
        Durability::Durable => &DURABLE,
        Durability::Throwaway => &THROWAWAY,
    };
    for setting in SETTINGS.iter().chain(special) {
        command.args(["-c", setting]);
    }
    let (server, from) = spawn(command, layout).await?;

    let answered = timeout(RECOVERY_PATIENCE, async {
        while probe(&options(layout, "postgres")).await != Answer::Ready {
            if server.has_ended() {
                return Err(PostgresError::Start {
                    log: layout.log(),
                    words: layout.last_words(from),
                });
            }
            sleep(POLL).await;
        }
        Ok(())
    });
    answered.await.unwrap_or_else(|_| {
        Err(PostgresError::Silent {
            socket: layout.run.clone(),
            seconds: RECOVERY_PATIENCE.as_secs(),
            log: layout.log(),
        })
    })?;
    Ok(server)
}

/// Spawns a command that writes to the log. Also returns the log's length before.
async fn spawn(mut command: Command, layout: &Layout) -> Result<(Tied, u64), PostgresError> {
    let path = layout.log();
    let log = layout.open_log()?;
    let from = log.metadata().map_err(file("read", &path))?.len();
    let errors = log.try_clone().map_err(file("open", &path))?;
    let program = command.get_program().to_owned().into();
    // The other user may have no access to the current directory.
    command.current_dir(layout.dir()).stdout(log).stderr(errors);
    let process = Tied::spawn(command)
        .await
        .map_err(|source| PostgresError::Run { program, source })?;
    Ok((process, from))
}

/// Creates the database if it does not exist.
pub(super) async fn ensure_database(layout: &Layout) -> Result<(), PostgresError> {
    let failed = |source| PostgresError::Database {
        doing: "create the database",
        source,
    };
    let mut connection = PgConnection::connect_with(&options(layout, "postgres"))
        .await
        .map_err(failed)?;
    let there = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(layout.name.as_str())
        .fetch_optional(&mut connection)
        .await
        .map_err(failed)?;
    if there.is_none() {
        // `DatabaseName` guarantees a name that needs no quoting.
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {}", layout.name)))
            .execute(&mut connection)
            .await
            .map_err(failed)?;
    }
    connection.close().await.map_err(failed)
}

/// Checks that a server started by another program is as durable as required.
pub(super) async fn check_durability(
    layout: &Layout,
    durability: Durability,
) -> Result<(), PostgresError> {
    if durability == Durability::Throwaway {
        return Ok(());
    }
    let failed = |source| PostgresError::Database {
        doing: "read the settings of the running Postgres",
        source,
    };
    let mut connection = PgConnection::connect_with(&options(layout, "postgres"))
        .await
        .map_err(failed)?;
    let row = sqlx::query("SELECT current_setting('fsync') = 'on'")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    let durable: bool = row.try_get(0).map_err(failed)?;
    connection.close().await.map_err(failed)?;
    if durable {
        Ok(())
    } else {
        Err(PostgresError::NotDurable {
            data: layout.data(),
        })
    }
}
