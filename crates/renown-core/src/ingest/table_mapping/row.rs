//! The rows of a table, as items.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Cells, TableMapping};
use crate::domain::Invalid;
use crate::ingest::Rejection;
use crate::ingest::csv_records::{CsvRecords, column_names, delimiter_name, row_width};
use crate::ingest::native::shortened;

/// A row as an item: the cells that the mapping reads, or why they could not be read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Cells(Cells),
    Wrong(String),
}

/// Returns the cells of an item.
///
/// # Errors
/// Why there are none.
pub(super) fn cells(item: &[u8]) -> Result<Cells, Rejection> {
    match serde_json::from_slice(item) {
        Ok(Row::Cells(cells)) => Ok(cells),
        Ok(Row::Wrong(why)) => Err(Rejection::invalid("", why)),
        Err(error) => Err(Rejection::malformed(format_args!("not a row: {error}"))),
    }
}

/// Reads a table as it arrives, and holds at most one unfinished row of 1 MiB.
#[derive(Debug)]
pub struct MappedTable {
    mapping: Arc<TableMapping>,
    records: CsvRecords,
    /// The names of the columns, once the first line was read.
    columns: Option<Vec<TableColumn>>,
}

#[derive(Debug)]
struct TableColumn {
    name: String,
    is_used: bool,
}

impl MappedTable {
    /// Begins to read a table.
    pub fn new(mapping: Arc<TableMapping>) -> Self {
        Self {
            records: CsvRecords::separated_by(mapping.delimiter),
            mapping,
            columns: None,
        }
    }

    /// Adds the next chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.records.push(chunk);
    }

    /// Ends the table: the last line needs no line end.
    pub fn end(&mut self) {
        self.records.end();
    }

    /// Returns how many bytes were read to the end of the latest row.
    pub fn passed(&self) -> u64 {
        self.records.passed()
    }

    /// Returns the next whole row, with the number of its first line, if there is one: an item
    /// to be mapped.
    ///
    /// # Errors
    /// If the first line does not have the columns that the mapping names: then no row has.
    pub fn next_row(&mut self) -> Result<Option<(u64, Bytes)>, Invalid> {
        let Some((line, cells)) = self.records.next_record() else {
            return Ok(None);
        };
        let Some(columns) = &self.columns else {
            self.columns = Some(self.mapping.bound(column_names(cells)?)?);
            return self.next_row();
        };
        let width = |cells: Vec<String>| {
            row_width(cells.len(), columns.len(), self.mapping.delimiter).map(|()| cells)
        };
        let row = match cells.and_then(width) {
            Ok(cells) => {
                let used = columns
                    .iter()
                    .zip(cells)
                    .filter(|(column, _)| column.is_used);
                Row::Cells(
                    used.map(|(column, cell)| (column.name.clone(), cell))
                        .collect(),
                )
            }
            Err(why) => Row::Wrong(why.to_string()),
        };
        let item = serde_json::to_vec(&row).map_err(Invalid::new)?;
        Ok(Some((line, item.into())))
    }

    /// Checks, after the last row, that the table had a first line.
    ///
    /// # Errors
    /// If it is empty.
    pub fn finish(&self) -> Result<(), Invalid> {
        match self.columns {
            Some(_) => Ok(()),
            None => Err(Invalid::new(
                "the table is empty; its first line names the columns",
            )),
        }
    }

    /// Returns the columns that the mapping does not read, in their order.
    pub fn unused_columns(&self) -> Vec<&str> {
        let columns = self.columns.iter().flatten();
        let unused = columns.filter(|column| !column.is_used);
        unused.map(|column| column.name.as_str()).collect()
    }
}

impl TableMapping {
    /// Finds the columns that are named in those of a table.
    ///
    /// # Errors
    /// If one is not there, or there twice.
    fn bound(&self, names: Vec<String>) -> Result<Vec<TableColumn>, Invalid> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            *times.entry(name).or_default() += 1;
        }
        for (column, place) in self.columns() {
            match times.get(column) {
                Some(1) => {}
                Some(_) => {
                    return Err(Invalid::new(format_args!(
                        "the table has several columns '{column}' ({place})"
                    )));
                }
                None => return Err(self.no_column(column, &place, &names)),
            }
        }
        let columns = names.into_iter().map(|name| TableColumn {
            is_used: self.columns().any(|(column, _)| column == name),
            name,
        });
        Ok(columns.collect())
    }

    fn no_column(&self, column: &str, place: &str, names: &[String]) -> Invalid {
        let known: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let mut why = shortened(format!(
            "the table has no column '{column}' ({place}); it has {}",
            known.join(", ")
        ));
        let others = [b',', b';', b'\t'].into_iter();
        let mut others = others.filter(|other| *other != self.delimiter);
        let is_between = |other: &u8| names.iter().any(|name| name.as_bytes().contains(other));
        if let Some(other) = others.find(is_between).filter(|_| names.len() == 1) {
            let name = delimiter_name(other);
            why += &format!("; if a {name} is between its columns, say delimiter: {name}");
        }
        Invalid::new(why)
    }
}
