//! **Renown** turns what people do on social networks, and what they buy, into
//! a score that a business can act on and defend, and maps scores through
//! rules to tiers, service levels and perks.
//!
//! # The house
//!
//! Arrows go one way; a test fails on any other, and on a map that is not the
//! plan. Between crates Cargo keeps them.
//!
//! ```text
//! main → cli
//! cli → clock, config, telemetry, http, jobs, service, store, core, lab, postgres
//! http → config, service, core
//! jobs → service, core
//! service → clock, config, store, core
//! store → core
//! telemetry → config
//! config → core
//! clock → nothing of ours
//! lab::evaluation → simulation, core
//! lab::simulation → core
//! lab::file → core
//! core::postgres → rules, domain
//! core::rules → fairness, domain
//! core::scoring → domain
//! core::ingest → domain
//! core::fairness → domain
//! core::domain → nothing of ours
//! ```
//!
//! | room | what it is for |
//! |---|---|
//! | [`cli`] | the command line, a file a subcommand |
//! | [`http`] | the route table, a folder a subject |
//! | [`jobs`] | what runs by itself |
//! | [`service`] | use cases: where transactions begin and end |
//! | [`store`] | the only SQL |
//! | [`renown_core`] | the pure part: nouns, wire formats, scoring, rules, fairness |
//! | `renown_lab` | simulated towns, evaluation, scoring of a file |
//! | `renown_postgres` | the private Postgres, when no database is given |
//!
//! # One request walked through it
//!
//! A hotel asks `GET /v1/programs/palms-klub/members/twitter:kevin/tier`.
//! `http::request` gives it an id and a time limit; the `Auth<Lookup>` extractor
//! finds the key's hash in the service's cache or the database and checks its
//! scope; `http::decisions::lookups::tier` calls
//! [`service::decisions::Decisions::look_up`], which finds the member behind
//! `twitter:kevin`, the facts that rules read of him, and the compiled program in
//! force. If the same question was answered in this tick, the bytes are at hand;
//! else [`renown_core::rules::Program::evaluate`] answers in microseconds, the
//! handler's own types say it in JSON, and `http::etag` sends it, or 304.
//!
//! The score that the rules read came the other way: `POST /v1/events` reads
//! lines ([`renown_core::ingest`]), the log's writers commit them
//! together and only then answer; the scorer (`jobs` calling
//! [`service::scores::Scorer::advance`]) folds the new batch into each account's
//! packed state, scores the members it touches, moves them on the ladders of
//! all programs, and commits all of that with its checkpoint, in one
//! transaction. A notice tells every replica's cache.
//!
//! `docs/architecture.md` has the drawing, the subjects, and what happens when
//! something dies.

pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod jobs;
pub mod service;
pub mod store;
pub mod telemetry;
