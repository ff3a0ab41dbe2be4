//! `renown program publish|push FILE…` and `renown program pull`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::deployment::{Deployment, Refusal, is_good};
use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::program::{read, show};
use crate::cli::{CliError, Result};
use renown_core::domain::ProgramId;

/// Publishes each file as the next version of its program.
pub(super) async fn publish(base: &Base, files: &[PathBuf], note: Option<&str>) -> Result {
    Deployment::run(base, async |deployment| {
        for_each(files, async |file, source| {
            let Some(program) = checked(deployment, file, source).await? else {
                return Ok(false);
            };
            publish_one(deployment, file, source, &program, note).await
        })
        .await
    })
    .await
}

/// Publishes one program, which a check found to be good, and says so. Returns whether it
/// succeeded.
pub(in crate::cli) async fn publish_one(
    deployment: &Deployment,
    file: &Path,
    source: &str,
    program: &ProgramId,
    note: Option<&str>,
) -> Result<bool> {
    match deployment.publish(program, source, note).await {
        Ok((version, warnings)) => {
            show(&warnings, source, file);
            let item = json!({"program": program, "version": version.0, "state": "in_force"});
            Out::item(&item, || {
                format!("{program} version {} is in force", version.0)
            })?;
            Ok(true)
        }
        Err(refusal) => {
            explain(refusal, file, source);
            Ok(false)
        }
    }
}

/// Stores each file as the draft of its program.
pub(super) async fn push(base: &Base, files: &[PathBuf]) -> Result {
    Deployment::run(base, async |deployment| {
        for_each(files, async |file, source| {
            let Some(program) = checked(deployment, file, source).await? else {
                return Ok(false);
            };
            match deployment.put_draft(&program, source).await {
                Ok(findings) => {
                    show(&findings, source, file);
                    let item = json!({"program": program, "state": "draft"});
                    Out::item(&item, || format!("{program}: stored as the draft"))?;
                    Ok(is_good(&findings))
                }
                Err(refusal) => {
                    explain(refusal, file, source);
                    Ok(false)
                }
            }
        })
        .await
    })
    .await
}

/// Writes the sources of programs, as they were last published, to files.
pub(super) async fn pull(
    base: &Base,
    mut programs: Vec<ProgramId>,
    dir: &Path,
    force: bool,
) -> Result {
    Deployment::run(base, async |deployment| {
        if programs.is_empty() {
            programs = deployment.programs().await?;
        }
        if programs.is_empty() {
            return Err(CliError::Failed("no program is in force".to_owned()));
        }
        let mut failed = false;
        for program in &programs {
            let Some(latest) = deployment.latest(program).await? else {
                Out::note(&format!(
                    "{program}: there is no published program of this id"
                ));
                failed = true;
                continue;
            };
            let file = file_of(dir, program, &latest.source);
            match write(&file, &latest.source, force)? {
                Written::Yes => Out::item(&written(program, &file, true), || {
                    file.display().to_string()
                })?,
                Written::Same => Out::item(&written(program, &file, false), || {
                    format!("{} (as it was)", file.display())
                })?,
                Written::Kept => {
                    Out::note(&format!(
                        "{}: has another content; --force replaces it",
                        file.display()
                    ));
                    failed = true;
                }
            }
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    })
    .await
}

/// What became of a file.
enum Written {
    Yes,
    Same,
    /// It has another content, and was kept.
    Kept,
}

fn written(program: &ProgramId, file: &Path, is_new: bool) -> Value {
    json!({"program": program, "file": file.display().to_string(), "is_new": is_new})
}

fn write(file: &Path, source: &str, force: bool) -> Result<Written> {
    let failed = |error| CliError::Failed(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(present) if present == source => return Ok(Written::Same),
        Ok(_) if !force => return Ok(Written::Kept),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).map_err(failed)?;
    }
    std::fs::write(file, source).map_err(failed)?;
    Ok(Written::Yes)
}

fn file_of(dir: &Path, program: &ProgramId, source: &str) -> PathBuf {
    let extension = match source.trim_start().starts_with('{') {
        true => "json",
        false => "yaml",
    };
    dir.join(format!("{program}.{extension}"))
}

/// Acts on each file, and fails at the end if one failed.
async fn for_each(files: &[PathBuf], act: impl AsyncFn(&Path, &str) -> Result<bool>) -> Result {
    let mut failed = false;
    for file in files {
        let source = read(file)?;
        failed |= !act(file, &source).await?;
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

/// Returns the program of a source; `None` if it has mistakes, which are shown.
async fn checked(deployment: &Deployment, file: &Path, source: &str) -> Result<Option<ProgramId>> {
    let found = deployment.check(source).await?;
    if found.program.is_none() {
        show(&found.diagnostics, source, file);
    }
    Ok(found.program)
}

fn explain(refusal: Refusal, file: &Path, source: &str) {
    match refusal {
        Refusal::Mistakes(diagnostics) => show(&diagnostics, source, file),
        Refusal::Other(error) => Out::note(&format!("{}: {error}", file.display())),
    }
}
