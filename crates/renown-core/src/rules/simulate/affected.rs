//! The members that a draft affects most.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{MemberId, MemberName, PerkId, TierId};

use super::Comparison;
use super::report::Horizons;
use super::sides::{Look, Place};
use super::totals::HORIZONS;

/// The maximum number of members in the list.
const NAMED: usize = 20;

/// The effect of a draft on one member, on one horizon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// The tier before; null if nothing is published yet.
    #[schema(value_type = Option<String>)]
    pub tier_before: Option<TierId>,
    /// The tier after.
    #[schema(value_type = String)]
    pub tier_after: TierId,
    /// Places that the member moves up; negative if down.
    pub places: i32,
    /// Perks that the member can no longer claim.
    #[schema(value_type = Vec<String>)]
    pub perks_lost: Vec<PerkId>,
    /// Perks that the member can newly claim.
    #[schema(value_type = Vec<String>)]
    pub perks_gained: Vec<PerkId>,
}

/// A member that the draft affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Affected {
    /// The member's id, assigned by Renown.
    #[schema(value_type = uuid::Uuid)]
    pub member: MemberId,
    /// The name that the business calls the member by; null if it gave none.
    #[serde(default)]
    pub name: Option<MemberName>,
    /// An identity of the member, an account if there is one; null for a key that is limited
    /// to a program.
    #[serde(default)]
    pub identity: Option<String>,
    /// The effect at once, and the effect when kept times are over.
    #[serde(flatten)]
    pub effects: Horizons<Effect>,
}

/// The sort key: the largest move first, then the most perks, then the lowest
/// id.
type Key = (Reverse<u32>, Reverse<usize>, MemberId);

/// An affected member that is not written out yet, because most candidates are
/// not among the most affected.
pub(super) struct Candidate<'a> {
    key: Key,
    comparison: &'a Comparison<'a>,
    both: [(&'a Place, &'a Place); HORIZONS],
}

impl<'a> Candidate<'a> {
    /// Returns `None` if the draft makes no difference to the member.
    pub(super) fn of(
        comparison: &'a Comparison<'a>,
        member: MemberId,
        before: &'a Look,
        after: &'a Look,
    ) -> Option<Self> {
        let ([a, b], [c, d]) = (before.horizons(), after.horizons());
        let both = [(a, c), (b, d)];
        let places = |(from, to): &(&Place, &Place)| places(comparison, from, to).unsigned_abs();
        let perks = |(from, to): &(&Place, &Place)| {
            let pairs = from.perks.iter().zip(&to.perks);
            pairs.filter(|(had, has)| had != has).count()
        };
        let largest = both.iter().map(places).max().unwrap_or(0);
        let most = both.iter().map(perks).max().unwrap_or(0);
        (largest > 0 || most > 0).then_some(Self {
            key: (Reverse(largest), Reverse(most), member),
            comparison,
            both,
        })
    }

    fn write_out(&self) -> Affected {
        let effect = |(from, to): (&Place, &Place)| {
            let tier = |slot: usize| self.comparison.tiers[slot].clone();
            let perks = |wanted: (bool, bool)| {
                let pairs = from.perks.iter().zip(&to.perks);
                let changes = pairs.zip(&self.comparison.perks);
                changes
                    .filter(|((had, has), _)| (**had, **has) == wanted)
                    .map(|(_, perk)| (*perk).clone())
                    .collect()
            };
            Effect {
                tier_before: from.tier.map(tier),
                tier_after: tier(to.tier.expect("a draft gives everybody a tier")),
                places: places(self.comparison, from, to),
                perks_lost: perks((true, false)),
                perks_gained: perks((false, true)),
            }
        };
        Affected {
            member: self.key.2,
            name: None,
            identity: None,
            effects: Horizons {
                at_once: effect(self.both[0]),
                settled: effect(self.both[1]),
            },
        }
    }
}

fn places(comparison: &Comparison<'_>, from: &Place, to: &Place) -> i32 {
    to.tier.map_or(0, |to| comparison.places(from.tier, to))
}

/// The most affected of all members that were offered.
#[derive(Debug, Clone, Default)]
pub(super) struct MostAffected(BTreeMap<Key, Affected>);

impl MostAffected {
    pub(super) fn offer(&mut self, candidate: Candidate<'_>) {
        let full = self.0.len() >= NAMED;
        let last = self.0.last_key_value().map(|(key, _)| key);
        if !full || last.is_some_and(|last| candidate.key < *last) {
            self.0.insert(candidate.key, candidate.write_out());
            self.tidy();
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
        self.tidy();
    }

    fn tidy(&mut self) {
        while self.0.len() > NAMED {
            self.0.pop_last();
        }
    }

    /// Returns the members, most affected first.
    pub(super) fn into_list(self) -> Vec<Affected> {
        self.0.into_values().collect()
    }
}
