//! Members: enrolled people, their accounts and other identities, and imported
//! indices. A row of a member starts at [`get`] and [`insert`]; who is behind a
//! handle, at [`mod@accounts`]. A handle that is nobody's is stored as a keyed hash and
//! never as text.

pub mod accounts;
mod member;

pub use member::*;
