//! Health, readiness and metrics for operators, API keys for administrators, and sessions.
//!
//! Starts at [`health::readyz`]. Health checks need no key. Nothing here shows
//! anything about a member.

pub mod desk_tokens;
pub mod health;
pub mod keys;
pub mod providers;
pub mod sessions;
