//! Records of a CSV table (RFC 4180), each with the line on which it begins. A record whose
//! quote is never closed is wrong by itself: the lines after it are read as ever.

use crate::domain::Invalid;

/// A record: the number of its first line (the first of the file is 1), and its cells
/// without white space around them, or what is wrong with it.
pub type CsvRecord = (u64, Result<Vec<String>, Invalid>);

/// Returns the records of a table. Empty lines are left out.
pub fn records(text: &[u8]) -> impl Iterator<Item = CsvRecord> {
    let (mut rest, mut line) = (text, 1);
    std::iter::from_fn(move || {
        while let Some(end) = line_end(rest).filter(|end| rest[..*end].iter().all(is_line_end)) {
            line += 1;
            rest = &rest[end..];
        }
        if rest.iter().all(is_line_end) {
            return None;
        }
        let (cells, length) = match record(rest) {
            Ok((cells, length)) => (texts(cells), length),
            Err(invalid) => (Err(invalid), line_end(rest).unwrap_or(rest.len())),
        };
        let first = line;
        let (read, after) = rest.split_at(length);
        line += read.iter().filter(|byte| **byte == b'\n').count() as u64;
        rest = after;
        Some((first, cells))
    })
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns the length of the first line, with its line feed; `None` if it has none.
fn line_end(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|byte| *byte == b'\n');
    end.map(|end| end + 1)
}

/// Returns the cells of the first record and its length, with its line feed.
fn record(text: &[u8]) -> Result<(Vec<Vec<u8>>, usize), Invalid> {
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let (cell, length) = match text.get(at) {
            Some(b'"') => quoted(&text[at..])?,
            _ => bare(&text[at..]),
        };
        cells.push(cell);
        at += length;
        match text.get(at) {
            Some(b',') => at += 1,
            Some(b'\r') => return Ok((cells, at + 2)),
            Some(_) => return Ok((cells, at + 1)),
            None => return Ok((cells, at)),
        }
    }
}

/// Returns the end of a cell: the next comma, line end or end of the text.
fn cell_end(text: &[u8]) -> usize {
    let at_end = |(at, byte): (usize, &u8)| match byte {
        b',' | b'\n' => true,
        b'\r' => matches!(text.get(at + 1), Some(b'\n')),
        _ => false,
    };
    let end = text.iter().enumerate().position(at_end);
    end.unwrap_or(text.len())
}

fn bare(text: &[u8]) -> (Vec<u8>, usize) {
    let end = cell_end(text);
    (text[..end].to_vec(), end)
}

/// Returns the content of a cell in quotes, and its length with them.
fn quoted(text: &[u8]) -> Result<(Vec<u8>, usize), Invalid> {
    let (mut content, mut at) = (Vec::new(), 1);
    while let Some(&byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (b'"', Some(b'"')) => at += 1,
            (b'"', _) => {
                let after = &text[at + 1..];
                let end = cell_end(after);
                if !after[..end].iter().all(u8::is_ascii_whitespace) {
                    break;
                }
                return Ok((content, at + 1 + end));
            }
            _ => {}
        }
        content.push(byte);
        at += 1;
    }
    Err(Invalid::new(
        "a quote is opened on this line and not closed before the next comma or the end of the \
         line; a quote in a cell is written twice",
    ))
}

fn texts(cells: Vec<Vec<u8>>) -> Result<Vec<String>, Invalid> {
    let text = |cell: Vec<u8>| String::from_utf8(cell).map(|cell| cell.trim().to_owned());
    let texts: Result<_, _> = cells.into_iter().map(text).collect();
    texts.map_err(|_| Invalid::new("the line is not UTF-8"))
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
    }
}
