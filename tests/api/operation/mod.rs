//! API keys, idempotent requests, transactions, errors and the command line.

mod cli;
mod errors;
mod headers;
mod idempotency;
mod keys;
mod transactions;
