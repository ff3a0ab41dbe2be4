//! Parses program text to a tree in which every node has its position.
//!
//! The text is read into a tree first and into types later, so that all mistakes of a
//! file can be reported at once. JSON is a subset of YAML, so one parser reads both.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::diagnostic::{Diagnostic, FilePlace};

/// The largest program file, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// A value of the file, with its position.
#[derive(Debug)]
pub(super) struct Node {
    /// The position at which the value begins.
    pub place: FilePlace,
    /// The bytes of the value in the file; empty if unknown.
    bytes: std::ops::Range<usize>,
    /// The value itself.
    pub value: Value,
}

/// A YAML value, of the types that programs need.
#[derive(Debug)]
pub(super) enum Value {
    /// The null value, or an empty field.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    /// The position at which the key begins.
    pub place: FilePlace,
    pub name: String,
}

impl Value {
    /// Names the type, for use in a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Parses the text of a program file.
///
/// # Errors
/// If the text is too large or no valid YAML. The finding has the position of the first
/// mistake; the parser cannot continue after it.
pub(super) fn parse(source: &str) -> Result<Node, Diagnostic> {
    if source.len() > MAX_BYTES {
        return Err(Diagnostic::error(
            "too-large",
            FilePlace::default(),
            "",
            format!("A program file has at most {MAX_BYTES} bytes."),
        ));
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_depth: 16,
            max_nodes: 50_000,
            max_events: 200_000,
            max_aliases: 100,
            max_anchors: 100,
            max_documents: 1,
        },
    };
    serde_saphyr::from_str_with_options::<Node>(source, options).map_err(|error| {
        let place = error.location().map_or_else(FilePlace::default, place_of);
        match error.without_snippet() {
            serde_saphyr::Error::DuplicateMappingKey { key: Some(key), .. } => {
                let message = format!("The field '{key}' is here a second time.");
                Diagnostic::error("syntax", place, "", message).hint("keep one of them")
            }
            _ => Diagnostic::error("syntax", place, "", sentence(&error)),
        }
    })
}

/// Returns the parser's message without the position that it appends.
fn sentence(error: &serde_saphyr::Error) -> String {
    // The messages for developers name options of the library.
    let text = error
        .without_snippet()
        .render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let first = text.lines().next().unwrap_or_default();
    let words = first.split(" at line ").next().unwrap_or(first);
    format!("This is not valid YAML: {}.", words.trim_end_matches('.'))
}

fn place_of(location: Location) -> FilePlace {
    FilePlace {
        line: u32::try_from(location.line()).unwrap_or(u32::MAX),
        column: u32::try_from(location.column()).unwrap_or(u32::MAX),
    }
}

impl Node {
    /// Returns the position in the file of the byte `offset` of this node's text.
    ///
    /// The file contains quotes, escapes, folded lines and indentation that the text does
    /// not. So this walks both side by side and finds every visible character of the text
    /// in the file, in the same order.
    pub(super) fn place_within(&self, source: &str, offset: usize) -> FilePlace {
        let Value::Text(text) = &self.value else {
            return self.place;
        };
        let raw = source.get(self.bytes.clone()).unwrap_or_default();
        let mut raw_chars = raw.char_indices();
        let mut end = 0;
        for (at, wanted) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let Some((found, _)) = raw_chars.find(|(_, c)| *c == wanted) else {
                return self.place;
            };
            if at >= offset {
                return self.advance(&raw[..found]);
            }
            end = found + wanted.len_utf8();
        }
        // The offset is after the last character: something is missing there.
        self.advance(&raw[..end])
    }

    /// Returns the position after `text`, counted from the beginning of this node.
    fn advance(&self, text: &str) -> FilePlace {
        let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        match text.rsplit_once('\n') {
            None => FilePlace {
                line: self.place.line,
                column: self.place.column.saturating_add(count(text)),
            },
            Some((before, last)) => {
                let lines = before.matches('\n').count() + 1;
                FilePlace {
                    line: self.place.line + u32::try_from(lines).unwrap_or(0),
                    column: count(last) + 1,
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        // A value from an alias gets the position at which it is defined.
        let location = spanned.defined;
        let span = location.span();
        let index = |n: Option<_>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let start = index(span.byte_offset());
        Ok(Self {
            place: place_of(location),
            bytes: start..start.saturating_add(index(span.byte_len())),
            value: spanned.value,
        })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self {
            place: place_of(spanned.referenced),
            name: spanned.value,
        })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Float(value as f64), Value::Int))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Float(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Float(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Value::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'n>(node: &'n Node, name: &str) -> &'n Node {
        let Value::Map(entries) = &node.value else {
            panic!("no mapping: {node:?}")
        };
        let found = entries.iter().find(|(key, _)| key.name == name);
        &found.expect("the field is there").1
    }

    #[test]
    fn values_know_their_place() {
        let root = parse("a: 1\nb:\n  - c: 48h\n    d: 2026-11-01\n").unwrap();
        let Value::List(items) = &field(&root, "b").value else {
            panic!("no list")
        };
        let d = field(&items[0], "d");
        assert_eq!((d.place.line, d.place.column), (4, 8));
        assert!(matches!(&d.value, Value::Text(t) if t == "2026-11-01"));
        assert!(matches!(&field(&items[0], "c").value, Value::Text(t) if t == "48h"));
    }

    #[test]
    fn a_place_inside_a_text_is_found_however_the_text_is_written() {
        let cases = [
            ("when: ab && cd", (1, 13)),
            ("when: 'ab && cd'", (1, 14)),
            (r#"{"when": "ab && cd"}"#, (1, 17)),
            ("when: >\n  ab &&\n  cd", (3, 3)),
            ("when: |-\n    ab\n    && cd\n", (3, 8)),
            ("when: ab &&\n  cd\n", (2, 3)),
        ];
        for (source, expected) in cases {
            let root = parse(source).unwrap();
            let node = field(&root, "when");
            let Value::Text(text) = &node.value else {
                panic!("no text")
            };
            let place = node.place_within(source, text.find("cd").unwrap());
            assert_eq!((place.line, place.column), expected, "{source}");
        }
    }

    #[test]
    fn a_mistake_in_the_syntax_has_its_place() {
        let error = parse("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert_eq!(error.code, "syntax");
        assert!(error.line >= 2, "{error:?}");
        assert_eq!(parse("a: 1\na: 2\n").unwrap_err().line, 2);
    }
}
