//! Findings about a program file, for its author: what is wrong, where, and how to
//! correct it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The program cannot be published.
    Error,
    /// The program can be published, but probably does not do what its author meant.
    Warning,
    /// The program can be published, but something about it could not be checked.
    Note,
}

/// One finding about a program file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Diagnostic {
    /// The severity. Only `error` prevents the publication of the program.
    pub severity: Severity,
    /// The stable name of the kind of finding, such as `unknown-field`.
    #[schema(value_type = String, example = "unknown-name")]
    pub code: &'static str,
    /// One sentence that says what is wrong.
    pub message: String,
    /// How to correct it; absent if that is not known.
    pub hint: Option<String>,
    /// The line in the file, from 1; 0 if the finding has no position.
    pub line: u32,
    /// The column in characters, from 1; 0 if the finding has no position.
    pub column: u32,
    /// The path of the field, such as `perks[0].when`; empty for the whole file.
    pub path: String,
}

/// A position in the file: line and column, both from 1. The default (0, 0) means no
/// position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FilePlace {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Diagnostic {
    /// Returns the message of the first error among findings; empty if there is none.
    pub fn first_error(found: &[Self]) -> &str {
        let mut errors = found.iter().filter(|one| one.severity == Severity::Error);
        errors.next().map_or("", |one| one.message.as_str())
    }

    /// Creates an error, which prevents the publication of the program.
    pub(super) fn error(
        code: &'static str,
        at: FilePlace,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            hint: None,
            line: at.line,
            column: at.column,
            path: path.into(),
        }
    }

    /// Creates a warning, which does not prevent the publication.
    pub(super) fn warning(
        code: &'static str,
        at: FilePlace,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, at, path, message)
        }
    }

    /// Creates a note about what may well be meant.
    pub(super) fn note(
        code: &'static str,
        at: FilePlace,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, at, path, message)
        }
    }

    /// Adds a hint how to correct the mistake.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the hint "did you mean …?" with the nearest known name, or a list of the
    /// known names if none is near.
    pub(super) fn nearest<'k>(
        self,
        name: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) -> Self {
        let hint = nearest(name, known.clone()).map_or_else(
            || {
                let all: Vec<&str> = known.into_iter().collect();
                format!("known here: {}", all.join(", "))
            },
            |name| format!("did you mean '{name}'?"),
        );
        self.hint(hint)
    }
}

/// Returns the known name with the smallest distance, if the difference may be a typing
/// mistake: at most a third of the name's length, or one letter.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(d, candidate)| *d <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Computes the Levenshtein distance (insertions, deletions, substitutions), where two
/// swapped neighbours count as one. Compares only the first 65 characters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(65).collect();
    let b: Vec<char> = b.chars().take(65).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_does_not() {
        let known = ["standing", "influence", "value"];
        assert_eq!(nearest("standng", known), Some("standing"));
        assert_eq!(nearest("inlfuence", known), Some("influence"));
        assert_eq!(nearest("weather", known), None);
    }
}
