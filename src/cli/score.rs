//! `renown score FILE`: scores any file of events, in one command.

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::cli::environment::Base;
use crate::cli::out::Out;
use crate::cli::{CliError, Result, event_table, files};
use crate::clock::Clock;
use crate::config::Config;
use crate::service;
use renown_core::domain::{Index, TopicScore};
use renown_core::ingest::lines::Lines;
use renown_core::scoring::Model;
use renown_lab::file::{EventFile, EventReader, FileCounts, ScoredAccount};

/// The options of `renown score`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// File with one event per line, as JSON or, if it ends in .csv, as a table; plain, .gz or
    /// .zst; - for standard input.
    file: PathBuf,
    /// Score at this time (RFC 3339) and ignore later events; the latest event's
    /// time if not given.
    #[arg(long, value_name = "TIME")]
    as_of: Option<DateTime<Utc>>,
    /// Model: a file in the format of config/model.toml, or the version of a shipped one;
    /// the configured model if not given.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// List of topics in the format of config/topics.yaml; the configured list if
    /// not given.
    #[arg(long, value_name = "FILE")]
    topics: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// Exit with 1 if a line is not a valid event.
    #[arg(long)]
    strict: bool,
}

/// The output format.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// One JSON object per account and line.
    Ndjson,
    /// A header, then one line per account.
    Csv,
    /// A table of the first 50 accounts.
    Table,
}

/// Scores a file of events.
pub fn run(base: &Base, args: Args) -> Result {
    let mut config = base.config()?;
    config.topics.file = args.topics.or(config.topics.file);
    let model = model(base, args.model.as_deref())?;
    let file = read(&config, &model, &args.file, args.as_of)?;
    let population = file.population(&model);
    let scored = file.scores(&model, &population);
    Out::written(print(&scored, args.format))?;
    report(file.as_of, &scored, &file.counts);
    if population.snapshot().seeds() == 0
        && scored
            .iter()
            .any(|account| account.score.influence.score().is_some())
    {
        Out::note(
            "no account in it has bought enough to be trusted from the start: at first, all reactors are trusted alike",
        );
    }
    if args.strict && file.counts.rejected > 0 {
        return Err(CliError::Said);
    }
    Ok(())
}

/// Reads a file of events, with a progress bar on a terminal.
pub(super) fn read(
    config: &Config,
    model: &Model,
    path: &Path,
    as_of: Option<DateTime<Utc>>,
) -> Result<EventFile> {
    let dictionary = service::load_dictionary(config).map_err(CliError::new)?;
    let mut events = EventReader::new(model, &dictionary, as_of, Clock::System.now());
    let bar = files::bar(path);
    let (mut reader, wrong) = event_table::open(path, &bar)?;
    let mut lines = Lines::default();
    let unreadable = |error| CliError::Failed(format!("{}: {error}", path.display()));
    while let Some(piece) = files::piece(reader.as_mut()).map_err(unreadable)? {
        lines.push(&piece);
        events.lines(std::iter::from_fn(|| lines.next_line()).collect());
    }
    events.lines(lines.finish().into_iter().collect());
    bar.finish_and_clear();
    let mut file = events.finish();
    let wrong = wrong.lines();
    file.counts.rejected += wrong.count;
    file.counts.rejections.extend(wrong.listed.iter().cloned());
    file.counts.rejections.sort_by_key(|(line, _)| *line);
    Ok(file)
}

/// Loads a shipped model or one from a file, else the configured one.
pub(super) fn model(base: &Base, name: Option<&Path>) -> Result<Model> {
    let model = match name {
        Some(name) => service::model_of(name),
        None => service::load_model(&base.config()?),
    };
    model.map_err(CliError::new)
}

fn report(as_of: DateTime<Utc>, scored: &[ScoredAccount], counts: &FileCounts) {
    Out::note(&format!(
        "{} accounts scored as of {as_of} from {} events ({} duplicates, {} later, {} rejected)",
        scored.len(),
        counts.events,
        counts.duplicates,
        counts.later,
        counts.rejected
    ));
    let rejections = counts.rejections.iter();
    let rejections = rejections.map(|(line, rejection)| files::rejected(*line, rejection));
    Out::rejections(rejections, counts.rejected);
}

fn print(scored: &[ScoredAccount], format: Format) -> std::io::Result<()> {
    let format = if Out::is_json() {
        Format::Ndjson
    } else {
        format
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match format {
        Format::Ndjson => {
            for account in scored {
                serde_json::to_writer(&mut out, &object(account))?;
                out.write_all(b"\n")?;
            }
        }
        Format::Csv => {
            let mut table = csv::Writer::from_writer(&mut out);
            table.write_record(COLUMNS)?;
            for account in scored {
                table.write_record(columns(account))?;
            }
            table.flush()?;
        }
        Format::Table => {
            writeln!(
                out,
                "{:<32} {:>9} {:>6} {:>6} {:>10} {:>6} {:>9} {:>7} {:>10}  top topic",
                "account",
                "influence",
                "lower",
                "upper",
                "percentile",
                "value",
                "evidence",
                "waiting",
                "until"
            )?;
            for account in scored.iter().take(50) {
                let [
                    name,
                    influence,
                    lower,
                    upper,
                    percentile,
                    value,
                    evidence,
                    topic,
                    waiting,
                    until,
                ] = columns(account);
                writeln!(
                    out,
                    "{name:<32} {influence:>9} {lower:>6} {upper:>6} {percentile:>10} {value:>6} {evidence:>9} {waiting:>7} {until:>10}  {topic}"
                )?;
            }
        }
    }
    out.flush()
}

/// Returns the numbers of an index: score, lower, upper, percentile, evidence.
fn numbers(index: &Index) -> [Option<f64>; 5] {
    match index {
        Index::Unknown => [None; 5],
        Index::Known {
            score,
            interval,
            percentile,
            evidence,
        } => [
            Some(*score),
            Some(interval.lower),
            Some(interval.upper),
            *percentile,
            Some(*evidence),
        ],
    }
}

fn ranked(account: &ScoredAccount) -> Vec<(&str, &TopicScore)> {
    let topics = account
        .score
        .topics
        .iter()
        .filter(|(_, score)| score.evidence > 0.0);
    let mut topics: Vec<(&str, &TopicScore)> = topics
        .map(|(topic, score)| (topic.as_str(), score))
        .collect();
    topics.sort_by(|(a_name, a), (b_name, b)| {
        b.influence
            .total_cmp(&a.influence)
            .then_with(|| a_name.cmp(b_name))
    });
    topics
}

fn object(account: &ScoredAccount) -> Value {
    let [influence, lower, upper, percentile, evidence] = numbers(&account.score.influence);
    let topics = ranked(account).into_iter().map(|(topic, score)| {
        json!({
            "topic": topic,
            "influence": score.influence,
            "lower": score.lower,
            "confidence": score.confidence.get(),
            "evidence": score.evidence,
        })
    });
    json!({
        "account": account.handle.to_string(),
        "influence": influence,
        "lower": lower,
        "upper": upper,
        "pending": account.score.pending,
        "waiting": account.score.pending.map(|held| held.in_words()),
        "percentile": percentile,
        "value": account.score.value.score(),
        "evidence": evidence.unwrap_or(0.0),
        "topics": topics.collect::<Vec<_>>(),
    })
}

/// The columns of the output. `waiting_points` are held back from the lower end, until
/// `waiting_until` at the latest.
const COLUMNS: [&str; 10] = [
    "account",
    "influence",
    "lower",
    "upper",
    "percentile",
    "value",
    "evidence",
    "top_topic",
    "waiting_points",
    "waiting_until",
];

fn columns(account: &ScoredAccount) -> [String; 10] {
    let [influence, lower, upper, percentile, evidence] = numbers(&account.score.influence);
    let number = |number: Option<f64>| number.map(|n| format!("{n:.1}")).unwrap_or_default();
    let pending = account.score.pending;
    let topic = ranked(account)
        .first()
        .map(|(topic, _)| (*topic).to_owned());
    [
        account.handle.to_string(),
        number(influence),
        number(lower),
        number(upper),
        number(percentile),
        number(account.score.value.score()),
        number(evidence),
        topic.unwrap_or_default(),
        number(pending.map(|held| held.points)),
        pending.map_or_else(String::new, |held| held.until.date_naive().to_string()),
    ]
}
