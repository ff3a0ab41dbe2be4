//! Members, their accounts and other identities, and imported indices. A member's row
//! starts at [`get`] and [`insert`]; finding the member behind a handle, at
//! [`mod@accounts`]. A handle that belongs to no member is stored as a keyed hash,
//! never as text.

pub mod accounts;
mod ending;
mod externals;
pub mod import;
mod indices;
mod member;
pub mod merges;
mod moving;
pub mod networks;
pub mod proofs;
mod search;

pub use ending::{end, has_ended};
pub use externals::{ExternalId, add_identity, by_externals, enrol_externals};
pub use indices::{count_indices, delete_index, indices, put_index};
pub use member::*;
pub use moving::{absorb, give_accounts, give_identities, move_accounts, move_identities, restore};
pub use search::{
    FoundByIdentity, FoundMembers, attribute_types, by_any_identity, members, search,
};
