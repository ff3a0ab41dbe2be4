//! Programs on a server.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Server;
use super::answer::{Answer, Failure, List, diagnostics};
use super::lines::Lines;
use crate::cli::out::Out;
use renown_core::domain::{ProgramId, ProgramVersion};
use renown_core::rules::Diagnostic;
use renown_core::rules::simulate::Simulation;

const YAML: &str = "application/yaml";

/// What the server found in a program.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerCheck {
    /// The program's id; `None` if the program has mistakes.
    pub(in crate::cli) program: Option<ProgramId>,
    #[serde(deserialize_with = "diagnostics")]
    pub(in crate::cli) diagnostics: Vec<Diagnostic>,
}

/// A program in the server's list.
#[derive(Debug, Deserialize)]
struct ServerProgram {
    program: ProgramId,
}

/// A published version on the server.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerVersion {
    pub(in crate::cli) version: ProgramVersion,
    pub(in crate::cli) state: String,
    pub(in crate::cli) source: String,
    #[serde(deserialize_with = "diagnostics")]
    pub(in crate::cli) warnings: Vec<Diagnostic>,
}

/// A line of a simulation's answer.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Progress { done: u64, of: u64 },
    Result(Box<Simulation>),
    Problem(Box<super::ServerProblem>),
}

impl Server {
    /// Returns the programs in force that the key reaches.
    pub(in crate::cli) async fn programs(&self) -> Answer<Vec<ProgramId>> {
        let programs: List<ServerProgram> = self.get(&["programs"]).await?;
        Ok(programs
            .data
            .into_iter()
            .map(|listed| listed.program)
            .collect())
    }

    /// Checks a program, and stores nothing.
    pub(in crate::cli) async fn check_program(&self, source: &str) -> Answer<ServerCheck> {
        let call = self.call(Method::POST, &["programs", "check"]);
        self.ask(&call.body(YAML, source.to_owned())).await
    }

    /// Stores a program as the draft.
    pub(in crate::cli) async fn put_draft(
        &self,
        program: &ProgramId,
        source: &str,
    ) -> Answer<ServerCheck> {
        let call = self.call(Method::PUT, &["programs", program.as_str(), "draft"]);
        self.ask(&call.body(YAML, source.to_owned())).await
    }

    /// Publishes a program, and leaves its draft as it is.
    pub(in crate::cli) async fn publish_program(
        &self,
        program: &ProgramId,
        source: &str,
        note: Option<&str>,
    ) -> Answer<ServerVersion> {
        let call = self.change(&["programs", program.as_str(), "publish"]);
        self.ask(&call.json(&json!({"source": source, "note": note})))
            .await
    }

    /// Returns all versions of a program, latest first.
    pub(in crate::cli) async fn versions(&self, program: &ProgramId) -> Answer<Vec<ServerVersion>> {
        let path = ["programs", program.as_str(), "versions"];
        let versions: List<ServerVersion> = self.get(&path).await?;
        Ok(versions.data)
    }

    /// Simulates the publication of a program. Shows the progress.
    pub(in crate::cli) async fn simulate_program(
        &self,
        program: &ProgramId,
        body: &Value,
    ) -> Answer<Simulation> {
        let path = ["programs", program.as_str(), "simulate"];
        let call = self.call(Method::POST, &path).json(body);
        let mut lines = Lines::new(self, self.send(&call).await?);
        let bar = Out::bar(0);
        while let Some(line) = lines.next().await? {
            match self.line(&line)? {
                Line::Progress { done, of } => {
                    bar.set_length(of);
                    bar.set_position(done);
                }
                Line::Result(simulation) => {
                    bar.finish_and_clear();
                    return Ok(*simulation);
                }
                Line::Problem(problem) => return Err(Failure::Problem(problem)),
            }
        }
        Err(self.unexpected("the simulation ended without a result"))
    }

    fn line(&self, line: &[u8]) -> Answer<Line> {
        serde_json::from_slice(line)
            .map_err(|_| self.unexpected("the simulation's answer cannot be read"))
    }

    fn unexpected(&self, what: &str) -> Failure {
        Failure::Other(format!("{}: {what}", self.base))
    }
}
