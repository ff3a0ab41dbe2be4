//! Conditions as formulas over cells with few values each.

use super::cell::{Asked, Cell, Rule, asked};
use super::domains::{Domains, Layout};
use super::grid::{self, Constants, Region, Value};
use super::links::Links;
use crate::rules::condition::expr::*;
use crate::rules::program::Program;

/// The most cells, and values of all tests together, that are looked into.
const MAX_CELLS: usize = 300;
const MAX_VALUES: usize = 1_000_000;

/// Conditions that are asked about together.
#[derive(Debug)]
pub(super) struct Model<'p> {
    pub cells: Vec<Known>,
    pub layout: Layout,
    pub links: Links,
    tests: Vec<Test<'p>>,
}

/// A cell with its values.
#[derive(Debug)]
pub(super) struct Known {
    pub cell: Cell,
    pub values: Vec<Value>,
}

impl Known {
    /// The numbers that a value stands for, if it is a number.
    pub(super) fn region(&self, value: usize) -> Option<Region> {
        match self.values.get(value)? {
            Value::Number(region) => Some(*region),
            _ => None,
        }
    }
}

/// A test of one cell.
#[derive(Debug)]
pub(super) struct Test<'p> {
    pub cell: usize,
    /// The values that pass, a bit each.
    pub passing: Box<[u64]>,
    pub opaque: bool,
    /// As the condition has it; `None` for one that stands in no condition.
    pub leaf: Option<&'p Leaf>,
}

/// A condition over tests.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    All(Vec<Formula>),
    Any(Vec<Formula>),
    /// A test, by its number.
    Test(usize),
}

impl<'p> Model<'p> {
    /// Takes conditions apart; `None` if that is too much.
    pub(super) fn new(program: &'p Program, trees: &[&'p Bool]) -> Option<(Self, Vec<Formula>)> {
        let mut table = Table::default();
        trees.iter().for_each(|tree| table.visit(tree));
        table.complete(program);
        if table.cells.len() > MAX_CELLS {
            return None;
        }
        let cells: Vec<Known> = (0..table.cells.len())
            .map(|i| Known {
                values: grid::values(&table.cells[i].0, &table.constants(i), program),
                cell: table.cells[i].0.clone(),
            })
            .collect();
        let layout = Layout::new(cells.iter().map(|cell| cell.values.len()));
        let links = Links::new(program, &cells);
        let mut model = Self {
            cells,
            layout,
            links,
            tests: Vec::new(),
        };
        let mut room = MAX_VALUES;
        let formulas = trees
            .iter()
            .map(|tree| model.formula(tree, &mut room))
            .collect::<Option<_>>()?;
        Some((model, formulas))
    }

    fn formula(&mut self, tree: &'p Bool, room: &mut usize) -> Option<Formula> {
        Some(match tree {
            Bool::All(parts) => Formula::All(self.formulas(parts, room)?),
            Bool::Any(parts) => Formula::Any(self.formulas(parts, room)?),
            Bool::Leaf(leaf) => match asked(&leaf.atom) {
                Asked::Nothing(Some(says)) if says != leaf.negated => Formula::All(Vec::new()),
                Asked::Nothing(_) => Formula::Any(Vec::new()),
                Asked::Of(cell, rule) => {
                    let cell = self.find(&cell)?;
                    *room = room.checked_sub(self.cells[cell].values.len())?;
                    self.test(cell, leaf, &rule)
                }
            },
        })
    }

    fn formulas(&mut self, parts: &'p [Bool], room: &mut usize) -> Option<Vec<Formula>> {
        parts.iter().map(|part| self.formula(part, room)).collect()
    }

    /// What is unknown passes neither a test nor its negation.
    fn test(&mut self, cell: usize, leaf: &'p Leaf, rule: &Rule<'_>) -> Formula {
        let passes = |value: &Value| rule.says(value).is_some_and(|says| says != leaf.negated);
        let passing: Vec<bool> = self.cells[cell].values.iter().map(passes).collect();
        self.add(cell, |value| passing[value], Some(leaf))
    }

    /// A test that holds for some of a cell's values.
    pub(super) fn add(
        &mut self,
        cell: usize,
        passes: impl Fn(usize) -> bool,
        leaf: Option<&'p Leaf>,
    ) -> Formula {
        let mut passing = vec![0; self.layout.words(cell)].into_boxed_slice();
        for value in (0..self.cells[cell].values.len()).filter(|value| passes(*value)) {
            passing[value / 64] |= 1 << (value % 64);
        }
        self.tests.push(Test {
            cell,
            passing,
            opaque: self.cells[cell].cell.is_opaque(),
            leaf,
        });
        Formula::Test(self.tests.len() - 1)
    }

    /// The place of a cell.
    pub(super) fn find(&self, cell: &Cell) -> Option<usize> {
        self.cells.iter().position(|known| known.cell == *cell)
    }

    pub(super) fn get(&self, test: usize) -> &Test<'p> {
        &self.tests[test]
    }

    /// Nothing decided.
    pub(super) fn open(&self) -> Domains {
        self.layout
            .full(self.cells.iter().map(|cell| cell.values.len()))
    }

    /// The tests that a condition cannot hold without.
    pub(super) fn demands(&self, formula: &Formula) -> Vec<usize> {
        match formula {
            Formula::All(parts) => parts.iter().flat_map(|part| self.demands(part)).collect(),
            Formula::Any(parts) if parts.len() == 1 => self.demands(&parts[0]),
            Formula::Any(_) => Vec::new(),
            Formula::Test(test) => vec![*test],
        }
    }

    /// The first test of a condition that is not understood.
    pub(super) fn first_opaque(&self, formula: &Formula) -> Option<&'p Leaf> {
        match formula {
            Formula::All(parts) | Formula::Any(parts) => {
                parts.iter().find_map(|part| self.first_opaque(part))
            }
            Formula::Test(test) => {
                let test = self.get(*test);
                test.leaf.filter(|_| test.opaque)
            }
        }
    }
}

/// Cells with the values that their tests name.
#[derive(Default)]
struct Table {
    cells: Vec<(Cell, Constants)>,
}

impl Table {
    fn visit(&mut self, tree: &Bool) {
        match tree {
            Bool::All(parts) | Bool::Any(parts) => parts.iter().for_each(|part| self.visit(part)),
            Bool::Leaf(leaf) => {
                // Too many already: the caller gives up.
                if self.cells.len() <= MAX_CELLS
                    && let Asked::Of(cell, rule) = asked(&leaf.atom)
                {
                    let at = self.place(cell);
                    rule.note(&mut self.cells[at].1);
                }
            }
        }
    }

    fn place(&mut self, cell: Cell) -> usize {
        let found = self.cells.iter().position(|(known, _)| *known == cell);
        found.unwrap_or_else(|| {
            self.cells.push((cell, Constants::default()));
            self.cells.len() - 1
        })
    }

    /// Adds what the cells depend on.
    fn complete(&mut self, program: &Program) {
        for i in 0..self.cells.len() {
            let cell = self.cells[i].0.clone();
            if let Some(subject) = cell.subject() {
                self.place(Cell::Known(subject));
            }
            if let Cell::Holds(_, of) = cell {
                self.place(Cell::Attribute(of));
            }
        }
        let standing = Cell::Known(Subject::Standing);
        if self.cells.iter().any(|(cell, _)| *cell == standing) {
            for share in &program.shares {
                self.place(Cell::Known(Subject::Index(share.slot)));
            }
        }
    }

    /// The values that tests of a cell name. Score and bounds share theirs, so
    /// that they can be put in order.
    fn constants(&self, i: usize) -> Constants {
        let (cell, own) = &self.cells[i];
        let bounded = |cell: &Cell| cell.facet().is_some_and(|f| f != Facet::Percentile);
        let mut constants = own.clone();
        if bounded(cell) {
            let related = |other: &Cell| bounded(other) && other.subject() == cell.subject();
            let related = self.cells.iter().filter(|(other, _)| related(other));
            constants.numbers = related
                .flat_map(|(_, constants)| constants.numbers.iter().copied())
                .collect();
        }
        constants
    }
}
