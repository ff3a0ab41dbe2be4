//! `renown apply DIR` and `renown diff DIR`: the audiences and programs of a directory, such
//! as a repository of git, and those of a deployment.

mod audiences;
mod files;

use std::path::PathBuf;

use serde_json::json;

use crate::cli::deployment::{Deployment, LatestVersion};
use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::program::publish::publish_one;
use crate::cli::{CliError, Result};
pub(super) use files::with_audiences;
use files::{Files, SourceFile};
use renown_core::domain::{AudienceRules, ProgramId};
use renown_core::rules::{Difference, Program, diff};

/// The options of `renown diff`.
#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// Directory of audiences and programs (.yaml, .yml, .json), with its subdirectories.
    dir: PathBuf,
}

/// The options of `renown apply`.
#[derive(Debug, clap::Args)]
pub(super) struct ApplyArgs {
    /// Directory of audiences and programs (.yaml, .yml, .json), with its subdirectories.
    dir: PathBuf,
    /// Note on the versions, for readers of the history, such as the commit.
    #[arg(long)]
    note: Option<String>,
}

/// Says how the audiences and programs of a directory differ from those of the deployment.
///
/// # Errors
/// If there is a difference.
pub(super) async fn compare(base: &Base, args: &DiffArgs) -> Result {
    Deployment::run(base, async |deployment| {
        let files = Files::read(&args.dir)?;
        let deployed = deployment.audiences().await?;
        let rules = audiences::rules_with(&deployed, &files);
        let files = files.check(&rules)?;
        let mut is_same = true;
        for (_, audience) in files.audiences.values() {
            audiences::say(&deployed, audience)?;
            is_same &= audiences::is_applied(&deployed, audience);
        }
        let others = deployed
            .keys()
            .filter(|name| !files.audiences.contains_key(name));
        for name in others {
            audiences::say_state(name, "not_in_directory", || {
                format!("audience {name}: is not in the directory")
            })?;
        }
        // What programs name may not be stored yet: only then is it too early to check them.
        if is_same {
            check(deployment, &files).await?;
        }
        for (program, file) in &files.programs {
            let latest = deployment.latest(program).await?;
            say(program, file, latest.as_ref(), &rules)?;
            is_same &= is_applied(file, latest.as_ref());
        }
        for program in deployment.programs().await? {
            if !files.programs.contains_key(&program) {
                say_state(&program, "not_in_directory", &[], || {
                    format!("{program}: is in force, and not in the directory")
                })?;
            }
        }
        match is_same {
            true => Ok(()),
            false => Err(CliError::Said),
        }
    })
    .await
}

/// Stores the audiences and publishes the programs of a directory that differ from those of
/// the deployment. If a file has mistakes, nothing is changed. What is not in the directory
/// stays.
pub(super) async fn apply(base: &Base, args: &ApplyArgs) -> Result {
    Deployment::run(base, async |deployment| {
        let files = Files::read(&args.dir)?;
        let deployed = deployment.audiences().await?;
        let rules = audiences::rules_with(&deployed, &files);
        let files = files.check(&rules)?;
        for (_, audience) in files.audiences.values() {
            if audiences::is_applied(&deployed, audience) {
                audiences::say(&deployed, audience)?;
            }
        }
        audiences::store(deployment, &deployed, &files).await?;
        check(deployment, &files).await?;
        publish(deployment, &files, &rules, args.note.as_deref()).await
    })
    .await
}

async fn publish(
    deployment: &Deployment,
    files: &Files,
    rules: &AudienceRules,
    note: Option<&str>,
) -> Result {
    let mut failed = false;
    for (program, file) in &files.programs {
        let latest = deployment.latest(program).await?;
        if is_applied(file, latest.as_ref()) {
            say(program, file, latest.as_ref(), rules)?;
            continue;
        }
        let SourceFile { path, source } = file;
        failed |= !publish_one(deployment, path, source, program, note).await?;
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

fn is_applied(file: &SourceFile, latest: Option<&LatestVersion>) -> bool {
    latest.is_some_and(|latest| latest.source == file.source)
}

/// Has the deployment check all programs.
///
/// # Errors
/// If one has mistakes; all are shown.
async fn check(deployment: &Deployment, files: &Files) -> Result {
    let mut failed = false;
    for file in files.programs.values() {
        let found = deployment.check(&file.source).await?;
        if found.program.is_none() {
            file.show(&found.diagnostics);
            failed = true;
        }
    }
    match failed {
        true => Err(CliError::Failed("no program was published".to_owned())),
        false => Ok(()),
    }
}

/// Says how a program differs from what was published last.
fn say(
    program: &ProgramId,
    file: &SourceFile,
    latest: Option<&LatestVersion>,
    rules: &AudienceRules,
) -> Result {
    let Some(latest) = latest else {
        return say_state(program, "new", &[], || format!("{program}: is new"));
    };
    let version = latest.version.0;
    let state = match latest.in_force {
        true => "in force",
        false => "scheduled",
    };
    if latest.source == file.source {
        return say_state(program, "same", &[], || {
            format!("{program}: version {version}, {state}, is the same")
        });
    }
    let load = |source: &str| Program::load(source, Some(rules));
    let differences = match (load(&latest.source), load(&file.source)) {
        (Ok(before), Ok(after)) => Some(diff(&before, &after)),
        _ => None,
    };
    let all = differences.as_deref().unwrap_or_default();
    say_state(program, "differs", all, || {
        let mut text = format!("{program}: differs from version {version}, {state}");
        match &differences {
            None => text.push_str("\n  they cannot be compared in words"),
            Some(none) if none.is_empty() => text.push_str("\n  in comments or layout alone"),
            Some(some) => some.iter().for_each(|one| {
                text.push_str(&format!("\n  {}: {}", one.path, one.sentence));
            }),
        }
        text
    })
}

/// Says how a program of the directory stands to the deployment's.
fn say_state(
    program: &ProgramId,
    state: &str,
    differences: &[Difference],
    text: impl FnOnce() -> String,
) -> Result {
    let item = json!({"program": program, "state": state, "differences": differences});
    Out::item(&item, text)
}
