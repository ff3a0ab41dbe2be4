//! Recorded decisions, and the facts and the population for which programs are
//! evaluated. A record starts at [`insert`] and never changes, so that it can be
//! replayed.

mod decision;
pub mod facts;
pub mod population;

pub use decision::*;
