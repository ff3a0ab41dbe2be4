//! Members: enrolled people, their identities and their imported indices.
//!
//! Starts at [`member::put`]. No answer shows a handle that the caller did not
//! send or the member did not link.

pub mod member;
