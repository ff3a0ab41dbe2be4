//! Cells of a table of members: values as texts, and what protects them in a spreadsheet.

use std::borrow::Cow;

use crate::domain::names::names;
use crate::domain::{Attribute, Invalid};

/// The cell that removes what the member has in a column.
pub(super) const REMOVE: &str = "\\N";

/// The most digits of a number that is recognised without being declared. More digits are an
/// id rather than an amount, and would not all be kept.
const MAX_DIGITS: usize = 15;

/// The type of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of texts.
    List,
}

names! {
    // As JSON calls them.
    AttributeType, "an attribute's type":
    Text = "string",
    Number = "number",
    Boolean = "boolean",
    List = "array",
}

impl From<&Attribute> for AttributeType {
    fn from(value: &Attribute) -> Self {
        match value {
            Attribute::Bool(_) => Self::Boolean,
            Attribute::Number(_) => Self::Number,
            Attribute::Text(_) => Self::Text,
            Attribute::List(_) => Self::List,
        }
    }
}

/// The type of the values in a column of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellType {
    /// Each cell is what it looks like: `true` and `false` in any case are booleans, a number
    /// as JSON writes it with at most 15 digits is a number, an array of texts as JSON writes
    /// it is a list, and everything else is a text.
    Any,
    /// As the header declares.
    Of(AttributeType),
}

impl CellType {
    /// The types that a header can declare.
    pub(super) const DECLARED: [(Self, &'static str); 4] = [
        (Self::Of(AttributeType::Text), "text"),
        (Self::Of(AttributeType::Number), "number"),
        (Self::Of(AttributeType::Boolean), "boolean"),
        (Self::Of(AttributeType::List), "list"),
    ];

    /// Reads a cell that is not empty.
    pub(super) fn read(self, cell: &str) -> Result<Attribute, Invalid> {
        let of = match self {
            Self::Any => return Ok(Self::recognised(cell)),
            Self::Of(of) => of,
        };
        match of {
            AttributeType::Text => Ok(Attribute::Text(cell.to_owned())),
            AttributeType::Number => number(cell)
                .map(Attribute::Number)
                .ok_or_else(|| Invalid::new("a number is written like 12, -0.5 or 1e6")),
            AttributeType::Boolean => boolean(cell)
                .map(Attribute::Bool)
                .ok_or_else(|| Invalid::new("a boolean is true or false")),
            AttributeType::List => list(cell).map(Attribute::List),
        }
    }

    fn recognised(cell: &str) -> Attribute {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if let Some(value) = boolean(cell) {
            return Attribute::Bool(value);
        }
        if let Some(value) = number(cell).filter(|_| digits <= MAX_DIGITS) {
            return Attribute::Number(value);
        }
        match serde_json::from_str(cell) {
            Ok(texts) => Attribute::List(texts),
            Err(_) => Attribute::Text(cell.to_owned()),
        }
    }

    /// Writes a value so that it is read back as it is; `None` if a cell cannot have it.
    pub(super) fn write(self, value: &Attribute) -> Option<String> {
        let cell = match value {
            Attribute::Bool(value) => value.to_string(),
            Attribute::Number(value) => value.to_string(),
            Attribute::Text(text) => text.clone(),
            Attribute::List(texts) if self == Self::Of(AttributeType::List) => list_cell(texts),
            Attribute::List(texts) => serde_json::to_string(texts).ok()?,
        };
        let is_same = !cell.is_empty() && self.read(&cell).is_ok_and(|read| read == *value);
        is_same.then_some(cell)
    }
}

fn boolean(cell: &str) -> Option<bool> {
    let is = |text: &str| cell.eq_ignore_ascii_case(text);
    is("true")
        .then_some(true)
        .or_else(|| is("false").then_some(false))
}

/// Reads a number as JSON writes it, so that `007` stays a text.
fn number(cell: &str) -> Option<f64> {
    let first = cell.bytes().next()?;
    if first != b'-' && !first.is_ascii_digit() {
        return None;
    }
    serde_json::from_str::<serde_json::Number>(cell).ok()?;
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads a list: texts between semicolons, or an array of texts as JSON writes it.
pub(in crate::ingest) fn list(cell: &str) -> Result<Vec<String>, Invalid> {
    let cell = cell.trim();
    if cell.starts_with('[') {
        return serde_json::from_str(cell)
            .map_err(|_| Invalid::new("a list in brackets is a JSON array of texts"));
    }
    let items = cell.split(';').map(str::trim);
    Ok(items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Writes a list; it is empty for a list without items.
pub(super) fn list_cell(texts: &[String]) -> String {
    let joined = texts.join("; ");
    match list(&joined) {
        Ok(read) if read == texts => joined,
        _ => serde_json::to_string(texts).unwrap_or(joined),
    }
}

/// Tells whether a cell, or what follows its apostrophes, is a formula to a spreadsheet
/// (OWASP, *CSV Injection*) or removes something in an import. A number with a sign is neither.
fn is_active(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    let is_formula = bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    (is_formula || bare == REMOVE) && cell.parse::<f64>().is_err()
}

/// Returns a cell as it is written to a table: an apostrophe in front of a formula makes it a
/// text in a spreadsheet.
pub fn protected(cell: &str) -> Cow<'_, str> {
    match is_active(cell) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// Returns a cell without the apostrophe that [`protected`] adds.
pub(in crate::ingest) fn unprotected(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if is_active(cell) => bare,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_is_what_it_looks_like() {
        let texts = |texts: &[&str]| Attribute::List(texts.iter().map(|t| (*t).into()).collect());
        for (cell, expected) in [
            ("TRUE", Attribute::Bool(true)),
            ("-2.50", Attribute::Number(-2.5)),
            ("1e3", Attribute::Number(1000.0)),
            ("007", Attribute::Text("007".into())),
            ("+49 30", Attribute::Text("+49 30".into())),
            (
                "1234567890123456",
                Attribute::Text("1234567890123456".into()),
            ),
            ("NaN", Attribute::Text("NaN".into())),
            (r#"["a","b;c"]"#, texts(&["a", "b;c"])),
            ("a; b", Attribute::Text("a; b".into())),
        ] {
            assert_eq!(CellType::Any.read(cell).unwrap(), expected, "{cell}");
        }
        assert_eq!(
            CellType::Of(AttributeType::List).read("a; b;").unwrap(),
            texts(&["a", "b"])
        );
        assert!(CellType::Of(AttributeType::Number).read("12 EUR").is_err());
        assert!(CellType::Of(AttributeType::Boolean).read("yes").is_err());
        assert!(CellType::Of(AttributeType::List).read("[1]").is_err());
    }

    #[test]
    fn only_what_would_run_is_protected() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("-2.5", "-2.5"),
            ("@sum", "'@sum"),
            ("'=a", "''=a"),
            ("'tis", "'tis"),
            ("\\N", "'\\N"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(protected(cell), written);
        }
    }

    proptest! {
        #[test]
        fn protection_is_undone_exactly(cell in "['=+@1a\\\\N-]{0,5}") {
            let written = protected(&cell).into_owned();
            prop_assert_eq!(unprotected(&written), cell.as_str());
            prop_assert!(written == cell || is_active(&cell));
        }

        #[test]
        fn a_written_value_is_read_back(
            text in "(true|[0-9.e-]{0,4}|[a-z;\\[\" ]{0,5})",
            number in proptest::num::f64::NORMAL,
            texts in prop::collection::vec("[a;\\[ ]{0,3}", 0..3),
        ) {
            for value in [Attribute::Text(text), Attribute::Number(number), Attribute::List(texts)] {
                for of in [CellType::Any, CellType::Of((&value).into())] {
                    if let Some(cell) = of.write(&value) {
                        prop_assert_eq!(of.read(&cell).unwrap(), value.clone());
                    }
                }
            }
        }
    }
}
