//! Operation: API keys, sessions, idempotent requests, the notices by which replicas learn
//! of each other's commits, and the health of this process.
//!
//! The entry points are [`Callers::authenticate`], [`Requests::carry_out`] and
//! [`Health::unready_reasons`]. Secrets
//! are stored as hashes only. While no notices are received, nothing is served from
//! the caches.
//!
//! Every method fails if the database does not answer.

mod callers;
mod health;
mod keys;
mod notices;
mod provider_client;
mod providers;
mod requests;
mod sessions;

pub use callers::{Caller, CallerWatch, Callers, Credential, KeySecret, SessionToken};
pub use health::{
    DEAF_LIMIT, GREATEST_SKEW, Health, JobName, NOTABLE_SKEW, ROUND_LIMIT, UnreadyReason,
    follow_database_time,
};
pub use keys::{BootstrapKey, Keys, MAX_OVERLAP, NewKey, USUAL_OVERLAP};
pub use notices::Notices;
pub use providers::{ProviderAnswer, Providers, SignInProblem, SignInSecret};
pub use requests::{Answered, IdempotentRequest, Requests, StoredAnswer};
pub use sessions::{NewDeskToken, Sessions, SignedInPerson};
