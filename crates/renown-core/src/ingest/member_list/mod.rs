//! Lists of members: a table (CSV), or one JSON document a line (NDJSON). They are read and
//! written as streams, and what is written is read back as it is.

mod cells;
mod columns;
mod document;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::csv_records::{CsvRecords, MAX_RECORD_BYTES, header};
use super::lines::{Line, Lines};
use crate::domain::{AttributesPatch, Identity, Invalid, Member, MemberName, Scoring, Topic};
use columns::Columns;

pub use cells::{AttributeType, protected};
pub(super) use cells::{list, unprotected};
pub use table::MemberTable;

/// The most identities of one line.
const MAX_IDENTITIES: usize = 51;
/// What some programs write in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// The most interests of a member.
const MAX_INTERESTS: usize = 100;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// A table with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// Writes a list.
#[derive(Debug)]
pub enum ListWriter {
    /// A table with these columns.
    Csv(MemberTable),
    /// One JSON object a line.
    Ndjson,
}

impl ListWriter {
    /// Returns what comes before the first member.
    pub fn header(&self) -> String {
        match self {
            Self::Csv(table) => table.header(),
            Self::Ndjson => String::new(),
        }
    }

    /// Returns a member as a line, with its line end.
    pub fn line(&self, member: &Member, identities: &[Identity]) -> String {
        match self {
            Self::Csv(table) => table.row(member, identities),
            Self::Ndjson => document::write(member, identities),
        }
    }
}

/// One line of a list: a member, and what changes. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberRow {
    /// Identities of the member, at least one. Those that are new are added.
    pub identities: BTreeSet<Identity>,
    /// The name, or `None` to remove it.
    pub name: Option<Option<MemberName>>,
    /// New values of attributes.
    pub attributes: AttributesPatch,
    /// All declared interests, sorted.
    pub interests: Option<Vec<Topic>>,
    /// Whether the member takes part in scoring.
    pub scoring: Option<Scoring>,
    /// When a new member was enrolled.
    pub enrolled_at: Option<DateTime<Utc>>,
}

impl MemberRow {
    /// Checks what concerns several columns.
    fn checked(mut self) -> Result<Self, RowFault> {
        let wrong = |detail| Err(RowFault::of_line(Invalid::new(detail)));
        if self.identities.is_empty() {
            return wrong("the line names no identity of a member");
        }
        if self.identities.len() > MAX_IDENTITIES {
            return wrong("a member has at most 51 identities");
        }
        if let Some(interests) = &mut self.interests {
            if interests.len() > MAX_INTERESTS {
                return wrong("a member declares at most 100 interests");
            }
            interests.sort();
            interests.dedup();
        }
        Ok(self)
    }
}

/// A mistake in a line of a list of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The column, or the JSON pointer in a document; empty for the whole line.
    pub at: String,
    /// What is wrong and what would be right.
    pub detail: Invalid,
}

impl RowFault {
    /// Places a mistake in no column.
    pub fn of_line(detail: Invalid) -> Self {
        let at = String::new();
        Self { at, detail }
    }
}

/// The number of a line, as an editor counts, and what it says or what is wrong with it.
pub type MemberLine = (u64, Result<MemberRow, RowFault>);

/// Reads a list as it arrives, and holds at most one unfinished line of 1 MiB.
#[derive(Debug)]
pub struct MemberList(Form);

#[derive(Debug)]
enum Form {
    Csv(CsvRecords, Option<Columns>),
    Ndjson(Lines),
    /// The end of a list of documents was read.
    Ended(Option<(u64, Line)>),
}

impl MemberList {
    /// Starts to read a list.
    pub fn new(format: ListFormat) -> Self {
        Self(match format {
            ListFormat::Csv => Form::Csv(CsvRecords::default(), None),
            ListFormat::Ndjson => Form::Ndjson(Lines::up_to(MAX_RECORD_BYTES)),
        })
    }

    /// Adds the next chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        match &mut self.0 {
            Form::Csv(records, _) => records.push(chunk),
            Form::Ndjson(lines) => lines.push(chunk),
            Form::Ended(_) => {}
        }
    }

    /// Ends the list: the last line needs no line end.
    pub fn end(&mut self) {
        match &mut self.0 {
            Form::Csv(records, _) => records.end(),
            Form::Ndjson(lines) => {
                // The caller has read every whole line before.
                self.0 = Form::Ended(std::mem::take(lines).finish());
            }
            Form::Ended(_) => {}
        }
    }

    /// Returns the next whole line, if there is one.
    ///
    /// # Errors
    /// If the first line is not a header that can be read: then no line can.
    pub fn next_line(&mut self) -> Result<Option<MemberLine>, Invalid> {
        match &mut self.0 {
            Form::Csv(records, Some(columns)) => {
                let Some((number, cells)) = records.next_record() else {
                    return Ok(None);
                };
                let row = match cells {
                    Ok(cells) => columns.row(&cells),
                    Err(detail) => Err(RowFault::of_line(detail)),
                };
                Ok(Some((number, row)))
            }
            Form::Csv(records, columns) => match records.next_record() {
                None => Ok(None),
                Some((_, cells)) => {
                    *columns = Some(Columns::read(&header(cells)?)?);
                    self.next_line()
                }
            },
            Form::Ndjson(lines) => Ok(lines.next_line().map(document_line)),
            Form::Ended(last) => Ok(last.take().map(document_line)),
        }
    }

    /// Checks, after the last line, that the list had a header.
    ///
    /// # Errors
    /// If a table is empty.
    pub fn finish(&self) -> Result<(), Invalid> {
        match &self.0 {
            Form::Csv(_, None) => Columns::read(&[]).map(|_| ()),
            _ => Ok(()),
        }
    }
}

fn document_line((number, line): (u64, Line)) -> MemberLine {
    let row = match line {
        Line::Bytes(bytes) => document::read(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes)),
        Line::TooLong => Err(RowFault::of_line(Invalid::new(
            "the line is longer than 1 MiB",
        ))),
    };
    (number, row)
}
