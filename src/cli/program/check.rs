//! `renown program check FILE…`: on a server, or by itself, with the names of a database if
//! there is one.

use std::path::PathBuf;

use crate::cli::deployment::is_good;
use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::program::{read, show};
use crate::cli::read_only::ReadOnlyDatabase;
use crate::cli::server::Server;
use crate::cli::tree::with_audiences;
use crate::cli::{CliError, Result};
use crate::clock::Clock;
use crate::service::load_dictionary;
use crate::store;
use renown_core::rules::{Program, Setting};

/// Checks programs, with audiences of files in the place of those that are stored.
pub(super) async fn run(base: &Base, files: &[PathBuf], audiences: &[PathBuf]) -> Result {
    match base.server()? {
        Some(_) if !audiences.is_empty() => Err(CliError::Failed(
            "a server knows the audiences that it has: check without --server, or see what \
             'renown diff DIR' finds before 'renown apply DIR'; --audiences is for files"
                .to_owned(),
        )),
        Some(server) => check_on(&server, files).await,
        None => check(base, files, audiences).await,
    }
}

/// Checks programs with the topics, the settings and the names that a server has.
async fn check_on(server: &Server, files: &[PathBuf]) -> Result {
    let mut failed = false;
    for file in files {
        let source = read(file)?;
        let checked = server.check_program(&source).await?;
        show(&checked.diagnostics, &source, file);
        match is_good(&checked.diagnostics) {
            true => Out::checked(file, true, || "good".to_owned())?,
            false => failed = true,
        }
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

async fn check(base: &Base, files: &[PathBuf], named: &[PathBuf]) -> Result {
    let config = base.config()?;
    let mut database = database_to_compare(base).await?;
    let topics = load_dictionary(&config).map_err(CliError::new)?.names();
    let audiences = match &mut database {
        Some(database) => {
            let rules = store::programs::audiences::rules(&mut database.conn).await;
            Some(rules.map_err(CliError::new)?)
        }
        None => None,
    };
    let audiences = match (audiences, named) {
        (stored, []) => stored,
        (stored, named) => Some(with_audiences(&stored.unwrap_or_default(), named)?),
    };
    let setting = Setting {
        audiences: audiences.as_ref(),
        now: Clock::System.now(),
        topics: &topics,
        protected: &config.programs.protected_attributes,
    };
    let mut failed = false;
    for file in files {
        let source = read(file)?;
        match Program::compile(&source, &setting) {
            Ok(mut compiled) => {
                if let Some(database) = &mut database {
                    let conn = &mut database.conn;
                    let known = store::programs::known_names(conn, &compiled.named).await;
                    compiled.compare_with(&known.map_err(CliError::new)?);
                }
                show(&compiled.warnings, &source, file);
                Out::checked(file, true, || "good".to_owned())?;
            }
            Err(diagnostics) => {
                show(&diagnostics, &source, file);
                failed = true;
            }
        }
    }
    if let Some(database) = database {
        database.close().await?;
    }
    if failed { Err(CliError::Said) } else { Ok(()) }
}

/// Opens the database whose names the programs are compared with; `None` if there is none,
/// or if it does not answer, because a program can be checked without it.
async fn database_to_compare(base: &Base) -> Result<Option<ReadOnlyDatabase>> {
    if base.expect_database().is_err() {
        return Ok(None);
    }
    match ReadOnlyDatabase::open(base, "renown program check").await {
        Ok(database) => Ok(Some(database)),
        Err(error) => {
            Out::note(&format!("names are not compared with the data: {error}"));
            Ok(None)
        }
    }
}
