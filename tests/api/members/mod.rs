//! Enrolling members, and finding them again.

mod case;
mod ended;
mod export;
mod find;
mod import;
mod list;
mod member;
mod merge;
mod merge_claims;
mod merge_lists;
mod merge_model;
mod merge_races;
mod opted_out;
mod patch;
mod proofs;
mod records;
