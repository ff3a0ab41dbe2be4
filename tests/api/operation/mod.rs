//! API keys, sessions, the pages, idempotent requests, room for requests,
//! transactions, errors and the command line.

mod cli;
mod compression;
mod cors;
mod errors;
mod headers;
mod idempotency;
mod keys;
mod metrics;
mod pages;
mod rate_limit;
mod room;
mod sessions;
mod transactions;
