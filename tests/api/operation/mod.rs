//! API keys, idempotent requests, errors and the command line.

mod cli;
mod errors;
mod idempotency;
mod keys;
