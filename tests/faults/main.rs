//! Tests of the service as a process: killed, started together, started with the wrong
//! key. Every process is `renown serve` as it is shipped, on a Postgres of its own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod backup;
mod handle_keys;
mod process;
mod start_races;
mod storm;
