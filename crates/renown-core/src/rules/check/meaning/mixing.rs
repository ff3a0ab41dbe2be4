//! `a || b && c` without brackets, which people read in two ways.

use super::{Asked, Meaning};
use crate::rules::condition::Problem;
use crate::rules::yaml::Value;

/// Checks whether a condition mixes `||` and `&&` without brackets.
pub(super) fn check(asked: &Asked<'_>, meaning: &mut Meaning<'_, '_>) {
    let Value::Text(text) = &asked.node.value else {
        return;
    };
    if let Some((offset, reading)) = mixed(text) {
        let message = "'&&' binds before '||', and no brackets say whether this is meant.";
        let problem = Problem::warning("mixed-operators", offset, message);
        meaning.say(
            asked,
            &asked.path,
            problem.hint(format!("it reads as '{reading}'")),
        );
    }
}

/// The operators of the text between two brackets or other separators.
#[derive(Default)]
struct Group {
    start: usize,
    ands: Vec<usize>,
    ors: Vec<usize>,
}

/// Returns the first `&&` that stands beside an `||` without brackets, and the same text
/// with the brackets that it is read with.
fn mixed(text: &str) -> Option<(usize, String)> {
    let mut groups = vec![Group::default()];
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => groups.push(Group {
                start: at + 1,
                ..Group::default()
            }),
            (None, ')' | ']') => {
                if let Some(found) = groups.pop().and_then(|group| group.read(text, at)) {
                    return Some(found);
                }
            }
            (None, ',' | '?' | ':') => {
                let group = groups.last_mut()?;
                if let Some(found) = group.read(text, at) {
                    return Some(found);
                }
                *group = Group {
                    start: at + 1,
                    ..Group::default()
                };
            }
            (None, '&' | '|') if text[at + 1..].starts_with(c) => {
                let group = groups.last_mut()?;
                if c == '&' {
                    group.ands.push(at);
                } else {
                    group.ors.push(at);
                }
            }
            _ => {}
        }
    }
    groups.pop()?.read(text, text.len())
}

impl Group {
    /// Returns the first `&&` and the text with brackets, if both operators are in the group.
    fn read(&self, text: &str, end: usize) -> Option<(usize, String)> {
        let first = *self.ands.first().filter(|_| !self.ors.is_empty())?;
        let mut parts = Vec::new();
        let mut start = self.start;
        for &or in self.ors.iter().chain([&end]) {
            let words: Vec<&str> = text[start..or].split_whitespace().collect();
            let part = words.join(" ");
            let joined = self.ands.iter().any(|and| (start..or).contains(and));
            parts.push(if joined { format!("({part})") } else { part });
            start = or + 2;
        }
        Some((first, parts.join(" || ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_operators_between_the_same_brackets_are_mixed() {
        let read = |text| mixed(text).map(|(_, reading)| reading);
        assert_eq!(read("a || b && c").as_deref(), Some("a || (b && c)"));
        assert_eq!(
            read("a && b || c && d").as_deref(),
            Some("(a && b) || (c && d)")
        );
        assert_eq!(
            read("x && (a ||\n b && f(c))").as_deref(),
            Some("a || (b && f(c))")
        );
        for right in [
            "a || b || c",
            "a || (b && c)",
            "(a || b) && c",
            "a && b ? c || d : e",
            "a && f(b || c, d)",
            "a || b == \"x && y\"",
        ] {
            assert_eq!(read(right), None, "{right}");
        }
    }
}
