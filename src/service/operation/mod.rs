//! Operation: API keys, requests that are carried out once, and the notices by
//! which replicas hear of each other's commits.
//!
//! Starts at [`Keys::authenticate`] and [`Requests::carry_out`]. A secret is
//! stored as a hash only, and while notices are not heard nothing is served from
//! memory.

mod keys;
mod notices;
mod requests;

pub use keys::{Caller, KeySecret, Keys};
pub use notices::Notices;
pub use requests::{Answered, IdempotentRequest, Requests, StoredAnswer};
