//! Events as a table (CSV) with a header that names the members of the native format:
//! `metrics.followers` is a member of a member. Each line becomes the JSON of an event, which
//! is then read as any other.

use serde_json::{Map, Value};

use super::Rejection;
use super::csv_records::{CsvRecord, CsvRecords, header, row_width};
use super::member_list::{list, unprotected};
use crate::domain::Invalid;

/// The number of a line, as an editor counts, and its event as JSON on one line, or why there
/// is none.
pub type EventLine = (u64, Result<String, Rejection>);

/// How a cell is written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// A whole number.
    Count,
    /// Texts between semicolons.
    List,
}

/// The columns. An event needs the first five.
const COLUMNS: [(&str, Kind); 18] = [
    ("id", Kind::Text),
    ("source", Kind::Text),
    ("type", Kind::Text),
    ("time", Kind::Text),
    ("network", Kind::Text),
    ("actor", Kind::Text),
    ("target", Kind::Text),
    ("object", Kind::Text),
    ("topics", Kind::List),
    ("count", Kind::Count),
    // A decimal is exact as a text.
    ("value", Kind::Text),
    ("currency", Kind::Text),
    ("text", Kind::Text),
    ("undo", Kind::Text),
    ("metrics.followers", Kind::Count),
    ("metrics.following", Kind::Count),
    ("metrics.listed", Kind::Count),
    ("metrics.posts", Kind::Count),
];

/// Reads a table as it arrives, and holds at most one unfinished line of 1 MiB.
#[derive(Debug, Default)]
pub struct EventTable {
    records: CsvRecords,
    columns: Option<Vec<(&'static str, Kind)>>,
}

impl EventTable {
    /// Adds the next chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.records.push(chunk);
    }

    /// Ends the table: the last line needs no line end.
    pub fn end(&mut self) {
        self.records.end();
    }

    /// Returns the next whole line, if there is one.
    ///
    /// # Errors
    /// If the first line is not a header that can be read: then no line can.
    pub fn next_line(&mut self) -> Result<Option<EventLine>, Invalid> {
        let Some((number, cells)) = self.records.next_record() else {
            return Ok(None);
        };
        match &self.columns {
            Some(columns) => Ok(Some(event((number, cells), columns))),
            None => {
                self.columns = Some(columns(&header(cells)?)?);
                self.next_line()
            }
        }
    }

    /// Checks, after the last line, that the table had a header.
    ///
    /// # Errors
    /// If it is empty.
    pub fn finish(&self) -> Result<(), Invalid> {
        match self.columns {
            Some(_) => Ok(()),
            None => columns(&[]).map(drop),
        }
    }
}

fn columns(names: &[String]) -> Result<Vec<(&'static str, Kind)>, Invalid> {
    let mut columns: Vec<(&'static str, Kind)> = Vec::with_capacity(names.len());
    for name in names {
        let known = COLUMNS.iter().find(|(known, _)| known == name);
        let Some(column) = known else {
            let known: Vec<&str> = COLUMNS.iter().map(|(known, _)| *known).collect();
            return Err(Invalid::new(format_args!(
                "there is no column '{name}'; known are: {}",
                known.join(", ")
            )));
        };
        if columns.contains(column) {
            let detail = format_args!("the column '{name}' comes twice");
            return Err(Invalid::new(detail));
        }
        columns.push(*column);
    }
    let missing = COLUMNS[..5].iter().find(|needed| !columns.contains(needed));
    match missing {
        None => Ok(columns),
        Some((name, _)) => Err(Invalid::new(format_args!(
            "the first line names the columns, and there is no '{name}': each event has an id, \
             a source, a type, a time and a network"
        ))),
    }
}

fn event((number, cells): CsvRecord, columns: &[(&'static str, Kind)]) -> EventLine {
    let whole_line = |detail| Rejection::invalid("", detail);
    let event = cells.map_err(whole_line).and_then(|cells| {
        row_width(cells.len(), columns.len(), b',').map_err(whole_line)?;
        let mut event = Map::new();
        for ((name, kind), cell) in columns.iter().zip(&cells) {
            if cell.is_empty() {
                continue;
            }
            let value = kind.read(unprotected(cell));
            let value = value.map_err(|detail| {
                Rejection::invalid(format!("/{}", name.replace('.', "/")), detail)
            })?;
            match name.split_once('.') {
                None => event.insert((*name).to_owned(), value),
                Some((of, name)) => {
                    let of = event.entry(of).or_insert_with(|| Map::new().into());
                    of.as_object_mut()
                        .and_then(|of| of.insert(name.to_owned(), value))
                }
            };
        }
        Ok(Value::Object(event).to_string())
    });
    (number, event)
}

impl Kind {
    /// Reads a cell that is not empty.
    fn read(self, cell: &str) -> Result<Value, Invalid> {
        match self {
            Self::Text => Ok(cell.into()),
            Self::List => Ok(list(cell)?.into()),
            Self::Count => {
                let count = cell.parse::<u64>().map(Value::from);
                count.map_err(|_| Invalid::new("it is not a whole number, such as 12"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(table: &str) -> Result<Vec<EventLine>, String> {
        let mut events = EventTable::default();
        events.push(table.as_bytes());
        events.end();
        let mut lines = Vec::new();
        while let Some(line) = events.next_line().map_err(|why| why.to_string())? {
            lines.push(line);
        }
        events.finish().map_err(|why| why.to_string())?;
        Ok(lines)
    }

    #[test]
    fn each_line_is_an_event_or_wrong_by_itself() {
        let table = "\u{feff}ID,source,type,time,network,topics,count,value,metrics.posts,text\r\n\
                     1,s,like,t,n,coffee; tea,2,,,\"two\r\nlines\"\r\n\
                     2,s,profile,t,n,,,011.770,7,'=x\r\n\
                     3,s,like,t,n,,two,,,\r\n\
                     4,s,like\r\n\
                     \"5,s,like,t,n,,,,,\r\n\
                     6,s,like,t,n,\"[\"\"a;b\"\"]\",,,,\r\n";
        let lines = read(table).unwrap().into_iter().map(|(number, line)| {
            let event = line.map(|json| serde_json::from_str(&json).unwrap());
            (number, event.map_err(|why| why.pointer))
        });
        let event = |of_event: Value| {
            let mut event = json!({"source": "s", "time": "t", "network": "n"});
            let members = of_event.as_object().unwrap().clone();
            event.as_object_mut().unwrap().extend(members);
            Ok(event)
        };
        let expected = [
            (
                2,
                event(
                    json!({"id": "1", "type": "like", "topics": ["coffee", "tea"], "count": 2,
                    "text": "two\r\nlines"}),
                ),
            ),
            (
                4,
                event(json!({"id": "2", "type": "profile", "value": "011.770",
                    "metrics": {"posts": 7}, "text": "=x"})),
            ),
            (5, Err("/count".to_owned())),
            (6, Err(String::new())),
            (7, Err(String::new())),
            (
                8,
                event(json!({"id": "6", "type": "like", "topics": ["a;b"]})),
            ),
        ];
        let lines: Vec<(u64, Result<Value, String>)> = lines.collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        let all = "id,source,type,time,network";
        for (table, why) in [
            (String::new(), "there is no 'id'"),
            ("id,source,type,time\n".to_owned(), "there is no 'network'"),
            (
                format!("{all},colour\n"),
                "there is no column 'colour'; known are: id, ",
            ),
            (format!("{all},id\n"), "the column 'id' comes twice"),
            (format!("\"{all}\n"), "in the first line: a quote"),
            ("i\0d\0\n".to_owned(), "UTF-16"),
        ] {
            let refused = read(&table).unwrap_err();
            assert!(refused.contains(why), "{table}: {refused}");
        }
    }
}
