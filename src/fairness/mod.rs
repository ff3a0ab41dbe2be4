//! What keeps offers fair: relevance to the person, and (later) the floors and
//! impact ratios of a program. Pure.

pub mod relevance;
