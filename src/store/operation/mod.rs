//! Operation: API keys, stored answers to idempotent requests, what replicas say about
//! themselves, and the notices by which they learn of each other's commits. Keys are
//! stored as hashes; a notice carries only ids.

pub mod api_keys;
pub mod idempotency;
pub mod listener;
pub mod replicas;
