//! `renown apply DIR` and `renown diff DIR`: the programs of a directory, such as a
//! repository of git, and those of a deployment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::deployment::{Deployment, LatestVersion, is_good};
use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::program::publish::publish_one;
use crate::cli::program::{read, show};
use crate::cli::{CliError, Result};
use renown_core::domain::ProgramId;
use renown_core::rules::{Program, diff};

/// The names of files that are read.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// The options of `renown diff`.
#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// Directory of programs (.yaml, .yml, .json), with its subdirectories.
    dir: PathBuf,
}

/// The options of `renown apply`.
#[derive(Debug, clap::Args)]
pub(super) struct ApplyArgs {
    /// Directory of programs (.yaml, .yml, .json), with its subdirectories.
    dir: PathBuf,
    /// Note on the versions, for readers of the history, such as the commit.
    #[arg(long)]
    note: Option<String>,
}

/// A program of the directory.
struct FileOfProgram {
    program: ProgramId,
    path: PathBuf,
    source: String,
    latest: Option<LatestVersion>,
}

/// Says how the programs of a directory differ from those of the deployment.
///
/// # Errors
/// If there is a difference.
pub(super) async fn compare(base: &Base, args: &DiffArgs) -> Result {
    Deployment::run(base, async |deployment| {
        let files = load(deployment, &args.dir).await?;
        for file in &files {
            say(file)?;
        }
        for program in deployment.programs().await? {
            if files.iter().all(|file| file.program != program) {
                Out::line(&format!("{program}: is in force, and not in the directory"))?;
            }
        }
        match files.iter().all(FileOfProgram::is_applied) {
            true => Ok(()),
            false => Err(CliError::Said),
        }
    })
    .await
}

/// Publishes the programs of a directory that differ from those of the deployment. If one
/// has mistakes, none is published. Programs that are not in the directory stay.
pub(super) async fn apply(base: &Base, args: &ApplyArgs) -> Result {
    Deployment::run(base, async |deployment| {
        let files = load(deployment, &args.dir).await?;
        let mut failed = false;
        for file in &files {
            if file.is_applied() {
                say(file)?;
                continue;
            }
            let note = args.note.as_deref();
            let FileOfProgram {
                program,
                path,
                source,
                ..
            } = file;
            failed |= !publish_one(deployment, path, source, program, note).await?;
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    })
    .await
}

impl FileOfProgram {
    fn is_applied(&self) -> bool {
        let latest = self.latest.as_ref();
        latest.is_some_and(|latest| latest.source == self.source)
    }
}

/// Reads and checks all programs of a directory.
///
/// # Errors
/// If one has mistakes; all are shown.
async fn load(deployment: &Deployment, dir: &Path) -> Result<Vec<FileOfProgram>> {
    let mut loaded: BTreeMap<ProgramId, FileOfProgram> = BTreeMap::new();
    let mut failed = false;
    for path in files(dir)? {
        let source = read(&path)?;
        let found = deployment.check(&source).await?;
        let Some(program) = found.program.filter(|_| is_good(&found.diagnostics)) else {
            show(&found.diagnostics, &source, &path);
            failed = true;
            continue;
        };
        if let Some(other) = loaded.get(&program) {
            let (path, other) = (path.display(), other.path.display());
            Out::note(&format!("{path}: the program {program} is in {other}, too"));
            failed = true;
            continue;
        }
        let latest = deployment.latest(&program).await?;
        let file = FileOfProgram {
            program: program.clone(),
            path,
            source,
            latest,
        };
        loaded.insert(program, file);
    }
    match failed {
        true => Err(CliError::Failed("nothing was changed".to_owned())),
        false => Ok(loaded.into_values().collect()),
    }
}

/// Returns the files of programs in a directory and its subdirectories, in order. Names that
/// begin with a dot are left out.
fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| CliError::Failed(format!("{}: {error}", dir.display()));
    let (mut found, mut open) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let extension = path.extension().and_then(|extension| extension.to_str());
            if kind.is_dir() {
                open.push(path);
            } else if extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        let (dir, names) = (dir.display(), EXTENSIONS.join(", ."));
        return Err(CliError::Failed(format!(
            "{dir}: no files (.{names}) are in it"
        )));
    }
    found.sort();
    Ok(found)
}

/// Says how a file differs from what was published last.
fn say(file: &FileOfProgram) -> Result {
    let program = &file.program;
    let Some(latest) = &file.latest else {
        return Out::line(&format!("{program}: is new"));
    };
    let version = latest.version.0;
    let state = match latest.in_force {
        true => "in force",
        false => "scheduled",
    };
    if file.is_applied() {
        return Out::line(&format!(
            "{program}: version {version}, {state}, is the same"
        ));
    }
    Out::line(&format!(
        "{program}: differs from version {version}, {state}"
    ))?;
    let (Ok(before), Ok(after)) = (
        Program::load(&latest.source, None),
        Program::load(&file.source, None),
    ) else {
        return Out::line("  they cannot be compared in words");
    };
    let differences = diff(&before, &after);
    if differences.is_empty() {
        return Out::line("  in comments or layout alone");
    }
    differences
        .iter()
        .try_for_each(|one| Out::line(&format!("  {}: {}", one.path, one.sentence)))
}
