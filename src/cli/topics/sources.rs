//! Finds and reads the files of an ontology.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::{CliError, Result};
use renown_core::ingest::ontology::{OntologyTable, Tables};

/// The content of a path.
pub(super) enum Source {
    /// The tables of an ontology.
    Ontology(Files),
    /// A list in YAML, in the format of config/topics.yaml.
    List(String),
}

/// The files of an ontology: their names and contents.
pub(super) struct Files {
    topics: (String, Vec<u8>),
    edges: Option<(String, Vec<u8>)>,
    names: Option<(String, Vec<u8>)>,
}

impl Files {
    /// Returns the tables in the files.
    pub(super) fn tables(&self) -> Tables<'_> {
        fn table((name, bytes): &(String, Vec<u8>)) -> OntologyTable<'_> {
            OntologyTable { name, bytes }
        }
        Tables {
            topics: table(&self.topics),
            edges: self.edges.as_ref().map(table),
            names: self.names.as_ref().map(table),
        }
    }
}

/// Finds and reads the files that a path stands for.
///
/// # Errors
/// If the path has no list of topics and no ontology, or more than one ontology.
pub(super) fn find(path: &Path) -> Result<Source> {
    if path.is_dir() {
        let Some(topics) = only(path, "ontology")? else {
            return Err(CliError::Failed(format!(
                "{}: there is no *ontology*.csv in this folder (topicId, topicSlug, \
                 topicDisplayName)",
                path.display()
            )));
        };
        return tables(&topics);
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => tables(path),
        Some("yaml" | "yml") => Ok(Source::List(text(path)?)),
        _ => Err(CliError::Failed(format!(
            "{}: must be a folder, an *ontology*.csv or a .yaml",
            path.display()
        ))),
    }
}

/// Reads a text file.
pub(super) fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| failed(path, &error))
}

/// Reads the table of topics, and the other tables next to it.
fn tables(topics: &Path) -> Result<Source> {
    let read = |path: PathBuf| match fs::read(&path) {
        Ok(bytes) => Ok((path.display().to_string(), bytes)),
        Err(error) => Err(failed(&path, &error)),
    };
    Ok(Source::Ontology(Files {
        edges: sibling(topics, "edge")?.map(read).transpose()?,
        names: sibling(topics, "display")?.map(read).transpose()?,
        topics: read(topics.to_owned())?,
    }))
}

/// Finds the table of a kind next to the table of topics: the one with the matching
/// name, else the only one.
fn sibling(topics: &Path, kind: &str) -> Result<Option<PathBuf>> {
    let name = topics.file_name().unwrap_or_default().to_string_lossy();
    let like = topics.with_file_name(name.replacen("ontology", kind, 1));
    if like != topics && like.exists() {
        return Ok(Some(like));
    }
    match topics.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => only(dir, kind),
        _ => only(Path::new("."), kind),
    }
}

/// Finds the only table of a kind in a folder, if there is one.
fn only(dir: &Path, kind: &str) -> Result<Option<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| failed(dir, &error))? {
        let path = entry.map_err(|error| failed(dir, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains(kind) && name.ends_with(".csv") {
            found.push(path);
        }
    }
    found.sort();
    match found.as_slice() {
        [one, other, ..] => Err(CliError::Failed(format!(
            "{}: several tables are called *{kind}*.csv, such as {} and {}; leave one there, or \
             name an ontology whose tables are called alike",
            dir.display(),
            one.display(),
            other.display()
        ))),
        _ => Ok(found.pop()),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> CliError {
    CliError::Failed(format!("{}: {error}", path.display()))
}
