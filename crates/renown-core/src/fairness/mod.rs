//! What keeps offers fair: relevance to the person, draws that anybody can
//! check, the impact of a program on groups of people, and whether offering
//! brings about anything at all. Pure.

pub mod draw;
pub mod impact;
pub mod lift;
pub mod outcome;
pub mod relevance;
mod student;
pub mod trial;
