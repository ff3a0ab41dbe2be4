//! Lookups (tier, service level, offers) for one member or many, and decisions
//! with all reasons.
//!
//! Starts at [`lookups::tier`]. Every answer is at least the floor, and no answer
//! shows whether a member opted out or was never seen.

mod basis;
pub mod decision;
pub mod list;
mod lookup_bodies;
pub mod lookups;
pub mod many_lookups;
pub mod replay;
mod request_context;
