//! From the parser's tree to ours: what every name, literal and call means.
//! Types are put together in `typing`.

use cel::IdedExpr;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, LiteralValue, SelectExpr, SourceInfo, operators,
};
use chrono::DateTime;

use super::Problem;
use super::expr::*;
use crate::domain::{TierId, Topic};
use crate::rules::calendar;
use crate::rules::diagnostic::nearest;
use crate::rules::standing::IndexRef;

/// The most tests a lowered condition may have; conditionals are written out.
const MAX_SIZE: usize = 400;
/// The most items of a list that is written in a condition.
const MAX_ITEMS: usize = 100;

const ROOTS: &[&str] = &[
    "standing",
    "influence",
    "value",
    "index",
    "topic",
    "tier",
    "member",
    "request",
    "now",
];
const FACETS: &[&str] = &["score", "lower", "upper", "percentile", "unknown"];
const TOPIC_FACETS: &[&str] = &["influence", "confidence", "interest", "unknown"];
const MEMBER_FIELDS: &[&str] = &["days_enrolled", "networks", "attributes"];
const FUNCTIONS: &[&str] = &[
    "index",
    "topic",
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

/// What a part of the expression is.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Bool(Bool),
    Num(Num),
    Text(Text),
    List(List),
    Numbers(Vec<f64>),
    Time(Time),
    Span(Span),
    /// An attribute, whose type depends on what it meets.
    Attribute(AttributeRef),
    /// An index or the standing, of which a number has to be chosen.
    Index(Subject),
    Topic(usize),
    Member,
    Attributes,
    Request,
}

/// Lowers a condition.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn lower(
    expression: &IdedExpr,
    places: &SourceInfo,
    tiers: Option<&[TierId]>,
    names: &mut Names,
) -> Result<Bool, Vec<Problem>> {
    let mut lowering = Lowering {
        places,
        tiers,
        names,
        item: None,
        problems: Vec::new(),
    };
    let tree = lowering.boolean(expression);
    match tree {
        Some(tree) if lowering.problems.is_empty() => Ok(tree),
        _ => Err(lowering.problems),
    }
}

/// The state of one lowering. Methods return `None` after noting a problem.
pub(super) struct Lowering<'a> {
    places: &'a SourceInfo,
    pub(super) tiers: Option<&'a [TierId]>,
    pub(super) names: &'a mut Names,
    /// The name of the item of the list that is being looked at.
    item: Option<String>,
    problems: Vec<Problem>,
}

impl Lowering<'_> {
    /// Notes a problem at an expression.
    pub(super) fn fail<T>(&mut self, at: &IdedExpr, problem: Problem) -> Option<T> {
        let offset = self.start(at);
        self.problems.push(Problem { offset, ..problem });
        None
    }

    /// The first byte of an expression.
    fn start(&self, at: &IdedExpr) -> usize {
        let own = self
            .places
            .offset_for(at.id)
            .map(|(start, _)| start as usize);
        let first_part = match &at.expr {
            Expr::Select(select) => Some(self.start(&select.operand)),
            Expr::Call(call) => {
                let parts = call.target.as_deref().into_iter().chain(&call.args);
                parts.map(|part| self.start(part)).min()
            }
            _ => None,
        };
        own.into_iter().chain(first_part).min().unwrap_or(0)
    }

    /// Something that has to be true or false.
    pub(super) fn boolean(&mut self, at: &IdedExpr) -> Option<Bool> {
        let term = self.term(at)?;
        let tree = self.as_bool(at, term)?;
        if tree.size() > MAX_SIZE {
            let message = "This condition is too large once its '?' are written out.";
            return self.fail(at, Problem::new("condition-too-large", 0, message));
        }
        Some(tree)
    }

    /// Anything.
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

    fn root(&mut self, at: &IdedExpr, name: &str) -> Option<Term> {
        if self.item.as_deref() == Some(name) {
            return Some(Term::Text(Text::Item));
        }
        match name {
            "standing" => Some(Term::Index(Subject::Standing)),
            "influence" | "value" => {
                let index = IndexRef::parse(name).ok()?;
                Some(Term::Index(Subject::Index(self.names.index(&index))))
            }
            "member" => Some(Term::Member),
            "request" => Some(Term::Request),
            "now" => Some(Term::Time(Time::Now)),
            "tier" if self.tiers.is_some() => Some(Term::Text(Text::Tier)),
            "tier" => {
                let message = "A tier's condition cannot depend on 'tier': tiers are found first.";
                self.fail(at, Problem::new("unknown-name", 0, message))
            }
            "index" | "topic" => {
                let message = format!("'{name}' needs a name.");
                let problem = Problem::new("type-mismatch", 0, message);
                self.fail(at, problem.hint(format!("write {name}(\"…\")")))
            }
            _ => {
                let known: Vec<&str> = ROOTS.iter().copied().collect();
                self.unknown_name(at, name, &known)
            }
        }
    }

    fn unknown_name<T>(&mut self, at: &IdedExpr, name: &str, known: &[&str]) -> Option<T> {
        let hint = nearest(name, known.iter().copied()).map_or_else(
            || format!("known here: {}", known.join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        let message = format!("There is no '{name}' here.");
        self.fail(at, Problem::new("unknown-name", 0, message).hint(hint))
    }

    fn select(&mut self, at: &IdedExpr, select: &SelectExpr) -> Option<Term> {
        let operand = self.term(&select.operand)?;
        let field = select.field.as_str();
        if select.test {
            return self.has(at, operand, field).map(Term::Bool);
        }
        match operand {
            Term::Index(subject) => self.facet(at, subject, field),
            Term::Topic(slot) => self.topic_facet(at, slot, field),
            Term::Member => self.member_field(at, field),
            Term::Attributes => Some(Term::Attribute(attribute(Owner::Member, field))),
            Term::Request => Some(Term::Attribute(attribute(Owner::Request, field))),
            other => {
                let message = format!("{} has no field '{field}'.", other.a_kind());
                self.fail(at, Problem::new("unknown-name", 0, message))
            }
        }
    }

    fn has(&mut self, at: &IdedExpr, operand: Term, field: &str) -> Option<Bool> {
        let owner = match operand {
            Term::Attributes => Owner::Member,
            Term::Request => Owner::Request,
            _ => {
                let message = "has(…) tests for an attribute or a part of the request.";
                let problem = Problem::new("type-mismatch", 0, message);
                return self.fail(at, problem.hint("has(member.attributes.country)"));
            }
        };
        Some(Bool::leaf(Atom::Has(attribute(owner, field))))
    }

    fn facet(&mut self, at: &IdedExpr, subject: Subject, field: &str) -> Option<Term> {
        let facet = match field {
            "unknown" => return Some(Term::Bool(Bool::leaf(Atom::Unknown(subject)))),
            "score" => Facet::Score,
            "lower" => Facet::Lower,
            "upper" => Facet::Upper,
            "percentile" => Facet::Percentile,
            _ => return self.unknown_name(at, field, FACETS),
        };
        match subject {
            Subject::Standing if facet == Facet::Percentile => {
                let message = "A standing has no percentile: it is a blend of this program alone.";
                let problem = Problem::new("unknown-name", 0, message);
                self.fail(
                    at,
                    problem.hint("write 'influence.percentile' or 'value.percentile'"),
                )
            }
            Subject::Index(slot) => Some(Term::Num(Num::Quantity(Quantity::Index(slot, facet)))),
            _ => Some(Term::Num(Num::Quantity(Quantity::Standing(facet)))),
        }
    }

    fn topic_facet(&mut self, at: &IdedExpr, slot: usize, field: &str) -> Option<Term> {
        let facet = match field {
            "unknown" => return Some(Term::Bool(Bool::leaf(Atom::Unknown(Subject::Topic(slot))))),
            "influence" => TopicFacet::Influence,
            "confidence" => TopicFacet::Confidence,
            "interest" => TopicFacet::Interest,
            _ => return self.unknown_name(at, field, TOPIC_FACETS),
        };
        Some(Term::Num(Num::Quantity(Quantity::Topic(slot, facet))))
    }

    fn member_field(&mut self, at: &IdedExpr, field: &str) -> Option<Term> {
        match field {
            "days_enrolled" => Some(Term::Num(Num::Quantity(Quantity::DaysEnrolled))),
            "networks" => Some(Term::List(List::Networks)),
            "attributes" => Some(Term::Attributes),
            _ if nearest(field, MEMBER_FIELDS.iter().copied()).is_some() => {
                self.unknown_name(at, field, MEMBER_FIELDS)
            }
            _ => {
                let message = format!("There is no '{field}' in 'member'.");
                let problem = Problem::new("unknown-name", 0, message);
                let hint = format!("what a business knows is in 'member.attributes.{field}'");
                self.fail(at, problem.hint(hint))
            }
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
            ("timestamp", None, [text]) => self.timestamp(text),
            ("duration", None, [text]) => self.duration(text),
            ("size", None, [of]) | ("size", Some(of), []) => {
                let term = self.term(of)?;
                self.size(of, term)
            }
            ("startsWith", Some(whole), [part]) => self.part(Part::Start, whole, part),
            ("endsWith", Some(whole), [part]) => self.part(Part::End, whole, part),
            ("contains", Some(whole), [part]) => self.part(Part::Anywhere, whole, part),
            (name, _, _) if FUNCTIONS.contains(&name) => {
                let message = format!("'{name}' is not called like this.");
                self.fail(
                    at,
                    Problem::new("type-mismatch", 0, message).hint(usage(name)),
                )
            }
            (name, _, _) => self.unknown_name(at, name, FUNCTIONS),
        }
    }

    /// `member.attributes["room-type"]`.
    fn subscript(&mut self, at: &IdedExpr, operand: &IdedExpr, key: &IdedExpr) -> Option<Term> {
        let owner = match self.term(operand)? {
            Term::Attributes => Owner::Member,
            Term::Request => Owner::Request,
            _ => {
                let message = "Only attributes and the request can be looked into by name.";
                return self.fail(at, Problem::new("type-mismatch", 0, message));
            }
        };
        let name = self.written_text(key)?;
        Some(Term::Attribute(attribute(owner, &name)))
    }

    /// A text that stands in the condition itself.
    fn written_text(&mut self, at: &IdedExpr) -> Option<Box<str>> {
        if let Expr::Literal(LiteralValue::String(text)) = &at.expr {
            return Some(text.inner().into());
        }
        let message = "This must be a text in quotes.";
        self.fail(at, Problem::new("type-mismatch", 0, message))
    }

    fn named_index(&mut self, at: &IdedExpr) -> Option<Term> {
        let name = self.written_text(at)?;
        match IndexRef::parse(&name) {
            Ok(index) => Some(Term::Index(Subject::Index(self.names.index(&index)))),
            Err(invalid) => self.fail(at, bad_literal(&invalid)),
        }
    }

    fn named_topic(&mut self, at: &IdedExpr) -> Option<Term> {
        let name = self.written_text(at)?;
        match Topic::parse(&name) {
            Ok(topic) => Some(Term::Topic(self.names.topic(&topic))),
            Err(invalid) => self.fail(at, bad_literal(&invalid)),
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

    /// `list.exists(x, …)` and `list.all(x, …)`, which the parser has already
    /// written out as loops. They are recognised by their shape.
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

/// `exists` adds up with `||` from false, `all` with `&&` from true.
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

fn attribute(owner: Owner, name: &str) -> AttributeRef {
    AttributeRef {
        owner,
        name: name.into(),
    }
}

fn usage(function: &str) -> &'static str {
    match function {
        "index" => "index(\"klout\").score",
        "topic" => "topic(\"las-vegas\").confidence",
        "has" => "has(member.attributes.country)",
        "size" => "size(member.networks)",
        "timestamp" => "timestamp(\"2026-11-01T00:00:00Z\")",
        "duration" => "duration(\"48h\")",
        "exists" => "member.networks.exists(n, n == \"github\")",
        "all" => "member.networks.all(n, n != \"twitter\")",
        _ => "member.attributes.city.startsWith(\"Las\")",
    }
}

fn unsupported(message: &str) -> Problem {
    Problem::new("unsupported", 0, message)
}

fn bad_literal(why: &dyn std::fmt::Display) -> Problem {
    Problem::new("bad-literal", 0, format!("This is not right: {why}."))
}
