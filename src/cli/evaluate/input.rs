//! The input of `renown evaluate`: events, and tables of later outcomes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::cli::environment::Base;
use crate::cli::evaluate::{Shared, TownArgs};
use crate::cli::{CliError, Result, score};
use renown_core::domain::{AccountId, Event};
use renown_core::scoring::{Hierarchy, Model};
use renown_lab::evaluation::{LogSplit, TownSample, Townsfolk, Truth};

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

/// What the members earned later.
#[derive(Debug, clap::Args)]
pub struct Outcomes {
    /// CSV file of later outcomes: account, gain, and optionally topic, past (gain
    /// before) and active (above 0: active before). May be given several times.
    #[arg(long, value_name = "FILE")]
    truth: Vec<PathBuf>,
    /// Hold out this share of the log's span, at its end, and take the reactions in
    /// it as later outcomes.
    #[arg(long, value_name = "SHARE", conflicts_with = "truth", value_parser = share)]
    hold_out: Option<f64>,
    /// With --hold-out: compare only members with this many distinct known reactors
    /// before.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 1,
        requires = "hold_out"
    )]
    reactors: usize,
}

/// Parses a share, above 0 and below 1.
pub(super) fn share(text: &str) -> std::result::Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
    match share > 0.0 && share < 1.0 {
        true => Ok(share),
        false => Err("must be above 0 and below 1".to_owned()),
    }
}

impl Outcomes {
    /// Reads the outcomes, as [`read`](Self::read) does.
    ///
    /// # Errors
    /// Also if none are given.
    pub fn needed(&self, input: &mut EventsInput) -> Result<Truth> {
        if self.truth.is_empty() && self.hold_out.is_none() {
            let needs = "later outcomes are needed: --truth FILE or --hold-out SHARE";
            return Err(CliError::Failed(needs.to_owned()));
        }
        self.read(input)
    }

    /// Reads the outcomes. Events that are held out are taken from the input.
    ///
    /// # Errors
    /// If a table cannot be read, or there is no event to hold out.
    pub fn read(&self, input: &mut EventsInput) -> Result<Truth> {
        let Some(share) = self.hold_out else {
            return truth(&self.truth);
        };
        let held = LogSplit::new(&input.events, share, self.reactors)
            .ok_or_else(|| CliError::Failed("there are no events to hold out".to_owned()))?;
        input.events.retain(|event| event.time <= held.split);
        input.as_of = held.split;
        input.names = held.names;
        Ok(held.truth)
    }
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
fn truth(paths: &[PathBuf]) -> Result<Truth> {
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
