//! Events: the log, the keys by which repetitions are recognised, and the sources of
//! events. Writing starts at [`intake`], reading at [`log`]. An event is never changed
//! or deleted here. Its position is assigned last, under the lock of the log's head, so
//! that the order of positions is the order of commits. Outside this module, only
//! `scores` relies on positions.

pub mod connectors;
pub mod intake;
pub mod log;
pub mod sources;
