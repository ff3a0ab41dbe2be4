//! Members, their identities and their imported indices.
//!
//! Starts at [`member::put`]. Answers only show handles that the caller sent or
//! that the member linked.

pub mod export;
pub mod import;
pub mod indices;
pub mod list;
pub mod member;
pub mod merge_preview;
pub mod merges;
mod proofs;
pub mod records;
