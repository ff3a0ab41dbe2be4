//! The numbers that the conditions of tiers ask for, with their places in the file, so that
//! a page can draw the ladder and change a number where it is written.

use serde::Serialize;
use utoipa::ToSchema;

use super::condition::Condition;
use super::condition::expr::*;
use super::condition::print::Show;
use super::program::Program;
use super::yaml::{Node, Value};

/// A tier of the ladder, with the numbers that its conditions ask for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LadderTier {
    /// The tier's short name.
    pub tier: String,
    /// The display name of the tier.
    pub title: String,
    /// True for the last tier, which every member has at least.
    pub floor: bool,
    /// The comparisons with a number in the tier's conditions, in the order in which they are
    /// written, `when` before `stay`. Those of audiences and decision tables are not among them.
    pub thresholds: Vec<Threshold>,
}

/// A comparison with a number in a condition of a tier.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Threshold {
    /// The condition that has the number.
    pub field: ThresholdField,
    /// What is compared, as a condition writes it.
    #[schema(example = "standing.lower")]
    pub input: String,
    /// How it is compared with the number: `>=`, `>`, `<=`, `<`, `==` or `!=`. It is the
    /// opposite of what is written if the condition negates it.
    #[schema(value_type = String, example = ">=")]
    pub operator: &'static str,
    /// The number.
    pub value: f64,
    /// The place of the number in the file; null if the number is not written there in one
    /// piece.
    pub place: Option<NumberPlace>,
}

/// The condition of a tier that asks for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdField {
    /// The condition to get the tier.
    When,
    /// The condition that is enough to keep it.
    Stay,
}

/// The place of a number in a program file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct NumberPlace {
    /// The line, from 1.
    pub line: u32,
    /// The column of the first character, from 1; characters are Unicode code points.
    pub column: u32,
    /// The column after the last character.
    pub end_column: u32,
}

impl Program {
    /// Returns the tiers, best first, with the numbers that their conditions ask for.
    pub fn ladder(&self) -> Vec<LadderTier> {
        let floor = &self.floor().id;
        let each = self.tiers.iter().map(|tier| LadderTier {
            tier: tier.id.to_string(),
            title: tier.title.clone(),
            floor: tier.id == *floor,
            thresholds: tier.thresholds.clone(),
        });
        each.collect()
    }
}

/// Returns the thresholds of a condition, which `node` of the file `source` has.
pub(super) fn of_condition(
    condition: &Condition,
    (node, source): (&Node, &str),
    field: ThresholdField,
    names: &Names,
) -> Vec<Threshold> {
    let mut found = Vec::new();
    collect(&condition.tree, &mut |leaf| {
        let Atom::Number(Num::Quantity(quantity), op, Num::Const(value)) = &leaf.atom else {
            return;
        };
        found.push(Threshold {
            field,
            input: Show(quantity, names).to_string(),
            operator: op.as_str(),
            value: *value,
            place: place(node, source, leaf.offset, *value),
        });
    });
    found
}

/// Visits the tests that the author wrote in the condition itself.
fn collect(tree: &Bool, visit: &mut impl FnMut(&Leaf)) {
    match tree {
        Bool::All(parts) | Bool::Any(parts) => {
            parts.iter().for_each(|part| collect(part, visit));
        }
        Bool::Leaf(leaf) if leaf.within.is_none() => visit(leaf),
        Bool::Leaf(_) => {}
    }
}

/// Returns the place in the file of a number in the test that begins at `start` of the node's
/// text.
fn place(node: &Node, source: &str, start: usize, value: f64) -> Option<NumberPlace> {
    let Value::Text(text) = &node.value else {
        return None;
    };
    let written = number_at(text, start, value)?;
    let number = &text[written.clone()];
    let begins = node.place_within(source, written.start);
    // Escapes and folded lines may lead to another place.
    let line = usize::try_from(begins.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(begins.column).ok()?.checked_sub(1)?;
    let mut in_file = source.lines().nth(line)?.chars().skip(column);
    let is_there = number.chars().all(|c| in_file.next() == Some(c));
    is_there.then(|| NumberPlace {
        line: begins.line,
        column: begins.column,
        end_column: begins.column + u32::try_from(number.chars().count()).unwrap_or(0),
    })
}

/// Returns the bytes of the first number with this value in a condition, from a byte on.
fn number_at(text: &str, start: usize, value: f64) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                at += 2 + rest.iter().position(|&end| end == byte)?;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => at = end_of(bytes, at, is_in_name),
            b'0'..=b'9' => {
                let end = end_of_number(bytes, at);
                let from = match text[..at].strip_suffix('-') {
                    Some(before) if value < 0.0 && before.len() >= start => at - 1,
                    _ => at,
                };
                if text.get(from..end)?.parse() == Ok(value) {
                    return Some(from..end);
                }
                at = end_of(bytes, end, is_in_name);
            }
            _ => at += 1,
        }
    }
    None
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns the end of the bytes from `at` on that are of one kind.
fn end_of(bytes: &[u8], at: usize, of_kind: fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|&&byte| of_kind(byte)).count()
}

/// Returns the end of a number: digits, and perhaps a fraction and an exponent.
fn end_of_number(bytes: &[u8], at: usize) -> usize {
    let digits = |at| end_of(bytes, at, |byte| byte.is_ascii_digit());
    let mut end = digits(at);
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::number_at;

    #[test]
    fn a_number_is_found_and_not_what_only_looks_like_it() {
        let found = |text: &str, start, value| {
            number_at(text, start, value).map(|range| text[range].to_owned())
        };
        assert_eq!(
            found("standing.lower >= 45", 0, 45.0).as_deref(),
            Some("45")
        );
        assert_eq!(
            found("45.0 <= standing.lower", 0, 45.0).as_deref(),
            Some("45.0")
        );
        assert_eq!(
            found("a45 > 1 && topic(\"45\").rank < 45", 0, 45.0).as_deref(),
            Some("45")
        );
        assert_eq!(
            number_at("a45 > 1 && topic(\"45\").rank < 45", 0, 45.0),
            Some(30..32)
        );
        assert_eq!(number_at("x >= 4 && y >= 4", 10, 4.0), Some(15..16));
        assert_eq!(found("x >= 1.5e1", 0, 15.0).as_deref(), Some("1.5e1"));
        assert_eq!(found("x > -5", 0, -5.0).as_deref(), Some("-5"));
        assert_eq!(found("x > -(5)", 0, -5.0), None);
        assert_eq!(found("x >= 0x2D", 0, 45.0), None);
    }
}
