//! Decisions as they were recorded, and the population that programs are evaluated
//! for. A record starts at [`insert`]; it is never changed, so that it can be
//! replayed.

mod decision;
pub mod facts;
pub mod population;

pub use decision::*;
