//! Enrolling members, and finding them again.

mod member;
