//! Operation: API keys, stored answers to idempotent requests, and the notices by which
//! replicas learn of each other's commits. Keys are stored as hashes; a notice carries
//! only ids.

pub mod api_keys;
pub mod idempotency;
pub mod listener;
