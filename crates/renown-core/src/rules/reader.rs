//! Reads typed fields from the tree of a program file. Collects all mistakes
//! instead of stopping at the first.

use crate::domain::Invalid;

use super::diagnostic::{Diagnostic, FilePlace, Severity};
use super::yaml::{Key, Node, Value};

/// A value with its position in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct At<T> {
    pub value: T,
    /// The position at which the value begins.
    pub place: FilePlace,
}

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Findings(pub Vec<Diagnostic>);

impl Findings {
    /// Adds a finding.
    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }

    /// Whether a part of the file has no errors so far.
    pub(super) fn are_fine_in(&self, path: &str) -> bool {
        let within = |other: &str| {
            other
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut errors = self.0.iter();
        !errors.any(|f| f.severity == Severity::Error && within(&f.path))
    }
}

/// The fields of one mapping.
pub(super) struct Fields<'n> {
    /// The path of the mapping, such as `perks[0]`; empty for the whole file.
    pub path: String,
    /// The position at which the mapping begins.
    pub place: FilePlace,
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    /// Opens a mapping. Reports every field that is not in `known`.
    pub(super) fn open(
        node: &'n Node,
        path: String,
        known: &[&'static str],
        findings: &mut Findings,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            findings.add(wrong_type(node, &path, "a mapping of fields"));
            return None;
        };
        let fields = Self {
            path,
            place: node.place,
            entries,
        };
        for (key, _) in entries {
            if !known.contains(&key.name.as_str()) {
                let message = format!("There is no field '{}' here.", shorten(&key.name));
                let path = fields.path_of(&shorten(&key.name));
                let finding = Diagnostic::error("unknown-field", key.place, path, message);
                findings.add(finding.nearest(&key.name, known.iter().copied()));
            }
        }
        Some(fields)
    }

    /// Returns the path of a field of this mapping.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Returns the node of a field; `None` if it is missing or null.
    pub(super) fn node(&self, name: &str) -> Option<&'n Node> {
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// Reports that a required field is missing.
    pub(super) fn missing(&self, name: &str, hint: &str, findings: &mut Findings) {
        let message = format!("The field '{name}' is missing.");
        let finding = Diagnostic::error("missing-field", self.place, self.path_of(name), message);
        findings.add(finding.hint(hint));
    }

    /// Reads a text of 1 to `max` characters.
    pub(super) fn text(
        &self,
        name: &str,
        max: usize,
        findings: &mut Findings,
    ) -> Option<At<String>> {
        self.parsed(name, findings, |text| title(text, max))
    }

    /// Reads a text and parses it.
    pub(super) fn parsed<T>(
        &self,
        name: &str,
        findings: &mut Findings,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<At<T>> {
        let node = self.node(name)?;
        parsed_node(node, &self.path_of(name), findings, parse)
    }

    /// Reads a whole number from `min` to `max`.
    pub(super) fn whole(
        &self,
        name: &str,
        (min, max): (i64, i64),
        findings: &mut Findings,
    ) -> Option<At<i64>> {
        let node = self.node(name)?;
        let path = self.path_of(name);
        match node.value {
            Value::Int(value) if (min..=max).contains(&value) => Some(At {
                value,
                place: node.place,
            }),
            Value::Int(_) => {
                let message = format!("'{name}' must be from {min} to {max}.");
                findings.add(Diagnostic::error(
                    "invalid-value",
                    node.place,
                    path,
                    message,
                ));
                None
            }
            _ => {
                findings.add(wrong_type(node, &path, "a whole number"));
                None
            }
        }
    }

    /// Reads one of the given words.
    pub(super) fn word<T: Copy>(
        &self,
        name: &str,
        words: &[(&'static str, T)],
        findings: &mut Findings,
    ) -> Option<At<T>> {
        let node = self.node(name)?;
        let path = self.path_of(name);
        let Value::Text(text) = &node.value else {
            findings.add(wrong_type(node, &path, "text"));
            return None;
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| word == text) {
            return Some(At {
                value: *value,
                place: node.place,
            });
        }
        let message = format!("'{name}' cannot be '{}'.", shorten(text));
        let finding = Diagnostic::error("invalid-value", node.place, path, message);
        findings.add(finding.nearest(text, words.iter().map(|(word, _)| *word)));
        None
    }

    /// Returns the items of a list of at most `max` items, each with its path. A missing
    /// field counts as an empty list.
    pub(super) fn items(
        &self,
        name: &str,
        max: usize,
        findings: &mut Findings,
    ) -> Vec<(String, &'n Node)> {
        let Some(node) = self.node(name) else {
            return Vec::new();
        };
        let path = self.path_of(name);
        let Value::List(nodes) = &node.value else {
            findings.add(wrong_type(node, &path, "a list"));
            return Vec::new();
        };
        if nodes.len() > max {
            let message = format!("'{name}' has {} items, {max} are allowed.", nodes.len());
            findings.add(Diagnostic::error("too-many", node.place, path, message));
            return Vec::new();
        }
        let with_path = |(i, node)| (format!("{path}[{i}]"), node);
        nodes.iter().enumerate().map(with_path).collect()
    }

    /// Reads a list of texts and parses each.
    pub(super) fn list<T>(
        &self,
        name: &str,
        max: usize,
        findings: &mut Findings,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Vec<At<T>> {
        let items = self.items(name, max, findings);
        items
            .into_iter()
            .filter_map(|(path, node)| parsed_node(node, &path, findings, &parse))
            .collect()
    }
}

/// Checks a text for people of 1 to `max` characters.
pub(super) fn title(text: &str, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new("must not be empty"));
    }
    if text.chars().count() > max {
        return Err(Invalid::new(format_args!(
            "is longer than {max} characters"
        )));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(Invalid::new("contains a control character"));
    }
    Ok(text.to_owned())
}

/// Reads a text and parses it.
pub(super) fn parsed_node<T>(
    node: &Node,
    path: &str,
    findings: &mut Findings,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<At<T>> {
    // A number is parsed as text, so that a wrong value is reported as such, and
    // not as a wrong type.
    let number;
    let text = match &node.value {
        Value::Text(text) => text,
        Value::Int(n) => {
            number = n.to_string();
            &number
        }
        Value::Float(n) => {
            number = n.to_string();
            &number
        }
        _ => {
            findings.add(wrong_type(node, path, "text"));
            return None;
        }
    };
    match parse(text) {
        Ok(_) if !matches!(node.value, Value::Text(_)) => {
            findings.add(wrong_type(node, path, "text"));
            None
        }
        Ok(value) => Some(At {
            value,
            place: node.place,
        }),
        Err(invalid) => {
            let message = format!("'{}' is not right: {invalid}.", shorten(text));
            findings.add(Diagnostic::error(
                "invalid-value",
                node.place,
                path,
                message,
            ));
            None
        }
    }
}

/// Creates the finding for a value of the wrong type.
pub(super) fn wrong_type(node: &Node, path: &str, expected: &str) -> Diagnostic {
    let message = format!("This must be {expected}, and is {}.", node.value.kind());
    let finding = Diagnostic::error("wrong-type", node.place, path, message);
    match (&node.value, expected) {
        (Value::Int(_) | Value::Float(_) | Value::Bool(_), "text") => {
            finding.hint("put it in quotes")
        }
        _ => finding,
    }
}

/// Shortens a text to at most 60 characters, to quote it in a message.
pub(super) fn shorten(text: &str) -> String {
    const MAX: usize = 60;
    if text.chars().count() <= MAX {
        return text.to_owned();
    }
    let start: String = text.chars().take(MAX).collect();
    format!("{start}…")
}
