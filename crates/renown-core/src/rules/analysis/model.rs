//! The model: conditions and tables as formulas over variables with few values.

use fixedbitset::FixedBitSet;

use super::Scene;
use super::constraints::Constraints;
use super::domains::Domains;
use super::draft::{Draft, input_variable};
use super::values::{Region, Value};
use super::variable::Variable;
use crate::rules::condition::expr::{Bool, Leaf};
use crate::rules::table::{Rule, Table};

/// Variables with their constraints, and the tests of conditions that are analysed
/// together.
#[derive(Debug)]
pub(super) struct Model<'p> {
    pub variables: Vec<Known>,
    pub constraints: Constraints,
    pub tests: Vec<Test<'p>>,
}

/// A variable with its values.
#[derive(Debug)]
pub(super) struct Known {
    pub variable: Variable,
    pub values: Vec<Value>,
}

impl Known {
    /// Returns the numbers that a value stands for, if it is numeric.
    pub(super) fn region(&self, value: usize) -> Option<Region> {
        match self.values.get(value)? {
            Value::Number(region) => Some(*region),
            _ => None,
        }
    }
}

/// A test of one variable.
#[derive(Debug)]
pub(super) struct Test<'p> {
    pub variable: usize,
    /// The values that pass the test.
    pub passing: FixedBitSet,
    pub opaque: bool,
    /// The test in its condition; `None` if it is not part of a condition.
    pub leaf: Option<&'p Leaf>,
}

impl Test<'_> {
    /// Returns whether a value passes.
    pub(super) fn passes(&self, value: usize) -> bool {
        self.passing.contains(value)
    }
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
    /// Builds the model of conditions; `None` if it would be too large.
    pub(super) fn new(scene: &Scene<'p>, trees: &[&'p Bool]) -> Option<(Self, Vec<Formula>)> {
        let mut draft = Draft::default();
        let formulas = trees
            .iter()
            .map(|tree| draft.formula(tree, scene))
            .collect();
        Some((draft.complete(scene)?, formulas))
    }

    /// Builds the model of a table: a formula for each rule, and the variable of each
    /// input. `None` if it would be too large.
    pub(super) fn of_table(
        scene: &Scene<'p>,
        table: &'p Table,
    ) -> Option<(Self, Vec<Formula>, Vec<usize>)> {
        let mut draft = Draft::default();
        let inputs = table.inputs.iter();
        let inputs: Vec<usize> = inputs
            .map(|input| draft.place(input_variable(&input.expression)))
            .collect();
        let rule = |rule: &'p Rule| {
            let columns = table.inputs.iter().zip(&inputs);
            let tests = rule
                .when
                .iter()
                .zip(columns)
                .filter_map(|(entry, (input, at))| {
                    let test = |entry| draft.entry(*at, &input.expression, entry);
                    (!entry.accepts_everything()).then_some(entry).map(test)
                });
            Formula::All(tests.collect())
        };
        let rules = table.rules.iter().map(rule).collect();
        Some((draft.complete(scene)?, rules, inputs))
    }

    /// Adds a test that some of a variable's values pass.
    pub(super) fn add(&mut self, variable: usize, passes: impl Fn(usize) -> bool) -> Formula {
        let values = 0..self.variables[variable].values.len();
        let mut passing = FixedBitSet::with_capacity(values.len());
        passing.extend(values.filter(|value| passes(*value)));
        self.tests.push(Test {
            variable,
            passing,
            opaque: self.variables[variable].variable.is_opaque(),
            leaf: None,
        });
        Formula::Test(self.tests.len() - 1)
    }

    /// Returns the index of a variable.
    pub(super) fn find(&self, variable: &Variable) -> Option<usize> {
        let mut variables = self.variables.iter();
        variables.position(|known| known.variable == *variable)
    }

    pub(super) fn get(&self, test: usize) -> &Test<'p> {
        &self.tests[test]
    }

    /// Returns the domains in which every value is left.
    pub(super) fn open(&self) -> Domains {
        let sizes = self.variables.iter().map(|known| known.values.len());
        Domains::full(sizes)
    }

    /// Narrows the domains to one value of a variable; `None` if no combination has
    /// it.
    pub(super) fn fix(&self, domains: &Domains, variable: usize, value: usize) -> Option<Domains> {
        let mut domains = domains.clone();
        domains.keep(variable, |v| v == value).ok()?;
        while self
            .constraints
            .narrow(&self.variables, &mut domains)
            .ok()?
        {}
        Some(domains)
    }

    /// Returns whether two conditions with these demands exclude each other, because no
    /// value of some variable passes a test of both.
    pub(super) fn exclude_each_other(&self, a: &[usize], b: &[usize]) -> bool {
        a.iter().any(|a| {
            let a = self.get(*a);
            let mut others = b.iter().map(|b| self.get(*b));
            others.any(|b| a.variable == b.variable && a.passing.is_disjoint(&b.passing))
        })
    }

    /// Returns the tests without which a condition cannot hold.
    pub(super) fn demands(&self, formula: &Formula) -> Vec<usize> {
        match formula {
            Formula::All(parts) => parts.iter().flat_map(|part| self.demands(part)).collect(),
            Formula::Any(parts) if parts.len() == 1 => self.demands(&parts[0]),
            Formula::Any(_) => Vec::new(),
            Formula::Test(test) => vec![*test],
        }
    }

    /// Returns the first test of a condition that is not analysed.
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
