//! Answers of a server: read within limits of time, and problems as errors.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Server;
use super::call::{Body, Call};
use crate::cli::files::FileStream;
use crate::cli::{CliError, Result};
use renown_core::rules::{Diagnostic, Severity};

/// How often a request is sent at most.
const ATTEMPTS: u32 = 4;
/// The longest pause before a request is sent again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause before or within an answer. A long command sends lines of progress.
const SILENCE: Duration = Duration::from_secs(120);

/// The members of a problem (RFC 9457) that commands read.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerProblem {
    #[serde(default)]
    status: u16,
    title: String,
    detail: Option<String>,
    pointer: Option<String>,
    request_id: Option<String>,
    /// The mistakes of a program.
    #[serde(default, deserialize_with = "diagnostics")]
    pub(in crate::cli) diagnostics: Vec<Diagnostic>,
    /// The other members, such as the counts of a stream that ended early.
    #[serde(flatten)]
    pub(in crate::cli) extra: serde_json::Map<String, Value>,
}

/// A finding about a program, as a server sends it.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerDiagnostic {
    severity: Severity,
    code: String,
    message: String,
    hint: Option<String>,
    line: u32,
    column: u32,
    path: String,
}

impl From<ServerDiagnostic> for Diagnostic {
    fn from(found: ServerDiagnostic) -> Self {
        Self {
            severity: found.severity,
            // Findings name their codes for ever. A command reads a few of them and ends.
            code: found.code.leak(),
            message: found.message,
            hint: found.hint,
            line: found.line,
            column: found.column,
            path: found.path,
        }
    }
}

/// Reads a list of findings.
pub(super) fn diagnostics<'de, D: Deserializer<'de>>(
    reader: D,
) -> std::result::Result<Vec<Diagnostic>, D::Error> {
    let found = Vec::<ServerDiagnostic>::deserialize(reader)?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// Why a request had no success.
#[derive(Debug)]
pub(in crate::cli) enum Failure {
    /// The server has answered with a problem.
    Problem(Box<ServerProblem>),
    /// There is no answer, or one that is not of this service.
    Other(String),
}

/// The result of a request.
pub(in crate::cli) type Answer<T> = std::result::Result<T, Failure>;

/// A list, or one page of it.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct List<T> {
    pub(in crate::cli) data: Vec<T>,
    #[serde(default)]
    page: Page,
}

#[derive(Debug, Default, Deserialize)]
struct Page {
    next_cursor: Option<String>,
}

impl fmt::Display for ServerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(pointer) = self.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
            write!(f, "{pointer}: ")?;
        }
        write!(f, "{}", self.detail.as_ref().unwrap_or(&self.title))?;
        match &self.request_id {
            Some(id) if self.status >= 500 => write!(f, " (request {id})"),
            _ => Ok(()),
        }
    }
}

impl ServerProblem {
    /// Returns the problem of a line of a file, in words that follow the line's number.
    pub(in crate::cli) fn after_line(&self, line: u64) -> String {
        match self.pointer.as_deref() {
            None | Some("") => format!("line {line}: {self}"),
            Some(_) => format!("line {line} {self}"),
        }
    }
}

impl Failure {
    /// Returns whether the thing that was asked for does not exist.
    pub(in crate::cli) fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == 404)
    }

    /// Separates the counts of a stream that ended early from other failures. Returns the
    /// counts, and why the stream ended.
    pub(super) fn counts<T: DeserializeOwned>(self) -> Answer<(T, Option<String>)> {
        let Self::Problem(problem) = self else {
            return Err(self);
        };
        // A problem of another kind has no counts.
        match serde_json::from_value(Value::Object(problem.extra.clone())) {
            Ok(counts) => Ok((counts, Some(problem.to_string()))),
            Err(_) => Err(Self::Problem(problem)),
        }
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Problem(problem) => Self::Failed(format!("the server refuses: {problem}")),
            Failure::Other(sentence) => Self::Failed(sentence),
        }
    }
}

impl Server {
    /// Asks for something, and reads the answer.
    pub(in crate::cli) async fn get<T: DeserializeOwned>(&self, segments: &[&str]) -> Answer<T> {
        self.ask(&self.call(Method::GET, segments)).await
    }

    /// Asks for a list, page by page, and passes each item on.
    pub(in crate::cli) async fn each<T: DeserializeOwned>(
        &self,
        call: &Call,
        mut act: impl FnMut(T) -> Result,
    ) -> Result {
        let mut page: List<T> = self.ask(call).await?;
        loop {
            page.data.into_iter().try_for_each(&mut act)?;
            let Some(next) = page.page.next_cursor else {
                return Ok(());
            };
            page = self.ask(&call.clone().query("cursor", &next)).await?;
        }
    }

    /// Sends a request, and reads the answer.
    pub(in crate::cli) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Answer<T> {
        let answer = self.send(call).await?;
        self.read(answer).await
    }

    /// Sends a file as a stream, once. Returns the counts of its lines, and why the server did
    /// not read it to its end, if so.
    pub(in crate::cli) async fn send_file<T: DeserializeOwned>(
        &self,
        call: &Call,
        file: FileStream,
    ) -> Answer<(T, Option<String>)> {
        let counts = async {
            let answer = self.send_streaming(call, file).await?;
            self.read(answer).await
        };
        match counts.await {
            Ok(counts) => Ok((counts, None)),
            Err(failure) => failure.counts(),
        }
    }

    /// Sends a request with a stream as its body, once.
    pub(super) async fn send_streaming(
        &self,
        call: &Call,
        stream: FileStream,
    ) -> Answer<Response<Incoming>> {
        let request = call.streamed(stream);
        let request = request.map_err(|error| self.failed("cannot be asked", &error))?;
        let answer = self.exchange(request).await?;
        self.judge(answer).await
    }

    /// Sends a request; again, if the server cannot be reached or asks for a moment.
    pub(in crate::cli) async fn send(&self, call: &Call) -> Answer<Response<Incoming>> {
        let mut attempt = 1;
        loop {
            let request = call.whole();
            let request = request.map_err(|error| self.failed("cannot be asked", &error))?;
            let exchanged = tokio::time::timeout(SILENCE, self.exchange(request)).await;
            let silent = || Failure::Other(format!("{}: does not answer", self.base));
            let pause = match exchanged.unwrap_or_else(|_| Err(silent())) {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    let pause = pause(&answer, attempt);
                    match attempt {
                        ATTEMPTS => return self.judge(answer).await,
                        _ => pause,
                    }
                }
                Ok(answer) => return self.judge(answer).await,
                Err(failure) if attempt == ATTEMPTS => return Err(failure),
                Err(_) => Duration::from_millis(200) * attempt,
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn exchange(&self, request: Request<Body>) -> Answer<Response<Incoming>> {
        let answer = self.client.request(request).await;
        answer.map_err(|error| self.failed("there is no answer", &error))
    }

    async fn judge(&self, answer: Response<Incoming>) -> Answer<Response<Incoming>> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let text = self.whole(answer).await?;
        let sentence = match serde_json::from_slice(&text) {
            Ok(problem) => return Err(Failure::Problem(problem)),
            Err(_) if status.is_redirection() => {
                "it sends requests to another address; name that one"
            }
            Err(_) => "this service does not answer so; is the address right?",
        };
        let base = &self.base;
        Err(Failure::Other(format!(
            "{base} answers {status}: {sentence}"
        )))
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response<Incoming>) -> Answer<T> {
        let text = self.whole(answer).await?;
        serde_json::from_slice(&text)
            .map_err(|error| self.failed("the answer cannot be read", &error))
    }

    async fn whole(&self, mut answer: Response<Incoming>) -> Answer<Vec<u8>> {
        let mut text = Vec::new();
        while let Some(piece) = self.piece(&mut answer).await? {
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }

    /// Reads the next piece of an answer; `None` at its end.
    pub(super) async fn piece(&self, answer: &mut Response<Incoming>) -> Answer<Option<Bytes>> {
        loop {
            let frame = tokio::time::timeout(SILENCE, answer.frame()).await;
            let silent = |_| Failure::Other(format!("{}: the answer stops", self.base));
            match frame.map_err(silent)?.transpose() {
                Ok(None) => return Ok(None),
                // A frame of another kind has trailers.
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(data) => return Ok(Some(data)),
                    Err(_) => continue,
                },
                Err(error) => return Err(self.failed("the answer broke off", &error)),
            }
        }
    }

    /// Describes an error without the path of the request, which may name a person.
    pub(super) fn failed(&self, what: &str, error: &dyn Error) -> Failure {
        let mut innermost = error;
        while let Some(cause) = innermost.source() {
            innermost = cause;
        }
        Failure::Other(format!("{}: {what}: {innermost}", self.base))
    }
}

/// Returns how long to wait before a request is sent again.
fn pause(answer: &Response<Incoming>, attempt: u32) -> Duration {
    let asked = answer.headers().get(RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.parse().ok());
    let usual = Duration::from_millis(500) * attempt;
    asked.map_or(usual, Duration::from_secs).min(LONGEST_PAUSE)
}
