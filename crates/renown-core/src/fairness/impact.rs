//! The impact of rules on groups: the share of each group that is chosen,
//! compared with the group that is chosen most often.
//!
//! The standard is the four-fifths rule (Uniform Guidelines on Employee
//! Selection Procedures, 29 CFR 1607.4(D)): a group's rate below four fifths of
//! the highest rate is taken as evidence of adverse impact, unless the numbers
//! are too small.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The share of the highest rate below which a group counts as disadvantaged.
pub const FOUR_FIFTHS: f64 = 0.8;
/// The minimum number of members. Smaller groups are not judged, and other
/// groups are not compared with them.
pub const FEWEST: u64 = 30;
/// The maximum number of values of an attribute that are shown as groups.
pub const MAX_VALUES: usize = 50;
/// The maximum number of values of an attribute that are counted separately,
/// which limits the memory. An attribute with more values (a name, a date of
/// birth) makes no useful groups.
const MAX_COUNTED: usize = 1_000;

/// The group of all members whose value is not shown as a group of its own.
pub const OTHER: &str = "(other)";
/// The group of all members without the attribute.
pub const UNKNOWN: &str = "(unknown)";

/// The size of a group, and how many members each outcome chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Members in the group.
    pub members: u64,
    /// Members chosen, by outcome.
    pub chosen: Vec<u64>,
}

impl Counts {
    /// Starts with no members, for this number of outcomes.
    pub fn new(outcomes: usize) -> Self {
        Self {
            members: 0,
            chosen: vec![0; outcomes],
        }
    }

    /// Counts one more member, chosen by these outcomes.
    pub fn add(&mut self, chosen: &[usize]) {
        self.members += 1;
        for outcome in chosen {
            self.chosen[*outcome] += 1;
        }
    }

    /// Adds the counts of other members.
    pub fn merge(&mut self, other: &Self) {
        self.members += other.members;
        for (sum, more) in self.chosen.iter_mut().zip(&other.chosen) {
            *sum += more;
        }
    }

    /// Returns the counts without those of `part`, which must be contained in
    /// them.
    fn without(&self, part: &Self) -> Self {
        let chosen = self.chosen.iter().zip(&part.chosen);
        Self {
            members: self.members - part.members,
            chosen: chosen.map(|(all, part)| all - part).collect(),
        }
    }
}

/// Members by the values of one attribute. Every split of the members adds up
/// to the same result: if there are too many values, the first ones by name are
/// counted separately.
#[derive(Debug, Clone)]
pub struct Breakdown {
    values: BTreeMap<Box<str>, Counts>,
    beyond: Counts,
    known: Counts,
}

/// One group of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The value, or [`OTHER`] or [`UNKNOWN`].
    pub name: String,
    /// Whether the group stands for one value. Only such groups set the highest
    /// rate.
    pub named: bool,
    /// The counts of the group.
    pub counts: Counts,
}

impl Breakdown {
    /// Starts with no members, for this number of outcomes.
    pub fn new(outcomes: usize) -> Self {
        Self {
            values: BTreeMap::new(),
            beyond: Counts::new(outcomes),
            known: Counts::new(outcomes),
        }
    }

    /// Counts a member with these values. A member with several values belongs
    /// to several groups; a member without values is not counted here.
    pub fn add<'v>(&mut self, values: impl IntoIterator<Item = &'v str>, chosen: &[usize]) {
        let mut any = false;
        for value in values {
            any = true;
            if let Some(counts) = self.values.get_mut(value) {
                counts.add(chosen);
                continue;
            }
            let mut counts = Counts::new(self.known.chosen.len());
            counts.add(chosen);
            self.values.insert(value.into(), counts);
            self.tidy();
        }
        if any {
            self.known.add(chosen);
        }
    }

    /// Adds the counts of other members.
    pub fn merge(&mut self, other: Self) {
        for (value, counts) in other.values {
            match self.values.get_mut(&value) {
                Some(sum) => sum.merge(&counts),
                None => drop(self.values.insert(value, counts)),
            }
        }
        self.beyond.merge(&other.beyond);
        self.known.merge(&other.known);
        self.tidy();
    }

    fn tidy(&mut self) {
        while self.values.len() > MAX_COUNTED
            && let Some((_, counts)) = self.values.pop_last()
        {
            self.beyond.merge(&counts);
        }
    }

    /// Returns whether any member has the attribute.
    pub fn occurs(&self) -> bool {
        self.known.members > 0
    }

    /// Returns the groups, largest first, then the rest, then the members of
    /// `all_members` without the attribute.
    pub fn groups(&self, all_members: &Counts) -> Vec<Group> {
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_by(|(a, x), (b, y)| y.members.cmp(&x.members).then(a.cmp(b)));
        let mut other = self.beyond.clone();
        for (_, counts) in values.iter().skip(MAX_VALUES) {
            other.merge(counts);
        }
        let named = values.into_iter().take(MAX_VALUES);
        let mut groups: Vec<Group> = named
            .map(|(value, counts)| Group {
                name: value.to_string(),
                named: true,
                counts: counts.clone(),
            })
            .collect();
        let unknown = all_members.without(&self.known);
        for (name, counts) in [(OTHER, other), (UNKNOWN, unknown)] {
            if counts.members > 0 {
                groups.push(Group {
                    name: name.to_owned(),
                    named: false,
                    counts,
                });
            }
        }
        groups
    }
}

/// The result of a comparison with the group that is chosen most often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The rate is at least four fifths of the highest rate.
    Fair,
    /// The rate is below four fifths of the highest rate: the reason should be
    /// examined.
    BelowFourFifths,
    /// The group has fewer than 30 members, so that no conclusion is possible.
    TooFew,
    /// No member was chosen in any group of 30 or more, or there is no such
    /// group.
    NothingToCompare,
}

/// The rate at which a group is chosen, compared with the other groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    /// Members of the group that were chosen.
    pub chosen: u64,
    /// The share of the group that was chosen, from 0 to 1.
    pub share: f64,
    /// The group's share divided by the highest share. The highest share is
    /// taken from the groups that stand for one value and have at least 30
    /// members. Null if no such group has a member that was chosen.
    pub ratio: Option<f64>,
    /// The conclusion.
    pub finding: Finding,
}

/// Compares the groups on one outcome.
pub fn compare(groups: &[Group], outcome: usize) -> Vec<Rate> {
    let share = |counts: &Counts| match counts.members {
        0 => 0.0,
        members => counts.chosen[outcome] as f64 / members as f64,
    };
    let measures = groups
        .iter()
        .filter(|group| group.named && group.counts.members >= FEWEST);
    let highest = measures
        .map(|group| share(&group.counts))
        .fold(0.0, f64::max);
    let rate = |group: &Group| {
        let share = share(&group.counts);
        let ratio = (highest > 0.0).then(|| share / highest);
        Rate {
            chosen: group.counts.chosen[outcome],
            share,
            ratio,
            finding: match ratio {
                _ if group.counts.members < FEWEST => Finding::TooFew,
                None => Finding::NothingToCompare,
                Some(ratio) if ratio < FOUR_FIFTHS => Finding::BelowFourFifths,
                Some(_) => Finding::Fair,
            },
        }
    };
    groups.iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, members: u64, chosen: u64) -> Group {
        Group {
            name: name.to_owned(),
            named: true,
            counts: Counts {
                members,
                chosen: vec![chosen],
            },
        }
    }

    #[test]
    fn four_fifths_of_the_highest_rate_is_the_line() {
        // 48 of 80 is 0.6. 12 of 40 is 0.3, half of it. 24 of 50 is 0.48,
        // exactly four fifths.
        let groups = [group("a", 80, 48), group("b", 40, 12), group("c", 50, 24)];
        let rates = compare(&groups, 0);
        assert_eq!(rates[0].ratio, Some(1.0));
        assert_eq!(
            (rates[1].share, rates[1].ratio, rates[1].finding),
            (0.3, Some(0.5), Finding::BelowFourFifths)
        );
        assert_eq!(rates[2].finding, Finding::Fair);
    }

    #[test]
    fn a_handful_is_neither_judged_nor_a_measure() {
        let groups = [group("a", 29, 29), group("b", 30, 15), group("c", 40, 15)];
        let rates = compare(&groups, 0);
        assert_eq!(rates[0].finding, Finding::TooFew);
        assert_eq!(rates[1].ratio, Some(1.0), "measured by b, not by a");
        assert_eq!(rates[2].finding, Finding::BelowFourFifths);
    }

    #[test]
    fn where_nobody_is_chosen_nobody_is_behind() {
        let rates = compare(&[group("a", 100, 0), group("b", 100, 0)], 0);
        let expected = (None, Finding::NothingToCompare);
        assert!(rates.iter().all(|r| (r.ratio, r.finding) == expected));
    }

    #[test]
    fn the_rest_is_shown_together() {
        let mut all_members = Counts::new(1);
        let mut breakdown = Breakdown::new(1);
        for value in 0..60 {
            for _ in 0..=value {
                all_members.add(&[0]);
                breakdown.add([format!("v{value:02}").as_str()], &[0]);
            }
        }
        all_members.add(&[]);
        let groups = breakdown.groups(&all_members);
        assert_eq!(groups.len(), MAX_VALUES + 2);
        assert_eq!(
            (groups[0].name.as_str(), groups[0].counts.members),
            ("v59", 60)
        );
        // v00 to v09: 1 + 2 + … + 10.
        let other = &groups[MAX_VALUES];
        assert_eq!((other.name.as_str(), other.counts.members), (OTHER, 55));
        let unknown = &groups[MAX_VALUES + 1];
        assert_eq!((unknown.counts.members, unknown.counts.chosen[0]), (1, 0));
    }

    #[test]
    fn too_many_values_are_the_same_rest_in_any_split() {
        let all: Vec<String> = (0..1_500)
            .map(|n| format!("{:04}", n * 7 % 1_500))
            .collect();
        let count = |values: &[String]| {
            let mut breakdown = Breakdown::new(1);
            values
                .iter()
                .for_each(|value| breakdown.add([value.as_str()], &[0]));
            breakdown
        };
        let whole = count(&all);
        for split in [1, 700, 1_400] {
            let mut merged = count(&all[split..]);
            merged.merge(count(&all[..split]));
            assert_eq!(merged.values, whole.values);
            assert_eq!((merged.beyond.members, whole.beyond.members), (500, 500));
        }
    }

    #[test]
    fn somebody_with_two_values_belongs_to_both_groups_and_is_known_once() {
        let mut breakdown = Breakdown::new(1);
        breakdown.add(["de", "en"], &[0]);
        let mut all_members = Counts::new(1);
        all_members.add(&[0]);
        let groups = breakdown.groups(&all_members);
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["de", "en"]);
    }
}
