//! The evidence of a member, and the credit totals that it earns.

use super::parts::{Part, PerPart, PerSource, Source};
use super::{AccountState, Model, Snapshot};
use crate::domain::{AccountId, Topic};

/// All evidence of one member: the states of all their accounts, and the topics
/// that they declared.
#[derive(Debug, Clone, Default)]
pub struct MemberEvidence<'a> {
    /// The member's accounts. Reactions between them earn nothing.
    pub accounts: Vec<(AccountId, &'a AccountState)>,
    /// Topics that the member declared as their own. Each has a minimum of
    /// interest.
    pub declared: Vec<Topic>,
}

/// A trust split: a sum over known reactors, by how far they are trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct TrustSplit {
    trusted: f64,
    untrusted: f64,
}

/// The credit of some known reactors by part, split by trust.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct SplitParts([TrustSplit; Part::COUNT]);

impl SplitParts {
    pub(super) fn add(&mut self, credits: &PerPart, trusted: f64) {
        for (split, credit) in self.0.iter_mut().zip(credits) {
            split.add(*credit, trusted);
        }
    }

    /// Returns the credit that counts, by part.
    pub(super) fn admitted(&self, model: &Model, snapshot: &Snapshot) -> PerPart {
        self.0.map(|split| split.admitted(model, snapshot))
    }
}

impl TrustSplit {
    pub(super) fn add(&mut self, amount: f64, trusted: f64) {
        self.trusted += amount * trusted;
        self.untrusted += amount * (1.0 - trusted);
    }

    /// Returns how much of it counts.
    pub(super) fn admitted(&self, model: &Model, snapshot: &Snapshot) -> f64 {
        self.trusted + snapshot.admitted(model, self.trusted, self.untrusted)
    }
}

/// Credit totals by part and source, in whole reactors, decayed: from known
/// reactors, and from mere counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CreditTotals {
    pub(super) known: [PerSource; Part::COUNT],
    pub(super) counted: [PerSource; Part::COUNT],
    /// Credit of untrusted known reactors; 0 after `apply_trust_cap`.
    untrusted: [PerSource; Part::COUNT],
}

/// The effect of the trust cap on untrusted credit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CappedTrust {
    /// The share of it that counts.
    pub(super) share: f64,
    /// The discounted rest, in effective reactors.
    pub(super) discounted: f64,
}

impl CreditTotals {
    /// Adds credit of a known reactor, split by how far they are trusted.
    pub(super) fn add_known(&mut self, part: Part, source: Source, credit: f64, trusted: f64) {
        self.known[part as usize][source as usize] += credit * trusted;
        self.untrusted[part as usize][source as usize] += credit * (1.0 - trusted);
    }

    /// Applies the trust cap: counts untrusted credit as far as it may, part by
    /// part. Returns the effect on reach.
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

    /// Returns the credit of known reactors, by part.
    pub(super) fn known(&self) -> PerPart {
        self.known.map(|sources| sources.iter().sum())
    }

    /// Returns all credit, by part.
    pub(super) fn total(&self) -> PerPart {
        let known = self.known();
        let counted = self.counted.map(|sources| sources.iter().sum::<f64>());
        std::array::from_fn(|part| known[part] + counted[part])
    }

    /// Returns the effective reactors that are known: each distinct one counts
    /// at most 1.
    pub(super) fn known_reactors(&self) -> f64 {
        self.known[Part::Reach as usize].iter().sum()
    }

    /// Returns what counts are worth, in effective reactors. Reach and breadth
    /// are left out, because they come from the same reactions.
    pub(super) fn counted_reactors(&self) -> f64 {
        let parts = Part::ALL.into_iter();
        parts
            .filter(|part| !matches!(part, Part::Reach | Part::Breadth))
            .map(|part| self.counted[part as usize].iter().sum::<f64>())
            .sum()
    }

    /// Returns what counted reactions are worth, in effective reactors: the same
    /// without followers and the counters of a profile.
    pub(super) fn counted_reactions(&self) -> f64 {
        let parts = [Part::Amplification, Part::Engagement, Part::Curation];
        let lines = parts.map(|part| self.counted[part as usize]);
        let of_profile = |line: &PerSource| line[Source::Profile as usize];
        lines
            .iter()
            .map(|line| line.iter().sum::<f64>() - of_profile(line))
            .sum()
    }

    /// Returns the effective reactors, on which an interval and `evidence`
    /// rest.
    pub(super) fn reactors(&self) -> f64 {
        self.known_reactors() + self.counted_reactors()
    }
}
