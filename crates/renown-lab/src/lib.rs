//! Where the method is tried out: simulated towns, the evaluation of scores,
//! and the scoring of a file. Used by the demo, the examples, the benchmarks
//! and `renown evaluate`; nothing here is stored, and everything follows from a
//! seed.
//!
//! | room | what it is for |
//! |---|---|
//! | [`simulation`] | a made-up town: the reference population of the scale |
//! | [`evaluation`] | whether the scores are any good: rankings, calibration, attacks |
//! | [`mod@file`] | reads a file of events and scores the accounts in it |

pub mod evaluation;
pub mod file;
pub mod simulation;
