//! Evaluates tests on each value of a variable, with the evaluator itself.
//!
//! The value is set in a view in which everything else is unknown. So the meaning
//! of a test is written once, in `condition::eval`, and the meaning of a table's
//! entry once, in `table::entry`.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::Scene;
use super::model::Known;
use super::values::Value;
use super::variable::{Variable, is_constant, is_sorted};
use crate::domain::{Attribute, Network};
use crate::rules::condition::eval::Eval;
use crate::rules::condition::expr::*;
use crate::rules::table::{self, Typed};
use crate::rules::view::View;

/// A view in which one variable has a value.
pub(super) struct Probe<'v> {
    variable: &'v Variable,
    value: &'v Value,
    view: &'v View<'v>,
}

/// Calls `ask` for each value of a variable, with the value's number.
pub(super) fn each(scene: &Scene<'_>, known: &Known, mut ask: impl FnMut(usize, Probe<'_>)) {
    let variable = &known.variable;
    for (number, value) in known.values.iter().enumerate() {
        let (member, request) = attributes(variable, value);
        let networks = networks(variable, value);
        let now = match (variable, value) {
            (Variable::Now, Value::Time(time)) => *time,
            _ => DateTime::UNIX_EPOCH,
        };
        let mut view = View::of_one_value(scene.bindings, &member, &networks, &request, now);
        set(&mut view, scene, variable, value);
        let view = &view;
        ask(
            number,
            Probe {
                variable,
                value,
                view,
            },
        );
    }
}

/// Returns the attributes of the member, and those of the request.
fn attributes(
    variable: &Variable,
    value: &Value,
) -> (BTreeMap<String, Attribute>, BTreeMap<String, Attribute>) {
    let attribute = match (variable, value) {
        (Variable::Attribute(of), Value::Number(region)) => {
            Some((of, Attribute::Number(region.at)))
        }
        (Variable::Attribute(of), Value::Flag(flag)) => Some((of, Attribute::Bool(*flag))),
        (Variable::Attribute(of), Value::Text(text) | Value::OtherText(text)) => {
            Some((of, Attribute::Text(text.to_string())))
        }
        (Variable::Attribute(of), Value::Time(time)) => {
            Some((of, Attribute::Text(time.to_rfc3339())))
        }
        (Variable::Attribute(of), Value::List) => Some((of, Attribute::List(Vec::new()))),
        (Variable::Holds(text, of), Value::Flag(holds)) => {
            let texts = holds.then(|| text.to_string()).into_iter().collect();
            Some((of, Attribute::List(texts)))
        }
        _ => None,
    };
    let (mut member, mut request) = (BTreeMap::new(), BTreeMap::new());
    if let Some((of, attribute)) = attribute {
        let attributes = match of.owner {
            Owner::Member => Some(&mut member),
            Owner::Request => Some(&mut request),
            Owner::Identity => None,
        };
        if let Some(attributes) = attributes {
            attributes.insert(of.name.to_string(), attribute);
        }
    }
    (member, request)
}

fn networks(variable: &Variable, value: &Value) -> Vec<Network> {
    match (variable, value) {
        (Variable::Network(name), Value::Flag(true)) => Network::parse(name).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Sets the value of a variable that is not an attribute of the member or the request, a
/// network or the time.
fn set<'v>(view: &mut View<'v>, scene: &Scene<'v>, variable: &Variable, value: &Value) {
    match (variable, value) {
        (Variable::Attribute(of), Value::Flag(verified)) if of.owner == Owner::Identity => {
            view.verify(*verified);
        }
        (Variable::Known(subject), Value::Flag(true)) => view.know(*subject),
        (Variable::Number(quantity), Value::Number(region)) => view.set(quantity, region.at),
        (Variable::Tier, Value::Text(text)) => {
            let mut tiers = scene.tiers.iter();
            view.tier = tiers.find(|tier| tier.as_str() == &**text).copied();
        }
        (Variable::Output(of), value) => {
            let row = scene
                .outputs(of)
                .find(|(_, output)| value.is_output(output));
            view.answer_with(of.slot, row.map(|(row, _)| row));
        }
        _ => {}
    }
}

impl Probe<'_> {
    /// Returns whether a test passes. An unknown value passes neither a test nor its
    /// negation.
    pub(super) fn passes(&self, leaf: &Leaf) -> bool {
        let says = self.says(&leaf.atom);
        says.is_some_and(|says| says != leaf.negated)
    }

    fn says(&self, atom: &Atom) -> Option<bool> {
        let eval = Eval::on(self.view);
        match (self.variable, self.value) {
            (Variable::Opaque(_) | Variable::Listed(_), Value::Flag(flag)) => Some(*flag),
            (Variable::Opaque(_), _) => None,
            (Variable::Compared(_), Value::Order(order)) => Some(operator(atom)?.accepts(*order)),
            (Variable::Compared(_), Value::Unordered(equal)) => match operator(atom)? {
                Op::Equal => Some(*equal),
                Op::NotEqual => Some(!equal),
                _ => None,
            },
            (Variable::Compared(_), _) => None,
            (Variable::Calculated(_) | Variable::Chosen(_), value) => {
                eval.atom(&replaced(atom, value)?)
            }
            _ => eval.atom(atom),
        }
    }

    /// Calls `ask` with the value of a table's input.
    pub(super) fn input<T>(&self, input: &Typed, ask: impl FnOnce(table::Value<'_>) -> T) -> T {
        ask(match (self.variable, self.value) {
            (Variable::Opaque(_), Value::Flag(flag)) => table::Value::Bool(*flag),
            (Variable::Calculated(_), Value::Number(region)) => table::Value::Number(region.at),
            (Variable::Chosen(_), Value::Text(text) | Value::OtherText(text)) => {
                table::Value::Text(text)
            }
            (Variable::Opaque(_) | Variable::Calculated(_) | Variable::Chosen(_), _) => {
                table::Value::Unknown
            }
            _ => input.value(Eval::on(self.view)),
        })
    }
}

/// Returns the operator of a test that compares two variables.
fn operator(atom: &Atom) -> Option<Op> {
    match atom {
        Atom::Number(a, op, b) if is_sorted(a, b) => Some(*op),
        Atom::Number(_, op, _) => Some(op.mirrored()),
        Atom::Attributes(a, op, b) if a <= b => Some(*op),
        Atom::Attributes(_, op, _) => Some(op.mirrored()),
        Atom::Text(_, op, _) | Atom::Time(_, op, _) | Atom::Span(_, op, _) => Some(*op),
        _ => None,
    }
}

/// Replaces what a test reads by a value; `None` if the value is unknown.
fn replaced(atom: &Atom, value: &Value) -> Option<Atom> {
    Some(match (atom, value) {
        (Atom::Number(a, op, b), Value::Number(region)) => {
            let at = Num::Const(region.at);
            if is_constant(b) {
                Atom::Number(at, *op, b.clone())
            } else {
                Atom::Number(a.clone(), *op, at)
            }
        }
        (Atom::AmongNumbers(_, list), Value::Number(region)) => {
            Atom::AmongNumbers(Num::Const(region.at), list.clone())
        }
        (Atom::Text(a, op, b), Value::Text(text) | Value::OtherText(text)) => {
            let text = Text::Const(text.clone());
            if matches!(b, Text::Const(_)) {
                Atom::Text(text, *op, b.clone())
            } else {
                Atom::Text(a.clone(), *op, text)
            }
        }
        (Atom::Among(_, list), Value::Text(text) | Value::OtherText(text)) => {
            Atom::Among(Text::Const(text.clone()), list.clone())
        }
        _ => return None,
    })
}
