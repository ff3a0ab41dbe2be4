//! **Renown** turns what people do on social networks, and what they buy, into
//! a score that a business can act on and defend. Rules map scores to tiers, service
//! levels and perks.
//!
//! # The house
//!
//! The modules ("rooms") depend on each other in one direction only. A test fails on any
//! other dependency, and if this map differs from the plan. Between crates, Cargo
//! enforces the direction.
//!
//! ```text
//! main → cli
//! cli → clock, config, https, telemetry, http, jobs, service, store, core, lab, postgres
//! http → clock, config, telemetry, service, core
//! jobs → service, core
//! service → clock, config, https, store, core, lab
//! store → core
//! telemetry → config, https
//! config → core
//! clock → nothing of ours
//! https → nothing of ours
//! lab::evaluation → simulation, core
//! lab::simulation → core
//! lab::file → core
//! lab::load → core
//! core::postgres → rules, domain
//! core::rules → fairness, domain
//! core::scoring → domain
//! core::ingest → domain
//! core::fairness → domain
//! core::domain → nothing of ours
//! ```
//!
//! | room | purpose |
//! |---|---|
//! | [`cli`] | the command line: one file for each subcommand |
//! | [`http`] | the routes: one folder for each subject |
//! | [`jobs`] | background jobs |
//! | [`service`] | use cases; transactions begin and end here |
//! | [`store`] | the only place with SQL |
//! | [`telemetry`] | logs, metrics, traces |
//! | [`renown_core`] | pure code: domain types, wire formats, scoring, rules, fairness |
//! | `renown_lab` | simulated towns, evaluation, scoring of a file |
//! | `renown_postgres` | the private Postgres, used when no database is given |
//!
//! # The way of a request
//!
//! A hotel asks `GET /v1/programs/palms-klub/members/twitter:kevin/tier`.
//! `http::request` gives the request an id and a time limit. The extractor
//! `Auth<Lookup, PathProgram>` finds the key's hash in the service's cache or in the database
//! and checks its scope and its program.
//! `http::decisions::lookups::tier` calls
//! [`service::decisions::Decisions::look_up`], which finds the member behind
//! `twitter:kevin`, the member's facts for the rules, and the compiled program in force.
//! If the same question was answered in this tick, the bytes are in the cache. Otherwise
//! [`renown_core::rules::Program::evaluate`] answers in microseconds, and the handler's
//! own types write the answer as JSON. `http::etag` sends it, or 304.
//!
//! The score that the rules read was computed before. `POST /v1/events` parses lines
//! ([`renown_core::ingest`]); the log's writers commit them together, and only then is
//! the request answered. The scorer (`jobs` calling
//! [`service::scores::Scorer::advance`]) folds the new batch into each account's packed
//! state, scores the affected members, evaluates their tiers in all programs, and
//! commits everything with its checkpoint in one transaction. A notice reaches every
//! replica's cache.
//!
//! `docs/architecture.md` has the diagram, the subjects, and what happens when a part
//! fails.

// Both panic when the reader has closed the pipe: see `cli::out`.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod https;
pub mod jobs;
pub mod service;
pub mod store;
pub mod telemetry;
