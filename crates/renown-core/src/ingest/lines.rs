//! Splits a stream of bytes into lines, and holds at most one unfinished line.

use bytes::{Buf, Bytes, BytesMut};

use super::MAX_EVENT_BYTES;

/// One line of a stream, without its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The line's bytes; never empty, never only white space.
    Bytes(Bytes),
    /// The line was longer than the limit and was skipped.
    TooLong,
}

/// Splits a stream into lines. Add chunks with [`push`](Self::push), read lines
/// with [`next_line`](Self::next_line), and the rest with
/// [`finish`](Self::finish).
#[derive(Debug)]
pub struct Lines {
    /// The longest line, in bytes.
    limit: usize,
    buffer: BytesMut,
    /// There is no newline in the buffer before this position.
    searched: usize,
    /// Whether the current line is already too long: bytes are dropped until
    /// its end.
    skipping: bool,
    /// Number of lines that have ended, including blank ones.
    ended: u64,
}

impl Default for Lines {
    /// Lines of at most [`MAX_EVENT_BYTES`].
    fn default() -> Self {
        Self::up_to(MAX_EVENT_BYTES)
    }
}

impl Lines {
    /// Splits a stream with lines of at most `limit` bytes.
    pub fn up_to(limit: usize) -> Self {
        Self {
            limit,
            buffer: BytesMut::new(),
            searched: 0,
            skipping: false,
            ended: 0,
        }
    }

    /// Adds the next chunk of the stream.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// Returns the next whole line with its number, from 1, if there is one. Blank lines
    /// are skipped and counted.
    pub fn next_line(&mut self) -> Option<(u64, Line)> {
        loop {
            if self.searched == 0 && !self.skipping {
                self.skip_white_space();
            }
            let rest = &self.buffer[self.searched..];
            match rest.iter().position(|&b| b == b'\n') {
                Some(offset) => {
                    let mut line = self.buffer.split_to(self.searched + offset + 1).freeze();
                    self.searched = 0;
                    self.ended += 1;
                    let whole = !std::mem::take(&mut self.skipping);
                    line.truncate(line.len() - 1);
                    if let Some(line) = judge(line, whole, self.limit) {
                        return Some((self.ended, line));
                    }
                }
                None => {
                    self.searched = self.buffer.len();
                    if self.skipping || self.buffer.len() > self.limit {
                        self.skipping = true;
                        self.buffer.advance(self.searched);
                        self.searched = 0;
                    }
                    return None;
                }
            }
        }
    }

    /// Skips white space at the start of a line, and blank lines with it, in one go:
    /// a small compressed body may have very many of them.
    fn skip_white_space(&mut self) {
        let blank = self.buffer.iter().take_while(|b| b.is_ascii_whitespace());
        let (mut length, mut lines) = (0, 0);
        for byte in blank {
            length += 1;
            lines += u64::from(*byte == b'\n');
        }
        self.ended += lines;
        self.buffer.advance(length);
    }

    /// Returns the last line of a stream that does not end in a newline, with its number.
    pub fn finish(mut self) -> Option<(u64, Line)> {
        let whole = !self.skipping;
        let line = judge(self.buffer.split().freeze(), whole, self.limit)?;
        Some((self.ended + 1, line))
    }
}

fn judge(line: Bytes, whole: bool, limit: usize) -> Option<Line> {
    if !whole || line.len() > limit {
        return Some(Line::TooLong);
    }
    let blank = line.iter().all(u8::is_ascii_whitespace);
    (!blank).then_some(Line::Bytes(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(chunks: &[&[u8]]) -> Vec<Line> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for chunk in chunks {
            lines.push(chunk);
            while let Some((_, line)) = lines.next_line() {
                all.push(line);
            }
            assert!(lines.buffer.len() <= MAX_EVENT_BYTES);
        }
        all.extend(lines.finish().map(|(_, line)| line));
        all
    }

    #[test]
    fn the_last_line_needs_no_newline_and_blank_lines_do_not_count() {
        let line = |text: &'static str| Line::Bytes(Bytes::from_static(text.as_bytes()));
        assert_eq!(cut(&[b"a\n\r\n \nb"]), [line("a"), line("b")]);
    }

    #[test]
    fn blank_lines_are_skipped_and_counted() {
        let mut lines = Lines::default();
        lines.push(&[b'\n'; 5000]);
        lines.push(b" \r\n a\n");
        assert_eq!(
            lines.next_line(),
            Some((5002, Line::Bytes(Bytes::from_static(b"a"))))
        );
        assert_eq!(lines.next_line(), None);
        assert!(lines.buffer.is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_one_item_and_the_next_is_good() {
        let long = vec![b'x'; 3 * MAX_EVENT_BYTES];
        let lines = cut(&[b"a\n", &long, &long, b"x\nb\n"]);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], Line::TooLong);
    }

    #[test]
    fn a_line_that_is_too_long_at_the_very_end_is_reported() {
        assert_eq!(cut(&[&vec![b'x'; MAX_EVENT_BYTES + 1]]), [Line::TooLong]);
    }

    proptest! {
        #[test]
        fn where_the_chunks_are_cut_does_not_matter(
            text in "[ab\n\r ]{0,60}",
            cuts in prop::collection::vec(0usize..60, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for to in cuts {
                chunks.push(&text.as_bytes()[from..to]);
                from = to;
            }
            chunks.push(&text.as_bytes()[from..]);
            prop_assert_eq!(cut(&chunks), cut(&[text.as_bytes()]));
        }
    }
}
