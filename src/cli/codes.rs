//! `renown codes import|count`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::io::ReaderStream;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::events::ReadOutcome;
use renown_core::domain::{PerkId, ProgramId};

/// The subcommands of `renown codes`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Import a partner's codes; exits with 1 if a line was rejected.
    Import {
        /// CSV file with a header and one column, code.
        file: PathBuf,
        /// Id of the program.
        #[arg(long)]
        program: ProgramId,
        /// Id of the perk.
        #[arg(long)]
        perk: PerkId,
    },
    /// Print how many codes of a perk are free, assigned, redeemed and void.
    Count {
        /// Id of the program.
        #[arg(long)]
        program: ProgramId,
        /// Id of the perk.
        #[arg(long)]
        perk: PerkId,
    },
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match base.server()? {
        Some(server) => server.codes(&action).await,
        None => Environment::run_on_data(base, async |service| act(service, action).await).await,
    }
}

async fn act(service: &Service, action: Action) -> Result {
    match action {
        Action::Import {
            file,
            program,
            perk,
        } => import(service, &program, &perk, file).await,
        Action::Count { program, perk } => {
            let counted = service.claims.count_codes(&program, &perk).await;
            let (_, counts) = counted.map_err(CliError::new)?;
            CodeCounts {
                free: counts.free,
                assigned: counts.assigned,
                redeemed: counts.redeemed,
                void: counts.void,
            }
            .show()
        }
    }
}

async fn import(service: &Service, program: &ProgramId, perk: &PerkId, file: PathBuf) -> Result {
    let failed = |error| CliError::Failed(format!("{}: {error}", file.display()));
    let list = tokio::fs::File::open(&file).await.map_err(failed)?;
    let report = service
        .claims
        .import_codes(program, perk, ReaderStream::new(list));
    let report = report.await.map_err(CliError::new)?;
    show_import(report.accepted, report.duplicates, report.rejected)?;
    let listed = report.listed.iter();
    let rejections = listed.map(|(line, why)| format!("line {line}: {why}"));
    Out::rejections(rejections, report.rejected);
    match report.outcome {
        ReadOutcome::Broken(reason) => Err(failed(reason)),
        ReadOutcome::Complete if report.rejected == 0 => Ok(()),
        ReadOutcome::Complete | ReadOutcome::Rejected => Err(CliError::Said),
    }
}

/// How many codes of a perk are in which state.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CodeCounts {
    free: u64,
    assigned: u64,
    redeemed: u64,
    void: u64,
}

impl CodeCounts {
    /// Prints the counts.
    pub(super) fn show(&self) -> Result {
        Out::item(self, || {
            format!(
                "{} free, {} assigned, {} redeemed, {} void",
                self.free, self.assigned, self.redeemed, self.void
            )
        })
    }
}

/// Prints how many codes of a list became what.
pub(super) fn show_import(accepted: u64, duplicates: u64, rejected: u64) -> Result {
    let counts =
        json!({"accepted": accepted, "duplicates": duplicates, "rejected_count": rejected});
    Out::item(&counts, || {
        format!("{accepted} accepted, {duplicates} duplicates, {rejected} rejected")
    })
}
