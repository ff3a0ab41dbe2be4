//! Files of events: one JSON object a line, or a table, which is read as such lines.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

use crate::cli::{CliError, Result, files};
use renown_core::ingest::Rejection;
use renown_core::ingest::event_table::EventTable;

/// The most lines that are named.
const MAX_LISTED: usize = 1_000;

/// The lines of a table that no event could be read from.
#[derive(Debug, Default)]
pub struct WrongLines {
    /// How many there are.
    pub count: u64,
    /// The first of them, each with its number and the reason.
    pub listed: Vec<(u64, Rejection)>,
}

/// The lines that are wrong, of those that have been read at that time.
#[derive(Debug, Clone, Default)]
pub struct SoFar(Arc<Mutex<WrongLines>>);

impl SoFar {
    /// Returns them. A panic elsewhere leaves them as they are.
    pub fn lines(&self) -> MutexGuard<'_, WrongLines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a file of events, with one as JSON a line; a table is turned into such lines, except
/// those that are wrong. Reading moves the bar.
///
/// # Errors
/// If it cannot be opened, or the first line of a table is not a header of events.
pub fn open(path: &Path, bar: &ProgressBar) -> Result<(Box<dyn Read + Send>, SoFar)> {
    let file = files::open(path, bar)?;
    if !is_table(path) {
        return Ok((file, SoFar::default()));
    }
    let wrong = SoFar::default();
    let table = EventsOfTable::open(path, file, wrong.clone())?;
    Ok((Box::new(table), wrong))
}

/// Reads a table, and gives its events as JSON, each on the line on which it is in the table.
struct EventsOfTable {
    source: Box<dyn Read + Send>,
    table: EventTable,
    ready: VecDeque<u8>,
    /// Lines that were given so far.
    given: u64,
    is_over: bool,
    wrong: SoFar,
}

/// Returns whether a file is a table, by its name.
fn is_table(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".csv")
}

impl EventsOfTable {
    /// Starts to read a table.
    ///
    /// # Errors
    /// If its first line is not a header of events.
    fn open(path: &Path, source: Box<dyn Read + Send>, wrong: SoFar) -> Result<Self> {
        let mut table = Self {
            source,
            table: EventTable::default(),
            ready: VecDeque::new(),
            given: 0,
            is_over: false,
            wrong,
        };
        let failed = |error| CliError::Failed(format!("{}: {error}", path.display()));
        table.fill().map_err(failed)?;
        Ok(table)
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
                    Err(rejection) => self.wrong.lines().add(line, rejection),
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
    fn add(&mut self, line: u64, reason: Rejection) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push((line, reason));
        }
    }
}
