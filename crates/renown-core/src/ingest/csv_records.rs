//! Records of a CSV table (RFC 4180), each with the line on which it begins. A record whose
//! quote is never closed is wrong by itself: the lines after it are read as ever.

use bytes::{Buf, BytesMut};

use crate::domain::Invalid;

/// The longest record of a stream, in bytes.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// A record: the number of its first line (the first of the file is 1), and its cells, or
/// what is wrong with it. White space around a cell is left out, unless it is in quotes.
pub type CsvRecord = (u64, Result<Vec<String>, Invalid>);

/// Splits a stream into records, and holds at most one that is unfinished. Add chunks with
/// [`push`](Self::push), read records with [`next_record`](Self::next_record), and after the
/// last chunk [`end`](Self::end) the stream and read the rest.
#[derive(Debug)]
pub struct CsvRecords {
    /// What separates two cells: a comma, a semicolon or a tab.
    delimiter: u8,
    buffer: BytesMut,
    /// Lines before the buffer.
    ended: u64,
    /// Bytes before the buffer.
    passed: u64,
    /// The first line of a record that is too long: bytes are dropped until the line's end.
    skipping: Option<u64>,
    is_whole: bool,
}

impl Default for CsvRecords {
    /// Cells between commas.
    fn default() -> Self {
        Self::separated_by(b',')
    }
}

impl CsvRecords {
    /// Splits a stream in whose records a delimiter is between two cells.
    pub fn separated_by(delimiter: u8) -> Self {
        Self {
            delimiter,
            buffer: BytesMut::new(),
            ended: 0,
            passed: 0,
            skipping: None,
            is_whole: false,
        }
    }

    /// Returns how many bytes were read to the end of the latest record.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Adds the next chunk of the stream.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// Ends the stream: the last record needs no line end.
    pub fn end(&mut self) {
        self.is_whole = true;
    }

    /// Returns the next record, if there is a whole one. Empty lines are left out.
    pub fn next_record(&mut self) -> Option<CsvRecord> {
        if self.skipping.is_some() {
            return self.skip_line();
        }
        self.skip_empty_lines();
        if self.buffer.is_empty() {
            return None;
        }
        let (cells, length) = match record(&self.buffer, self.delimiter, self.is_whole) {
            Read::Whole(cells, length) => (texts(cells), length),
            Read::Wrong | Read::Unfinished if self.is_whole => {
                (Err(self.open_quote()), self.first_line())
            }
            Read::Wrong if self.buffer.contains(&b'\n') => {
                (Err(self.open_quote()), self.first_line())
            }
            _ if self.buffer.len() <= MAX_RECORD_BYTES => return None,
            _ => match line_end(&self.buffer) {
                Some(length) => (Err(self.open_quote()), length),
                None => {
                    self.skipping = Some(self.ended + 1);
                    return self.skip_line();
                }
            },
        };
        let first = self.ended + 1;
        self.advance(length);
        Some((first, cells))
    }

    fn skip_line(&mut self) -> Option<CsvRecord> {
        let end = line_end(&self.buffer);
        let is_over = end.is_some() || self.is_whole;
        self.advance(end.unwrap_or(self.buffer.len()));
        let first = if is_over { self.skipping.take() } else { None };
        let too_long = Invalid::new(format_args!(
            "the line is longer than {} MiB",
            MAX_RECORD_BYTES / 1024 / 1024
        ));
        first.map(|line| (line, Err(too_long)))
    }

    fn skip_empty_lines(&mut self) {
        let is_line_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let empty = self.buffer.iter().take_while(is_line_end).count();
        if empty > 0 {
            self.advance(empty);
        }
    }

    /// Returns the length of the first line, with its line feed.
    fn first_line(&self) -> usize {
        line_end(&self.buffer).unwrap_or(self.buffer.len())
    }

    fn advance(&mut self, length: usize) {
        let read = &self.buffer[..length];
        self.ended += read.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.passed += length as u64;
        self.buffer.advance(length);
    }

    fn open_quote(&self) -> Invalid {
        Invalid::new(format_args!(
            "a quote is opened on this line and not closed before the next {} or the end of the \
             line; a quote in a cell is written twice",
            delimiter_name(self.delimiter)
        ))
    }
}

/// Returns the records of a table, without white space around any cell.
pub fn records(text: &[u8]) -> impl Iterator<Item = CsvRecord> {
    let mut records = CsvRecords::default();
    records.push(text);
    records.end();
    let trimmed = |cells: Vec<String>| cells.iter().map(|cell| cell.trim().to_owned()).collect();
    std::iter::from_fn(move || records.next_record())
        .map(move |(line, cells)| (line, cells.map(trimmed)))
}

/// Returns the names of the columns, in lower case, from the first record of a table.
///
/// # Errors
/// If it cannot be read.
pub(super) fn header(cells: Result<Vec<String>, Invalid>) -> Result<Vec<String>, Invalid> {
    let names = column_names(cells)?;
    Ok(names.iter().map(|name| name.to_lowercase()).collect())
}

/// Returns the names of the columns, as they are written, from the first record of a table.
///
/// # Errors
/// If it cannot be read.
pub(super) fn column_names(cells: Result<Vec<String>, Invalid>) -> Result<Vec<String>, Invalid> {
    let cells =
        cells.map_err(|detail| Invalid::new(format_args!("in the first line: {detail}")))?;
    if cells.iter().any(|cell| cell.contains('\0')) {
        return Err(Invalid::new("the file looks like UTF-16; save it as UTF-8"));
    }
    let name = |cell: &String| cell.trim_start_matches('\u{feff}').trim().to_owned();
    Ok(cells.iter().map(name).collect())
}

/// Checks that a record has as many cells as the table has columns.
///
/// # Errors
/// If it has more or fewer.
pub(super) fn row_width(cells: usize, columns: usize, delimiter: u8) -> Result<(), Invalid> {
    match cells == columns {
        true => Ok(()),
        false => Err(Invalid::new(format_args!(
            "the line has {cells} cells, and the first line names {columns} columns; put a cell \
             with a {} into quotes",
            delimiter_name(delimiter)
        ))),
    }
}

/// Returns the length of the first line, with its line feed; `None` if it has none.
fn line_end(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|byte| *byte == b'\n');
    end.map(|end| end + 1)
}

/// A part of a text that was read.
enum Read<T> {
    /// All of it, with its length.
    Whole(T, usize),
    /// Not to its end: more text may follow.
    Unfinished,
    /// A quote is not closed where it has to be.
    Wrong,
}

/// Reads the cells of the first record, up to its line feed.
fn record(text: &[u8], delimiter: u8, is_whole: bool) -> Read<Vec<Vec<u8>>> {
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let cell = match text.get(at) {
            Some(b'"') => quoted(&text[at..], delimiter, is_whole),
            _ => bare(&text[at..], delimiter, is_whole),
        };
        match cell {
            Read::Whole(cell, length) => {
                cells.push(cell);
                at += length;
            }
            Read::Unfinished => return Read::Unfinished,
            Read::Wrong => return Read::Wrong,
        }
        match text.get(at) {
            Some(byte) if *byte == delimiter => at += 1,
            Some(b'\r') => return Read::Whole(cells, at + 2),
            Some(_) => return Read::Whole(cells, at + 1),
            None => return Read::Whole(cells, at),
        }
    }
}

/// Returns the end of a cell: the next delimiter, line end or end of a whole text.
fn cell_end(text: &[u8], delimiter: u8, is_whole: bool) -> Option<usize> {
    let at_end = |(at, byte): (usize, &u8)| match byte {
        b'\n' => true,
        byte if *byte == delimiter => true,
        b'\r' => matches!(text.get(at + 1), Some(b'\n')),
        _ => false,
    };
    let end = text.iter().enumerate().position(at_end);
    end.or_else(|| is_whole.then_some(text.len()))
}

fn bare(text: &[u8], delimiter: u8, is_whole: bool) -> Read<Vec<u8>> {
    match cell_end(text, delimiter, is_whole) {
        Some(end) => Read::Whole(text[..end].trim_ascii().to_vec(), end),
        None => Read::Unfinished,
    }
}

/// Reads the content of a cell in quotes.
fn quoted(text: &[u8], delimiter: u8, is_whole: bool) -> Read<Vec<u8>> {
    let (mut content, mut at) = (Vec::new(), 1);
    while let Some(length) = text[at..].iter().position(|byte| *byte == b'"') {
        content.extend_from_slice(&text[at..at + length]);
        at += length + 1;
        if text.get(at) == Some(&b'"') {
            content.push(b'"');
            at += 1;
            continue;
        }
        let after = &text[at..];
        let blank = |text: &[u8]| text.iter().all(u8::is_ascii_whitespace);
        return match cell_end(after, delimiter, is_whole) {
            Some(end) if blank(&after[..end]) => Read::Whole(content, at + end),
            None if blank(after) => Read::Unfinished,
            _ => Read::Wrong,
        };
    }
    Read::Unfinished
}

/// Names a delimiter, for use in a sentence.
pub(super) fn delimiter_name(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "semicolon",
        b'\t' => "tab",
        _ => "comma",
    }
}

fn texts(cells: Vec<Vec<u8>>) -> Result<Vec<String>, Invalid> {
    let texts: Result<_, _> = cells.into_iter().map(String::from_utf8).collect();
    texts.map_err(|_| {
        Invalid::new("the line is not UTF-8; save the file as UTF-8, not as Latin-1 or another one")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u64, Option<Vec<String>>)> {
        let records = records(text.as_bytes());
        records.map(|(line, cells)| (line, cells.ok())).collect()
    }

    fn cells(cells: &[&str]) -> Option<Vec<String>> {
        Some(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_read_as_spreadsheets_write_them() {
        let text = "a, b ,\r\n\r\n\"c,d\",\"say \"\"so\"\"\" ,\"two\r\nlines\"\r\ne\"f,g";
        let expected = [
            (1, cells(&["a", "b", ""])),
            (3, cells(&["c,d", "say \"so\"", "two\r\nlines"])),
            (5, cells(&["e\"f", "g"])),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn an_unclosed_quote_is_the_fault_of_its_own_line() {
        let text = "a,b\n\"c,d\ne,f\n\"g\",h\ni,\"j\n";
        let expected = [
            (1, cells(&["a", "b"])),
            (2, None),
            (3, cells(&["e", "f"])),
            (4, cells(&["g", "h"])),
            (5, None),
        ];
        assert_eq!(read(text), expected);
    }

    /// Reads a text that arrives in pieces.
    fn read_in_pieces(text: &[u8], piece: usize) -> Vec<(u64, Option<Vec<String>>)> {
        let (mut records, mut read) = (CsvRecords::default(), Vec::new());
        for piece in text.chunks(piece) {
            records.push(piece);
            read.extend(std::iter::from_fn(|| records.next_record()));
            assert!(records.buffer.len() <= MAX_RECORD_BYTES + piece.len());
        }
        records.end();
        read.extend(std::iter::from_fn(|| records.next_record()));
        let good = |(line, cells): CsvRecord| (line, cells.ok());
        read.into_iter().map(good).collect()
    }

    #[test]
    fn a_cell_of_ten_megabytes_is_the_fault_of_its_own_line() {
        let long = "x".repeat(10 * 1024 * 1024);
        for cell in [long.clone(), format!("\"{long}\"")] {
            let text = format!("a,b\n{cell},d\ne,f\n");
            let expected = [(1, cells(&["a", "b"])), (2, None), (3, cells(&["e", "f"]))];
            assert_eq!(read_in_pieces(text.as_bytes(), 65_536), expected);
        }
        let lines = "x\n".repeat(MAX_RECORD_BYTES);
        let text = format!("\"open,b\n{lines}e,f\n");
        let read = read_in_pieces(text.as_bytes(), 65_536);
        assert_eq!(read[0], (1, None));
        assert_eq!(
            read.last(),
            Some(&(MAX_RECORD_BYTES as u64 + 2, cells(&["e", "f"])))
        );
    }

    #[test]
    fn white_space_counts_in_quotes_only() {
        let read = read_in_pieces(b" a ,\" b \" \n", 100);
        assert_eq!(read, [(1, cells(&["a", " b "]))]);
    }

    proptest! {
        #[test]
        fn what_the_library_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a-z \",\r\n]{0,6}", 2..4), 0..6),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let trimmed = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect();
            let expected: Vec<Vec<String>> = table.iter().map(trimmed).collect();
            let read: Vec<Vec<String>> = records(&text).map(|(_, cells)| cells.unwrap()).collect();
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_text_panics_or_loses_a_line_without_quotes(text in "[a\",\r\n]{0,30}") {
            let read = records(text.as_bytes()).count();
            let plain = text.split('\n').filter(|line| {
                !line.contains('"') && !line.trim_matches('\r').is_empty()
            });
            prop_assert!(text.contains('"') || read == plain.count());
        }

        #[test]
        fn where_the_pieces_are_cut_does_not_matter(
            text in "[a\" ,\r\n]{0,40}", piece in 1usize..8,
        ) {
            let whole = read_in_pieces(text.as_bytes(), 100);
            prop_assert_eq!(read_in_pieces(text.as_bytes(), piece), whole);
        }
    }
}
