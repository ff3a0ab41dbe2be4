//! placeholder
pub mod clock;
pub mod config;
pub mod domain;
pub mod fairness;
pub mod ingest;
pub mod postgres;
pub mod rules;
pub mod scoring;
pub mod service;
pub mod simulation;
pub mod store;
pub mod telemetry;
