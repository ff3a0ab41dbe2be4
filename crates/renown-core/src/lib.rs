//! The pure part of Renown: what events, members, scores, programs and claims
//! are, and every judgement about them.
//!
//! Nothing here does I/O, knows a clock, draws at random or starts a thread
//! that outlives a call: time and randomness are arguments. The same input
//! gives the same bytes.
//!
//! | room | what it is for | uses |
//! |---|---|---|
//! | [`domain`] | the nouns, valid by construction | nothing of ours |
//! | [`ingest`] | wire formats to events | `domain` |
//! | [`scoring`] | evidence to score, topics and explanation | `domain` |
//! | [`fairness`] | relevance, draws that anybody can check, the impact on groups, lift | `domain` |
//! | [`rules`] | programs: parse, check, compile, evaluate, explain, simulate | `fairness`, `domain` |
//!
//! The feature `sqlx`, off by default, lets the types of [`domain`] be written
//! to and read from Postgres. It adds nothing else.

pub mod domain;
pub mod fairness;
pub mod ingest;
#[cfg(feature = "sqlx")]
mod postgres;
pub mod rules;
pub mod scoring;
