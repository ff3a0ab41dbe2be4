//! What keeps offers fair: relevance to the person, draws that anybody can
//! check, and the impact of a program on groups of people. Pure.

pub mod draw;
pub mod impact;
pub mod relevance;
