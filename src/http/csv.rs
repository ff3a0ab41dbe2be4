//! Tables for spreadsheets: CSV as RFC 4180 has it.

use std::fmt::Write;

use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

/// A table that is being written.
#[derive(Debug, Default)]
pub struct Table(String);

impl Table {
    /// Writes a row. A text that a spreadsheet would run as a formula gets an
    /// apostrophe before it, which makes it a text there.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.cell(cell);
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        let guard = match is_formula(cell) {
            true => "'",
            false => "",
        };
        let quoted = cell.contains(['"', ',', '\r', '\n']);
        let written = match quoted {
            true => write!(self.0, "\"{guard}{}\"", cell.replace('"', "\"\"")),
            false => write!(self.0, "{guard}{cell}"),
        };
        written.expect("a text takes what is written to it");
    }

    /// The answer, under the name of a file.
    pub fn respond(self, name: &str) -> Response {
        let mut response = self.0.into_response();
        let headers = response.headers_mut();
        let csv = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        headers.insert(CONTENT_TYPE, csv);
        let private = HeaderValue::from_static("private, no-cache");
        headers.insert(CACHE_CONTROL, private);
        // Names are made of ids and days, which are plain.
        let name = format!("attachment; filename=\"{name}.csv\"");
        if let Ok(name) = HeaderValue::try_from(name) {
            headers.insert(CONTENT_DISPOSITION, name);
        }
        response
    }
}

/// What spreadsheets take for a formula (OWASP, *CSV Injection*); a number
/// with a sign is none.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err()
}

/// Whether the caller asks for a table rather than for JSON.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let accepted = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut types = accepted.filter_map(|range| range.split(';').next());
    // The first of the two that is named.
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
        let mut table = Table::default();
        table.row(["a", "", "b c", "d,e", "say \"so\"", "two\nlines"]);
        assert_eq!(
            table.0,
            "a,,b c,\"d,e\",\"say \"\"so\"\"\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn nothing_becomes_a_formula() {
        let mut table = Table::default();
        table.row(["=1+1", "+1", "-2.5", "@sum", "-a", "=a,\"b\"", "a=b"]);
        assert_eq!(table.0, "'=1+1,+1,-2.5,'@sum,'-a,\"'=a,\"\"b\"\"\",a=b\r\n");
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
