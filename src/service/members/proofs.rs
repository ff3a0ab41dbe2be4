//! Proofs of identities, and the spellings under which identities are kept.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::Members;
use super::change::GivenProof;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{Identity, IdentityVerification, MemberId, Proof};

impl Members {
    /// Sets the proofs of a member's identities. Returns whether one of them changed.
    pub(super) async fn set_proofs(
        &self,
        conn: &mut PgConnection,
        id: MemberId,
        proofs: &BTreeMap<Identity, GivenProof>,
    ) -> Result<bool> {
        if proofs.is_empty() {
            return Ok(false);
        }
        let now = self.context.clock.now();
        let own = owned(conn, id).await?;
        let verified = store::members::proofs::verified(conn, &[id]).await?;
        let verified = verified.into_values().next().unwrap_or_default();
        let mut changed = false;
        for (identity, given) in proofs {
            let identity = self.as_spelt([identity], &own).pop_first();
            let identity = identity.filter(|identity| own.contains(identity));
            let identity = identity.ok_or_else(|| {
                ServiceError::invalid("/proofs", "a proof is of an identity of the member")
            })?;
            let before = verified.get(&identity);
            let proof = match given {
                GivenProof::Asserted => Proof::Asserted,
                GivenProof::Verified { at: Some(at), .. } if *at > now => {
                    let detail = "a verification lies in the future";
                    return Err(ServiceError::invalid("/proofs", detail));
                }
                GivenProof::Verified { by, at } => {
                    let same = before.filter(|before| before.by == *by);
                    Proof::Verified(IdentityVerification {
                        by: by.clone(),
                        at: at.unwrap_or_else(|| same.map_or(now, |same| same.at)),
                    })
                }
            };
            if proof != before.into() {
                store::members::proofs::set(conn, id, &identity, &proof).await?;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Returns identities as they are kept already, where that is in another case, and each
    /// of them once.
    pub(super) fn as_spelt<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i Identity>,
        present: &BTreeSet<Identity>,
    ) -> BTreeSet<Identity> {
        let mut spelt = BTreeSet::new();
        for identity in identities {
            let known = |other: &&Identity| self.is_same(identity, other);
            let kept = match present.contains(identity) {
                true => identity,
                false => present.iter().chain(&spelt).find(known).unwrap_or(identity),
            };
            let kept = kept.clone();
            spelt.insert(kept);
        }
        spelt
    }

    fn is_same(&self, a: &Identity, b: &Identity) -> bool {
        match (a, b) {
            (Identity::External(kind, a), Identity::External(other, b)) if kind == other => {
                let (a, b) = (self.external(*kind, a), self.external(*kind, b));
                a.value == b.value || (a.folded.is_some() && a.folded == b.folded)
            }
            _ => a == b,
        }
    }
}

async fn owned(conn: &mut PgConnection, id: MemberId) -> Result<BTreeSet<Identity>> {
    let accounts = store::members::accounts(conn, &[id]).await?;
    let accounts = accounts.into_values().flatten();
    let mut own: BTreeSet<Identity> = accounts.map(|(_, own)| Identity::Account(own)).collect();
    let external = store::members::identities(conn, &[id]).await?;
    own.extend(external.into_values().flatten());
    Ok(own)
}
