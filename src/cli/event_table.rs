//! A table of events as one JSON object a line, for what reads events.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cli::{CliError, Result, files};
use renown_core::ingest::event_table::EventTable;

/// The most lines that are named.
const MAX_LISTED: usize = 1_000;

/// The lines of a table that no event could be read from.
#[derive(Debug, Default)]
pub struct WrongLines {
    /// How many there are.
    pub count: u64,
    /// The first of them, each with its number and the reason.
    pub listed: Vec<(u64, String)>,
}

/// Reads a table, and gives its events as JSON, each on the line on which it is in the table.
pub struct EventsOfTable {
    source: Box<dyn Read + Send>,
    table: EventTable,
    ready: VecDeque<u8>,
    /// Lines that were given so far.
    given: u64,
    is_over: bool,
    wrong: Arc<Mutex<WrongLines>>,
}

/// Returns whether a file is a table, by its name.
pub fn is_table(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".csv")
}

impl EventsOfTable {
    /// Starts to read a table.
    ///
    /// # Errors
    /// If its first line is not a header of events.
    pub fn open(path: &Path, source: Box<dyn Read + Send>) -> Result<Self> {
        let mut table = Self {
            source,
            table: EventTable::default(),
            ready: VecDeque::new(),
            given: 0,
            is_over: false,
            wrong: Arc::default(),
        };
        let failed = |error| CliError::Failed(format!("{}: {error}", path.display()));
        table.fill().map_err(failed)?;
        Ok(table)
    }

    /// Returns the lines that are wrong, of those that have been read at that time.
    pub fn wrong_lines(&self) -> Arc<Mutex<WrongLines>> {
        Arc::clone(&self.wrong)
    }

    /// Reads on until there is an event to give, or the table is over.
    fn fill(&mut self) -> std::io::Result<()> {
        let invalid = |detail| Error::new(ErrorKind::InvalidData, format!("{detail}"));
        while self.ready.is_empty() && !self.is_over {
            match files::piece(self.source.as_mut())? {
                Some(piece) => self.table.push(&piece),
                None => {
                    self.table.end();
                    self.is_over = true;
                }
            }
            while let Some((line, event)) = self.table.next_line().map_err(invalid)? {
                match event {
                    Ok(json) => self.give(line, &json),
                    Err((column, detail)) => {
                        let at = if column.is_empty() { "" } else { ", " };
                        let reason = format!("line {line}{at}{column}: {detail}");
                        locked(&self.wrong).add(line, reason);
                    }
                }
            }
        }
        match self.is_over {
            true => self.table.finish().map_err(invalid),
            false => Ok(()),
        }
    }

    fn give(&mut self, line: u64, json: &str) {
        // An empty line counts as a line and is no event.
        let empty = line.saturating_sub(self.given + 1);
        self.ready.extend(std::iter::repeat_n(
            b'\n',
            usize::try_from(empty).unwrap_or_default(),
        ));
        self.ready.extend(json.as_bytes());
        self.ready.push_back(b'\n');
        self.given = line;
    }
}

impl Read for EventsOfTable {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.fill()?;
        self.ready.read(into)
    }
}

impl WrongLines {
    fn add(&mut self, line: u64, reason: String) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push((line, reason));
        }
    }
}

/// Locks the lines that are wrong. A panic elsewhere leaves them as they are.
pub fn locked(wrong: &Mutex<WrongLines>) -> MutexGuard<'_, WrongLines> {
    wrong.lock().unwrap_or_else(PoisonError::into_inner)
}
