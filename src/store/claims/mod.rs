//! Claims: a claim is a member's hold on one unit of a perk. The counts, codes, waiting
//! lists and draws of claims are here too. A claim starts at [`insert`]. Its state and
//! its counts change in one transaction, and counts are always locked in one order:
//! member, program, days, stock.

mod claim;
pub mod codes;
pub mod draws;
pub mod entries;
pub mod locked_counts;
pub mod merging;
pub mod quotas;
pub mod usage;
pub mod waiting;
pub mod waiting_lists;

pub use claim::*;
