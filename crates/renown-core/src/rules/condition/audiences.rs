//! Audiences in conditions, such as `audience("vip-guests")`. The condition of an audience
//! takes the place of the call; a list becomes a test of its own.
//!
//! The audiences that one names are lowered before it, each once, so that a chain of
//! audiences costs neither depth nor repeated work. The size of each is bounded with
//! everything in it written out.

use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue};

use super::expr::*;
use super::lower::{Lowering, MAX_SIZE, Term, bad_literal, lower, unsupported};
use super::size::size;
use super::tables::Tables;
use super::{Problem, Scope, parse};
use crate::domain::{AudienceName, AudienceRule, AudienceRules};
use crate::rules::diagnostic::{Severity, nearest};

/// The longest chain of audiences that name one another.
pub(in crate::rules) const MAX_CHAIN: usize = 8;

impl Lowering<'_> {
    pub(super) fn named_audience(&mut self, at: &IdedExpr, name: &IdedExpr) -> Option<Term> {
        let text = self.written_text(name)?;
        let audience = match AudienceName::parse(&text) {
            Ok(audience) => audience,
            Err(invalid) => return self.fail(name, bad_literal(&invalid)),
        };
        if self.item.is_some() {
            let problem = unsupported("An audience has no place inside exists(…) and all(…).");
            return self.fail(at, problem.hint("test it beside the loop, joined with &&"));
        }
        let Some(known) = self.scope.audiences else {
            self.note(name, unchecked(&audience));
            return Some(Term::Bool(Bool::leaf(Atom::Listed(audience))));
        };
        if let Err(problem) = add(&audience, known, self.scope, self.names) {
            return self.fail(name, problem);
        }
        let (tree, size) = match self.names.audiences.get(&audience)? {
            Expansion::List => return Some(Term::Bool(Bool::leaf(Atom::Listed(audience)))),
            Expansion::Condition { tree, size } => (tree.clone(), *size),
            Expansion::Wrong(problem) => {
                let message = format!(
                    "The audience '{audience}' is not right: {}",
                    problem.message
                );
                let hint = problem.hint.clone();
                let problem = Problem::new("wrong-audience", 0, message);
                return self.fail(name, Problem { hint, ..problem });
            }
        };
        self.expanded += size;
        if self.expanded > MAX_SIZE {
            return self.fail(at, too_large());
        }
        let offset = self.start(at);
        Some(Term::Bool(placed(tree, &audience, offset)))
    }
}

/// Lowers an audience and all that it names, unless that was done before.
fn add(
    audience: &AudienceName,
    known: &AudienceRules,
    scope: Scope<'_>,
    names: &mut Names,
) -> Result<(), Problem> {
    for name in in_order(audience, known, scope.audience)? {
        if names.audiences.contains_key(&name) {
            continue;
        }
        let expansion = match known.get(&name) {
            Some(AudienceRule::When(source)) => expand(&name, source, scope, names),
            Some(AudienceRule::List) | None => Expansion::List,
        };
        names.audiences.insert(name, expansion);
    }
    Ok(())
}

fn expand(name: &AudienceName, source: &str, scope: Scope<'_>, names: &mut Names) -> Expansion {
    let scope = scope.of_audience(name);
    let mut problems = Vec::new();
    let tree = match parse(source) {
        Ok((expression, places)) => lower(&expression, &places, scope, names, &mut problems),
        Err(problem) => return Expansion::Wrong(problem),
    };
    let wrong = |problem: &Problem| problem.severity == Severity::Error;
    let Some(tree) = tree else {
        let first = problems.into_iter().find(wrong);
        return Expansion::Wrong(first.unwrap_or_else(too_large));
    };
    match size(&tree) {
        size if size > MAX_SIZE => Expansion::Wrong(too_large()),
        size => Expansion::Condition { tree, size },
    }
}

impl<'a> Scope<'a> {
    /// Returns the scope of the condition of an audience, which has the same meaning in
    /// every program: it can read neither the tier and the request nor the tables.
    pub(in crate::rules) fn of_audience(self, audience: &'a AudienceName) -> Self {
        Self {
            tiers: None,
            tables: Tables::All(&[]),
            audience: Some(audience),
            ..self
        }
    }
}

/// Returns the problem with a condition that is too large once its audiences are written
/// out.
pub(in crate::rules) fn too_large() -> Problem {
    let message = format!(
        "This condition is too large once its audiences are written out: it has at most {MAX_SIZE} parts."
    );
    Problem::new("condition-too-large", 0, message)
}

fn unchecked(audience: &AudienceName) -> Problem {
    let message = format!("Whether there is an audience '{audience}' was not checked.");
    let problem = Problem::new("audience-not-checked", 0, message);
    let problem = problem.hint("the service knows its audiences: check the program there");
    Problem {
        severity: Severity::Note,
        ..problem
    }
}

/// Marks the tests of an audience, and places them where it is named.
fn placed(tree: Bool, audience: &AudienceName, offset: usize) -> Bool {
    let each = |parts: Vec<Bool>| {
        let parts = parts.into_iter();
        parts.map(|part| placed(part, audience, offset)).collect()
    };
    match tree {
        Bool::All(parts) => Bool::All(each(parts)),
        Bool::Any(parts) => Bool::Any(each(parts)),
        Bool::Leaf(leaf) => Bool::Leaf(Leaf {
            offset,
            within: Some(Within {
                audience: audience.clone(),
                negated: false,
            }),
            ..leaf
        }),
    }
}

/// Returns an audience and all that it names, directly or through others, each after
/// those that it names.
fn in_order(
    audience: &AudienceName,
    known: &AudienceRules,
    asking: Option<&AudienceName>,
) -> Result<Vec<AudienceName>, Problem> {
    let mut order = Order {
        known,
        path: asking.into_iter().cloned().collect(),
        found: Vec::new(),
    };
    order.visit(audience)?;
    Ok(order.found.into_iter().map(|(name, _)| name).collect())
}

/// A depth-first walk through audiences that name one another.
struct Order<'k> {
    known: &'k AudienceRules,
    /// The audiences from the first to the present one, each named by the one before.
    path: Vec<AudienceName>,
    /// The finished audiences, each with the length of the longest chain from it.
    found: Vec<(AudienceName, usize)>,
}

impl Order<'_> {
    /// Returns the length of the longest chain from an audience.
    fn visit(&mut self, name: &AudienceName) -> Result<usize, Problem> {
        if let Some(start) = self.path.iter().position(|earlier| earlier == name) {
            return Err(circle(&self.path[start..]));
        }
        let finished = self.found.iter().find(|(known, _)| known == name);
        let length = match finished {
            Some((_, length)) => *length,
            None => self.visit_all_in(name)?,
        };
        if self.path.len() + length > MAX_CHAIN {
            return Err(too_long(&self.path, name));
        }
        Ok(length)
    }

    fn visit_all_in(&mut self, name: &AudienceName) -> Result<usize, Problem> {
        let Some(rule) = self.known.get(name) else {
            return Err(unknown(name, self.path.last(), self.known));
        };
        let named = match rule {
            // The path bounds the depth of this recursion.
            AudienceRule::When(source) if self.path.len() < MAX_CHAIN => named_in(source),
            AudienceRule::When(_) | AudienceRule::List => Vec::new(),
        };
        self.path.push(name.clone());
        let mut longest = 0;
        for other in named {
            longest = longest.max(self.visit(&other)?);
        }
        self.path.pop();
        self.found.push((name.clone(), longest + 1));
        Ok(longest + 1)
    }
}

fn circle(path: &[AudienceName]) -> Problem {
    let names = path.iter().chain(path.first());
    let names: Vec<&str> = names.map(AudienceName::as_str).collect();
    let message = format!(
        "The audiences name each other in a circle: {}.",
        names.join(" → ")
    );
    let problem = Problem::new("audience-circle", 0, message);
    problem.hint("write the condition of one of them without the next")
}

fn too_long(path: &[AudienceName], last: &AudienceName) -> Problem {
    let names = path.iter().chain([last]);
    let names: Vec<&str> = names.map(AudienceName::as_str).collect();
    let message = format!(
        "At most {MAX_CHAIN} audiences name one another in a row, and here are more: {} ….",
        names.join(" → ")
    );
    Problem::new("audience-chain", 0, message)
}

fn unknown(name: &AudienceName, asking: Option<&AudienceName>, known: &AudienceRules) -> Problem {
    let message = match asking {
        Some(asking) => format!("There is no audience '{name}', which '{asking}' names."),
        None => format!("There is no audience '{name}'."),
    };
    let near = nearest(name.as_str(), known.names().map(AudienceName::as_str));
    let hint = near.map_or_else(
        || match known.is_empty() {
            true => "there are no audiences yet: store it first".to_owned(),
            false => "store it first, or use one that exists".to_owned(),
        },
        |near| format!("did you mean '{near}'?"),
    );
    Problem::new("unknown-audience", 0, message).hint(hint)
}

/// Returns the audiences that a condition names, in the order of the text; none if it
/// cannot be parsed.
pub(in crate::rules) fn named_in(source: &str) -> Vec<AudienceName> {
    let mut named = Vec::new();
    if let Ok((expression, _)) = parse(source) {
        collect(&expression, &mut named);
    }
    named
}

fn collect(at: &IdedExpr, named: &mut Vec<AudienceName>) {
    match &at.expr {
        Expr::Call(call) => {
            if let ("audience", [name]) = (call.func_name.as_str(), &call.args[..])
                && let Expr::Literal(LiteralValue::String(text)) = &name.expr
                && let Ok(name) = AudienceName::parse(text.inner())
                && !named.contains(&name)
            {
                named.push(name);
            }
            let parts = call.target.as_deref().into_iter().chain(&call.args);
            parts.for_each(|part| collect(part, named));
        }
        Expr::Select(select) => collect(&select.operand, named),
        Expr::List(list) => list.elements.iter().for_each(|item| collect(item, named)),
        Expr::Comprehension(loop_) => {
            collect(&loop_.iter_range, named);
            collect(&loop_.loop_step, named);
        }
        _ => {}
    }
}
