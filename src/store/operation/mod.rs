//! Operation: API keys, answers that are kept for repeated requests, and the notices
//! by which replicas hear of each other's commits. Keys are stored as hashes; a
//! notice carries ids and nothing else.

pub mod api_keys;
pub mod idempotency;
pub mod listener;
