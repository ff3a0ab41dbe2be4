//! Events: the log, the keys by which repetitions are recognised, and the sources
//! that events come from. Writing starts at [`intake`], reading at [`log`]. An event
//! is never changed or deleted here, and its position is taken last, under the
//! log's lock: order of positions is order of commits. No other subject but `scores`
//! relies on positions.

pub mod intake;
pub mod log;
pub mod sources;
