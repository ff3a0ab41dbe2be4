//! `renown members merge`.

use serde_json::json;
use uuid::Uuid;

use super::preview::Preview;
use crate::cli::out::Out;
use crate::cli::server::Server;
use crate::cli::{CliError, Result};
use crate::service::members::MergeReason;
use crate::service::{ChangeAttempts, Service};
use renown_core::domain::{IdentityText, Merge, MergeId, TextLine};

/// The options of `renown members merge`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "renown members merge <SURVIVOR> <FROM> --reason <REASON>\n       \
                      renown members merge <SURVIVOR> <FROM> --preview\n       \
                      renown members merge --undo <MERGE> --reason <REASON>"
)]
pub struct Args {
    /// The member that goes on: their id, or any identity, such as loyalty:K7.
    #[arg(required_unless_present = "undo", requires = "from")]
    survivor: Option<IdentityText>,
    /// The member whose identities and claims the survivor gets.
    from: Option<IdentityText>,
    /// Show what the merge would do, and change nothing.
    #[arg(long, conflicts_with = "undo")]
    preview: bool,
    /// Undo the merge of this id instead.
    #[arg(long, value_name = "MERGE", conflicts_with = "survivor")]
    undo: Option<Uuid>,
    /// Why the two are one person, or are not.
    #[arg(long, required_unless_present = "preview")]
    reason: Option<TextLine>,
}

/// Runs the subcommand.
pub(super) async fn run(service: &Service, args: Args) -> Result {
    let why = args.reason.map(|reason| MergeReason {
        reason,
        caller: None,
    });
    let both = args.survivor.zip(args.from);
    match (args.undo, both, why) {
        (Some(id), _, Some(why)) => undo(service, MergeId(id), &why).await,
        (None, Some((survivor, from)), _) if args.preview => {
            let preview = service.merges.preview(survivor.as_str(), from.as_str());
            Preview::from(preview.await.map_err(CliError::new)?).show()
        }
        (None, Some((survivor, from)), Some(why)) => {
            merge(service, (survivor.as_str(), from.as_str()), &why).await
        }
        _ => Err(incomplete()),
    }
}

/// Runs the subcommand on a server.
pub(super) async fn run_on(server: &Server, args: Args) -> Result {
    let both = args.survivor.zip(args.from);
    match (args.undo, both, args.reason) {
        (Some(id), _, Some(reason)) => {
            let merge = server.undo_merge(id, reason.as_ref()).await?;
            say_undone(merge.survivor, merge.absorbed)
        }
        (None, Some((survivor, from)), _) if args.preview => {
            let both = (survivor.as_str(), from.as_str());
            server.preview_merge(both).await?.show()
        }
        (None, Some((survivor, from)), Some(reason)) => {
            let both = (survivor.as_str(), from.as_str());
            let merge = server.merge_members(both, reason.as_ref()).await?;
            let until = merge.undo_until;
            say_merged(merge.survivor, merge.absorbed, &until, merge.id)
        }
        _ => Err(incomplete()),
    }
}

fn incomplete() -> CliError {
    CliError::Failed("name two members, or a merge to undo, and a reason".to_owned())
}

fn say_merged(survivor: Uuid, absorbed: Uuid, until: &str, merge: Uuid) -> Result {
    let item = json!({
        "id": merge, "survivor": survivor, "absorbed": absorbed, "undo_until": until,
    });
    Out::item(&item, || {
        format!("{absorbed} is merged into {survivor}\nundo it until {until} with --undo {merge}")
    })
}

fn say_undone(survivor: Uuid, absorbed: Uuid) -> Result {
    let item = json!({"survivor": survivor, "absorbed": absorbed, "state": "undone"});
    Out::item(&item, || format!("{survivor} and {absorbed} are two again"))
}

async fn merge(service: &Service, both: (&str, &str), why: &MergeReason) -> Result {
    let mut attempts = ChangeAttempts::default();
    let merge: Merge = loop {
        let merged = service.carry_out(async |work| service.merges.merge(work, both, why).await);
        match merged.await {
            Err(error) if attempts.go_on(&error) => {}
            merged => break merged.map_err(CliError::new)?,
        }
    };
    let until = service.merges.undo_until(&merge).to_rfc3339();
    say_merged(merge.survivor.0, merge.absorbed.0, &until, merge.id.0)
}

async fn undo(service: &Service, id: MergeId, why: &MergeReason) -> Result {
    let mut attempts = ChangeAttempts::default();
    let merge: Merge = loop {
        let undone = service.carry_out(async |work| service.merges.undo(work, id, why).await);
        match undone.await {
            Err(error) if attempts.go_on(&error) => {}
            undone => break undone.map_err(CliError::new)?,
        }
    };
    say_undone(merge.survivor.0, merge.absorbed.0)
}
