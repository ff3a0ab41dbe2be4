//! The errors of the private Postgres. Each message says what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private Postgres could not be started, found or stopped.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No directory has both `initdb` and `postgres`.
    #[error(
        "no PostgreSQL server binaries (initdb and postgres) were found in {searched}; install them \
         (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@16`), or name \
         their directory in PG_BIN_DIR, or name a running server in DATABASE_URL"
    )]
    BinariesMissing {
        /// The searched places, in order.
        searched: String,
    },

    /// There are no binaries of the major version that created the data.
    #[error(
        "the data in {} was made by PostgreSQL {wanted}, but only these are installed: {found}; \
         install PostgreSQL {wanted} (Debian, Ubuntu: `apt-get install postgresql-{wanted}`; macOS: \
         `brew install postgresql@{wanted}`), or name its directory in PG_BIN_DIR", data.display()
    )]
    VersionMissing {
        /// The directory of the cluster.
        data: PathBuf,
        /// The major version that created it.
        wanted: String,
        /// The directories of the installations that were found.
        found: String,
    },

    /// The program runs as root, and there is no other user to run the server,
    /// which refuses root.
    #[error(
        "Postgres refuses to run as root, and there is neither a user `postgres` nor a user `nobody` \
         to run it as; create one (`useradd --system postgres`) or start this program as another user"
    )]
    NoUnprivilegedUser,

    /// The user that runs the server may not enter a directory.
    #[error(
        "the directory {} is closed to the user `{user}` who runs Postgres; open it \
         (`chmod o+x {}`), or choose a place outside of it, such as one in /var/lib",
        dir.display(), dir.display()
    )]
    ClosedDirectory {
        /// The first directory on the path that the user may not enter.
        dir: PathBuf,
        /// The name of that user.
        user: String,
    },

    /// The cluster belongs to another user.
    #[error(
        "the data in {} belongs to the user with id {owner}, and this program runs as the user with \
         id {ours}; start it as that user, or choose another data directory", data.display()
    )]
    NotOurs {
        /// The directory of the cluster.
        data: PathBuf,
        /// The id of the user that owns it.
        owner: u32,
        /// The id of the current user.
        ours: u32,
    },

    /// The directory for the socket exists, but is not private.
    #[error(
        "{} must be a directory of our own that is closed to everybody else, and is not; remove it \
         and start again", dir.display()
    )]
    UnsafeSocketDirectory {
        /// The directory.
        dir: PathBuf,
    },

    /// An operation on a file or directory failed.
    #[error("could not {doing} {}: {source}", path.display())]
    File {
        /// The operation, as a verb.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A program could not be started.
    #[error("could not run {}: {source}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// `initdb` ended with an error.
    #[error("initdb could not create the database cluster; its last words were:\n{words}")]
    Initdb {
        /// The end of its output.
        words: String,
    },

    /// The server ended before it answered.
    #[error(
        "Postgres ended while starting; the last lines of its log, {}, are:\n{words}", log.display()
    )]
    Start {
        /// The log file.
        log: PathBuf,
        /// The end of the log.
        words: String,
    },

    /// The server runs but did not answer in time.
    #[error(
        "Postgres did not accept connections at {} within {seconds} s; see its log, {}",
        socket.display(), log.display()
    )]
    Silent {
        /// The directory of the socket.
        socket: PathBuf,
        /// How long this program waited, in seconds.
        seconds: u64,
        /// The log file.
        log: PathBuf,
    },

    /// A process of unknown origin uses the cluster and does not stop.
    #[error(
        "a Postgres that was left behind ({process}) still holds {} and neither answers nor ends; \
         stop it (`kill -INT` with its process id) and start again", data.display()
    )]
    Held {
        /// The process id, if known.
        process: String,
        /// The directory of the cluster.
        data: PathBuf,
    },

    /// Durability is required, but the running server was started without it.
    #[error(
        "the Postgres that already runs on {} was started without fsync, so it would not keep what \
         it acknowledges; stop the program that started it, or choose another data directory",
        data.display()
    )]
    NotDurable {
        /// The directory of the cluster.
        data: PathBuf,
    },

    /// The server answered a statement with an error.
    #[error("could not {doing}: {source}")]
    Database {
        /// The operation, as a verb with its object.
        doing: &'static str,
        /// The error from the driver.
        source: sqlx::Error,
    },

    /// The server did not stop when it was asked to.
    #[error(
        "Postgres (process {pid}) did not end within {seconds} s of being asked to; see its log"
    )]
    Stop {
        /// The process id of the server.
        pid: u32,
        /// How long this program waited, in seconds.
        seconds: u64,
    },
}

impl PostgresError {
    /// Returns whether the cause is that the disk is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::File { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Start { words, .. } => words.contains("No space left on device"),
            Self::Database { source, .. } => source
                .as_database_error()
                .is_some_and(|error| error.code().as_deref() == Some("53100")),
            _ => false,
        }
    }
}

/// Adds the operation and the path to an I/O error: `.map_err(file("read", path))`.
pub(super) fn file<'a>(
    doing: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> PostgresError + 'a {
    move |source| PostgresError::File {
        doing,
        path: path.to_owned(),
        source,
    }
}
