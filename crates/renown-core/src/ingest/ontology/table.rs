//! Tables of an ontology: CSV with a header. Every error names its place.

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord};

use super::OntologyTable;
use crate::domain::Invalid;
use crate::ingest::dictionary::short;

/// The requested columns of a row.
pub(super) struct Row<'r, const N: usize> {
    /// The columns, without surrounding space.
    pub(super) fields: [&'r str; N],
    /// The byte at which the row begins.
    pub(super) at: usize,
    table: &'r OntologyTable<'r>,
    names: &'r [&'r str; N],
}

impl<const N: usize> Row<'_, N> {
    /// Returns an error about a column of this row.
    pub(super) fn wrong(&self, column: usize, reason: impl std::fmt::Display) -> Invalid {
        let place = format_args!("{}, column '{}'", self.line(), self.names[column]);
        self.table.wrong(format_args!("{place}: {reason}"))
    }

    /// Returns the line as text, for messages.
    pub(super) fn line(&self) -> String {
        format!("line {}", self.table.line(self.at))
    }

    /// Returns a column, which must not be empty.
    ///
    /// # Errors
    /// If it is empty; the error names the line and the column.
    pub(super) fn given(&self, column: usize) -> Result<&str, Invalid> {
        match self.fields[column] {
            "" => Err(self.wrong(column, "must not be empty")),
            field => Ok(field),
        }
    }
}

impl OntologyTable<'_> {
    fn wrong(&self, reason: impl std::fmt::Display) -> Invalid {
        Invalid::new(format_args!("{}: {reason}", self.name))
    }

    /// Returns the line, from 1, of the row that begins at this byte or, after
    /// a line end of two bytes, one later.
    pub(super) fn line(&self, at: usize) -> usize {
        let (before, from) = self.bytes.split_at(at.min(self.bytes.len()));
        let ends = from.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
        let newlines = before.iter().chain(ends).filter(|b| **b == b'\n');
        newlines.count() + 1
    }

    /// Calls `each` with every row.
    ///
    /// # Errors
    /// If a column is missing, the table is not CSV in UTF-8, or `each` fails.
    pub(super) fn rows<const N: usize>(
        &self,
        columns: [&str; N],
        mut each: impl FnMut(&Row<'_, N>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        let mut reader = ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(self.bytes);
        let places = self.places(&mut reader, columns)?;
        let mut record = StringRecord::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| self.unreadable(&error, &places, columns))?
        {
            self.refuse_open_quote(&record, byte(record.position()))?;
            each(&Row {
                fields: places.map(|place| record.get(place).unwrap_or_default()),
                at: byte(record.position()),
                table: self,
                names: &columns,
            })?;
        }
        Ok(())
    }

    /// Refuses a quote that is not closed on its line: it would silently
    /// swallow the rows after it. No table of this kind has texts of two lines.
    fn refuse_open_quote(&self, record: &StringRecord, at: usize) -> Result<(), Invalid> {
        match record.iter().position(|field| field.contains('\n')) {
            None => Ok(()),
            Some(field) => Err(self.wrong(format_args!(
                "line {}, column {}: a quote is opened and not closed on the same line",
                self.line(at),
                field + 1
            ))),
        }
    }

    /// Returns the position of each column in a row.
    fn places<const N: usize>(
        &self,
        reader: &mut Reader<&[u8]>,
        columns: [&str; N],
    ) -> Result<[usize; N], Invalid> {
        let header = reader
            .headers()
            .map_err(|error| self.unreadable(&error, &[], []))?;
        let mut places = [0; N];
        for (place, column) in places.iter_mut().zip(columns) {
            let mut named = header.iter().map(plain);
            *place = named
                .position(|name| name == plain(column))
                .ok_or_else(|| {
                    let found: Vec<&str> = header.iter().collect();
                    self.wrong(format_args!(
                        "line 1: there is no column '{column}'; the header must name {}, \
                     separated by commas, and is: {}",
                        columns.join(", "),
                        short(&found.join(",")),
                    ))
                })?;
        }
        Ok(places)
    }

    fn unreadable<const N: usize>(
        &self,
        error: &csv::Error,
        places: &[usize],
        columns: [&str; N],
    ) -> Invalid {
        let line = self.line(byte(error.position()));
        match error.kind() {
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => self.wrong(format_args!(
                "line {line}: {len} fields where the header has {expected_len}; \
                 a text with a comma or a quote in it must stand in quotes, and they must be closed"
            )),
            ErrorKind::Utf8 { err, .. } => {
                let place = places.iter().position(|place| *place == err.field());
                let column = match place {
                    Some(place) => format!("'{}'", columns[place]),
                    None => (err.field() + 1).to_string(),
                };
                let reason = "must be encoded in UTF-8";
                self.wrong(format_args!("line {line}, column {column}: {reason}"))
            }
            _ => self.wrong(error),
        }
    }
}

/// Returns the name of a column without case and punctuation, and corrects the
/// ontology's own misspelling.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let lower: String = letters.flat_map(char::to_lowercase).collect();
    lower.replace("parrent", "parent")
}

fn byte(position: Option<&Position>) -> usize {
    position.map_or(0, |position| {
        usize::try_from(position.byte()).unwrap_or(usize::MAX)
    })
}
