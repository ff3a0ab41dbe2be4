//! Server-sent events (WHATWG HTML, section 9.2).

use futures::{Stream, StreamExt, stream};

use crate::service::events::connectors::client::Pieces;
use crate::service::events::connectors::upstream::UpstreamError;

/// The longest event, in bytes.
const MAX_EVENT: usize = 1024 * 1024;

/// An event: its name and its data.
pub(super) type SentEvent = (String, String);

/// Reads events: lines, and a blank one behind each event. A comment is a sign of life.
pub(super) fn events(
    pieces: Pieces,
) -> impl Stream<Item = Result<Option<SentEvent>, UpstreamError>> + Send + 'static {
    let reader = Reader {
        pieces,
        buffer: Vec::new(),
        event: String::new(),
        data: String::new(),
    };
    let next = async |mut reader: Reader| {
        let next = reader.next().await?;
        Some((next, reader))
    };
    stream::unfold(reader, next)
}

struct Reader {
    pieces: Pieces,
    buffer: Vec<u8>,
    event: String,
    data: String,
}

impl Reader {
    async fn next(&mut self) -> Option<Result<Option<SentEvent>, UpstreamError>> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(event) = self.line(line.trim_end_matches(['\n', '\r'])) {
                    return Some(Ok(event));
                }
            }
            if self.buffer.len() + self.data.len() > MAX_EVENT {
                let why = "an event of the stream is too long";
                return Some(Err(UpstreamError::passing(why)));
            }
            match self.pieces.next().await? {
                Ok(piece) => self.buffer.extend_from_slice(&piece),
                Err(error) => {
                    let why = format!("the stream broke: {error}");
                    return Some(Err(UpstreamError::passing(why)));
                }
            }
        }
    }

    /// Takes a line; returns the event that it ends, or an inner `None` for a sign of life.
    fn line(&mut self, line: &str) -> Option<Option<SentEvent>> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(Some((event, data)));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Some(None),
            "event" => value.clone_into(&mut self.event),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}
