//! Health, readiness and metrics, for operators.
//!
//! Starts at [`health::readyz`]. Health needs no key, and nothing here ever shows
//! anything about a member.

pub mod health;
