//! Claims: each a member's hold on one unit of a perk, with the counts, codes,
//! waiting lists and draws that go with it. A claim starts at [`insert`]. Its state
//! and what is counted of it change in one transaction, and counts are locked in one
//! order: member, program, days, stock.

mod claim;
pub mod codes;
pub mod draws;
pub mod entries;
pub mod quotas;
pub mod usage;
pub mod waiting;
pub mod waiting_lists;

pub use claim::*;
