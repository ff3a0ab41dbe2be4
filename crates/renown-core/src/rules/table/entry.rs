//! The tests of a rule, after FEEL's unary tests: `-`, a literal, `>= 5`,
//! `[30..60)`, alternatives, `not(…)`, and `unknown`.

use super::{Kind, Value};
use crate::rules::condition::Problem;
use crate::rules::yaml;

/// The maximum length of an entry, in bytes.
const MAX_BYTES: usize = 2_000;
/// The maximum number of alternatives in one entry.
const MAX_ALTERNATIVES: usize = 100;

/// A parsed entry. Its type is that of its literals.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::rules) struct Entry {
    /// Whether an unknown value passes.
    pub unknown: bool,
    /// Whether every known value passes; there are no tests then.
    pub known: bool,
    /// Whether the tests are inside `not(…)`.
    pub negated: bool,
    /// The alternatives: at least one has to pass.
    pub tests: Vec<Unary>,
}

/// One alternative of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Unary {
    Range(Range),
    Text(Box<str>),
    Bool(bool),
}

/// A range of numbers. Each end belongs to it or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::rules) struct Range {
    pub low: f64,
    pub low_in: bool,
    pub high: f64,
    pub high_in: bool,
}

impl Range {
    /// Returns the range that contains exactly one number.
    pub(super) fn point(at: f64) -> Self {
        Self {
            low: at,
            low_in: true,
            high: at,
            high_in: true,
        }
    }

    pub(super) fn contains(&self, number: f64) -> bool {
        let above = number > self.low || (self.low_in && number == self.low);
        let below = number < self.high || (self.high_in && number == self.high);
        above && below
    }

    fn is_empty(&self) -> bool {
        self.low > self.high || (self.low == self.high && !(self.low_in && self.high_in))
    }
}

impl Unary {
    fn kind(&self) -> Kind {
        match self {
            Self::Range(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Bool(_) => Kind::Bool,
        }
    }

    fn accepts(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Range(range), Value::Number(number)) => range.contains(number),
            (Self::Text(wanted), Value::Text(text)) => **wanted == *text,
            (Self::Bool(wanted), Value::Bool(value)) => *wanted == value,
            _ => false,
        }
    }
}

impl Entry {
    /// Reads an entry from a file: a text, or a literal of YAML. `None` for
    /// anything else.
    pub(super) fn read(value: &yaml::Value) -> Option<Result<Self, Problem>> {
        let literal = |test| {
            Some(Ok(Self {
                tests: vec![test],
                ..Self::default()
            }))
        };
        match value {
            yaml::Value::Bool(value) => literal(Unary::Bool(*value)),
            yaml::Value::Int(value) => literal(Unary::Range(Range::point(*value as f64))),
            yaml::Value::Float(value) if value.is_finite() => {
                literal(Unary::Range(Range::point(*value + 0.0)))
            }
            yaml::Value::Text(text) => Some(Self::parse(text)),
            _ => None,
        }
    }

    /// Parses the text of an entry.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_BYTES {
            return Err(syntax(
                0,
                format!("An entry has at most {MAX_BYTES} bytes."),
            ));
        }
        let mut parser = Parser { text, at: 0 };
        parser.entry()
    }

    /// Returns whether a value passes.
    pub(in crate::rules) fn accepts(&self, value: Value<'_>) -> bool {
        match value {
            Value::Unknown => self.unknown,
            _ if self.known => true,
            _ if self.tests.is_empty() => false,
            value => self.tests.iter().any(|test| test.accepts(value)) != self.negated,
        }
    }

    /// Returns whether every value passes, known or unknown.
    pub(in crate::rules) fn accepts_everything(&self) -> bool {
        self.unknown && self.known
    }

    /// Returns the types of its literals, each once.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for kind in self.tests.iter().map(Unary::kind) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }
}

fn syntax(at: usize, message: impl Into<String>) -> Problem {
    Problem::new("entry-syntax", at, message)
}

/// A parser that reads an entry in one pass; the grammar does not nest.
struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Consumes a sign and the white space after it. Returns whether it was
    /// there.
    fn takes(&mut self, sign: &str) -> bool {
        let there = self.rest().starts_with(sign);
        if there {
            self.at += sign.len();
            self.space();
        }
        there
    }

    fn word(&self) -> &'t str {
        let rest = self.rest();
        let part = |c: char| c.is_alphanumeric() || c == '_';
        rest.find(|c| !part(c)).map_or(rest, |end| &rest[..end])
    }

    fn entry(&mut self) -> Result<Entry, Problem> {
        self.space();
        if self.rest().is_empty() {
            return Err(syntax(self.at, "An entry says something.").hint("'-' is for anything"));
        }
        if self.rest().trim_end() == "-" {
            return Ok(Entry {
                unknown: true,
                known: true,
                ..Entry::default()
            });
        }
        let negated = self.word() == "not";
        if negated {
            self.at += "not".len();
            self.space();
            if !self.takes("(") {
                return Err(syntax(self.at, "After 'not' comes a bracket.").hint("not(5, 7)"));
            }
        }
        let mut entry = self.alternatives()?;
        if negated && !self.takes(")") {
            return Err(self.unexpected("The bracket of 'not' is not closed here."));
        }
        if !self.rest().is_empty() {
            return Err(self.unexpected("Here a comma or the end is missing."));
        }
        if negated {
            // An unknown value passes neither a test nor its negation.
            entry.known = entry.unknown && entry.tests.is_empty();
            entry.unknown = false;
            entry.negated = true;
        }
        Ok(entry)
    }

    fn alternatives(&mut self) -> Result<Entry, Problem> {
        let mut entry = Entry::default();
        loop {
            let start = self.at;
            if entry.tests.len() >= MAX_ALTERNATIVES {
                let message = format!("An entry has at most {MAX_ALTERNATIVES} alternatives.");
                return Err(syntax(start, message));
            }
            match self.alternative()? {
                None => entry.unknown = true,
                Some(Unary::Range(range)) if range.is_empty() => {
                    let hint = "the lower number comes first; [5..5] is 5 alone";
                    return Err(syntax(start, "Nothing lies in this range.").hint(hint));
                }
                Some(test) => entry.tests.push(test),
            }
            self.space();
            if !self.takes(",") {
                return Ok(entry);
            }
        }
    }

    /// Parses one alternative; `None` stands for `unknown`.
    fn alternative(&mut self) -> Result<Option<Unary>, Problem> {
        let Some(first) = self.rest().chars().next() else {
            return Err(syntax(self.at, "The entry ends too early."));
        };
        let test = match first {
            '"' => Unary::Text(self.quoted()?),
            '<' | '>' => Unary::Range(self.comparison()?),
            '[' | ']' | '(' => Unary::Range(self.range()?),
            '0'..='9' | '-' | '+' | '.' => Unary::Range(Range::point(self.number()?)),
            _ => return self.named(),
        };
        Ok(Some(test))
    }

    fn named(&mut self) -> Result<Option<Unary>, Problem> {
        let word = self.word();
        let test = match word {
            "unknown" => None,
            "true" => Some(Unary::Bool(true)),
            "false" => Some(Unary::Bool(false)),
            "not" => {
                let message = "'not' stands before everything, and once.";
                return Err(syntax(self.at, message).hint("not(5, 7)"));
            }
            _ => return Err(self.unexpected("This is no test.")),
        };
        self.at += word.len();
        Ok(test)
    }

    fn quoted(&mut self) -> Result<Box<str>, Problem> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let Some(end) = inner.find('"') else {
            return Err(syntax(self.at, "This text has no closing quote."));
        };
        let text = &inner[..end];
        if let Some((i, _)) = text
            .char_indices()
            .find(|(_, c)| *c == '\\' || c.is_control())
        {
            let message = "A text has no backslash and ends on its line.";
            return Err(syntax(self.at + 1 + i, message));
        }
        self.at += end + 2;
        Ok(text.into())
    }

    fn comparison(&mut self) -> Result<Range, Problem> {
        let all = Range {
            low: f64::NEG_INFINITY,
            low_in: false,
            high: f64::INFINITY,
            high_in: false,
        };
        let above = self.rest().starts_with('>');
        self.at += 1;
        let equal = self.rest().starts_with('=');
        self.at += usize::from(equal);
        self.space();
        let number = self.number()?;
        Ok(if above {
            Range {
                low: number,
                low_in: equal,
                ..all
            }
        } else {
            Range {
                high: number,
                high_in: equal,
                ..all
            }
        })
    }

    /// Parses a range such as `[30..60)`. An excluded end is written with a
    /// round bracket or a reversed square bracket.
    fn range(&mut self) -> Result<Range, Problem> {
        let low_in = self.rest().starts_with('[');
        self.at += 1;
        self.space();
        let low = self.number()?;
        self.space();
        if !self.takes("..") {
            return Err(self.unexpected("A range has two dots between its ends."));
        }
        let high = self.number()?;
        self.space();
        let high_in = self.rest().starts_with(']');
        if !high_in && !self.rest().starts_with([')', '[']) {
            return Err(self.unexpected("The bracket of this range is not closed here."));
        }
        self.at += 1;
        Ok(Range {
            low,
            low_in,
            high,
            high_in,
        })
    }

    fn number(&mut self) -> Result<f64, Problem> {
        let length = number_length(self.rest());
        let number = self.rest().get(..length).and_then(|text| text.parse().ok());
        let Some(number) = number.filter(|_| length > 0) else {
            return Err(self.unexpected("Here a number is missing."));
        };
        if !f64::is_finite(number) {
            return Err(syntax(self.at, "This number is too large."));
        }
        self.at += length;
        // Adding 0 turns negative zero into zero.
        Ok(number + 0.0)
    }

    fn unexpected(&self, message: &str) -> Problem {
        let problem = syntax(self.at, message);
        let word = self.word();
        match self.rest().chars().next() {
            Some('=' | '!') => {
                problem.hint("write the value alone where it has to be equal, not(…) where not")
            }
            Some('\'') => problem.hint("texts stand in double quotes"),
            Some('-') => problem.hint("'-' for anything stands alone"),
            Some(_) if !word.is_empty() && word.chars().all(|c| !c.is_ascii_digit()) => {
                let name: String = word.chars().take(40).collect();
                problem.hint(format!(
                    "a text stands in quotes within the entry: '\"{name}\"'"
                ))
            }
            _ => problem.hint("tests are written: 5, \"text\", true, >= 5, [30..60), not(5), -"),
        }
    }
}

/// Returns how many bytes at the start of a text form a number. Two dots end
/// the number, because they belong to a range.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let mut end = sign + digits(sign);
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if end == sign {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}
