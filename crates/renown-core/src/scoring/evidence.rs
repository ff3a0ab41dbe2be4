//! Who is scored, and where the credit that they earned is written down.

use super::parts::{Part, PerPart, PerSource, Source};
use super::{AccountState, Model, Snapshot};
use crate::domain::{AccountId, Topic};

/// Everything that is known of one member: the states of all their accounts,
/// and the topics that they declared themselves.
#[derive(Debug, Clone, Default)]
pub struct MemberEvidence<'a> {
    /// The member's accounts. What one of them does to another earns nothing.
    pub accounts: Vec<(AccountId, &'a AccountState)>,
    /// Topics that the member named as their own.
    pub declared: Vec<Topic>,
}

/// A sum over known reactors, by how far they are vouched for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct TrustSplit {
    trusted: f64,
    untrusted: f64,
}

impl TrustSplit {
    pub(super) fn add(&mut self, amount: f64, trusted: f64) {
        self.trusted += amount * trusted;
        self.untrusted += amount * (1.0 - trusted);
    }

    /// What of it counts.
    pub(super) fn admitted(&self, model: &Model, snapshot: &Snapshot) -> f64 {
        self.trusted + snapshot.admitted(model, self.trusted, self.untrusted)
    }
}

/// Credit by part and source, in whole reactors, decayed: what known reactors
/// gave, and what was merely counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CreditTotals {
    pub(super) known: [PerSource; Part::COUNT],
    pub(super) counted: [PerSource; Part::COUNT],
    /// What known reactors gave whom nobody vouches for; nothing of it is left
    /// after `apply_trust_cap`.
    untrusted: [PerSource; Part::COUNT],
}

/// What came of unvouched credit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CappedTrust {
    /// The share of it that counts.
    pub(super) share: f64,
    /// The rest, in effective reactors.
    pub(super) discounted: f64,
}

impl CreditTotals {
    /// Adds what a known reactor gave, by how far they are vouched for.
    pub(super) fn add_known(&mut self, part: Part, source: Source, credit: f64, trusted: f64) {
        self.known[part as usize][source as usize] += credit * trusted;
        self.untrusted[part as usize][source as usize] += credit * (1.0 - trusted);
    }

    /// Lets unvouched credit count as far as it may, part by part. Says what
    /// came of it for reach.
    pub(super) fn apply_trust_cap(&mut self, model: &Model, snapshot: &Snapshot) -> CappedTrust {
        let mut of_reach = CappedTrust::default();
        for part in Part::ALL {
            let (known, untrusted) = (
                &mut self.known[part as usize],
                std::mem::take(&mut self.untrusted[part as usize]),
            );
            let sum: f64 = untrusted.iter().sum();
            if sum <= 0.0 {
                continue;
            }
            let share = snapshot.admitted(model, known.iter().sum(), sum) / sum;
            for (known, untrusted) in known.iter_mut().zip(untrusted) {
                *known += untrusted * share;
            }
            if part == Part::Reach {
                of_reach = CappedTrust {
                    share,
                    discounted: sum * (1.0 - share),
                };
            }
        }
        of_reach
    }

    pub(super) fn add_counted(&mut self, part: Part, source: Source, credit: f64) {
        self.counted[part as usize][source as usize] += credit;
    }

    /// Credit of known reactors, by part.
    pub(super) fn known(&self) -> PerPart {
        self.known.map(|sources| sources.iter().sum())
    }

    /// All credit, by part.
    pub(super) fn total(&self) -> PerPart {
        let known = self.known();
        let counted = self.counted.map(|sources| sources.iter().sum::<f64>());
        std::array::from_fn(|part| known[part] + counted[part])
    }

    /// Effective reactors that are known: each distinct one counts up to 1.
    pub(super) fn known_reactors(&self) -> f64 {
        self.known[Part::Reach as usize].iter().sum()
    }

    /// What counts are worth, in effective reactors. Breadth is no evidence of
    /// its own: it speaks of the same reactions.
    pub(super) fn counted_reactors(&self) -> f64 {
        let parts = Part::ALL.into_iter().filter(|part| *part != Part::Breadth);
        parts
            .map(|part| self.counted[part as usize].iter().sum::<f64>())
            .sum()
    }

    /// Effective reactors: what an interval and `evidence` rest on.
    pub(super) fn reactors(&self) -> f64 {
        self.known_reactors() + self.counted_reactors()
    }
}
