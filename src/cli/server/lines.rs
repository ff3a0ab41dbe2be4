//! An answer that comes line by line.

use http::Response;
use hyper::body::Incoming;

use super::Server;
use super::answer::{Answer, Failure};

/// The longest line, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// The lines of an answer.
pub(super) struct Lines<'s> {
    server: &'s Server,
    answer: Response<Incoming>,
    read: Vec<u8>,
}

impl<'s> Lines<'s> {
    pub(super) fn new(server: &'s Server, answer: Response<Incoming>) -> Self {
        Self {
            server,
            answer,
            read: Vec::new(),
        }
    }

    /// Returns the next line with its end; `None` after the last one.
    pub(super) async fn next(&mut self) -> Answer<Option<Vec<u8>>> {
        let mut searched = 0;
        loop {
            let end = self.read[searched..].iter().position(|byte| *byte == b'\n');
            if let Some(end) = end {
                return Ok(Some(self.read.drain(..=searched + end).collect()));
            }
            searched = self.read.len();
            if searched > LONGEST {
                let base = &self.server.base;
                return Err(Failure::Other(format!("{base}: a line is too long")));
            }
            match self.server.piece(&mut self.answer).await? {
                Some(piece) => self.read.extend_from_slice(&piece),
                None => return Ok(None),
            }
        }
    }
}
