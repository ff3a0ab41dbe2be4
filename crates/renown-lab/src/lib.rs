//! Evaluation of the scoring method: simulated towns, measures of the scores,
//! and the scoring of a file. The demo, the examples, the benchmarks and
//! `renown evaluate` use it. Nothing is stored, and every simulated result
//! follows from a seed.
//!
//! | module | purpose |
//! |---|---|
//! | [`simulation`] | a simulated town: the reference population of the scale |
//! | [`evaluation`] | the quality of the scores: rankings, calibration, attacks |
//! | [`mod@file`] | reads a file of events and scores the accounts in it |
//! | [`load`] | events for load tests, as many as wanted |

pub mod evaluation;
pub mod file;
pub mod load;
pub mod simulation;
