//! What is wrong with a program file, said so that its author can mend it:
//! where, what, and what would be right.

use serde::Serialize;
use utoipa::ToSchema;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The program cannot be published.
    Error,
    /// The program can be published, and probably does not do what was meant.
    Warning,
    /// The program can be published; something about it could not be checked.
    Note,
}

/// One finding about a program file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Diagnostic {
    /// Whether it keeps the program from being published.
    pub severity: Severity,
    /// A stable name of the kind of finding, such as `unknown-field`.
    #[schema(value_type = String, example = "unknown-name")]
    pub code: &'static str,
    /// One sentence that says what is wrong.
    pub message: String,
    /// What would be right, where that is known.
    pub hint: Option<String>,
    /// The line of the file, from 1; 0 if the finding is about no place in it.
    pub line: u32,
    /// The column in characters, from 1; 0 if the finding is about no place.
    pub column: u32,
    /// The field, such as `perks[0].when`; empty for the file as a whole.
    pub path: String,
}

/// A line and a column of the file, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FilePlace {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl Diagnostic {
    /// A finding that keeps the program from being published.
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

    /// A finding that does not.
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

    /// Adds what would be right.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean", if one of the known names is near.
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

/// The known name that differs in the fewest letters, if that is few enough
/// to be a slip: a third of its length, and at least one letter.
pub(super) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(d, candidate)| *d <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance (insertions, deletions, substitutions), where two
/// neighbours in the wrong order count once. Bounded: long texts are not compared.
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
