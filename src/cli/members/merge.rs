//! `renown members merge`.

use uuid::Uuid;

use crate::cli::out::Out;
use crate::cli::server::Server;
use crate::cli::{CliError, Result};
use crate::service::members::{MergePreview, MergeReason, ProgramPreview};
use crate::service::{ChangeAttempts, Service};
use renown_core::domain::{IdentityText, Index, Merge, MergeId, Scoring, TextLine};

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
    let why = args.reason.map(|reason| MergeReason { reason, key: None });
    let both = args.survivor.zip(args.from);
    match (args.undo, both, why) {
        (Some(id), _, Some(why)) => undo(service, MergeId(id), &why).await,
        (None, Some((survivor, from)), _) if args.preview => {
            let preview = service.merges.preview(survivor.as_str(), from.as_str());
            show(&preview.await.map_err(CliError::new)?)
        }
        (None, Some((survivor, from)), Some(why)) => {
            merge(service, (survivor.as_str(), from.as_str()), &why).await
        }
        _ => Err(incomplete()),
    }
}

/// Runs the subcommand on a server. A preview is printed as JSON.
pub(super) async fn run_on(server: &Server, args: Args) -> Result {
    let both = args.survivor.zip(args.from);
    match (args.undo, both, args.reason) {
        (Some(id), _, Some(reason)) => {
            let merge = server.undo_merge(id, reason.as_ref()).await?;
            say_undone(merge.survivor, merge.absorbed)
        }
        (None, Some((survivor, from)), _) if args.preview => {
            let both = (survivor.as_str(), from.as_str());
            Out::json(&server.preview_merge(both).await?)
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
    Out::line(&format!("{absorbed} is merged into {survivor}"))?;
    Out::line(&format!("undo it until {until} with --undo {merge}"))
}

fn say_undone(survivor: Uuid, absorbed: Uuid) -> Result {
    Out::line(&format!("{survivor} and {absorbed} are two again"))
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

fn show(preview: &MergePreview) -> Result {
    let (joined, added) = (&preview.joined, &preview.joined.added);
    Out::line(&format!(
        "{} would be merged into {}",
        preview.absorbed, preview.survivor
    ))?;
    for conflict in &joined.conflicts {
        Out::line(&format!("  not possible: {conflict}"))?;
    }
    let identities = preview.identities.iter().map(ToString::to_string);
    list("identities that move", identities)?;
    list(
        "attributes that are added",
        added.attributes.iter().cloned(),
    )?;
    list(
        "attributes that stay as they are",
        joined.kept.attributes.iter().cloned(),
    )?;
    list(
        "interests that are added",
        added.interests.iter().map(ToString::to_string),
    )?;
    list(
        "indices that are added",
        added.indices.iter().map(ToString::to_string),
    )?;
    if joined.values.scoring == Scoring::OptedOut {
        Out::line("  the joined member has opted out")?;
    }
    for (name, index) in [("influence", preview.influence), ("value", preview.value)] {
        let [survivor, absorbed, after] =
            [index.survivor, index.absorbed, index.after].map(|index| score(&index));
        Out::line(&format!(
            "  {name}: {survivor} and {absorbed}, together {after}"
        ))?;
    }
    for program in &preview.programs {
        show_program(program)?;
    }
    for group in &preview.exclusive {
        Out::line(&format!(
            "  each has a perk of the exclusive group {}",
            group.group
        ))?;
    }
    for estimate in &preview.estimates {
        Out::line(&format!("  estimated: {estimate}"))?;
    }
    Ok(())
}

fn show_program(program: &ProgramPreview) -> Result {
    Out::line(&format!(
        "  {}: {} and {}, together {}",
        program.program, program.survivor_tier, program.absorbed_tier, program.tier
    ))?;
    for claims in &program.claims {
        let beyond = if claims.exceeds_limit {
            ", more than the limit for one member"
        } else {
            ""
        };
        let (perk, together) = (&claims.perk, claims.together);
        Out::line(&format!("    {perk}: {together} units together{beyond}"))?;
    }
    for (what, perks) in [
        ("both wait for", &program.both_wait),
        ("both have entered the draw of", &program.both_entered),
    ] {
        for perk in perks {
            Out::line(&format!("    {what} {perk}"))?;
        }
    }
    Ok(())
}

fn list(what: &str, names: impl Iterator<Item = String>) -> Result {
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => Ok(()),
        false => Out::line(&format!("  {what}: {}", names.join(", "))),
    }
}

fn score(index: &Index) -> String {
    let score = index.score();
    score.map_or_else(|| "unknown".to_owned(), |score| format!("{score:.1}"))
}
