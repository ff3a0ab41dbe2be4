//! The input of `renown evaluate`: events, and tables of later outcomes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::cli::environment::Base;
use crate::cli::evaluate::{Shared, TownArgs};
use crate::cli::{CliError, Result, score};
use renown_core::domain::{AccountId, Event};
use renown_core::scoring::{Hierarchy, Model};
use renown_lab::evaluation::{TownSample, Townsfolk, Truth};

/// The source of the events.
#[derive(Debug, clap::Args)]
pub struct People {
    /// File with one event per line; plain, .gz or .zst; - for standard input; a
    /// simulated town if not given.
    events: Option<PathBuf>,
    /// Ignore events after this time (RFC 3339); use all events if not given.
    #[arg(long, value_name = "TIME", requires = "events")]
    as_of: Option<DateTime<Utc>>,
    #[command(flatten)]
    town: TownArgs,
}

/// Events from a file or a simulation.
#[derive(Debug)]
pub struct EventsInput {
    events: Vec<Event<AccountId>>,
    hierarchy: Hierarchy,
    as_of: DateTime<Utc>,
    names: HashMap<String, AccountId>,
}

impl People {
    /// Reads or simulates the events.
    pub fn read(&self, base: &Base, shared: &Shared, model: &Model) -> Result<EventsInput> {
        let Some(path) = &self.events else {
            let townsfolk = Townsfolk::new(shared.seed, self.town.people as usize);
            return Ok(EventsInput {
                events: townsfolk.events,
                hierarchy: Hierarchy::new(),
                as_of: townsfolk.town.config.until,
                names: HashMap::new(),
            });
        };
        let file = score::read(&base.config()?, model, path, self.as_of)?;
        let mut names = HashMap::new();
        for (handle, account) in file.handles() {
            names.insert(handle.to_string(), account);
            // A table may omit the network; then the first account of that name is
            // used.
            names.entry(handle.name().to_owned()).or_insert(account);
        }
        Ok(EventsInput {
            as_of: file.as_of,
            events: file.events,
            hierarchy: file.hierarchy,
            names,
        })
    }
}

impl EventsInput {
    /// Returns the events as a sample for a model.
    pub fn sample<'a>(&'a self, model: &'a Model) -> TownSample<'a> {
        TownSample {
            model,
            hierarchy: &self.hierarchy,
            events: &self.events,
            as_of: self.as_of,
            names: &self.names,
        }
    }
}

/// Reads tables of later outcomes (CSV with a header).
pub fn truth(paths: &[PathBuf]) -> Result<Truth> {
    let mut truth = Truth::default();
    for path in paths {
        truth = truth
            .and(one(path).map_err(|why| CliError::Failed(format!("{}: {why}", path.display())))?);
    }
    Ok(truth)
}

fn one(path: &Path) -> std::result::Result<Truth, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header: Vec<String> = cells(reader.headers().map_err(|error| error.to_string())?);
    let lines: std::result::Result<Vec<Vec<String>>, _> =
        reader.records().map(|record| Ok(cells(&record?))).collect();
    let lines = lines.map_err(|error: csv::Error| error.to_string())?;
    Truth::new(&header, &lines).map_err(|error| error.to_string())
}
