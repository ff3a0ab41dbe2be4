//! The service from outside: real HTTP, real Postgres, a database a test, a
//! fixed clock. A file a capability.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod batches;
mod claims;
mod cli;
mod decisions;
mod errors;
mod experiments;
mod harness;
mod history;
mod idempotency;
mod ingest;
mod keys;
mod layering;
mod lookups;
mod members;
mod method;
mod migrations;
mod openapi;
mod programs;
mod real_data;
mod rebuild;
mod replay;
mod reports;
mod schemas;
mod schemes;
mod scores;
mod simulate;
mod sources;
mod tables;
mod tiers;
mod versions;
