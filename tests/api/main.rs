//! The service from outside: real HTTP, real Postgres, a database a test, a
//! fixed clock. A file a capability.
#![allow(clippy::unwrap_used)]

mod layering;
