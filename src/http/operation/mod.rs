//! Health, readiness and metrics for operators, and API keys for administrators.
//!
//! Starts at [`health::readyz`]. Health checks need no key. Nothing here shows
//! anything about a member.

pub mod health;
pub mod keys;
