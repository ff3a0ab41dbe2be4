//! Enrolling members, and finding them again.

mod member;
mod opted_out;
