//! Why a database cannot be reached, in words that say what to do.

use std::fmt;
use std::io;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

/// How long one attempt to connect may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Opens a connection.
///
/// # Errors
/// Why it cannot be opened.
pub async fn open(options: &PgConnectOptions) -> Result<PgConnection, Unreachable> {
    let attempt = PgConnection::connect_with(options);
    let (cause, detail) = match tokio::time::timeout(ATTEMPT, attempt).await {
        Ok(Ok(connection)) => return Ok(connection),
        Ok(Err(error)) => (Cause::of(&error), error.to_string()),
        Err(_) => (
            Cause::Silent,
            format!("no answer in {} s", ATTEMPT.as_secs()),
        ),
    };
    Err(Unreachable {
        place: place(options),
        cause,
        detail,
    })
}

/// Returns where a database is and as whom it is entered, without the password.
pub fn place(options: &PgConnectOptions) -> String {
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let user = options.get_username();
    format!(
        "host {host}, port {}, database {}, user {user}",
        options.get_port(),
        options.get_database().unwrap_or(user)
    )
}

/// A database that cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("the database cannot be reached ({place}): {cause} ({detail})")]
pub struct Unreachable {
    place: String,
    /// The kind of cause.
    pub cause: Cause,
    detail: String,
}

/// Why a database cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No process listens there.
    Refused,
    /// The name of the host is not known.
    NoSuchHost,
    /// Nothing answers in time.
    Silent,
    /// Postgres is starting or stopping.
    NotReady,
    /// All its connections are in use.
    Full,
    /// The user or the password is wrong.
    WrongPassword,
    /// The user or the database may not be used from here.
    NotAllowed,
    /// The server has no such database.
    NoSuchDatabase,
    /// The two sides do not agree on encryption.
    Tls,
    /// Anything else.
    Other,
}

impl Cause {
    /// Returns whether it may go away by itself, as when Postgres starts later than the
    /// service.
    pub fn may_pass(self) -> bool {
        match self {
            Self::Refused | Self::NoSuchHost | Self::Silent | Self::NotReady | Self::Full => true,
            Self::WrongPassword
            | Self::NotAllowed
            | Self::NoSuchDatabase
            | Self::Tls
            | Self::Other => false,
        }
    }

    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(error) => Self::of_io(error),
            sqlx::Error::Tls(_) => Self::Tls,
            sqlx::Error::Database(error) => match error.code().unwrap_or_default().as_ref() {
                "28P01" => Self::WrongPassword,
                "28000" => Self::NotAllowed,
                "3D000" => Self::NoSuchDatabase,
                "53300" => Self::Full,
                code if code.starts_with("57P") => Self::NotReady,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    fn of_io(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            // A socket that does not exist.
            Kind::ConnectionRefused | Kind::NotFound => Self::Refused,
            Kind::TimedOut | Kind::HostUnreachable | Kind::NetworkUnreachable => Self::Silent,
            // As when Postgres ends while it is asked.
            Kind::ConnectionReset | Kind::UnexpectedEof | Kind::BrokenPipe => Self::NotReady,
            Kind::PermissionDenied => Self::NotAllowed,
            // The resolver's error has no kind of its own.
            _ if error.to_string().contains("lookup address") => Self::NoSuchHost,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the connection was refused; start Postgres, or correct host and port",
            Self::NoSuchHost => "there is no such host; correct its name",
            Self::Silent => "nothing answers; check the network and firewalls in between",
            Self::NotReady => "Postgres is starting or stopping; wait, or see its log",
            Self::Full => {
                "all connections of Postgres are in use; raise its max_connections, or \
                           lower database.max_connections of the replicas"
            }
            Self::WrongPassword => "user or password are wrong; correct them",
            Self::NotAllowed => "Postgres does not admit this user from here; correct pg_hba.conf",
            Self::NoSuchDatabase => "there is no such database; create it, or correct the name",
            Self::Tls => "no encrypted connection could be made; correct sslmode and certificates",
            Self::Other => "it failed in an unusual way",
        })
    }
}
