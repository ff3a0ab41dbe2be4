//! Tests of the service from outside: real HTTP, real Postgres, a database for each
//! test, a fixed clock. The folders are the subjects of the service.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod claims;
mod contract;
mod decisions;
mod documents;
mod events;
mod examples;
#[path = "../fake_servers/mod.rs"]
mod fake_servers;
mod harness;
mod input;
mod insight;
mod layering;
mod members;
mod migrations;
mod npm;
mod openapi;
mod operation;
mod programs;
mod pypi;
mod scores;
mod webhooks;
