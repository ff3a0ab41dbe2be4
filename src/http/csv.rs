//! CSV tables (RFC 4180) for spreadsheets.

use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use renown_core::ingest::member_list::protected;

/// A table under construction.
#[derive(Debug)]
pub struct CsvTable(csv::Writer<Vec<u8>>);

impl CsvTable {
    /// Starts a table with its header row.
    pub fn new(columns: &[&str]) -> Self {
        let mut table = Self(writer());
        table.row(columns.iter().copied());
        table
    }

    /// Writes a row, which must have as many cells as the header. A cell that a
    /// spreadsheet would run as a formula gets a leading apostrophe, which makes
    /// it text there.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for cell in cells {
            let written = self.0.write_field(protected(cell).as_bytes());
            written.expect("memory takes every cell");
        }
        let ended = self.0.write_record(None::<&[u8]>);
        ended.expect("every row has as many cells");
    }

    /// Goes on with a table whose header was written before.
    pub fn going_on() -> Self {
        Self(writer())
    }

    /// Returns the table as bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        let bytes = self.0.into_inner();
        bytes.expect("memory takes every row")
    }

    /// Builds the response: a download named `name` and `.csv`.
    pub fn respond(self, name: &str) -> Response {
        let mut response = self.into_bytes().into_response();
        let headers = response.headers_mut();
        let csv = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        headers.insert(CONTENT_TYPE, csv);
        let private = HeaderValue::from_static("private, no-cache");
        headers.insert(CACHE_CONTROL, private);
        // Names are made of ids and days, so they need no escaping.
        let name = format!("attachment; filename=\"{name}.csv\"");
        if let Ok(name) = HeaderValue::try_from(name) {
            headers.insert(CONTENT_DISPOSITION, name);
        }
        response
    }
}

fn writer() -> csv::Writer<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new();
    writer
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}

/// Tells whether the caller asks for CSV rather than for JSON in `Accept`.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let accepted = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut types = accepted.filter_map(|range| range.split(';').next());
    // Of the two types, the one named first counts.
    let first = types.find_map(|media_type| {
        let media_type = media_type.trim();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name);
        match (is("text/csv"), is("application/json")) {
            (false, false) => None,
            (csv, _) => Some(csv),
        }
    });
    first.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let mut table = CsvTable::new(&["a", "b"]);
        table.row(["", "b c"]);
        table.row(["d,e", "say \"so\""]);
        table.row(["f", "two\nlines"]);
        assert_eq!(
            String::from_utf8(table.into_bytes()).unwrap(),
            "a,b\r\n,b c\r\n\"d,e\",\"say \"\"so\"\"\"\r\nf,\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn nothing_becomes_a_formula() {
        let table = CsvTable::new(&["=1+1", "+1", "-2.5", "@sum", "-a", "=a,\"b\"", "a=b"]);
        assert_eq!(
            String::from_utf8(table.into_bytes()).unwrap(),
            "'=1+1,+1,-2.5,'@sum,'-a,\"'=a,\"\"b\"\"\",a=b\r\n"
        );
    }

    #[test]
    fn a_table_is_for_whoever_names_it_first() {
        for (accept, wanted) in [
            ("text/csv", true),
            ("Text/CSV; header=present", true),
            ("text/html, text/csv;q=0.9", true),
            ("application/json", false),
            ("application/json, text/csv", false),
            ("*/*", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(is_wanted(&headers), wanted, "{accept}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
