//! Rows in the text format of `COPY … FROM STDIN`, the fastest way to insert many rows
//! (PostgreSQL documentation, "COPY", section "Text Format").

use std::fmt::{Display, Write};

/// A buffer of rows. Columns are written in the order of the `COPY` statement.
#[derive(Debug, Default)]
pub(super) struct Rows {
    buffer: String,
    in_row: bool,
}

impl Rows {
    /// Adds a value whose text needs no escaping, for example a number or a time.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Self {
        self.separate();
        write!(self.buffer, "{value}").expect("writing to a string cannot fail");
        self
    }

    /// Adds a text and escapes it.
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.separate();
        value.chars().for_each(|c| self.escaped(c));
        self
    }

    /// Adds an array of texts.
    pub(super) fn array<'a>(&mut self, values: impl Iterator<Item = &'a str>) -> &mut Self {
        self.separate();
        self.buffer.push('{');
        for (index, value) in values.enumerate() {
            self.buffer.push_str(if index == 0 { "\"" } else { ",\"" });
            for c in value.chars() {
                // Escaped once for the array and once for COPY.
                if matches!(c, '"' | '\\') {
                    self.escaped('\\');
                }
                self.escaped(c);
            }
            self.buffer.push('"');
        }
        self.buffer.push('}');
        self
    }

    /// Adds a value with `write`, or a null if it is absent.
    pub(super) fn optional<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        match value {
            Some(value) => write(self, value),
            None => self.plain("\\N"),
        }
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.buffer.push('\n');
        self.in_row = false;
    }

    /// Returns the bytes to send.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.buffer.into_bytes()
    }

    fn separate(&mut self) {
        if self.in_row {
            self.buffer.push('\t');
        }
        self.in_row = true;
    }

    fn escaped(&mut self, c: char) {
        match c {
            '\\' => self.buffer.push_str("\\\\"),
            '\t' => self.buffer.push_str("\\t"),
            '\n' => self.buffer.push_str("\\n"),
            '\r' => self.buffer.push_str("\\r"),
            c => self.buffer.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_escaped() {
        let mut rows = Rows::default();
        rows.plain(1)
            .text("a\tb\\c\nd")
            .optional(None::<i64>, Rows::plain);
        rows.array(["x", "q\"u\\o,{}"].into_iter()).end();
        let text = String::from_utf8(rows.into_bytes()).unwrap();
        assert_eq!(
            text,
            "1\ta\\tb\\\\c\\nd\t\\N\t{\"x\",\"q\\\\\"u\\\\\\\\o,{}\"}\n"
        );
    }
}
