//! API keys, sessions, the pages, idempotent requests, room for requests,
//! transactions, errors and the command line.

mod cli;
mod errors;
mod headers;
mod idempotency;
mod keys;
mod pages;
mod room;
mod sessions;
mod transactions;
