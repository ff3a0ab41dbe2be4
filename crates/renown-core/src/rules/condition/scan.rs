//! The check of a condition's text before the parser reads it.
//!
//! The parser is recursive and has no budget of its own, so this check first limits the
//! length, the nesting and the number of operators. It also refuses syntax that no rule
//! needs, so that untrusted text does not reach rarely used parts of the parser.

use super::Problem;

/// The longest condition, in bytes.
pub(super) const MAX_BYTES: usize = 2_000;
/// The deepest nesting of brackets.
const MAX_DEPTH: usize = 16;
/// The most operators, dots and colons.
const MAX_OPERATORS: usize = 200;
/// The most conditional (`? :`) operators.
const MAX_CONDITIONALS: usize = 8;
/// The longest chain of arithmetic operators, comparisons and dots without a logical
/// operator between them. The parser recurses once for each.
const MAX_CHAIN: usize = 48;
/// The most signs (`!`, `-`) in a row.
const MAX_SIGNS: usize = 4;

/// Checks a condition's text.
pub(super) fn scan(source: &str) -> Result<(), Problem> {
    if source.len() > MAX_BYTES {
        return Err(too_large(
            0,
            format!("A condition has at most {MAX_BYTES} bytes."),
        ));
    }
    let mut scanner = Scanner::default();
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some(quote) = scanner.quote {
            scanner.in_text(at, c, quote)?;
        } else {
            let next = chars.peek().map(|(_, c)| *c);
            if is_word(c)
                && !scanner
                    .adjacent
                    .is_some_and(|last| is_word(last) || last == '.')
            {
                refuse_word(at, &source[at..])?;
            }
            scanner.outside_text(at, c, next)?;
        }
    }
    scanner.end(source.len())
}

/// The recursion depth that the parser needs for the text between two brackets.
#[derive(Default)]
struct Chain {
    /// The length since the last logical operator or comma.
    length: usize,
    /// The longest length so far.
    longest: usize,
}

#[derive(Default)]
struct Scanner {
    quote: Option<char>,
    quoted_at: usize,
    /// The chain in the innermost bracket.
    chain: Chain,
    /// The chains around it, one for each open bracket.
    outer: Vec<Chain>,
    operators: usize,
    conditionals: usize,
    signs: usize,
    /// The last character that is not white space.
    last: Option<char>,
    /// The previous character.
    adjacent: Option<char>,
}

impl Scanner {
    fn in_text(&mut self, at: usize, c: char, quote: char) -> Result<(), Problem> {
        if c == '\\' {
            return Err(syntax(at, "A backslash has no place in a condition."));
        }
        if c.is_control() {
            return Err(syntax(at, "A text ends on the line that it begins on."));
        }
        if c == quote {
            self.quote = None;
            self.last = Some(c);
            self.adjacent = Some(c);
        }
        Ok(())
    }

    fn outside_text(&mut self, at: usize, c: char, next: Option<char>) -> Result<(), Problem> {
        match c {
            '"' | '\'' => self.open_text(at, c)?,
            '(' | '[' => {
                self.outer.push(std::mem::take(&mut self.chain));
                if self.outer.len() > MAX_DEPTH {
                    let message = format!("Brackets nest at most {MAX_DEPTH} deep.");
                    return Err(too_large(at, message));
                }
            }
            ')' | ']' => self.close_bracket(),
            '/' if next == Some('/') => {
                return Err(syntax(at, "A condition has no comments.")
                    .hint("write the comment as YAML does, after a '#' on a line of its own"));
            }
            '=' if next != Some('=') && !matches!(self.adjacent, Some('=' | '!' | '<' | '>')) => {
                return Err(syntax(at, "A single '=' compares nothing.").hint("write '=='"));
            }
            '&' | '|' if next != Some(c) && self.adjacent != Some(c) => {
                return Err(syntax(at, format!("A single '{c}' joins nothing."))
                    .hint(format!("write '{c}{c}'")));
            }
            c if is_operator(c) || is_word(c) || matches!(c, ',' | ' ' | '\t' | '\n' | '\r') => {}
            c => {
                return Err(syntax(
                    at,
                    format!("'{}' has no meaning here.", c.escape_debug()),
                ));
            }
        }
        self.count(at, c)?;
        self.adjacent = Some(c);
        if !c.is_whitespace() {
            self.last = Some(c);
        }
        Ok(())
    }

    /// Adds the chain inside the brackets to the chain around them.
    fn close_bracket(&mut self) {
        if let Some(outer) = self.outer.pop() {
            let inner = std::mem::replace(&mut self.chain, outer);
            self.chain.length += inner.longest;
            self.chain.longest = self.chain.longest.max(self.chain.length);
        }
    }

    fn open_text(&mut self, at: usize, quote: char) -> Result<(), Problem> {
        // CEL has r"", b"" and """ """, but no rule needs them.
        if self
            .adjacent
            .is_some_and(|last| is_word(last) || last == quote)
        {
            return Err(syntax(at, "A text cannot begin right here.")
                .hint("an operator, a comma or a bracket is missing before it"));
        }
        self.quote = Some(quote);
        self.quoted_at = at;
        Ok(())
    }

    fn count(&mut self, at: usize, c: char) -> Result<(), Problem> {
        if is_operator(c) {
            self.operators += 1;
        }
        match c {
            '?' | ':' | ',' | '&' | '|' => self.chain.length = 0,
            '=' if matches!(self.adjacent, Some('=' | '!' | '<' | '>')) => {}
            c if is_operator(c) => self.chain.length += 1,
            _ => {}
        }
        self.chain.longest = self.chain.longest.max(self.chain.length);
        if c == '?' {
            self.conditionals += 1;
        }
        match c {
            '!' | '-' => self.signs += 1,
            c if c.is_whitespace() => {}
            _ => self.signs = 0,
        }
        if self.operators > MAX_OPERATORS {
            let message = format!("A condition has at most {MAX_OPERATORS} operators.");
            return Err(too_large(at, message).hint("split it into several tiers or perks"));
        }
        if self.outer.iter().map(|c| c.length).sum::<usize>() + self.chain.length > MAX_CHAIN {
            let message = format!("A chain has at most {MAX_CHAIN} operators and dots.");
            return Err(too_large(at, message).hint("make it shorter, or join the parts with &&"));
        }
        if self.conditionals > MAX_CONDITIONALS {
            let message = format!("A condition has at most {MAX_CONDITIONALS} '?'.");
            return Err(too_large(at, message).hint("use && and ||"));
        }
        if self.signs > MAX_SIGNS {
            let message = format!("At most {MAX_SIGNS} signs stand in a row.");
            return Err(too_large(at, message));
        }
        Ok(())
    }

    fn end(self, length: usize) -> Result<(), Problem> {
        if self.quote.is_some() {
            return Err(syntax(self.quoted_at, "This text has no closing quote."));
        }
        if !self.outer.is_empty() {
            return Err(syntax(length, "A closing bracket is missing."));
        }
        Ok(())
    }
}

fn is_operator(c: char) -> bool {
    matches!(
        c,
        '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' | '&' | '|' | '?' | ':' | '.'
    )
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Refuses the words that other languages have for the signs of CEL.
fn refuse_word(at: usize, rest: &str) -> Result<(), Problem> {
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let word = &rest[..end];
    let signs = [("and", "&&"), ("or", "||"), ("not", "!")];
    match signs
        .iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name))
    {
        Some((_, sign)) => {
            Err(syntax(at, format!("'{word}' has no meaning here."))
                .hint(format!("write '{sign}'")))
        }
        None => Ok(()),
    }
}

fn syntax(offset: usize, message: impl Into<String>) -> Problem {
    Problem::new("condition-syntax", offset, message)
}

fn too_large(offset: usize, message: impl Into<String>) -> Problem {
    Problem::new("condition-too-large", offset, message)
}
