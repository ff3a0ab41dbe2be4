//! A table as a grid: the cells of all its inputs, with the rules that match
//! in each.

use std::collections::HashSet;

use super::Table;
use super::axis::{Axis, Cell, Nature, Part, agree};
use super::source::MAX_RULES;
use crate::domain::TierId;

const WORDS: usize = MAX_RULES.div_ceil(64);

/// A set of a table's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RuleSet([u64; WORDS]);

impl RuleSet {
    pub(super) const EMPTY: Self = Self([0; WORDS]);

    /// The rules before one.
    pub(super) fn before(rule: usize) -> Self {
        (0..rule).collect()
    }

    pub(super) fn insert(&mut self, rule: usize) {
        if let Some(word) = self.0.get_mut(rule / 64) {
            *word |= 1 << (rule % 64);
        }
    }

    pub(super) fn contains(&self, rule: usize) -> bool {
        let word = self.0.get(rule / 64);
        word.is_some_and(|word| word & (1 << (rule % 64)) != 0)
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    pub(super) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.and(other) == *self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..MAX_RULES).filter(|rule| self.contains(*rule))
    }
}

impl FromIterator<usize> for RuleSet {
    fn from_iter<I: IntoIterator<Item = usize>>(rules: I) -> Self {
        let mut set = Self::EMPTY;
        rules.into_iter().for_each(|rule| set.insert(rule));
        set
    }
}

/// All inputs of a table.
#[derive(Debug)]
pub(super) struct Grid<'t> {
    pub axes: Vec<Axis<'t>>,
    /// Whether an axis is tied to another: which of its cells is chosen
    /// matters beyond the rules that match there.
    pub tied: Vec<bool>,
    pub rules: usize,
}

impl<'t> Grid<'t> {
    pub(super) fn new(table: &'t Table, tiers: &'t [TierId]) -> Self {
        let inputs = table.inputs.iter().enumerate();
        let mut axes: Vec<Axis<'t>> = inputs
            .map(|(i, input)| Axis::new(&input.looked, i, &table.rules, tiers))
            .collect();
        let natures: Vec<Nature> = axes.iter().map(|axis| axis.nature).collect();
        let tied: Vec<bool> = (0..axes.len())
            .map(|i| (0..axes.len()).any(|j| i != j && are_tied(natures[i], natures[j])))
            .collect();
        for (axis, tied) in axes.iter_mut().zip(&tied) {
            if !tied {
                merge(&mut axis.cells);
            }
        }
        Self {
            axes,
            tied,
            rules: table.rules.len(),
        }
    }

    /// Whether a cell of an axis agrees with those chosen of earlier ones.
    pub(super) fn agrees(&self, axis: usize, cell: usize, chosen: &[usize]) -> bool {
        if !self.tied[axis] {
            return true;
        }
        let side = |axis: usize, cell: usize| {
            let of = &self.axes[axis];
            (of.nature, of.cells[cell].part)
        };
        let mut earlier = chosen.iter().enumerate();
        earlier.all(|(other, at)| agree(side(other, *at), side(axis, cell)))
    }

    /// For each rule, those that match something that it matches too, every
    /// input taken for itself.
    pub(super) fn meeting(&self) -> Vec<RuleSet> {
        let all: RuleSet = (0..self.rules).collect();
        let mut meeting = vec![all; self.rules];
        for axis in &self.axes {
            let mut here = vec![RuleSet::EMPTY; self.rules];
            for cell in &axis.cells {
                for rule in cell.rules.iter() {
                    here[rule] = here[rule].or(&cell.rules);
                }
            }
            for (meeting, here) in meeting.iter_mut().zip(&here) {
                *meeting = meeting.and(here);
            }
        }
        meeting
    }
}

fn are_tied(a: Nature, b: Nature) -> bool {
    use Nature::{Index, Topic, Unknown};
    match (a, b) {
        (Index(s, _), Index(t, _) | Unknown(t)) | (Unknown(s), Index(t, _)) => s == t,
        (Topic(s), Topic(t)) => s == t,
        (Topic(slot), Unknown(subject)) | (Unknown(subject), Topic(slot)) => {
            subject == crate::rules::condition::expr::Subject::Topic(slot)
        }
        _ => false,
    }
}

/// Of the known cells in which the same rules match, one is enough.
fn merge(cells: &mut Vec<Cell<'_>>) {
    let mut seen = HashSet::new();
    cells.retain(|cell| cell.part == Part::Unknown || seen.insert(cell.rules));
}
