//! The import of a list of members, as it arrives. Some thousand lines are one transaction.
//! Lines change only what they say, so that the same list again changes nothing.

mod batch;
mod owners;
mod plan;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc::Sender;

use super::Members;
use crate::service::error::{Result, ServiceError};
use crate::service::events::ReadOutcome;
use batch::Batches;
use renown_core::domain::{Invalid, MemberId};
use renown_core::ingest::member_list::{ListFormat, MemberLine, MemberList, RowFault};

/// Lines of one transaction.
const AT_ONCE: usize = 4_000;
/// The most refused lines that a report lists; all are counted.
const MAX_LISTED: usize = 1_000;

/// What to import, and how.
#[derive(Debug, Clone, Copy)]
pub struct MemberImport {
    /// How the list is written.
    pub format: ListFormat,
    /// Lines before this one are left out; the header is read.
    pub from_line: u64,
    /// Whether to find out what would change, and to write nothing.
    pub is_dry: bool,
}

/// The result for the lines of a list.
#[derive(Debug, Clone)]
pub struct MemberReport<E> {
    /// Lines that enrolled a member.
    pub created: u64,
    /// Lines that changed a member.
    pub changed: u64,
    /// Lines whose content the member had already.
    pub unchanged: u64,
    /// Lines that are wrong.
    pub refused: u64,
    /// The first 1000 refused lines.
    pub listed: Vec<(u64, RowFault)>,
    /// The line after the last one whose result is committed.
    pub next_line: u64,
    /// Whether the list was read to its end.
    pub outcome: ReadOutcome<E>,
}

/// The number of a line and its result.
pub type LineResult = (u64, RowResult);

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowResult {
    /// A member was enrolled.
    Created(MemberId),
    /// A member was changed: these columns have new values.
    Changed(MemberId, Vec<String>),
    /// The member has it all already.
    Unchanged(MemberId),
    /// Something is wrong with the line.
    Refused(RowFault),
}

impl Members {
    /// Imports a list of members from a stream. Each line enrols a member or changes what it
    /// says; a line that is wrong changes nothing. `results` gets the result of each line
    /// after its commit, and is waited for.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] if the list has no header: nothing was written then. If the
    /// database fails, what was written before stays, and to send it again does no harm.
    pub async fn import_list<E>(
        &self,
        import: MemberImport,
        body: impl Stream<Item = Result<Bytes, E>>,
        results: Option<Sender<Vec<LineResult>>>,
    ) -> Result<MemberReport<E>> {
        let mut running = Running {
            batches: Batches::new(self, import.is_dry),
            from_line: import.from_line,
            waiting: Vec::with_capacity(AT_ONCE),
            results,
            report: MemberReport::new(import.from_line),
        };
        let mut list = MemberList::new(import.format);
        let mut body = std::pin::pin!(body);
        while running.report.refused < self.context.config.ingest.max_rejections {
            match body.next().await {
                Some(Ok(chunk)) => list = running.lines(list, Some(chunk)).await?,
                Some(Err(error)) => {
                    running.write().await?;
                    return Ok(running.report.ended(ReadOutcome::Broken(error)));
                }
                None => {
                    list.end();
                    let list = running.lines(list, None).await?;
                    list.finish().map_err(no_list)?;
                    running.write().await?;
                    return Ok(running.report.ended(ReadOutcome::Complete));
                }
            }
        }
        Ok(running.report.ended(ReadOutcome::Rejected))
    }
}

fn no_list(invalid: Invalid) -> ServiceError {
    ServiceError::invalid("", invalid)
}

impl<E> MemberReport<E> {
    fn new(next_line: u64) -> Self {
        Self {
            created: 0,
            changed: 0,
            unchanged: 0,
            refused: 0,
            listed: Vec::new(),
            next_line,
            outcome: ReadOutcome::Complete,
        }
    }

    fn ended(mut self, outcome: ReadOutcome<E>) -> Self {
        self.outcome = outcome;
        self
    }

    fn count(&mut self, (line, result): &LineResult) {
        self.next_line = line + 1;
        match result {
            RowResult::Created(_) => self.created += 1,
            RowResult::Changed(..) => self.changed += 1,
            RowResult::Unchanged(_) => self.unchanged += 1,
            RowResult::Refused(fault) => {
                self.refused += 1;
                if self.listed.len() < MAX_LISTED {
                    self.listed.push((*line, fault.clone()));
                }
            }
        }
    }
}

/// An import that has begun.
struct Running<'i, E> {
    batches: Batches<'i>,
    from_line: u64,
    waiting: Vec<MemberLine>,
    results: Option<Sender<Vec<LineResult>>>,
    report: MemberReport<E>,
}

impl<E> Running<'_, E> {
    /// Takes in the whole lines of a chunk, step by step. Returns the rest.
    async fn lines(&mut self, mut list: MemberList, chunk: Option<Bytes>) -> Result<MemberList> {
        let bytes = chunk.as_ref().map_or(0, Bytes::len);
        let (mut chunk, compute) = (chunk, self.batches.compute().clone());
        loop {
            let most = AT_ONCE - self.waiting.len();
            let step = move || {
                if let Some(chunk) = chunk {
                    list.push(&chunk);
                }
                let next = std::iter::from_fn(|| list.next_line().transpose());
                let lines: Result<Vec<_>, _> = next.take(most).collect();
                (lines, list)
            };
            let lines;
            (lines, list) = compute.run(bytes, step).await?;
            chunk = None;
            let lines = lines.map_err(no_list)?;
            let is_last = lines.len() < most;
            let wanted = lines
                .into_iter()
                .filter(|(line, _)| *line >= self.from_line);
            self.waiting.extend(wanted);
            if is_last {
                return Ok(list);
            }
            if self.waiting.len() >= AT_ONCE {
                self.write().await?;
            }
        }
    }

    /// Writes the lines read so far, and counts them after the commit.
    async fn write(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let lines = std::mem::replace(&mut self.waiting, Vec::with_capacity(AT_ONCE));
        let results = self.batches.write(lines).await?;
        results.iter().for_each(|result| self.report.count(result));
        if let Some(sender) = &self.results {
            // A reader that has gone does not end the import.
            let _ = sender.send(results).await;
        }
        Ok(())
    }
}
