//! Events for a server.

use http::Method;
use serde::Deserialize;

use super::Server;
use super::answer::{Answer, ServerProblem};
use crate::cli::files::FileStream;
use crate::cli::import::Intake;

/// The counts of an answer.
#[derive(Deserialize)]
struct Counts {
    accepted: u64,
    duplicates: u64,
    rejected_count: u64,
    rejected: Vec<RejectedEvent>,
}

/// A line that was rejected.
#[derive(Deserialize)]
struct RejectedEvent {
    index: u64,
    line: Option<u64>,
    problem: ServerProblem,
}

impl Counts {
    fn intake(self, stopped: Option<String>) -> Intake {
        let rejections = self.rejected.iter().map(|rejected| {
            let line = rejected.line.unwrap_or(rejected.index + 1);
            (line, rejected.problem.after_line(line))
        });
        Intake {
            accepted: self.accepted,
            duplicates: self.duplicates,
            rejected: self.rejected_count,
            rejections: rejections.collect(),
            stopped,
        }
    }
}

impl Server {
    /// Sends a file of events, one each line, as a stream.
    pub(in crate::cli) async fn send_events(&self, stream: FileStream) -> Answer<Intake> {
        let call = self.call(Method::POST, &["events"]);
        let call = call.of_type("application/x-ndjson");
        let (counts, stopped): (Counts, _) = self.send_file(&call, stream).await?;
        Ok(counts.intake(stopped))
    }
}
