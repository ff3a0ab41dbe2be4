//! Enrolling people, and finding them again.

mod member;
