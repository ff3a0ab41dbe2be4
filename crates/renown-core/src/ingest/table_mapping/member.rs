//! The members of a mapping: where the value of each comes from, and how it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Cells;
use super::number::{count, decimal};
use super::time::TimeNotation;
use crate::domain::Invalid;
use crate::ingest::Rejection;
use crate::ingest::derived::{event_id, object_id};
use crate::ingest::draft::Draft;
use crate::ingest::member_list::unprotected;
use crate::ingest::platform::{bounded_text, topics};

/// A member of the events that a mapping gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name in the native format; a counter of a profile is `metrics.followers`.
    pub(super) name: &'static str,
    pub(super) origin: Origin,
    pub(super) reading: Reading,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// The cell of a column.
    Column(String),
    /// The mapping itself: the same for all rows.
    Constant(String),
    /// A digest of the cells of some columns.
    Digest(Vec<String>),
}

/// How a value is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A text as it is.
    Text,
    /// A text for each of the cells that are allowed.
    Choices(BTreeMap<String, String>),
    /// An id, behind a prefix.
    Id(String),
    /// A time.
    Time(TimeNotation),
    /// Texts with a separator between them.
    List(String),
    /// A decimal with this sign before its fraction; as in JSON if none is said.
    Decimal(Option<char>),
    /// A whole number.
    Count,
}

/// Where the value of a member comes from, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberOrigin<'m> {
    /// The member, as in the native format; a counter of a profile is `metrics.followers`.
    pub member: &'static str,
    /// The column; `None` for a constant or a digest.
    pub column: Option<&'m str>,
    /// The cell, the constant, or the columns of the digest.
    pub said: String,
}

impl Member {
    /// Returns the member of the event, without the counter in it.
    pub(super) fn root(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// Returns the columns that are read.
    pub(super) fn columns(&self) -> &[String] {
        match &self.origin {
            Origin::Column(column) => std::slice::from_ref(column),
            Origin::Constant(_) => &[],
            Origin::Digest(columns) => columns,
        }
    }

    /// Returns the pointer to the column; empty if it is not one column's.
    pub(super) fn pointer(&self) -> String {
        match &self.origin {
            Origin::Column(column) => {
                format!("/{}", column.replace('~', "~0").replace('/', "~1"))
            }
            _ => String::new(),
        }
    }

    pub(super) fn rejection(&self, invalid: Invalid) -> Rejection {
        Rejection::invalid(self.pointer(), format_args!("{}: {invalid}", self.name))
    }

    pub(super) fn origin(&self, cells: &Cells) -> MemberOrigin<'_> {
        let (column, said) = match &self.origin {
            Origin::Column(column) => (Some(column.as_str()), cell(cells, column).to_owned()),
            Origin::Constant(text) => (None, text.clone()),
            Origin::Digest(columns) => (None, columns.join(", ")),
        };
        MemberOrigin {
            member: self.name,
            column,
            said,
        }
    }

    /// Reads the value of a row and puts it into a draft. An empty cell says nothing.
    ///
    /// # Errors
    /// If it cannot be read, or a cell is empty that must not be.
    pub(super) fn put<'r>(
        &'r self,
        cells: &'r Cells,
        draft: &mut Draft<'r>,
    ) -> Result<(), Invalid> {
        let said = match &self.origin {
            Origin::Column(column) => Cow::Borrowed(cell(cells, column)),
            Origin::Constant(text) => Cow::Borrowed(text.as_str()),
            Origin::Digest(columns) => Cow::Owned(digest(cells, columns)?),
        };
        if said.is_empty() && !matches!(self.reading, Reading::Choices(_)) {
            return match self.name {
                "id" | "time" => Err(Invalid::new("the cell is empty, and each event has one")),
                _ => Ok(()),
            };
        }
        match &self.reading {
            Reading::Text => self.put_text(said, draft),
            Reading::Choices(choices) => match choices.get(said.as_ref()) {
                Some(chosen) => self.put_text(Cow::Borrowed(chosen), draft),
                None if said.is_empty() => {}
                None => return Err(no_choice(&said, choices)),
            },
            Reading::Id(prefix) => self.put_text(Cow::Owned(format!("{prefix}{said}")), draft),
            Reading::Time(notation) => self.put_text(Cow::Owned(notation.read(&said)?), draft),
            Reading::List(separator) => {
                let texts: Vec<String> = said
                    .split(separator.as_str())
                    .map(|text| text.trim().to_owned())
                    .collect();
                let kept = topics(texts.iter().map(String::as_str));
                draft.topics = kept
                    .into_iter()
                    .map(|topic| topic.to_owned().into())
                    .collect();
            }
            Reading::Decimal(sign) => draft.value = Some(decimal(&said, *sign)?),
            Reading::Count => self.put_count(count(&said)?, draft)?,
        }
        Ok(())
    }

    fn put_text<'r>(&self, text: Cow<'r, str>, draft: &mut Draft<'r>) {
        match self.name {
            "id" => draft.id = event_id(&text, None).into(),
            "source" => draft.source = text,
            "type" => draft.kind = text,
            "time" => draft.time = Some(text),
            "network" => draft.network = text,
            "actor" => draft.actor = Some(text),
            "target" => draft.target = Some(text),
            "object" => draft.object = Some(object_id(&text).into_owned().into()),
            "currency" => draft.currency = Some(text),
            "undo" => draft.undo = Some(event_id(&text, None).into()),
            _ => draft.text = bounded_text(text),
        }
    }

    fn put_count(&self, count: u64, draft: &mut Draft<'_>) -> Result<(), Invalid> {
        match self.name.split_once('.') {
            Some((_, counter)) => {
                let metrics = draft.metrics.get_or_insert_default();
                metrics.insert(counter.into(), count);
            }
            None => {
                let count = u32::try_from(count).map_err(|_| Invalid::new("it is too large"))?;
                draft.count = Some(count);
            }
        }
        Ok(())
    }
}

/// Returns a cell, without the apostrophe that protects a spreadsheet from it.
fn cell<'r>(cells: &'r Cells, column: &str) -> &'r str {
    cells.get(column).map_or("", |cell| unprotected(cell))
}

/// Returns a digest of some cells, in which it matters where one ends.
fn digest(cells: &Cells, columns: &[String]) -> Result<String, Invalid> {
    if columns.iter().all(|column| cell(cells, column).is_empty()) {
        return Err(Invalid::new(format_args!(
            "the cells that the id is made of ({}) are all empty",
            columns.join(", ")
        )));
    }
    let mut digest = Sha256::new();
    for column in columns {
        let cell = cell(cells, column).as_bytes();
        digest.update((cell.len() as u64).to_be_bytes());
        digest.update(cell);
    }
    Ok(hex::encode(&digest.finalize()[..16]))
}

fn no_choice(said: &str, choices: &BTreeMap<String, String>) -> Invalid {
    let known: Vec<&str> = choices.keys().map(String::as_str).collect();
    let text = format!(
        "'{}' is none of the choices of the mapping, which are: {}",
        crate::ingest::dictionary::short(said),
        known.join(", ")
    );
    Invalid::new(crate::ingest::native::shortened(text))
}
