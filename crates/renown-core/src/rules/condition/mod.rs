//! Conditions: compiles text in the Common Expression Language (CEL) to a typed tree.
//!
//! The steps are `scan` (limits the text before any recursive code reads it), the
//! parser of the `cel` crate, `lower` (checks names and types at publication and builds
//! the tree of `expr`) and `eval`. The evaluator of the `cel` crate is not used: it has
//! no types and no budget, and is ten times slower.
//!
//! Intended differences from CEL: integers and fractions are one type; an unknown value
//! makes a comparison false instead of an error, and its negation false too; there are
//! no maps, no bytes, no regular expressions and no nested loops.

pub(super) mod audiences;
mod coerce;
pub(super) mod eval;
pub(super) mod expr;
pub(super) mod leaf_text;
mod lower;
pub(super) mod mentions;
mod names;
pub(super) mod print;
mod scan;
mod size;
pub(super) mod tables;
mod typing;

use cel::IdedExpr;
use cel::common::ast::SourceInfo;
use cel::parser::Parser;

use super::diagnostic::{Diagnostic, FilePlace, Severity};
use super::setting::Setting;
use crate::domain::{AudienceName, AudienceRules, TierId};
use expr::{Bool, Names};
use tables::{InputExpression, Tables};

/// The deepest nesting that the parser accepts, of brackets and conditionals together.
const MAX_PARSER_DEPTH: u16 = 48;

/// A checked condition.
#[derive(Debug)]
pub(super) struct Condition {
    /// The text as written, with every run of white space replaced by one space.
    pub source: String,
    /// The typed tree.
    pub tree: Bool,
}

/// The names that a condition may use, in addition to those that are always allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The ids that `tier` may be compared with. `None` in the condition of a tier,
    /// which may use neither `tier` nor `request`: a tier does not depend on a request.
    pub tiers: Option<&'a [TierId]>,
    /// The setting; `None` for a program that was published before.
    pub setting: Option<&'a Setting<'a>>,
    /// The decision tables that the condition may use.
    pub tables: Tables<'a>,
    /// The audiences that the condition may name; `None` if they are not known.
    pub audiences: Option<&'a AudienceRules>,
    /// The audience whose own condition this is; `None` in a program.
    pub audience: Option<&'a AudienceName>,
}

/// A problem with a condition, at a byte offset of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub severity: Severity,
    pub code: &'static str,
    pub offset: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(code: &'static str, offset: usize, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            offset,
            message: message.into(),
            hint: None,
        }
    }

    /// Creates a problem that does not prevent the publication.
    pub(super) fn warning(code: &'static str, offset: usize, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(code, offset, message)
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Converts the problem to a finding about the file that contains the condition.
    pub(super) fn at(self, place: FilePlace, path: &str) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            hint: self.hint,
            ..Diagnostic::error(self.code, place, path, self.message)
        }
    }
}

impl Condition {
    /// Whether the condition is larger than one with audiences may be.
    pub(super) fn is_too_large(&self) -> bool {
        size::size(&self.tree) > lower::MAX_SIZE
    }

    /// Parses, checks and lowers a condition. Adds all problems to `problems`; returns
    /// `None` if one of them is an error.
    pub(super) fn compile(
        source: &str,
        scope: Scope<'_>,
        names: &mut Names,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let (expression, places) = match parse(source) {
            Ok(parsed) => parsed,
            Err(problem) => {
                problems.push(problem);
                return None;
            }
        };
        let tree = lower::lower(&expression, &places, scope, names, problems)?;
        Some(Self {
            source: on_one_line(source),
            tree,
        })
    }
}

/// Parses, checks and lowers an input of a decision table. Returns its text and tree.
pub(super) fn compile_input(
    source: &str,
    scope: Scope<'_>,
    names: &mut Names,
    problems: &mut Vec<Problem>,
) -> Option<(String, InputExpression)> {
    match parse(source) {
        Ok((expression, places)) => {
            let expression = lower::lower_input(&expression, &places, scope, names, problems)?;
            Some((on_one_line(source), expression))
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn on_one_line(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parse(source: &str) -> Result<(IdedExpr, SourceInfo), Problem> {
    scan::scan(source)?;
    Parser::new()
        .max_recursion_depth(MAX_PARSER_DEPTH)
        .error_recovery_limit(4)
        .parse_with_source_info(source)
        .map_err(|errors| syntax_problem(source, &errors))
}

/// Reports only the first error of the parser, because the others mostly follow from it.
fn syntax_problem(source: &str, errors: &cel::ParseErrors) -> Problem {
    let Some(error) = errors.errors.first() else {
        return Problem::new("condition-syntax", 0, "This is no condition.");
    };
    let (line, column) = error.pos;
    let offset = offset_of(source, line, column);
    let words = error.msg.trim_start_matches("Syntax error: ");
    let words = words.split(" expecting ").next().unwrap_or(words);
    let message = if words.contains("'<EOF>'") || words.contains("at input '<EOF>'") {
        "The condition ends too early.".to_owned()
    } else {
        format!("The condition cannot be understood here: {words}.")
    };
    Problem::new("condition-syntax", offset, message)
}

/// Returns the byte offset of a line and column, both from 1; columns count characters.
fn offset_of(source: &str, line: isize, column: isize) -> usize {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source.get(before..).unwrap_or_default();
    let within: usize = rest.chars().take(column).map(char::len_utf8).sum();
    (before + within).min(source.len())
}
