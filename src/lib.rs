//! **Renown** turns what people do on social networks, and what they buy, into
//! a score that a business can act on and defend, and maps scores through
//! rules to tiers, service levels and perks.
//!
//! # The house
//!
//! Arrows go one way; a test fails on any other.
//!
//! ```text
//! main → cli → {config, telemetry, clock, postgres, http, jobs, service, store}
//! http → service, domain                       jobs → service, store
//! service → store, ingest, scoring, rules, fairness, domain
//! store → domain        ingest, scoring, rules, fairness, simulation → domain
//! evaluation → scoring, simulation, domain
//! ```
//!
//! | room | what it is for |
//! |---|---|
//! | [`domain`] | the nouns, valid by construction |
//! | [`ingest`] | wire formats to events; pure |
//! | [`scoring`] | evidence to score, topics, explanation; pure |
//! | [`rules`] | programs: parse, check, compile, evaluate, explain, simulate; pure |
//! | [`fairness`] | relevance, draws that anybody can check, and the impact on groups of people; pure |
//! | [`simulation`] | a made-up town, for the demo and for measuring; pure |
//! | [`evaluation`] | whether the scores are any good: rankings, calibration, attacks; pure |
//! | [`store`] | the only SQL |
//! | [`service`] | use cases: where transactions begin and end |
//! | [`jobs`] | what runs by itself |
//! | [`http`] | the route table, a file a resource |
//! | [`cli`] | the command line, a file a subcommand |
//! | [`postgres`] | the private Postgres, when no database is given |
//!
//! # One request walked through it
//!
//! A hotel asks `GET /v1/programs/palms-klub/members/twitter:kevin/tier`.
//! `http::request` gives it an id and a time limit; the `Auth<Lookup>` extractor
//! finds the key's hash in the service's cache or the database and checks its
//! scope; `http::lookups::tier` calls [`service::Service::look_up`], which finds
//! the member behind `twitter:kevin`, the facts that rules read of him, and the
//! compiled program in force. If the same question was answered in this tick,
//! the bytes are at hand; else [`rules::Program::evaluate`] answers in
//! microseconds, the handler's own types say it in JSON, and `http::etag` sends
//! it, or 304.
//!
//! The score that the rules read came the other way: `POST /v1/events` reads
//! lines ([`ingest::lines`], [`ingest::native`]), the log's writers commit them
//! together and only then answer; the scorer (`jobs` calling
//! [`service::Service::advance_scores`]) folds the new batch into each account's
//! packed state, scores the members it touches, moves them on the ladders of
//! all programs, and commits all of that with its checkpoint, in one
//! transaction. A notice tells every replica's cache.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod evaluation;
pub mod fairness;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod postgres;
pub mod rules;
pub mod scoring;
pub mod service;
pub mod simulation;
pub mod store;
pub mod telemetry;
