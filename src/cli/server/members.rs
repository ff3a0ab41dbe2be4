//! Members on a server.

use http::Method;
use http::header::{ACCEPT, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::answer::{Answer, Failure, ServerProblem};
use super::{Server, lines::Lines};
use crate::cli::Result;
use crate::cli::files::FileStream;
use crate::cli::members::{Imported, Preview};
use crate::cli::out::Out;
use renown_core::ingest::member_list::ListFormat;

const CSV: &str = "text/csv";
const NDJSON: &str = "application/x-ndjson";

/// The last line of the results of an import.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Last {
    Summary(Imported),
    Problem(Box<ServerProblem>),
}

/// A merge, or its undo.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerMerge {
    pub(in crate::cli) id: Uuid,
    pub(in crate::cli) survivor: Uuid,
    pub(in crate::cli) absorbed: Uuid,
    pub(in crate::cli) undo_until: String,
}

fn media_type(format: ListFormat) -> &'static str {
    match format {
        ListFormat::Csv => CSV,
        ListFormat::Ndjson => NDJSON,
    }
}

impl Server {
    /// Sends a list of members: its format, the line to begin with, and whether only to find
    /// out what would change.
    pub(in crate::cli) async fn import_members(
        &self,
        wanted: (ListFormat, u64, bool),
        list: FileStream,
    ) -> Answer<Imported> {
        let call = self.importing(wanted);
        let (imported, stopped): (Imported, _) = self.send_file(&call, list).await?;
        Ok(imported.stopped_by(stopped))
    }

    /// Sends a list of members, and prints the result of each line as it comes.
    pub(in crate::cli) async fn import_members_by_line(
        &self,
        wanted: (ListFormat, u64, bool),
        list: FileStream,
    ) -> Answer<Imported> {
        let accept = HeaderValue::from_static(NDJSON);
        let call = self.importing(wanted).header(ACCEPT, accept);
        let mut lines = Lines::new(self, self.send_streaming(&call, list).await?);
        while let Some(line) = lines.next().await? {
            match serde_json::from_slice(&line) {
                Ok(Last::Summary(imported)) => return Ok(imported),
                Ok(Last::Problem(problem)) => {
                    let counts = Failure::Problem(problem).counts();
                    let (imported, stopped): (Imported, _) = counts?;
                    return Ok(imported.stopped_by(stopped));
                }
                Err(_) => {
                    let text = String::from_utf8_lossy(&line);
                    let printed = Out::text(&text);
                    printed.map_err(|error| Failure::Other(error.to_string()))?;
                }
            }
        }
        Err(Failure::Other("the results ended early".to_owned()))
    }

    fn importing(&self, (format, from_line, dry_run): (ListFormat, u64, bool)) -> super::Call {
        self.call(Method::POST, &["members", "import"])
            .of_type(media_type(format))
            .query("from_line", &from_line.to_string())
            .query("dry_run", &dry_run.to_string())
    }

    /// Asks for members as a list, and passes its pieces on.
    pub(in crate::cli) async fn export_members(
        &self,
        format: ListFormat,
        conditions: &[(&str, String)],
        mut write: impl FnMut(&[u8]) -> Result,
    ) -> Result {
        let accept = HeaderValue::from_static(media_type(format));
        let mut call = self.call(Method::GET, &["members", "export"]);
        for (name, value) in conditions {
            call = call.query(name, value);
        }
        let mut answer = self.send(&call.header(ACCEPT, accept)).await?;
        while let Some(piece) = self.piece(&mut answer).await? {
            write(&piece)?;
        }
        Ok(())
    }

    /// Merges two members.
    pub(in crate::cli) async fn merge_members(
        &self,
        (survivor, from): (&str, &str),
        reason: &str,
    ) -> Answer<ServerMerge> {
        let call = self.change(&["members", survivor, "merge"]);
        self.ask(&call.json(&json!({"from": from, "reason": reason})))
            .await
    }

    /// Asks what a merge would do.
    pub(in crate::cli) async fn preview_merge(
        &self,
        (survivor, from): (&str, &str),
    ) -> Answer<Preview> {
        let path = ["members", survivor, "merge", "preview"];
        let call = self.call(Method::POST, &path);
        self.ask(&call.json(&json!({"from": from}))).await
    }

    /// Undoes a merge.
    pub(in crate::cli) async fn undo_merge(&self, id: Uuid, reason: &str) -> Answer<ServerMerge> {
        let call = self.change(&["merges", &id.to_string(), "undo"]);
        self.ask(&call.json(&json!({"reason": reason}))).await
    }
}
