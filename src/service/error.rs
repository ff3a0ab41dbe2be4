//! What a use case can answer instead of its result.

use crate::service::claims::GuessLimit;
use crate::service::claims::Refused;
use crate::store::StoreError;
use renown_core::domain::Invalid;
use renown_core::rules::Diagnostic;

/// Why a use case was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Something in the request is wrong, at a JSON pointer or path segment.
    #[error("{pointer}: {detail}")]
    Invalid {
        /// Where; empty for the whole.
        pointer: String,
        /// What was wrong and what would be right.
        detail: String,
    },
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// It meets the present state of something.
    #[error("{0}")]
    Conflict(String),
    /// Somebody changed it meanwhile.
    #[error("the version named in If-Match is not the present one")]
    PreconditionFailed,
    /// The program has mistakes.
    #[error("the program has {} mistakes", .0.len())]
    Program(Vec<Diagnostic>),
    /// A perk cannot be claimed.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// The same request is under way.
    #[error("the same request is being carried out; ask again in a moment")]
    InProgress,
    /// The name of a request was given to another one.
    #[error("the Idempotency-Key was sent before with another request; use a new one")]
    KeyReused,
    /// Messages after a position are not kept any more, or it was never given.
    #[error("messages are kept after position {oldest}, and there are none after {latest} yet")]
    PositionGone {
        /// From here on everything is there.
        oldest: i64,
        /// The last one that was given.
        latest: i64,
    },
    /// Too many codes were tried that are none.
    #[error("too many codes were tried that are none")]
    TooManyGuesses(GuessLimit),
    /// The service is shutting down or cannot keep up.
    #[error("the service cannot take this just now")]
    Busy,
    /// Something that is done once at a time is being done; as a sentence.
    #[error("{0}")]
    Occupied(&'static str),
    /// An answer cannot be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError {
    /// Whether it is what the request deserves, now and when it is sent again: not
    /// so if the load, another request under way or we were at fault.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Invalid { .. }
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::PreconditionFailed
            | Self::Program(_)
            | Self::Refused(_)
            | Self::KeyReused => true,
            Self::InProgress
            | Self::PositionGone { .. }
            | Self::TooManyGuesses(_)
            | Self::Busy
            | Self::Occupied(_)
            | Self::Unwritable(_)
            | Self::Store(_) => false,
        }
    }

    /// Something at `pointer` is wrong.
    pub fn invalid(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self::Invalid {
            pointer: pointer.into(),
            detail: detail.to_string(),
        }
    }
}

/// Something of the path or query, which has no pointer.
impl From<Invalid> for ServiceError {
    fn from(invalid: Invalid) -> Self {
        Self::invalid("", invalid)
    }
}

impl From<sqlx::Error> for ServiceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Shorthand of this room.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;
