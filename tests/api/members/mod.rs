//! Enrolling members, and finding them again.

mod ended;
mod list;
mod member;
mod opted_out;
mod patch;
mod records;
