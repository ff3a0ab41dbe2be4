//! Fairness of offers: relevance of a perk to the person, draws that can be
//! verified, the impact of a program on groups of people, and the effect of an
//! offer. All functions are pure.

pub mod draw;
pub mod impact;
pub mod lift;
pub mod outcome;
pub mod relevance;
mod student;
pub mod trial;
