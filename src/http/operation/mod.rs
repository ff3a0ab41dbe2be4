//! Health, readiness and metrics, for operators.
//!
//! Starts at [`health::readyz`]. Health checks need no key. Nothing here shows
//! anything about a member.

pub mod health;
