//! Lookups (tier, service level, offers) of one person or of many, and decisions
//! with all reasons.
//!
//! Starts at [`lookups::tier`]. Nobody is answered less than the floor, and no
//! answer shows whether a person opted out or was never seen.

mod basis;
pub mod decision;
pub mod lookups;
pub mod many_lookups;
pub mod replay;
