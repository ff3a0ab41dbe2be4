//! Members: enrolled people and their imported indices. Starts at [`member::put`].

pub mod member;
