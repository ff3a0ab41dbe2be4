//! `renown topics import|check|find`: the list of topics. Needs no database.

mod sources;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::environment::Base;
use crate::cli::{CliError, Result};
use crate::service;
use renown_core::domain::Invalid;
use renown_core::ingest::dictionary::{Dictionary, TopicList};
use renown_core::ingest::ontology::{self, Summary};
use sources::Source;

/// What stands above a list that was imported.
const HEADING: &str = "# Made by `renown topics import`. config/topics.yaml explains the format.\n";

/// What to do with lists of topics.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Turn an ontology into a list of topics for the key topics.file.
    Import {
        /// A folder with *ontology*.csv, *edge*.csv and *display*.csv; the first of
        /// them, the others beside it; or a list in the format of config/topics.yaml.
        path: PathBuf,
        /// Where to write the list; - for standard output.
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
        /// Languages whose names are taken, as in en,de; else all that there are.
        #[arg(long, value_delimiter = ',', value_name = "LANGUAGES")]
        languages: Vec<String>,
    },
    /// Check lists of topics; exits with 1 if one has a mistake.
    Check {
        /// Lists in the format of config/topics.yaml.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the topics whose names stand in a text, one a line.
    Find {
        /// The text.
        text: String,
        /// A list of topics; else the one that is configured.
        #[arg(long, value_name = "FILE")]
        topics: Option<PathBuf>,
    },
}

/// Does it.
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
    // Whatever is written can be served.
    Dictionary::new(&list).map_err(|invalid| named(path, invalid))?;
    let yaml = list.to_yaml().map_err(CliError::new)?;
    write(out, &format!("{HEADING}{yaml}"))?;
    eprintln!("{}: {said}", path.display());
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
            // For the lines of mistakes that only the whole list shows.
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
            Ok(summary) => println!("{}: good: {summary}", file.display()),
            Err(invalid) => {
                eprintln!("{}: {invalid}", file.display());
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
        println!("{topic}");
    }
    Ok(())
}

/// Writes all of the file or leaves it as it was.
fn write(out: &Path, yaml: &str) -> Result {
    let failed = |error| CliError::Failed(format!("{}: {error}", out.display()));
    if out == Path::new("-") {
        return match std::io::stdout().lock().write_all(yaml.as_bytes()) {
            // Whoever reads has seen enough (`| head`).
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| CliError::Failed(error.to_string())),
        };
    }
    // A link stays one, and what it leads to is replaced.
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
        // It may not be there; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

fn named(path: &Path, invalid: Invalid) -> CliError {
    CliError::Failed(format!("{}: {invalid}", path.display()))
}
