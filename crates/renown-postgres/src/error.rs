//! What can go wrong with the private Postgres, said so that the reader knows
//! what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private Postgres could not be started, found or stopped.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No directory holds both `initdb` and `postgres`.
    #[error(
        "no PostgreSQL server binaries (initdb and postgres) were found in {searched}; install them \
         (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@16`), or name \
         their directory in PG_BIN_DIR, or name a running server in DATABASE_URL"
    )]
    BinariesMissing {
        /// The places that were looked into, in order.
        searched: String,
    },

    /// The data was made by a major version of which there are no binaries.
    #[error(
        "the data in {} was made by PostgreSQL {wanted}, but only these are installed: {found}; \
         install PostgreSQL {wanted} (Debian, Ubuntu: `apt-get install postgresql-{wanted}`; macOS: \
         `brew install postgresql@{wanted}`), or name its directory in PG_BIN_DIR", data.display()
    )]
    VersionMissing {
        /// The directory of the cluster.
        data: PathBuf,
        /// The major version that made it.
        wanted: String,
        /// The directories that were found instead.
        found: String,
    },

    /// Started as root, with nobody to run the server as: it refuses root.
    #[error(
        "Postgres refuses to run as root, and there is neither a user `postgres` nor a user `nobody` \
         to run it as; create one (`useradd --system postgres`) or start this program as another user"
    )]
    NoUnprivilegedUser,

    /// A directory is closed to the user that has to work in it.
    #[error(
        "the directory {} is closed to the user `{user}` who runs Postgres; open it \
         (`chmod o+x {}`), or choose a place outside of it, such as one in /var/lib",
        dir.display(), dir.display()
    )]
    ClosedDirectory {
        /// The first directory on the way that the user may not enter.
        dir: PathBuf,
        /// The name of that user.
        user: String,
    },

    /// The cluster belongs to somebody else.
    #[error(
        "the data in {} belongs to the user with id {owner}, and this program runs as the user with \
         id {ours}; start it as that user, or choose another data directory", data.display()
    )]
    NotOurs {
        /// The directory of the cluster.
        data: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Who we are.
        ours: u32,
    },

    /// The directory for the socket exists and others may write to it.
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
        /// A verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// A program could not be started at all.
    #[error("could not run {}: {source}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// `initdb` ended with an error.
    #[error("initdb could not create the database cluster; its last words were:\n{words}")]
    Initdb {
        /// The end of what it wrote.
        words: String,
    },

    /// The server ended before it answered.
    #[error(
        "Postgres ended while starting; the last lines of its log, {}, are:\n{words}", log.display()
    )]
    Start {
        /// The log file.
        log: PathBuf,
        /// Its end.
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
        /// How long we waited.
        seconds: u64,
        /// The log file.
        log: PathBuf,
    },

    /// A process that we do not own holds the cluster and does not let go.
    #[error(
        "a Postgres that was left behind ({process}) still holds {} and neither answers nor ends; \
         stop it (`kill -INT` with its process id) and start again", data.display()
    )]
    Held {
        /// The process, as far as it is known.
        process: String,
        /// The directory of the cluster.
        data: PathBuf,
    },

    /// Somebody started this cluster without durability, and we need it.
    #[error(
        "the Postgres that already runs on {} was started without fsync, so it would not keep what \
         it acknowledges; stop the program that started it, or choose another data directory",
        data.display()
    )]
    NotDurable {
        /// The directory of the cluster.
        data: PathBuf,
    },

    /// The server answered a statement of ours with an error.
    #[error("could not {doing}: {source}")]
    Database {
        /// A verb and its object.
        doing: &'static str,
        /// What the server said.
        source: sqlx::Error,
    },

    /// The server did not end when it was asked to.
    #[error(
        "Postgres (process {pid}) did not end within {seconds} s of being asked to; see its log"
    )]
    Stop {
        /// The process id of the server.
        pid: u32,
        /// How long we waited.
        seconds: u64,
    },
}

/// Puts the operation and the path to an I/O error: `.map_err(file("read", path))`.
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
