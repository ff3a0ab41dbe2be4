//! The pure part of Renown: types for events, members, scores, programs and claims,
//! and the functions that evaluate them.
//!
//! Nothing here does I/O, reads a clock, draws random numbers or starts a thread
//! that outlives a call: time and randomness are arguments. The same input gives
//! the same bytes.
//!
//! | module | purpose | uses |
//! |---|---|---|
//! | [`domain`] | the types of the domain, valid by construction | no other module |
//! | [`ingest`] | reads wire formats into events | `domain` |
//! | [`scoring`] | computes scores, topics and explanations from evidence | `domain` |
//! | [`fairness`] | relevance, verifiable draws, impact on groups, lift | `domain` |
//! | [`rules`] | checks, evaluates, explains, simulates programs | `fairness`, `domain` |
//!
//! The feature `sqlx`, off by default, only lets the types of [`domain`] be written
//! to and read from Postgres.

pub mod domain;
pub mod fairness;
pub mod ingest;
#[cfg(feature = "sqlx")]
mod postgres;
pub mod rules;
pub mod scoring;
