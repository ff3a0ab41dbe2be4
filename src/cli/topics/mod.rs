//! `renown topics import|check|find`: works on lists of topics, without a database.

mod sources;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service;
use renown_core::domain::Invalid;
use renown_core::ingest::dictionary::{Dictionary, TopicList};
use renown_core::ingest::ontology::{self, Summary};
use sources::Source;

/// The comment at the top of an imported list.
const HEADING: &str = "# Made by `renown topics import`. config/topics.yaml explains the format.\n";

/// The subcommands of `renown topics`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Convert an ontology to a list of topics, for the configuration key
    /// topics.file.
    Import {
        /// Folder with *ontology*.csv, *edge*.csv and *display*.csv; or the
        /// ontology file, with the others next to it; or a list in the format of
        /// config/topics.yaml.
        path: PathBuf,
        /// File to write the list to; - for standard output.
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
        /// Languages of the names to import, for example en,de; all languages if
        /// not given.
        #[arg(long, value_delimiter = ',', value_name = "LANGUAGES")]
        languages: Vec<String>,
    },
    /// Check lists of topics; exits with 1 if a list has an error.
    Check {
        /// Lists in the format of config/topics.yaml.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the topics that a text names, one per line.
    Find {
        /// Text to search.
        text: String,
        /// List of topics to use; the configured list if not given.
        #[arg(long, value_name = "FILE")]
        topics: Option<PathBuf>,
    },
}

/// Runs the subcommand.
pub fn run(base: &Base, action: Action) -> Result {
    match action {
        Action::Import {
            path,
            out,
            languages,
        } => import(&path, &out, languages),
        Action::Check { files } => check(&files),
        Action::Find { text, topics } => find(base, &text, topics),
    }
}

fn import(path: &Path, out: &Path, languages: Vec<String>) -> Result {
    let languages: BTreeSet<String> = languages
        .iter()
        .map(|language| language.trim().to_lowercase())
        .filter(|language| !language.is_empty())
        .collect();
    let languages = (!languages.is_empty()).then_some(languages);
    let (list, said) = read(path, languages)?;
    // A list is only written if the service can use it.
    Dictionary::new(&list).map_err(|invalid| named(path, invalid))?;
    let yaml = list.to_yaml().map_err(CliError::new)?;
    write(out, &format!("{HEADING}{yaml}"))?;
    Out::note(&format!("{}: {said}", path.display()));
    Ok(())
}

fn read(path: &Path, languages: Option<BTreeSet<String>>) -> Result<(TopicList, Summary)> {
    match sources::find(path)? {
        Source::Ontology(files) => {
            ontology::read(&files.tables(), languages.as_ref()).map_err(CliError::new)
        }
        Source::List(_) if languages.is_some() => Err(CliError::Failed(format!(
            "{}: a list does not say which language a name is in; leave --languages away",
            path.display()
        ))),
        Source::List(yaml) => {
            let list = TopicList::parse(&yaml).map_err(|invalid| named(path, invalid))?;
            // This also finds errors that only the whole list shows, with their
            // lines.
            Dictionary::parse(&yaml).map_err(|invalid| named(path, invalid))?;
            let summary = Summary::of(&list);
            Ok((list, summary))
        }
    }
}

fn check(files: &[PathBuf]) -> Result {
    let mut failed = false;
    for file in files {
        let yaml = sources::text(file)?;
        let checked = TopicList::parse(&yaml)
            .and_then(|list| Dictionary::parse(&yaml).map(|_| Summary::of(&list)));
        match checked {
            Ok(summary) => Out::checked(file, true, || format!("good: {summary}"))?,
            Err(invalid) => {
                Out::checked(file, false, || invalid.to_string())?;
                failed = true;
            }
        }
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

fn find(base: &Base, text: &str, topics: Option<PathBuf>) -> Result {
    let mut config = base.config()?;
    config.topics.file = topics.or(config.topics.file);
    let dictionary = service::load_dictionary(&config).map_err(CliError::new)?;
    for topic in dictionary.find(text) {
        Out::item(&json!({"topic": topic.as_str()}), || {
            topic.as_str().to_owned()
        })?;
    }
    Ok(())
}

/// Writes the whole file, or leaves the old one unchanged.
fn write(out: &Path, yaml: &str) -> Result {
    let failed = |error| CliError::Failed(format!("{}: {error}", out.display()));
    if out == Path::new("-") {
        return Out::text(yaml);
    }
    // A symbolic link is kept; its target is replaced.
    let target = fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
    let mut beside = target.clone().into_os_string();
    beside.push(format!(".{}.tmp", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| {
            file.write_all(yaml.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        // The file may not exist; the first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

fn named(path: &Path, invalid: Invalid) -> CliError {
    CliError::Failed(format!("{}: {invalid}", path.display()))
}
