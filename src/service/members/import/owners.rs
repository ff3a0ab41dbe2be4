//! Whose the identities in a batch are.

use std::collections::{BTreeMap, BTreeSet};

use renown_core::domain::{ExternalKind, Identity, Invalid, MemberId};

/// The members of those identities in a batch that have one, before it or by one of its lines.
#[derive(Debug)]
pub(super) struct Owners {
    members: BTreeMap<Identity, MemberId>,
    /// Identities that several members have in other cases.
    shared: BTreeSet<Identity>,
    /// The kinds whose case counts.
    case_counts: Vec<ExternalKind>,
}

impl Owners {
    pub(super) fn new(
        members: BTreeMap<Identity, MemberId>,
        shared: BTreeSet<Identity>,
        case_counts: &[ExternalKind],
    ) -> Self {
        Self {
            members,
            shared,
            case_counts: case_counts.to_vec(),
        }
    }

    /// Returns the member who has an identity, or gets it by an earlier line, in any case.
    ///
    /// # Errors
    /// If several members have it in other cases.
    pub(super) fn of(&self, identity: &Identity) -> Result<Option<MemberId>, Invalid> {
        if self.shared.contains(identity) {
            return Err(Invalid::new(format_args!(
                "several members have {identity} in upper and lower case; write it as one of them \
                 has it"
            )));
        }
        let folded = || self.members.get(&identity.folded(&self.case_counts));
        Ok(self.members.get(identity).or_else(folded).copied())
    }

    /// Returns those identities that have no member yet, each once.
    pub(super) fn free(&self, identities: &BTreeSet<Identity>) -> Vec<Identity> {
        let mut folded = BTreeSet::new();
        let is_free = |identity: &&Identity| {
            !matches!(identity, Identity::Member(_))
                && matches!(self.of(identity), Ok(None))
                && folded.insert(identity.folded(&self.case_counts))
        };
        identities.iter().filter(is_free).cloned().collect()
    }

    /// Gives an identity to a member.
    pub(super) fn give(&mut self, identity: Identity, member: MemberId) {
        let folded = identity.folded(&self.case_counts);
        self.members.insert(folded, member);
        self.members.insert(identity, member);
    }

    /// Returns all of the members.
    pub(super) fn members(&self) -> Vec<MemberId> {
        let members: BTreeSet<MemberId> = self.members.values().copied().collect();
        members.into_iter().collect()
    }
}
