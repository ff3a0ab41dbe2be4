//! Claims and their steps, waiting lists, invitations, draws and codes.
//!
//! Starts at [`claim::hold`]. A request that changes something is carried out
//! once under its `Idempotency-Key`. Codes are counted here and never listed.

pub mod claim;
pub mod codes;
pub mod draws;
pub mod entries;
pub mod invitations;
pub mod redemptions;
pub mod steps;
pub mod waiting;
