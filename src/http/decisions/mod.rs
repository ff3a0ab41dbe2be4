//! Lookups (tier, service level, offers) of one person or many, and decisions with
//! all reasons. Starts at [`lookups::tier`]. Nobody gets less than the floor.

mod basis;
pub mod decision;
pub mod lookups;
pub mod many_lookups;
pub mod replay;
