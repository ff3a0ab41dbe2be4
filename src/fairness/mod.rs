//! What keeps offers fair: relevance to the person, and the impact of a program
//! on groups of people. Pure.

pub mod impact;
pub mod relevance;
