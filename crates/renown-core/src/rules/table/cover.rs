//! The search through a grid: is there a choice of one cell for each input in
//! which these rules match and none of those?

use std::collections::HashSet;

use super::axis::Part;
use super::grid::{Grid, RuleSet};

/// More cells would have to be looked at than one table is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    /// Rules that all match.
    pub must: RuleSet,
    /// Rules none of which matches.
    pub never: RuleSet,
    /// Whether inputs may be unknown.
    pub unknown: bool,
}

/// One search. Choices that led nowhere are remembered by what matters of
/// them: the rules that may not match and still would, and the cells of inputs
/// that are tied to later ones.
struct Search<'g, 't> {
    grid: &'g Grid<'t>,
    question: Question,
    /// From each input on, the rules that match whatever is chosen.
    always: Vec<RuleSet>,
    failed: HashSet<(usize, RuleSet, Vec<usize>)>,
    chosen: Vec<usize>,
    /// How many cells may still be looked at.
    budget: &'g mut usize,
}

impl<'t> Grid<'t> {
    /// Finds a choice, told as a part for each input.
    pub(super) fn find(
        &self,
        question: Question,
        budget: &mut usize,
    ) -> Result<Option<Vec<Part<'t>>>, TooLarge> {
        let mut search = Search {
            grid: self,
            question,
            always: Vec::new(),
            failed: HashSet::new(),
            chosen: Vec::new(),
            budget,
        };
        search.look_ahead()?;
        let found = search.from(0, question.never)?;
        let cells = self.axes.iter().zip(&search.chosen);
        Ok(found.then(|| cells.map(|(axis, cell)| axis.cells[*cell].part).collect()))
    }
}

impl Search<'_, '_> {
    /// The cells of an input that are no contradiction to the question.
    fn cells(&self, axis: usize) -> impl Iterator<Item = (usize, &RuleSet)> {
        let cells = self.grid.axes[axis].cells.iter().enumerate();
        cells
            .filter(|(_, cell)| self.question.unknown || cell.part != Part::Unknown)
            .filter(|(_, cell)| self.question.must.is_within(&cell.rules))
            .map(|(i, cell)| (i, &cell.rules))
    }

    fn look_ahead(&mut self) -> Result<(), TooLarge> {
        let mut always = vec![(0..self.grid.rules).collect::<RuleSet>()];
        for axis in (0..self.grid.axes.len()).rev() {
            self.spend(self.grid.axes[axis].cells.len())?;
            let last = always.last().copied().unwrap_or(RuleSet::EMPTY);
            always.push(
                self.cells(axis)
                    .fold(last, |all, (_, rules)| all.and(rules)),
            );
        }
        always.reverse();
        self.always = always;
        Ok(())
    }

    fn spend(&mut self, cells: usize) -> Result<(), TooLarge> {
        *self.budget = self.budget.checked_sub(cells).ok_or(TooLarge)?;
        Ok(())
    }

    /// Chooses cells from an input on. `alive` are the rules that may not match
    /// and so far do.
    fn from(&mut self, axis: usize, alive: RuleSet) -> Result<bool, TooLarge> {
        if axis == self.grid.axes.len() {
            return Ok(alive.is_empty());
        }
        if !alive.and(&self.always[axis]).is_empty() {
            return Ok(false);
        }
        let key = (axis, alive, self.tied_choices());
        if self.failed.contains(&key) {
            return Ok(false);
        }
        self.spend(self.grid.axes[axis].cells.len())?;
        let candidates = self.candidates(axis, &alive);
        // They were compared with each other.
        self.spend(candidates.len() * self.grid.axes[axis].cells.len() / 16)?;
        for (cell, rest) in candidates {
            self.chosen.push(cell);
            if self.from(axis + 1, rest)? {
                return Ok(true);
            }
            self.chosen.pop();
        }
        self.failed.insert(key);
        Ok(false)
    }

    fn tied_choices(&self) -> Vec<usize> {
        let choices = self.chosen.iter().zip(&self.grid.tied);
        choices
            .filter(|(_, tied)| **tied)
            .map(|(cell, _)| *cell)
            .collect()
    }

    /// The cells to try, the most promising first. One that leaves all rules
    /// alive that another leaves, and more, can lead to nothing else.
    fn candidates(&self, axis: usize, alive: &RuleSet) -> Vec<(usize, RuleSet)> {
        let mut all: Vec<(usize, RuleSet)> = self
            .cells(axis)
            .filter(|(cell, _)| self.grid.agrees(axis, *cell, &self.chosen))
            .map(|(cell, rules)| (cell, alive.and(rules)))
            .collect();
        all.sort_by_key(|(_, rest)| rest.len());
        if self.grid.tied[axis] {
            return all;
        }
        let mut best: Vec<(usize, RuleSet)> = Vec::new();
        for (cell, rest) in all {
            if !best.iter().any(|(_, other)| other.is_within(&rest)) {
                best.push((cell, rest));
            }
        }
        best
    }
}
