//! The files of a directory: audiences and programs, read and checked by themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::out::Out;
use crate::cli::program::{read, show};
use crate::cli::{CliError, Result};
use crate::clock::Clock;
use renown_core::domain::{AudienceName, AudienceRules, ProgramId};
use renown_core::rules::{Audience, Diagnostic, Program, Setting, is_audience_file};

/// The names of files that are read.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// A file and its text.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) source: String,
}

/// All files of a directory.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) audiences: BTreeMap<AudienceName, (SourceFile, Audience)>,
    pub(super) programs: BTreeMap<ProgramId, SourceFile>,
    programs_unread: Vec<SourceFile>,
    failed: bool,
}

impl Files {
    /// Reads the audiences and programs of a directory. What they name is not looked up yet.
    ///
    /// # Errors
    /// If an audience has a mistake, or two files have the same one; all mistakes are shown.
    pub(super) fn read(dir: &Path) -> Result<Self> {
        let mut files = Self::default();
        for path in paths(dir)? {
            let source = read(&path)?;
            let file = SourceFile { path, source };
            match is_audience_file(&file.source) {
                true => files.add_audience(file),
                false => files.programs_unread.push(file),
            }
        }
        files.or_failed()
    }

    /// Checks what the files name against `rules`: the audiences that there will be.
    ///
    /// # Errors
    /// If a file has a mistake, or two files have the same program; all mistakes are shown.
    pub(super) fn check(mut self, rules: &AudienceRules) -> Result<Self> {
        let setting = Setting {
            audiences: Some(rules),
            ..Setting::at(Clock::System.now())
        };
        self.check_audiences(&setting);
        for file in std::mem::take(&mut self.programs_unread) {
            match Program::load(&file.source, Some(rules)) {
                Ok(program) => self.add_program(program.id().clone(), file),
                Err(found) => {
                    file.show(&found);
                    self.failed = true;
                }
            }
        }
        self.or_failed()
    }

    fn check_audiences(&mut self, setting: &Setting<'_>) {
        for (file, _) in self.audiences.values() {
            if let Err(found) = Audience::compile(&file.source, None, setting) {
                file.show(&found);
                self.failed = true;
            }
        }
    }

    fn add_audience(&mut self, file: SourceFile) {
        let setting = Setting {
            audiences: None,
            ..Setting::at(Clock::System.now())
        };
        let audience = match Audience::compile(&file.source, None, &setting) {
            Ok(checked) => checked.audience,
            Err(found) => {
                file.show(&found);
                self.failed = true;
                return;
            }
        };
        let name = audience.name.clone();
        match self.audiences.get(&name) {
            Some((other, _)) => {
                file.is_second(other, &format!("the audience {name}"));
                self.failed = true;
            }
            None => {
                self.audiences.insert(name, (file, audience));
            }
        }
    }

    fn add_program(&mut self, program: ProgramId, file: SourceFile) {
        match self.programs.get(&program) {
            Some(other) => {
                file.is_second(other, &format!("the program {program}"));
                self.failed = true;
            }
            None => {
                self.programs.insert(program, file);
            }
        }
    }

    fn or_failed(self) -> Result<Self> {
        match self.failed {
            true => Err(CliError::Failed("nothing was changed".to_owned())),
            false => Ok(self),
        }
    }
}

/// Reads audiences from files, and from directories, in which programs are left out. Returns
/// the known rules with theirs in their place.
///
/// # Errors
/// If an audience has a mistake, or two files have the same one; all mistakes are shown.
pub(in crate::cli) fn with_audiences(
    known: &AudienceRules,
    named: &[PathBuf],
) -> Result<AudienceRules> {
    let mut files = Files::default();
    for path in named {
        let is_dir = path.is_dir();
        let inside = if is_dir {
            paths(path)?
        } else {
            vec![path.clone()]
        };
        for path in inside {
            let source = read(&path)?;
            match is_audience_file(&source) {
                true => files.add_audience(SourceFile { path, source }),
                false if is_dir => {}
                false => {
                    let path = path.display();
                    return Err(CliError::Failed(format!(
                        "{path}: it is not an audience, which begins with 'audience: NAME'"
                    )));
                }
            }
        }
    }
    let mut rules = known.clone();
    for (name, (_, audience)) in &files.audiences {
        rules.set(name.clone(), audience.rule.clone());
    }
    let setting = Setting {
        audiences: Some(&rules),
        ..Setting::at(Clock::System.now())
    };
    files.check_audiences(&setting);
    match files.failed {
        true => Err(CliError::Said),
        false => Ok(rules),
    }
}

impl SourceFile {
    pub(super) fn show(&self, found: &[Diagnostic]) {
        show(found, &self.source, &self.path);
    }

    fn is_second(&self, first: &Self, what: &str) {
        let (second, first) = (self.path.display(), first.path.display());
        Out::note(&format!("{second}: {what} is in {first}, too"));
    }
}

/// Returns the files in a directory and its subdirectories, in order. Names that begin with a
/// dot are left out.
fn paths(dir: &Path) -> Result<Vec<PathBuf>> {
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
