//! Enrolling members, and finding them again.

mod list;
mod member;
mod opted_out;
mod patch;
