//! Lowers the parser's tree to the typed tree: literals, calls and loops. `names` resolves
//! names, and `typing` combines types.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SourceInfo, operators};
use chrono::DateTime;

use super::expr::*;
use super::tables::InputExpression;
use super::{Problem, Scope};
use crate::rules::calendar;
use crate::rules::diagnostic::Severity;

/// The most nodes that a lowered condition may have, with `? :` expanded.
pub(super) const MAX_SIZE: usize = 400;
/// The most items of a list literal.
const MAX_ITEMS: usize = 100;

const FUNCTIONS: &[&str] = &[
    "index",
    "topic",
    "audience",
    "has",
    "size",
    "timestamp",
    "duration",
    "startsWith",
    "endsWith",
    "contains",
    "exists",
    "all",
];

/// A lowered part of the expression, with its type.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Bool(Bool),
    Num(Num),
    Text(Text),
    List(List),
    Numbers(Vec<f64>),
    Time(Time),
    Span(Span),
    /// An attribute. The expression that it meets decides its type.
    Attribute(AttributeRef),
    /// An index or the standing; the author must choose one of its numbers.
    Index(Subject),
    Topic(usize),
    Member,
    Attributes,
    Request,
    Identity,
    /// A decision table; the author must choose one of its outputs.
    Table(usize),
}

/// Lowers a condition. Adds all problems to `problems`; returns `None` if one of them is
/// an error.
pub(super) fn lower(
    expression: &IdedExpr,
    places: &SourceInfo,
    scope: Scope<'_>,
    names: &mut Names,
    problems: &mut Vec<Problem>,
) -> Option<Bool> {
    with_lowering(places, scope, names, problems, |lowering| {
        lowering.boolean(expression)
    })
}

/// Lowers an input of a decision table, of any type, in the same way.
pub(super) fn lower_input(
    expression: &IdedExpr,
    places: &SourceInfo,
    scope: Scope<'_>,
    names: &mut Names,
    problems: &mut Vec<Problem>,
) -> Option<InputExpression> {
    with_lowering(places, scope, names, problems, |lowering| {
        let term = lowering.term(expression)?;
        lowering.as_looked(expression, term)
    })
}

fn with_lowering<T>(
    places: &SourceInfo,
    scope: Scope<'_>,
    names: &mut Names,
    problems: &mut Vec<Problem>,
    lower: impl FnOnce(&mut Lowering<'_>) -> Option<T>,
) -> Option<T> {
    let before = problems.len();
    let mut lowering = Lowering {
        places,
        scope,
        names,
        item: None,
        expanded: 0,
        problems,
    };
    let lowered = lower(&mut lowering)?;
    let wrong = |problem: &Problem| problem.severity == Severity::Error;
    (!problems[before..].iter().any(wrong)).then_some(lowered)
}

/// The state of one lowering. Its methods record a problem and then return `None`.
pub(super) struct Lowering<'a> {
    places: &'a SourceInfo,
    pub(super) scope: Scope<'a>,
    pub(super) names: &'a mut Names,
    /// The name of the current item inside `exists` or `all`.
    pub(super) item: Option<String>,
    /// The size of all audiences that were written out in the condition.
    pub(super) expanded: usize,
    problems: &'a mut Vec<Problem>,
}

impl Lowering<'_> {
    /// Records a problem at an expression and returns `None`.
    pub(super) fn fail<T>(&mut self, at: &IdedExpr, problem: Problem) -> Option<T> {
        self.note(at, problem);
        None
    }

    /// Records a problem at an expression that may be only a warning.
    pub(super) fn note(&mut self, at: &IdedExpr, problem: Problem) {
        let offset = self.start(at);
        self.problems.push(Problem { offset, ..problem });
    }

    /// Records a problem at the last name of an expression: the selected field or called
    /// function.
    pub(super) fn fail_at_name<T>(&mut self, at: &IdedExpr, problem: Problem) -> Option<T> {
        let own = self.places.offset_for(at.id);
        let own = own.map_or(0, |(start, _)| start as usize);
        let offset = match &at.expr {
            Expr::Select(_) => own + 1,
            Expr::Call(call) => own.saturating_sub(call.func_name.len()),
            _ => own,
        };
        self.problems.push(Problem { offset, ..problem });
        None
    }

    /// Returns the byte offset at which an expression begins.
    pub(super) fn start(&self, at: &IdedExpr) -> usize {
        let own = self
            .places
            .offset_for(at.id)
            .map(|(start, _)| start as usize);
        let first_part = match &at.expr {
            Expr::Select(select) => Some(self.start(&select.operand)),
            // The parser places a call at its bracket, after the name.
            Expr::Call(call) if call.target.is_none() && is_name(&call.func_name) => {
                return own.unwrap_or(0).saturating_sub(call.func_name.len());
            }
            Expr::Call(call) => {
                let parts = call.target.as_deref().into_iter().chain(&call.args);
                parts.map(|part| self.start(part)).min()
            }
            _ => None,
        };
        own.into_iter().chain(first_part).min().unwrap_or(0)
    }

    /// Lowers an expression that must be true or false.
    pub(super) fn boolean(&mut self, at: &IdedExpr) -> Option<Bool> {
        let term = self.term(at)?;
        let tree = self.as_bool(at, term)?;
        if tree.size() > MAX_SIZE {
            let message = "This condition is too large once its '?' are written out.";
            return self.fail(at, Problem::new("condition-too-large", 0, message));
        }
        Some(tree)
    }

    /// Lowers an expression of any type.
    pub(super) fn term(&mut self, at: &IdedExpr) -> Option<Term> {
        match &at.expr {
            Expr::Literal(literal) => self.literal(at, literal),
            Expr::Ident(name) => self.root(at, name),
            Expr::Select(select) => self.select(at, select),
            Expr::List(list) => {
                if list.elements.len() > MAX_ITEMS {
                    let message = format!("A list has at most {MAX_ITEMS} items.");
                    return self.fail(at, Problem::new("condition-too-large", 0, message));
                }
                let items: Vec<Option<Term>> =
                    list.elements.iter().map(|item| self.term(item)).collect();
                let items: Vec<Term> = items.into_iter().collect::<Option<_>>()?;
                self.list(at, items)
            }
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(loop_) => self.items(at, loop_).map(Term::Bool),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => self.fail(
                at,
                unsupported("Maps and messages have no place in a condition."),
            ),
        }
    }

    fn literal(&mut self, at: &IdedExpr, literal: &LiteralValue) -> Option<Term> {
        match literal {
            LiteralValue::Boolean(value) => Some(Term::Bool(Bool::constant(*value.inner()))),
            LiteralValue::Double(value) if value.inner().is_finite() => {
                Some(Term::Num(Num::Const(*value.inner())))
            }
            LiteralValue::Int(value) => Some(Term::Num(Num::Const(*value.inner() as f64))),
            LiteralValue::UInt(value) => Some(Term::Num(Num::Const(*value.inner() as f64))),
            LiteralValue::String(text) => Some(Term::Text(Text::Const(text.inner().into()))),
            LiteralValue::Double(_) => self.fail(
                at,
                Problem::new("bad-literal", 0, "This number is too large."),
            ),
            LiteralValue::Null => self.fail(
                at,
                unsupported("There is no null.").hint("test for what is missing with has(…)"),
            ),
            LiteralValue::Bytes(_) => self.fail(at, unsupported("There are no bytes.")),
        }
    }

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Option<Term> {
        if let (operators::INDEX, [operand, key]) = (call.func_name.as_str(), &call.args[..]) {
            return self.subscript(at, operand, key);
        }
        if let Some(term) = self.operator(at, call) {
            return term;
        }
        match (
            call.func_name.as_str(),
            call.target.as_deref(),
            &call.args[..],
        ) {
            ("index", None, [name]) => self.named_index(name),
            ("topic", None, [name]) => self.named_topic(name),
            ("table", None, [name]) => self.named_table(at, name),
            ("audience", None, [name]) => self.named_audience(at, name),
            ("timestamp", None, [text]) => self.timestamp(text),
            ("duration", None, [text]) => self.duration(text),
            ("size", None, [of]) | ("size", Some(of), []) => {
                let term = self.term(of)?;
                self.size(of, term)
            }
            ("startsWith", Some(whole), [part]) => self.part(Part::Start, whole, part),
            ("endsWith", Some(whole), [part]) => self.part(Part::End, whole, part),
            ("contains", Some(whole), [part]) => self.part(Part::Anywhere, whole, part),
            (name, _, _) if FUNCTIONS.contains(&name) || name == "table" => {
                let message = format!("'{name}' is not called like this.");
                self.fail(
                    at,
                    Problem::new("type-mismatch", 0, message).hint(usage(name)),
                )
            }
            ("matches", _, _) => {
                let problem = unsupported("There are no regular expressions.");
                self.fail(
                    at,
                    problem.hint("use startsWith(…), endsWith(…) or contains(…)"),
                )
            }
            (name, _, _) => self.unknown_name(at, name, &self.with_table(FUNCTIONS)),
        }
    }

    fn timestamp(&mut self, at: &IdedExpr) -> Option<Term> {
        let text = self.written_text(at)?;
        match DateTime::parse_from_rfc3339(&text) {
            Ok(time) => Some(Term::Time(Time::Const(time.to_utc()))),
            Err(_) => {
                let problem = bad_literal(&"this is no RFC 3339 time with a zone");
                self.fail(at, problem.hint("timestamp(\"2026-11-01T00:00:00Z\")"))
            }
        }
    }

    fn duration(&mut self, at: &IdedExpr) -> Option<Term> {
        let text = self.written_text(at)?;
        match calendar::duration(&text) {
            Ok(length) => Some(Term::Span(Span::Const(length))),
            Err(invalid) => self.fail(at, bad_literal(&invalid)),
        }
    }

    fn part(&mut self, part: Part, whole: &IdedExpr, of: &IdedExpr) -> Option<Term> {
        let whole_term = self.term(whole)?;
        let of_term = self.term(of)?;
        let whole = self.as_text(whole, whole_term)?;
        let of = self.as_text(of, of_term)?;
        Some(Term::Bool(Bool::leaf(Atom::Part(part, whole, of))))
    }

    /// Lowers `list.exists(x, …)` and `list.all(x, …)`. The parser has expanded them to
    /// loops, so they are recognised by their shape.
    fn items(&mut self, at: &IdedExpr, loop_: &ComprehensionExpr) -> Option<Bool> {
        let Some((quantifier, body)) = written_loop(loop_) else {
            let problem = unsupported("Of the loops there are only exists(…) and all(…).");
            return self.fail(at, problem);
        };
        if self.item.is_some() {
            return self.fail(at, unsupported("Loops do not nest."));
        }
        let range = self.term(&loop_.iter_range)?;
        let list = self.as_list(&loop_.iter_range, range)?;
        self.item = Some(loop_.iter_var.clone());
        let body = self.boolean(body);
        self.item = None;
        Some(Bool::leaf(Atom::Items(quantifier, list, Box::new(body?))))
    }
}

fn is_name(function: &str) -> bool {
    function.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Recognises an expanded loop: `exists` accumulates with `||` from false, `all` with
/// `&&` from true.
fn written_loop(loop_: &ComprehensionExpr) -> Option<(Quantifier, &IdedExpr)> {
    if loop_.iter_var2.is_some() {
        return None;
    }
    let Expr::Literal(LiteralValue::Boolean(start)) = &loop_.accu_init.expr else {
        return None;
    };
    let Expr::Call(step) = &loop_.loop_step.expr else {
        return None;
    };
    match (step.func_name.as_str(), *start.inner(), &step.args[..]) {
        (operators::LOGICAL_OR, false, [_, body]) => Some((Quantifier::Some, body)),
        (operators::LOGICAL_AND, true, [_, body]) => Some((Quantifier::Every, body)),
        _ => None,
    }
}

fn usage(function: &str) -> &'static str {
    match function {
        "index" => "index(\"klout\").score",
        "topic" => "topic(\"las-vegas\").confidence",
        "table" => "table(\"upgrade\").level",
        "audience" => "audience(\"vip-guests\")",
        "has" => "has(member.attributes.country)",
        "size" => "size(member.networks)",
        "timestamp" => "timestamp(\"2026-11-01T00:00:00Z\")",
        "duration" => "duration(\"48h\")",
        "exists" => "member.networks.exists(n, n == \"github\")",
        "all" => "member.networks.all(n, n != \"twitter\")",
        _ => "member.attributes.city.startsWith(\"Las\")",
    }
}

pub(super) fn unsupported(message: &str) -> Problem {
    Problem::new("unsupported", 0, message)
}

pub(super) fn bad_literal(why: &dyn std::fmt::Display) -> Problem {
    Problem::new("bad-literal", 0, format!("This is not right: {why}."))
}
