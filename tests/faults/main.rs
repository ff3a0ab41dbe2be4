//! Tests of the service as a process: killed, started together, started with the wrong
//! key or before its database, with a wrong clock, beside another version, flooded with
//! connections and with bodies that are much work. Every process is `renown serve` as it
//! is shipped, on a Postgres of its own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod backup;
mod bombs;
mod calls;
mod connections;
mod connectors;
mod database_log;
mod disk_full;
mod doctor;
mod documents;
#[path = "../fake_servers/mod.rs"]
mod fake_servers;
mod handle_keys;
mod imports;
mod keys;
mod metrics;
mod mixed_versions;
mod partitions;
mod private_postgres;
mod process;
mod readiness;
mod report;
mod secret_files;
mod self_check;
mod server_option;
mod skew;
mod slow_bodies;
mod start_races;
mod stops;
mod storm;
mod traces;
mod waiting;
