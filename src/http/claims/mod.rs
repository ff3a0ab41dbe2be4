//! Claims and their steps, waiting lists, invitations, draws and codes. Starts at
//! [`claim::hold`]. Codes are never listed.

pub mod claim;
pub mod codes;
pub mod draws;
pub mod entries;
pub mod invitations;
pub mod redemptions;
pub mod steps;
pub mod waiting;
