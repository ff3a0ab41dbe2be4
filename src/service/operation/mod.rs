//! Operation: API keys, idempotent requests, and the notices by which replicas
//! learn of each other's commits.
//!
//! The entry points are [`Keys::authenticate`] and [`Requests::carry_out`]. Secrets
//! are stored as hashes only. While no notices are received, nothing is served from
//! the caches.
//!
//! Every method fails if the database does not answer.

mod keys;
mod notices;
mod requests;

pub use keys::{Caller, KeySecret, Keys};
pub use notices::Notices;
pub use requests::{Answered, IdempotentRequest, Requests, StoredAnswer};
