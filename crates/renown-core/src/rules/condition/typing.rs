//! Checks which types may be combined: operators, comparisons and membership.
//!
//! An attribute has no type of its own. It takes the type of the other operand, and counts
//! as missing for a member whose attribute has another type. Two attributes are compared by
//! the types that their values have when the condition is evaluated.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, operators};

use super::Problem;
use super::coerce::mismatch;
use super::expr::*;
use super::lower::{Lowering, Term};
use crate::rules::diagnostic::nearest;

impl Lowering<'_> {
    /// Lowers an operator; the outer `None` means that the call is no operator.
    pub(super) fn operator(&mut self, at: &IdedExpr, call: &CallExpr) -> Option<Option<Term>> {
        let comparison = |name: &str| match name {
            operators::EQUALS => Some(Op::Equal),
            operators::NOT_EQUALS => Some(Op::NotEqual),
            operators::LESS => Some(Op::Less),
            operators::LESS_EQUALS => Some(Op::LessOrEqual),
            operators::GREATER => Some(Op::Greater),
            operators::GREATER_EQUALS => Some(Op::GreaterOrEqual),
            _ => None,
        };
        let arithmetic = |name: &str| match name {
            operators::ADD => Some(Sign::Add),
            operators::SUBSTRACT => Some(Sign::Subtract),
            operators::MULTIPLY => Some(Sign::Multiply),
            operators::DIVIDE => Some(Sign::Divide),
            _ => None,
        };
        let name = call.func_name.as_str();
        let term = match (name, &call.args[..]) {
            (operators::LOGICAL_AND, [a, b]) => self.both(a, b, Bool::and),
            (operators::LOGICAL_OR, [a, b]) => self.both(a, b, Bool::or),
            (operators::LOGICAL_NOT, [a]) => self.boolean(a).map(|a| Term::Bool(a.negate())),
            (operators::NEGATE, [a]) => self.number(a).map(|a| Term::Num(negative(a))),
            (operators::CONDITIONAL, [test, yes, no]) => self.conditional(at, test, yes, no),
            (operators::IN, [item, list]) => self.membership(item, list).map(Term::Bool),
            (operators::MODULO, [_, _]) => {
                let message = "There is no remainder in conditions.";
                self.fail(at, Problem::new("unsupported", 0, message))
            }
            (name, [a, b]) => match (comparison(name), arithmetic(name)) {
                (Some(op), _) => self.comparison(at, a, op, b).map(Term::Bool),
                (_, Some(sign)) => self.arithmetic(at, a, sign, b),
                _ => return None,
            },
            _ => return None,
        };
        Some(term)
    }

    /// Lowers both sides even if the first is wrong, to report the problems of both.
    fn both(
        &mut self,
        a: &IdedExpr,
        b: &IdedExpr,
        join: impl FnOnce(Bool, Bool) -> Bool,
    ) -> Option<Term> {
        let (a, b) = (self.boolean(a), self.boolean(b));
        Some(Term::Bool(join(a?, b?)))
    }

    /// Lowers `test ? yes : no`. If the outcomes are conditions, it becomes
    /// `test && yes || !test && no`, so that it can be explained test by test.
    fn conditional(
        &mut self,
        at: &IdedExpr,
        test: &IdedExpr,
        yes: &IdedExpr,
        no: &IdedExpr,
    ) -> Option<Term> {
        let (test, yes_term, no_term) = (self.boolean(test), self.term(yes), self.term(no));
        let (test, yes_term, no_term) = (test?, yes_term?, no_term?);
        match (yes_term, no_term) {
            (Term::Num(a), Term::Num(b)) => {
                Some(Term::Num(Num::If(Box::new(test), Box::new(a), Box::new(b))))
            }
            (Term::Text(a), Term::Text(b)) => Some(Term::Text(Text::If(
                Box::new(test),
                Box::new(a),
                Box::new(b),
            ))),
            (a, b) if matches!(a, Term::Bool(_)) || matches!(b, Term::Bool(_)) => {
                let (a, b) = (self.as_bool(yes, a)?, self.as_bool(no, b)?);
                let otherwise = test.clone().negate().and(b);
                Some(Term::Bool(test.and(a).or(otherwise)))
            }
            (a, b) => {
                let message = format!(
                    "Both outcomes of '?' must be conditions, numbers or texts: here are {} and {}.",
                    lower_first(a.a_kind()),
                    lower_first(b.a_kind())
                );
                self.fail(at, mismatch(message))
            }
        }
    }

    fn comparison(&mut self, at: &IdedExpr, a: &IdedExpr, op: Op, b: &IdedExpr) -> Option<Bool> {
        let (left, right) = (self.term(a), self.term(b));
        let (left, right) = (left?, right?);
        let atom = match (left, right) {
            (Term::Num(l), r @ (Term::Num(_) | Term::Attribute(_))) => {
                numbers(l, op, self.as_number(b, r)?)
            }
            (l @ Term::Attribute(_), Term::Num(r)) => numbers(self.as_number(a, l)?, op, r),
            (Term::Text(l), r @ (Term::Text(_) | Term::Attribute(_))) => {
                let r = self.as_text(b, r)?;
                self.texts(at, l, op, r)?
            }
            (l @ Term::Attribute(_), Term::Text(r)) => {
                let l = self.as_text(a, l)?;
                self.texts(at, l, op, r)?
            }
            (Term::Attribute(l), Term::Attribute(r)) => Atom::Attributes(l, op, r),
            (
                l @ (Term::Time(_) | Term::Attribute(_)),
                r @ (Term::Time(_) | Term::Attribute(_)),
            ) => Atom::Time(self.as_time(a, l)?, op, self.as_time(b, r)?),
            (Term::Span(l), Term::Span(r)) => Atom::Span(l, op, r),
            (Term::Bool(l), r) if op.is_equality() => return self.equal_truths(l, op, b, r),
            (l, Term::Bool(r)) if op.is_equality() => return self.equal_truths(r, op, a, l),
            (l, r) => return self.incomparable(at, &l, op, &r),
        };
        Some(Bool::leaf(atom))
    }

    /// Lowers `condition == condition`, mostly `x == true`.
    fn equal_truths(&mut self, a: Bool, op: Op, at: &IdedExpr, other: Term) -> Option<Bool> {
        let constant = (a == Bool::constant(true)).then_some(true);
        let constant = constant.or((a == Bool::constant(false)).then_some(false));
        if let (Some(value), Term::Attribute(attribute)) = (constant, &other) {
            let wanted = value == (op == Op::Equal);
            return Some(Bool::leaf(Atom::FlagIs(attribute.clone(), wanted)));
        }
        let b = self.as_bool(at, other)?;
        let b = if op == Op::Equal { b } else { b.negate() };
        Some(match constant {
            Some(true) => b,
            Some(false) => b.negate(),
            None => {
                let neither = a.clone().negate().and(b.clone().negate());
                a.and(b).or(neither)
            }
        })
    }

    fn incomparable(&mut self, at: &IdedExpr, l: &Term, op: Op, r: &Term) -> Option<Bool> {
        if let Some(problem) = [l, r].into_iter().find_map(|term| self.choose(term)) {
            return self.fail(at, problem);
        }
        let message = format!(
            "{} cannot be compared by '{}' with {}.",
            l.a_kind(),
            op.as_str(),
            lower_first(r.a_kind())
        );
        let problem = mismatch(message);
        let quoted = matches!(
            (l, r),
            (Term::Num(_), Term::Text(_)) | (Term::Text(_), Term::Num(_))
        );
        let problem = if quoted {
            problem.hint("a number stands without quotes")
        } else {
            problem
        };
        self.fail(at, problem)
    }

    /// Compares two texts. Only `==` and `!=` are allowed, and a tier is compared only with
    /// tiers that exist.
    fn texts(&mut self, at: &IdedExpr, l: Text, op: Op, r: Text) -> Option<Atom> {
        if !op.is_equality() {
            let message = format!(
                "Texts are not ordered: '{}' has no meaning here.",
                op.as_str()
            );
            return self.fail(at, mismatch(message));
        }
        let (l, r) = match (l, r) {
            (l @ Text::Const(_), r) if !matches!(r, Text::Const(_)) => (r, l),
            sides => sides,
        };
        if let (Text::Tier, Text::Const(name)) = (&l, &r) {
            self.known_tier(at, name)?;
        }
        if let (Text::Table(of), Text::Const(name)) = (&l, &r) {
            self.known_output(at, of, name)?;
        }
        Some(Atom::Text(l, op, r))
    }

    fn known_tier(&mut self, at: &IdedExpr, name: &str) -> Option<()> {
        let tiers = self.scope.tiers.unwrap_or_default();
        if tiers.iter().any(|tier| tier.as_str() == name) {
            return Some(());
        }
        let known = || tiers.iter().map(|tier| tier.as_str());
        let hint = nearest(name, known()).map_or_else(
            || format!("the tiers are: {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        let message = format!("There is no tier '{name}'.");
        self.fail(at, Problem::new("unknown-tier", 0, message).hint(hint))
    }

    fn membership(&mut self, item: &IdedExpr, list: &IdedExpr) -> Option<Bool> {
        let (wanted, range) = (self.term(item), self.term(list));
        let (wanted, range) = (wanted?, range?);
        if let Term::Numbers(numbers) = range {
            let number = self.as_number(item, wanted)?;
            return Some(Bool::leaf(Atom::AmongNumbers(number, numbers)));
        }
        let text = self.as_text(item, wanted)?;
        let range = self.as_list(list, range)?;
        if let (Text::Tier, List::Const(names)) = (&text, &range) {
            for name in names {
                self.known_tier(list, name)?;
            }
        }
        if let (Text::Table(of), List::Const(names)) = (&text, &range) {
            for name in names {
                self.known_output(list, of, name)?;
            }
        }
        Some(Bool::leaf(Atom::Among(text, range)))
    }

    fn arithmetic(
        &mut self,
        at: &IdedExpr,
        a: &IdedExpr,
        sign: Sign,
        b: &IdedExpr,
    ) -> Option<Term> {
        let (left, right) = (self.term(a), self.term(b));
        let boxed = |time: Time, span: Span| (Box::new(time), Box::new(span));
        match (left?, sign, right?) {
            (Term::Time(time), Sign::Add, Term::Span(span))
            | (Term::Span(span), Sign::Add, Term::Time(time)) => {
                let (time, span) = boxed(time, span);
                Some(Term::Time(Time::Later(time, span)))
            }
            (time @ (Term::Time(_) | Term::Attribute(_)), Sign::Subtract, Term::Span(span)) => {
                let (time, span) = boxed(self.as_time(a, time)?, span);
                Some(Term::Time(Time::Earlier(time, span)))
            }
            (time @ Term::Attribute(_), Sign::Add, Term::Span(span)) => {
                let (time, span) = boxed(self.as_time(a, time)?, span);
                Some(Term::Time(Time::Later(time, span)))
            }
            (l @ Term::Time(_), Sign::Subtract, r @ (Term::Time(_) | Term::Attribute(_)))
            | (l @ Term::Attribute(_), Sign::Subtract, r @ Term::Time(_)) => {
                let (l, r) = (self.as_time(a, l)?, self.as_time(b, r)?);
                Some(Term::Span(Span::Between(Box::new(l), Box::new(r))))
            }
            (l, sign, r) if is_numeric(&l) && is_numeric(&r) => {
                let (l, r) = (self.as_number(a, l)?, self.as_number(b, r)?);
                Some(Term::Num(Num::Binary(sign, Box::new(l), Box::new(r))))
            }
            (l, _, r) => {
                if let Some(problem) = [&l, &r].into_iter().find_map(|term| self.choose(term)) {
                    return self.fail(at, problem);
                }
                let (l, r) = (l.a_kind(), lower_first(r.a_kind()));
                self.fail(at, mismatch(format!("{l} cannot be calculated with {r}.")))
            }
        }
    }

    /// Lowers a list literal: all items are texts, or all are numbers.
    pub(super) fn list(&mut self, at: &IdedExpr, items: Vec<Term>) -> Option<Term> {
        let text = |item: &Term| match item {
            Term::Text(Text::Const(text)) => Some(text.clone()),
            _ => None,
        };
        let number = |item: &Term| match item {
            Term::Num(Num::Const(number)) => Some(*number),
            _ => None,
        };
        if let Some(texts) = items.iter().map(text).collect::<Option<Vec<_>>>() {
            return Some(Term::List(List::Const(texts)));
        }
        if let Some(numbers) = items.iter().map(number).collect::<Option<Vec<_>>>() {
            return Some(Term::Numbers(numbers));
        }
        let message = "A list has texts in quotes, or plain numbers, and no others.";
        self.fail(at, mismatch(message.to_owned()))
    }

    pub(super) fn size(&mut self, at: &IdedExpr, of: Term) -> Option<Term> {
        match of {
            Term::Text(text) => Some(Term::Num(Num::Length(text))),
            Term::Numbers(numbers) => Some(Term::Num(Num::Const(numbers.len() as f64))),
            Term::List(_) | Term::Attribute(_) => {
                let list = self.as_list(at, of)?;
                Some(Term::Num(Num::Count(list)))
            }
            other => self.fail(at, mismatch(format!("{} has no size.", other.a_kind()))),
        }
    }
}

fn is_numeric(term: &Term) -> bool {
    matches!(term, Term::Num(_) | Term::Attribute(_))
}

/// Compares two numbers. A constant moves to the right: `45 <= x` becomes `x >= 45`.
fn numbers(left: Num, op: Op, right: Num) -> Atom {
    match (left, right) {
        (left @ Num::Const(_), right) if !matches!(right, Num::Const(_)) => {
            Atom::Number(right, op.mirrored(), left)
        }
        (left, right) => Atom::Number(left, op, right),
    }
}

fn negative(number: Num) -> Num {
    match number {
        Num::Const(value) => Num::Const(-value),
        other => Num::Negative(Box::new(other)),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
