//! `renown codes import|count`.

use std::path::PathBuf;

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
            Out::line(&format!(
                "{} free, {} assigned, {} redeemed, {} void",
                counts.free, counts.assigned, counts.redeemed, counts.void
            ))?;
            Ok(())
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
    Out::line(&format!(
        "{} accepted, {} duplicates, {} rejected",
        report.accepted, report.duplicates, report.rejected
    ))?;
    let listed = report.listed.iter();
    let rejections = listed.map(|(line, why)| format!("line {line}: {why}"));
    Out::rejections(rejections, report.rejected);
    match report.outcome {
        ReadOutcome::Broken(reason) => Err(failed(reason)),
        ReadOutcome::Complete if report.rejected == 0 => Ok(()),
        ReadOutcome::Complete | ReadOutcome::Rejected => Err(CliError::Said),
    }
}
