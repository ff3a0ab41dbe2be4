//! API keys, idempotent requests, errors and the command line.

mod cli;
mod errors;
mod headers;
mod idempotency;
mod keys;
