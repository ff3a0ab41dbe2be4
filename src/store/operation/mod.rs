//! Operation: API keys, sessions, stored answers to idempotent requests, what replicas say about
//! themselves, and the notices by which they learn of each other's commits. Keys and
//! tokens are stored as hashes; a notice carries only ids.

pub mod api_keys;
pub mod idempotency;
pub mod listener;
pub mod replicas;
pub mod sessions;
