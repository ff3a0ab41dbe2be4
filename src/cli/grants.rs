//! `renown grants import|list|revoke`.

use std::path::PathBuf;

use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::programs::{Decider, ListImport};
use renown_core::domain::{GrantFilter, GrantId, ProgramId, TextLine};

/// The number of grants per page.
const PAGE: u16 = 200;
/// The subcommands of `renown grants`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Import a list of grants; exits with 1 if a line was rejected.
    Import(Import),
    /// List the grants of a program, latest first.
    List {
        /// Id of the program.
        #[arg(long)]
        program: ProgramId,
        /// Only grants from this imported list.
        #[arg(long)]
        list: Option<TextLine>,
        /// Only grants that count now.
        #[arg(long)]
        active: bool,
    },
    /// Revoke a grant.
    Revoke {
        /// Id of the grant (a UUID), as listed.
        id: Uuid,
        /// Id of the program.
        #[arg(long)]
        program: ProgramId,
        /// Name of the person that decided.
        #[arg(long)]
        author: TextLine,
        /// Reason of the revocation.
        #[arg(long)]
        reason: TextLine,
    },
}

/// The options of `renown grants import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// CSV file with a header: member, tier or perk, and optionally reason, from
    /// and until.
    file: PathBuf,
    /// Id of the program.
    #[arg(long)]
    program: ProgramId,
    /// Name of the list; importing a list again under its name adds new grants
    /// only.
    #[arg(long)]
    list: TextLine,
    /// Name of the person that decided.
    #[arg(long)]
    author: TextLine,
    /// Enrol people on the list that are not members yet.
    #[arg(long)]
    enrol: bool,
    /// Revoke earlier grants of the list that are no longer on it.
    #[arg(long)]
    replace: bool,
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    Environment::run_on_data(base, async |service| act(service, action).await).await
}

async fn act(service: &Service, action: Action) -> Result {
    match action {
        Action::Import(args) => import(service, args).await,
        Action::List {
            program,
            list,
            active,
        } => {
            let filter = GrantFilter {
                list: list.map(String::from),
                counting_at: active.then(|| service.clock.now()),
                ..GrantFilter::default()
            };
            show(service, &program, filter).await
        }
        Action::Revoke {
            id,
            program,
            author,
            reason,
        } => {
            let by = Decider { author, key: None };
            let revoked = service.carry_out(async |work| {
                let id = GrantId(id);
                service
                    .grants
                    .revoke_grant(work, &program, id, &by, &reason)
                    .await
            });
            revoked.await.map_err(CliError::new)?;
            Out::line(&format!("{id} is taken back"))?;
            Ok(())
        }
    }
}

async fn import(service: &Service, args: Import) -> Result {
    let text = std::fs::read(&args.file)
        .map_err(|error| CliError::Failed(format!("{}: {error}", args.file.display())))?;
    let import = ListImport {
        list: args.list,
        by: Decider {
            author: args.author,
            key: None,
        },
        enrol: args.enrol,
        replace: args.replace,
    };
    let report = service
        .grants
        .import_grants(&args.program, &text, import)
        .await;
    let report = report.map_err(CliError::new)?;
    Out::line(&format!(
        "{} granted, {} unchanged, {} taken back, {} enrolled, {} rejected",
        report.granted,
        report.unchanged,
        report.revoked,
        report.enrolled,
        report.rejected.len()
    ))?;
    let rejected = report.rejected.iter();
    let rejections = rejected.map(|(line, column, why)| format!("line {line}, {column}: {why}"));
    Out::rejections(rejections, report.rejected.len() as u64);
    if report.rejected.is_empty() {
        Ok(())
    } else {
        Err(CliError::Said)
    }
}

async fn show(service: &Service, program: &ProgramId, mut filter: GrantFilter) -> Result {
    loop {
        let page = service.grants.grants(program, &filter, PAGE).await;
        let (grants, next) = page.map_err(CliError::new)?;
        for row in grants {
            let until = row.grant.ends_at;
            let until =
                until.map_or_else(|| "until taken back".into(), |end| format!("until {end}"));
            let state = row.revoked.map_or(until, |gone| {
                format!("taken back {} by {}", gone.at, gone.by)
            });
            Out::line(&format!(
                "{}  {}  {} {}  {}  {}  {state}",
                row.grant.id,
                row.member,
                row.grant.gift.kind(),
                row.grant.gift.target(),
                row.author,
                row.reason
            ))?;
        }
        if next.is_none() {
            return Ok(());
        }
        filter.before = next;
    }
}
