//! API keys, sessions, the pages, idempotent requests, transactions, errors and the command
//! line.

mod cli;
mod errors;
mod headers;
mod idempotency;
mod keys;
mod pages;
mod sessions;
mod transactions;
