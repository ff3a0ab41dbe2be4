//! The errors of the use cases.

use crate::service::claims::Refused;
use crate::service::guesses::{GuessLimit, Guessed};
use crate::store::StoreError;
use renown_core::domain::{Identity, Invalid, MemberId};
use renown_core::rules::Diagnostic;

/// Why a use case failed. Nothing was changed, unless the use case says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A part of the request is invalid.
    #[error("{pointer}: {detail}")]
    Invalid {
        /// The place as a JSON pointer, such as `/reason`; empty for the whole
        /// request.
        pointer: String,
        /// What is wrong, and what would be right.
        detail: String,
    },
    /// Something does not exist; the text says what.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// The request conflicts with the present state; the text explains it.
    #[error("{0}")]
    Conflict(String),
    /// An identity that the request gives belongs to another member.
    #[error("{identity} belongs to another member")]
    IdentityTaken {
        /// The identity.
        identity: Identity,
        /// The member that has it: only for callers that may read members.
        owner: MemberId,
    },
    /// The version in `If-Match` is not the present one: another request has
    /// changed the resource.
    #[error("the version named in If-Match is not the present one")]
    PreconditionFailed,
    /// The program has mistakes.
    #[error("the program has {} mistakes", .0.len())]
    Program(Vec<Diagnostic>),
    /// The perk is not given to this member now.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// A request with the same idempotency key is being carried out.
    #[error("the same request is being carried out; ask again in a moment")]
    InProgress,
    /// The idempotency key was used before with a different request.
    #[error("the Idempotency-Key was sent before with another request; use a new one")]
    KeyReused,
    /// Messages after the position are no longer kept, or the position was never
    /// given.
    #[error("messages are kept after position {oldest}, and there are none after {latest} yet")]
    PositionGone {
        /// The oldest position after which all messages are kept.
        oldest: i64,
        /// The latest position that was given.
        latest: i64,
    },
    /// Too many attempts to guess a secret have failed.
    #[error("{}", too_many(.0.guessed))]
    TooManyGuesses(GuessLimit),
    /// The caller may not do this; the text says why.
    #[error("{0}")]
    Forbidden(String),
    /// The service is shutting down or overloaded.
    #[error("the service cannot take this just now")]
    Busy,
    /// An operation that runs once at a time is running; the text is a sentence
    /// about it.
    #[error("{0}")]
    Occupied(&'static str),
    /// A response cannot be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError {
    /// Returns whether sending the same request again would fail in the same way.
    /// False if the cause is the load, another request, or a fault of this service.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Invalid { .. }
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::IdentityTaken { .. }
            | Self::PreconditionFailed
            | Self::Program(_)
            | Self::Refused(_)
            | Self::Forbidden(_)
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

    /// Returns whether the same may succeed a moment later: the database is away, or busy.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy | Self::InProgress | Self::Occupied(_) => true,
            Self::Store(error) => error.is_transient(),
            _ => false,
        }
    }

    /// An error about the part of the request at `pointer`.
    pub fn invalid(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self::Invalid {
            pointer: pointer.into(),
            detail: detail.to_string(),
        }
    }
}

fn too_many(guessed: Guessed) -> &'static str {
    match guessed {
        Guessed::Codes => "too many codes were tried that are none",
        Guessed::Keys => "too many keys were tried from this address that do not work",
    }
}

/// An invalid path or query parameter: it has no pointer.
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

/// The result type of this module.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;
