//! A partner's list of codes: CSV of one column, `code`, parsed line by line as
//! it arrives. At most one line is held in memory. A code has no line breaks.

use bytes::Bytes;

use super::lines::{Line, Lines};
use crate::domain::{Code, Invalid};

/// The name of the only column.
const COLUMN: &str = "code";

/// Parses a list of codes as it arrives.
#[derive(Debug, Default)]
pub struct CodeList {
    lines: Lines,
    has_header: bool,
}

/// One line of the list.
#[derive(Debug)]
pub struct CodeEntry {
    /// The line's number in the file; the header is line 1.
    pub line: u64,
    /// The code, or what is wrong with it.
    pub code: Result<Code, Invalid>,
}

impl CodeList {
    /// Adds the next chunk of the file.
    pub fn push(&mut self, chunk: &[u8]) {
        self.lines.push(chunk);
    }

    /// Returns the next whole line, if there is one.
    ///
    /// # Errors
    /// If the first line is not the header.
    pub fn next_entry(&mut self) -> Result<Option<CodeEntry>, Invalid> {
        while let Some((number, line)) = self.lines.next_line() {
            if let Some(entry) = self.entry(number, line)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Returns the last line of a list that does not end in a newline.
    ///
    /// # Errors
    /// If there is no header.
    pub fn finish(mut self) -> Result<Option<CodeEntry>, Invalid> {
        let lines = std::mem::take(&mut self.lines);
        let entry = match lines.finish() {
            Some((number, line)) => self.entry(number, line)?,
            None => None,
        };
        if self.has_header {
            Ok(entry)
        } else {
            Err(no_header())
        }
    }

    /// Parses a line; `None` if it is the header.
    fn entry(&mut self, number: u64, line: Line) -> Result<Option<CodeEntry>, Invalid> {
        if self.has_header {
            return Ok(Some(CodeEntry {
                line: number,
                code: code(line),
            }));
        }
        let header = cell(line).map_err(|_| no_header())?;
        let name = header.trim_start_matches('\u{feff}').trim();
        if !name.eq_ignore_ascii_case(COLUMN) {
            return Err(no_header());
        }
        self.has_header = true;
        Ok(None)
    }
}

fn no_header() -> Invalid {
    Invalid::new("the first line names the one column, 'code'; each further line has a code")
}

fn code(line: Line) -> Result<Code, Invalid> {
    Code::imported(&cell(line)?)
}

/// Returns the only cell of a line, without its quotes.
fn cell(line: Line) -> Result<String, Invalid> {
    let Line::Bytes(bytes) = line else {
        return Err(Invalid::new("the line is too long"));
    };
    let text = text(&bytes)?.trim();
    if let Some(quoted) = text.strip_prefix('"') {
        return unquoted(quoted);
    }
    match text.find([',', '"']) {
        None => Ok(text.to_owned()),
        Some(_) => Err(Invalid::new(
            "a line has one column; put a code with a comma or a quote into quotes",
        )),
    }
}

fn text(bytes: &Bytes) -> Result<&str, Invalid> {
    std::str::from_utf8(bytes).map_err(|_| Invalid::new("the line is not UTF-8"))
}

/// Returns the text up to the closing quote; two quotes stand for one.
fn unquoted(quoted: &str) -> Result<String, Invalid> {
    let inner = quoted.strip_suffix('"');
    let inner = inner.filter(|inner| !inner.replace("\"\"", "").contains('"'));
    let inner = inner.ok_or_else(|| {
        Invalid::new("a code in quotes ends with its quote; a quote in it is written twice")
    })?;
    Ok(inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of each line, and its code.
    type Entries = Vec<(u64, Result<String, String>)>;

    fn read(text: &[u8], chunk: usize) -> Result<Entries, Invalid> {
        let mut list = CodeList::default();
        let mut entries = Vec::new();
        for chunk in text.chunks(chunk) {
            list.push(chunk);
            while let Some(entry) = list.next_entry()? {
                entries.push(entry);
            }
        }
        entries.extend(list.finish()?);
        let entry = |entry: CodeEntry| {
            let code = entry.code.map(|code| code.to_string());
            (entry.line, code.map_err(|invalid| invalid.to_string()))
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    #[test]
    fn a_list_is_read_line_by_line_however_it_is_cut() {
        let text = "\u{feff}Code\r\nSUMMER-1\r\n\r\n \"A,\"\"B\"\"\"\nabc\nx,y\n\"open\n\"a\"b\"\nwith space\nlast"
            .as_bytes();
        for chunk in [1, 7, 1_000] {
            let entries = read(text, chunk).unwrap();
            let numbers: Vec<u64> = entries.iter().map(|(line, _)| *line).collect();
            assert_eq!(numbers, [2, 4, 5, 6, 7, 8, 9, 10]);
            let good: Vec<&str> = entries
                .iter()
                .filter_map(|(_, code)| code.as_deref().ok())
                .collect();
            assert_eq!(good, ["SUMMER-1", "A,\"B\"", "last"]);
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_does_not_harm_the_next() {
        let mut text = b"code\n\xff\xfe-1234\n".to_vec();
        text.extend(vec![b'x'; 300_000]);
        text.extend(b"\nGOOD-1\n");
        let entries = read(&text, 4_096).unwrap();
        let wrong: Vec<bool> = entries.iter().map(|(_, code)| code.is_err()).collect();
        assert_eq!(wrong, [true, true, false]);
        assert_eq!(entries[2].0, 4);
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        for text in [
            "",
            "\n\n",
            "SUMMER-1\n",
            "member\n",
            "code,member\n",
            "\"code\n",
        ] {
            assert!(read(text.as_bytes(), 100).is_err(), "{text:?}");
        }
        assert_eq!(read(b"code", 100).unwrap(), []);
        assert_eq!(read(b"\"code\"\n", 100).unwrap(), []);
    }
}
