//! placeholder
pub mod domain;
pub mod ingest;
