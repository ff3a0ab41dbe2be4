//! `renown grants import|list|revoke`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::programs::{Decider, ListImport};
use renown_core::domain::{Gift, GrantFilter, GrantId, ProgramId, RecordedGrant, TextLine};

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
pub(super) struct Import {
    /// CSV file with a header: member, tier or perk, and optionally reason, from
    /// and until.
    pub(super) file: PathBuf,
    /// Id of the program.
    #[arg(long)]
    pub(super) program: ProgramId,
    /// Name of the list; importing a list again under its name adds new grants
    /// only.
    #[arg(long)]
    pub(super) list: TextLine,
    /// Name of the person that decided.
    #[arg(long)]
    pub(super) author: TextLine,
    /// Enrol people on the list that are not members yet.
    #[arg(long)]
    pub(super) enrol: bool,
    /// Revoke earlier grants of the list that are no longer on it.
    #[arg(long)]
    pub(super) replace: bool,
}

/// How many lines of a list became what.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ImportedRow {
    granted: usize,
    unchanged: usize,
    revoked: usize,
    enrolled: usize,
    rejected_count: usize,
}

/// A grant as it is listed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GrantRow {
    id: Uuid,
    member: Uuid,
    tier: Option<String>,
    perk: Option<String>,
    author: String,
    reason: String,
    until: Option<DateTime<Utc>>,
    revoked: Option<RevokedRow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RevokedRow {
    at: DateTime<Utc>,
    by: String,
}

impl From<RecordedGrant> for GrantRow {
    fn from(row: RecordedGrant) -> Self {
        let grant = row.grant;
        let target = Some(grant.gift.target().to_string());
        let (tier, perk) = match grant.gift {
            Gift::Tier(_) => (target, None),
            Gift::Perk(_) => (None, target),
        };
        Self {
            id: grant.id.0,
            member: row.member.0,
            tier,
            perk,
            author: row.author,
            reason: row.reason,
            until: grant.ends_at,
            revoked: row.revoked.map(|gone| RevokedRow {
                at: gone.at,
                by: gone.by,
            }),
        }
    }
}

impl GrantRow {
    /// Prints the grant.
    pub(super) fn show(&self) -> Result {
        Out::item(self, || self.line())
    }

    /// Returns the grant as a line: id, member, what is granted, author, reason, state.
    fn line(&self) -> String {
        let target = match (&self.tier, &self.perk) {
            (Some(tier), _) => format!("tier {tier}"),
            (None, perk) => format!("perk {}", perk.as_deref().unwrap_or("-")),
        };
        let state = match (&self.revoked, self.until) {
            (Some(gone), _) => format!("taken back {} by {}", gone.at, gone.by),
            (None, Some(end)) => format!("until {end}"),
            (None, None) => "until taken back".to_owned(),
        };
        let Self {
            id,
            member,
            author,
            reason,
            ..
        } = self;
        format!("{id}  {member}  {target}  {author}  {reason}  {state}")
    }
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match base.server()? {
        Some(server) => server.grants(action).await,
        None => Environment::run_on_data(base, async |service| act(service, action).await).await,
    }
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
            let by = Decider {
                author,
                caller: None,
            };
            let revoked = service.carry_out(async |work| {
                let id = GrantId(id);
                service
                    .grants
                    .revoke_grant(work, &program, id, &by, &reason)
                    .await
            });
            revoked.await.map_err(CliError::new)?;
            say_revoked(id)
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
            caller: None,
        },
        enrol: args.enrol,
        replace: args.replace,
    };
    let report = service
        .grants
        .import_grants(&args.program, &text, import)
        .await;
    let report = report.map_err(CliError::new)?;
    let imported = ImportedRow {
        granted: report.granted,
        unchanged: report.unchanged,
        revoked: report.revoked,
        enrolled: report.enrolled,
        rejected_count: report.rejected.len(),
    };
    let rejected = report.rejected.iter();
    let rejected = rejected.map(|(line, column, why)| format!("line {line}, {column}: {why}"));
    show_import(&imported, rejected)
}

/// Says that a grant is revoked.
pub(super) fn say_revoked(id: Uuid) -> Result {
    Out::item(&json!({"id": id, "state": "revoked"}), || {
        format!("{id} is taken back")
    })
}

/// Prints what became of a list.
///
/// # Errors
/// If a line was rejected.
pub(super) fn show_import(
    imported: &ImportedRow,
    rejected: impl Iterator<Item = String>,
) -> Result {
    let ImportedRow {
        granted,
        unchanged,
        revoked,
        enrolled,
        rejected_count,
    } = imported;
    Out::item(imported, || {
        format!(
            "{granted} granted, {unchanged} unchanged, {revoked} taken back, {enrolled} enrolled, \
             {rejected_count} rejected"
        )
    })?;
    Out::rejections(rejected, *rejected_count as u64);
    match rejected_count {
        0 => Ok(()),
        _ => Err(CliError::Said),
    }
}

async fn show(service: &Service, program: &ProgramId, mut filter: GrantFilter) -> Result {
    loop {
        let page = service.grants.grants(program, &filter, PAGE).await;
        let (grants, next) = page.map_err(CliError::new)?;
        for row in grants {
            GrantRow::from(row).show()?;
        }
        if next.is_none() {
            return Ok(());
        }
        filter.before = next;
    }
}
