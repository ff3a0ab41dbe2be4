//! Building a model: collects the variables, their constants and their readers, then
//! evaluates every reader on every value.

use fixedbitset::FixedBitSet;

use super::Scene;
use super::constraints::Constraints;
use super::model::{Formula, Known, Model, Test};
use super::probe::{self, Probe};
use super::values::{self, Constants};
use super::variable::{Variable, is_constant};
use crate::rules::condition::eval::Eval;
use crate::rules::condition::expr::*;
use crate::rules::table::{Entry, Typed, Unary};

/// The most variables, and the most values of all tests together.
const MAX_VARIABLES: usize = 300;
const MAX_VALUES: usize = 1_000_000;

/// A test of a condition, or an entry of a table.
#[derive(Debug, Clone, Copy)]
enum Reader<'p> {
    Leaf(&'p Leaf),
    Entry(&'p Typed, &'p Entry),
}

impl Reader<'_> {
    fn passes(self, probe: &Probe<'_>) -> bool {
        match self {
            Self::Leaf(leaf) => probe.passes(leaf),
            Self::Entry(input, entry) => probe.input(input, |value| entry.accepts(value)),
        }
    }
}

/// Returns the variable of a table's input. Of conditions, only `….unknown` has
/// constraints with other inputs; any other is opaque.
pub(super) fn input_variable(input: &Typed) -> Variable {
    match input {
        Typed::Number(number) => {
            Variable::of_number(number).unwrap_or_else(|| Variable::Calculated(number.clone()))
        }
        Typed::Text(text) => {
            Variable::of_text(text).unwrap_or_else(|| Variable::Chosen(text.clone()))
        }
        Typed::Any(of) => Variable::Attribute(of.clone()),
        Typed::Bool(both) => match &both.yes {
            Bool::Leaf(Leaf {
                negated: false,
                atom: Atom::Unknown(subject),
                ..
            }) => Variable::Known(*subject),
            tree => Variable::Opaque(tree.clone()),
        },
    }
}

/// A model that is being built: variables with their constants, and their readers.
#[derive(Default)]
pub(super) struct Draft<'p> {
    variables: Vec<(Variable, Constants)>,
    readers: Vec<(usize, Reader<'p>)>,
}

impl<'p> Draft<'p> {
    pub(super) fn formula(&mut self, tree: &'p Bool, scene: &Scene<'_>) -> Formula {
        match tree {
            Bool::All(parts) => {
                Formula::All(parts.iter().map(|part| self.formula(part, scene)).collect())
            }
            Bool::Any(parts) => {
                Formula::Any(parts.iter().map(|part| self.formula(part, scene)).collect())
            }
            Bool::Leaf(leaf) => self.leaf(leaf, scene),
        }
    }

    fn leaf(&mut self, leaf: &'p Leaf, scene: &Scene<'_>) -> Formula {
        // Too many variables: `complete` returns `None`.
        let full = self.variables.len() > MAX_VARIABLES;
        let Some(variable) = Variable::of(&leaf.atom).filter(|_| !full) else {
            let passes = scene.with_nothing(|view| Eval::on(view).passes(leaf));
            return if passes {
                Formula::All(Vec::new())
            } else {
                Formula::Any(Vec::new())
            };
        };
        let variable = self.place(variable);
        let constants = &mut self.variables[variable].1;
        scene.with_nothing(|view| note(&leaf.atom, Eval::on(view), constants));
        self.read(variable, Reader::Leaf(leaf))
    }

    pub(super) fn entry(&mut self, variable: usize, input: &'p Typed, entry: &'p Entry) -> Formula {
        let constants = &mut self.variables[variable].1;
        for test in &entry.tests {
            match test {
                Unary::Range(range) => constants.numbers.extend([range.low, range.high]),
                Unary::Text(text) => constants.texts.push(text.clone()),
                Unary::Bool(_) => {}
            }
        }
        self.read(variable, Reader::Entry(input, entry))
    }

    fn read(&mut self, variable: usize, reader: Reader<'p>) -> Formula {
        self.readers.push((variable, reader));
        Formula::Test(self.readers.len() - 1)
    }

    pub(super) fn place(&mut self, variable: Variable) -> usize {
        let mut variables = self.variables.iter();
        let found = variables.position(|(known, _)| *known == variable);
        found.unwrap_or_else(|| {
            self.variables.push((variable, Constants::default()));
            self.variables.len() - 1
        })
    }

    /// Adds the variables that others depend on, and evaluates every reader.
    pub(super) fn complete(mut self, scene: &Scene<'p>) -> Option<Model<'p>> {
        self.add_dependencies(scene);
        if self.variables.len() > MAX_VARIABLES {
            return None;
        }
        let variables: Vec<Known> = (0..self.variables.len())
            .map(|i| Known {
                values: values::values(&self.variables[i].0, &self.constants(i), scene),
                variable: self.variables[i].0.clone(),
            })
            .collect();
        let read = self.readers.iter();
        let work: usize = read.map(|(at, _)| variables[*at].values.len()).sum();
        if work > MAX_VALUES {
            return None;
        }
        let mut tests: Vec<Test<'p>> = Vec::with_capacity(self.readers.len());
        tests.extend(self.readers.iter().map(|&(variable, reader)| Test {
            variable,
            passing: FixedBitSet::with_capacity(variables[variable].values.len()),
            opaque: variables[variable].variable.is_opaque(),
            leaf: match reader {
                Reader::Leaf(leaf) => Some(leaf),
                Reader::Entry(..) => None,
            },
        }));
        for (at, known) in variables.iter().enumerate() {
            let readers = self.readers.iter().enumerate();
            let own: Vec<_> = readers.filter(|(_, (of, _))| *of == at).collect();
            probe::each(scene, known, |value, probe| {
                for (test, (_, reader)) in &own {
                    if reader.passes(&probe) {
                        tests[*test].passing.insert(value);
                    }
                }
            });
        }
        Some(Model {
            constraints: Constraints::new(scene, &variables),
            variables,
            tests,
        })
    }

    fn add_dependencies(&mut self, scene: &Scene<'_>) {
        for i in 0..self.variables.len() {
            let variable = self.variables[i].0.clone();
            if let Some(subject) = variable.subject() {
                self.place(Variable::Known(subject));
            }
            if let Variable::Holds(_, of) = variable {
                self.place(Variable::Attribute(of));
            }
        }
        let standing = Variable::Known(Subject::Standing);
        if self.variables.iter().any(|(known, _)| *known == standing) {
            for share in scene.bindings.shares {
                self.place(Variable::Known(Subject::Index(share.slot)));
            }
        }
    }

    /// Returns the constants of a variable. The score and the bounds of one index
    /// share theirs, so that their values can be put in order.
    fn constants(&self, i: usize) -> Constants {
        let (variable, own) = &self.variables[i];
        let bounded = |variable: &Variable| {
            variable
                .facet()
                .is_some_and(|facet| facet != Facet::Percentile)
        };
        let mut constants = own.clone();
        if bounded(variable) {
            let related =
                |other: &Variable| bounded(other) && other.subject() == variable.subject();
            let related = self.variables.iter().filter(|(other, _)| related(other));
            constants.numbers = related
                .flat_map(|(_, constants)| constants.numbers.iter().copied())
                .collect();
        }
        constants
    }
}

/// Adds the constants at which the result of a test may change.
fn note(atom: &Atom, eval: Eval<'_>, constants: &mut Constants) {
    match atom {
        Atom::Number(a, _, b) => {
            let sides = [a, b].into_iter().filter(|side| is_constant(side));
            constants
                .numbers
                .extend(sides.filter_map(|side| eval.number(side)));
        }
        Atom::AmongNumbers(_, list) => constants.numbers.extend(list),
        Atom::Text(a, _, b) => {
            constants
                .texts
                .extend([a, b].into_iter().filter_map(|side| match side {
                    Text::Const(text) => Some(text.clone()),
                    _ => None,
                }));
        }
        Atom::Among(_, List::Const(list)) => constants.texts.extend(list.iter().cloned()),
        Atom::Time(a, _, b) => {
            constants
                .times
                .extend([a, b].into_iter().filter_map(|side| match side {
                    Time::Const(time) => Some(*time),
                    _ => None,
                }));
        }
        _ => {}
    }
}
