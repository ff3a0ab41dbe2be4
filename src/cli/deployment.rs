//! The programs of a deployment: of a database on this machine, or of a server.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::environment::{Base, Environment};
use crate::cli::server::programs::ServerVersion;
use crate::cli::server::{Failure, Server};
use crate::cli::{CliError, Result};
use crate::service::ServiceError;
use crate::service::programs::{PublishedVersion, Publishing, SimulationRequest, VersionState};
use renown_core::domain::{AudienceName, AudienceRule, ProgramId, ProgramVersion};
use renown_core::rules::simulate::Simulation;
use renown_core::rules::{Diagnostic, Severity};

/// Where the programs are.
pub(super) enum Deployment {
    /// In a database of this machine.
    Database(Box<Environment>),
    /// On a server.
    Server(Box<Server>),
}

/// What a check found.
pub(super) struct Findings {
    /// The program; `None` if it has mistakes.
    pub(super) program: Option<ProgramId>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A version that is in force or scheduled.
pub(super) struct LatestVersion {
    pub(super) version: ProgramVersion,
    /// Whether it is in force; it is scheduled otherwise.
    pub(super) in_force: bool,
    pub(super) source: String,
}

/// An audience of the deployment.
pub(super) struct DeployedAudience {
    pub(super) title: Option<String>,
    pub(super) rule: AudienceRule,
}

/// Why a program or an audience was not published or stored.
pub(super) enum Refusal {
    /// It has mistakes.
    Mistakes(Vec<Diagnostic>),
    /// Something else prevents it.
    Other(CliError),
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Program(diagnostics) => Self::Mistakes(diagnostics),
            error => Self::Other(CliError::new(error)),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Problem(problem) if !problem.diagnostics.is_empty() => {
                Self::Mistakes(problem.diagnostics)
            }
            failure => Self::Other(failure.into()),
        }
    }
}

impl LatestVersion {
    fn of(published: PublishedVersion) -> Option<Self> {
        let in_force = match published.state {
            VersionState::InForce => true,
            VersionState::Scheduled => false,
            VersionState::Superseded | VersionState::Withdrawn => return None,
        };
        Some(Self {
            version: published.version.version,
            in_force,
            source: published.version.source,
        })
    }

    fn of_server(published: ServerVersion) -> Option<Self> {
        let in_force = match published.state.as_str() {
            "in_force" => true,
            "scheduled" => false,
            _ => return None,
        };
        Some(Self {
            version: published.version,
            in_force,
            source: published.source,
        })
    }
}

impl Deployment {
    /// Opens what the options name. A database must be there already.
    pub(super) async fn open(base: &Base) -> Result<Self> {
        match base.server()? {
            Some(server) => Ok(Self::Server(Box::new(server))),
            None => {
                let environment = Environment::start_on_data(base, base.config()?).await?;
                Ok(Self::Database(Box::new(environment)))
            }
        }
    }

    /// Opens the deployment, acts, and closes it, also if acting fails.
    pub(super) async fn run<T>(
        base: &Base,
        act: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let deployment = Self::open(base).await?;
        let done = act(&deployment).await;
        if let Self::Database(environment) = deployment {
            environment.close().await?;
        }
        done
    }

    /// Checks a program, and stores nothing.
    pub(super) async fn check(&self, source: &str) -> Result<Findings> {
        Ok(match self {
            Self::Database(environment) => {
                let checked = environment.service.programs.check(source).await;
                let checked = checked.map_err(CliError::new)?;
                Findings {
                    program: checked.id,
                    diagnostics: checked.diagnostics,
                }
            }
            Self::Server(server) => {
                let checked = server.check_program(source).await?;
                Findings {
                    program: checked.program,
                    diagnostics: checked.diagnostics,
                }
            }
        })
    }

    /// Returns the programs in force.
    pub(super) async fn programs(&self) -> Result<Vec<ProgramId>> {
        match self {
            Self::Database(environment) => Ok(environment.service.programs.ids()),
            Self::Server(server) => Ok(server.programs().await?),
        }
    }

    /// Returns the latest version of a program that is in force or scheduled; `None` if
    /// there is none.
    pub(super) async fn latest(&self, program: &ProgramId) -> Result<Option<LatestVersion>> {
        let versions: Vec<Option<LatestVersion>> = match self {
            Self::Database(environment) => {
                let programs = &environment.service.programs;
                match programs.program_versions(program).await {
                    Ok(versions) => versions.into_iter().map(LatestVersion::of).collect(),
                    Err(ServiceError::NotFound(_)) => Vec::new(),
                    Err(error) => return Err(CliError::new(error)),
                }
            }
            Self::Server(server) => match server.versions(program).await {
                Ok(versions) => versions.into_iter().map(LatestVersion::of_server).collect(),
                Err(failure) if failure.is_not_found() => Vec::new(),
                Err(failure) => return Err(failure.into()),
            },
        };
        Ok(versions.into_iter().flatten().next())
    }

    /// Publishes a program, which a check found to be good. Returns the version and the
    /// warnings.
    pub(super) async fn publish(
        &self,
        program: &ProgramId,
        source: &str,
        note: Option<&str>,
    ) -> std::result::Result<(ProgramVersion, Vec<Diagnostic>), Refusal> {
        match self {
            Self::Database(environment) => {
                let how = Publishing {
                    note: note.map(str::to_owned),
                    ..Publishing::default()
                };
                let programs = &environment.service.programs;
                let published = programs.publish_as(Some(program), source, how).await?;
                Ok((published.version.version, published.warnings))
            }
            Self::Server(server) => {
                let published = server.publish_program(program, source, note).await?;
                Ok((published.version, published.warnings))
            }
        }
    }

    /// Returns all audiences.
    pub(super) async fn audiences(&self) -> Result<BTreeMap<AudienceName, DeployedAudience>> {
        Ok(match self {
            Self::Database(environment) => {
                let all = environment.service.audiences.all().await;
                let all = all.map_err(CliError::new)?.into_iter();
                all.map(|one| {
                    let (title, rule) = (one.title, one.rule);
                    (one.name, DeployedAudience { title, rule })
                })
                .collect()
            }
            Self::Server(server) => {
                let all = server.audiences().await?.into_iter();
                all.map(|one| {
                    let rule = one.when.map_or(AudienceRule::List, AudienceRule::When);
                    let title = one.title;
                    (one.audience, DeployedAudience { title, rule })
                })
                .collect()
            }
        })
    }

    /// Stores an audience in the place of the one with its name. Returns the warnings, and
    /// the versions of programs that were published because it changed.
    pub(super) async fn put_audience(
        &self,
        name: &AudienceName,
        source: &str,
    ) -> std::result::Result<(Vec<Diagnostic>, Vec<(ProgramId, ProgramVersion)>), Refusal> {
        match self {
            Self::Database(environment) => {
                let audiences = &environment.service.audiences;
                let stored = audiences.put(name, source, None, None).await?;
                Ok((stored.warnings, stored.published))
            }
            Self::Server(server) => {
                let stored = server.put_audience(name, source).await?;
                let published = stored.published.into_iter();
                let published = published.map(|one| (one.program, one.version)).collect();
                Ok((stored.warnings, published))
            }
        }
    }

    /// Stores a program as the draft, and returns what a check found.
    pub(super) async fn put_draft(
        &self,
        program: &ProgramId,
        source: &str,
    ) -> std::result::Result<Vec<Diagnostic>, Refusal> {
        match self {
            Self::Database(environment) => {
                let programs = &environment.service.programs;
                Ok(programs.put_draft(program, source).await?.diagnostics)
            }
            Self::Server(server) => Ok(server.put_draft(program, source).await?.diagnostics),
        }
    }

    /// Simulates the publication of a program. Shows the progress.
    pub(super) async fn simulate(
        &self,
        program: &ProgramId,
        request: SimulationRequest,
    ) -> std::result::Result<Simulation, Refusal> {
        match self {
            Self::Database(environment) => {
                let simulations = &environment.service.simulations;
                let prepared = simulations.prepare(program, request).await?;
                Ok(crate::cli::simulate::with_bar(prepared).await?)
            }
            Self::Server(server) => {
                let body = json!({
                    "source": request.source,
                    "sample": request.sample,
                    "groups": request.groups,
                    "uptake": request.uptake,
                });
                Ok(server.simulate_program(program, &body).await?)
            }
        }
    }
}

/// Returns whether a check found no mistakes.
pub(super) fn is_good(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .all(|finding| finding.severity != Severity::Error)
}
