//! Conditions and tables as formulas over variables with few values each.

use fixedbitset::FixedBitSet;

use super::Scene;
use super::constraints::Constraints;
use super::domains::Domains;
use super::probe::{self, Probe};
use super::values::{self, Constants, Region, Value};
use super::variable::{Variable, is_constant};
use crate::rules::condition::eval::Eval;
use crate::rules::condition::expr::*;
use crate::rules::table::{Entry, Rule, Table, Typed, Unary};

/// The most variables, and values of all tests together, that are looked into.
const MAX_VARIABLES: usize = 300;
const MAX_VALUES: usize = 1_000_000;

/// Conditions that are asked about together.
#[derive(Debug)]
pub(super) struct Model<'p> {
    pub variables: Vec<Known>,
    pub constraints: Constraints,
    tests: Vec<Test<'p>>,
}

/// A variable with its values.
#[derive(Debug)]
pub(super) struct Known {
    pub variable: Variable,
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

/// A test of one variable.
#[derive(Debug)]
pub(super) struct Test<'p> {
    pub variable: usize,
    /// The values that pass.
    pub passing: FixedBitSet,
    pub opaque: bool,
    /// As the condition has it; `None` for one that stands in no condition.
    pub leaf: Option<&'p Leaf>,
}

impl Test<'_> {
    /// Whether a value passes.
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

/// What reads a variable.
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

impl<'p> Model<'p> {
    /// Takes conditions apart; `None` if that is too much.
    pub(super) fn new(scene: &Scene<'p>, trees: &[&'p Bool]) -> Option<(Self, Vec<Formula>)> {
        let mut draft = Draft::default();
        let formulas = trees
            .iter()
            .map(|tree| draft.formula(tree, scene))
            .collect();
        Some((draft.complete(scene)?, formulas))
    }

    /// Takes a table apart: a formula for each rule, and the variable of each
    /// input. `None` if that is too much.
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

    /// Adds a test that holds for some of a variable's values.
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

    /// The place of a variable.
    pub(super) fn find(&self, variable: &Variable) -> Option<usize> {
        let mut variables = self.variables.iter();
        variables.position(|known| known.variable == *variable)
    }

    pub(super) fn get(&self, test: usize) -> &Test<'p> {
        &self.tests[test]
    }

    /// Nothing decided.
    pub(super) fn open(&self) -> Domains {
        let sizes = self.variables.iter().map(|known| known.values.len());
        Domains::full(sizes)
    }

    /// The values that are left for a variable, in their order.
    pub(super) fn values(&self, domains: &Domains, variable: usize) -> Vec<usize> {
        domains.values(variable).collect()
    }

    /// What is left where a variable has a value; `None` if it cannot have it.
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

    /// Whether two rules of a table ask of one variable what it cannot be at once.
    pub(super) fn exclude_each_other(&self, a: &Formula, b: &Formula) -> bool {
        let (a, b) = (self.demands(a), self.demands(b));
        a.iter().any(|a| {
            let a = self.get(*a);
            let mut others = b.iter().map(|b| self.get(*b));
            others.any(|b| a.variable == b.variable && a.passing.is_disjoint(&b.passing))
        })
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

/// What a table's input reads. Of what is true or false, only what may be
/// unknown is tied to other inputs.
fn input_variable(input: &Typed) -> Variable {
    match input {
        Typed::Number(number) => {
            Variable::of_number(number).unwrap_or_else(|| Variable::Calculated(number.clone()))
        }
        Typed::Text(text) => {
            Variable::of_text(text).unwrap_or_else(|| Variable::Chosen(text.clone()))
        }
        Typed::Any(of) => Variable::Attribute(of.clone()),
        Typed::Bool(both) => match &both.yes {
            Bool::Leaf(leaf) if !leaf.negated && matches!(leaf.atom, Atom::Unknown(_)) => {
                Variable::of(&leaf.atom).unwrap_or_else(|| Variable::Opaque(both.yes.clone()))
            }
            tree => Variable::Opaque(tree.clone()),
        },
    }
}

/// A model in the making: variables with their constants, and what reads them.
#[derive(Default)]
struct Draft<'p> {
    variables: Vec<(Variable, Constants)>,
    readers: Vec<(usize, Reader<'p>)>,
}

impl<'p> Draft<'p> {
    fn formula(&mut self, tree: &'p Bool, scene: &Scene<'_>) -> Formula {
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
        // Too many already: the caller gives up.
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

    fn entry(&mut self, variable: usize, input: &'p Typed, entry: &'p Entry) -> Formula {
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

    fn place(&mut self, variable: Variable) -> usize {
        let mut variables = self.variables.iter();
        let found = variables.position(|(known, _)| *known == variable);
        found.unwrap_or_else(|| {
            self.variables.push((variable, Constants::default()));
            self.variables.len() - 1
        })
    }

    /// Adds what the variables depend on, and asks the evaluator.
    fn complete(mut self, scene: &Scene<'p>) -> Option<Model<'p>> {
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

    /// The constants that a variable is compared with. Score and bounds share
    /// theirs, so that they can be put in order.
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

/// Adds the constants at which the answer of a test may change.
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
