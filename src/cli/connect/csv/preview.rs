//! Shows the events that the rows of a table would become, and stores none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::cli::out::Out;
use crate::cli::{CliError, Result, files};
use crate::clock::Clock;
use crate::config::Config;
use crate::service;
use renown_core::domain::{AllowedSources, Currency, EventKey};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::ingest::digest::Digest;
use renown_core::ingest::table_mapping::{MappedTable, MemberOrigin, TableMapping};
use renown_core::ingest::{Context, Format, Given, Mapped, Parsed, Rejection, native};

/// The most rejected rows that are listed.
const MOST_LISTED: usize = 10;

/// Counts of the rows by what becomes of them, with the first events and rejections.
#[derive(Default)]
pub(super) struct Preview {
    rows: u64,
    accepted: u64,
    duplicates: u64,
    rejected: u64,
    ignored: u64,
    /// The first events, as tables.
    events: Vec<ShownEvent>,
    /// The first rejected rows, each with a sentence.
    rejections: Vec<String>,
    /// The reasons for which rows are ignored, each with their number and the first line.
    reasons: BTreeMap<String, (u64, u64)>,
    unused: Vec<String>,
    /// The line and the content of each event.
    seen: HashMap<EventKey, (u64, Digest)>,
}

/// An event as a table: its members, their values, and where these come from.
struct ShownEvent {
    line: u64,
    members: Vec<[String; 3]>,
}

/// The mapping of a table, and the settings by which its events are checked.
struct Setting {
    given: Given,
    mapping: Arc<TableMapping>,
    dictionary: Dictionary,
    currencies: BTreeSet<Currency>,
    max_future: TimeDelta,
}

impl Preview {
    /// Reads a table, and keeps the first events.
    pub(super) fn of(config: &Config, given: Given, path: &Path, most: usize) -> Result<Self> {
        let setting = Setting::new(config, given)?;
        let failed = |why: String| CliError::Failed(format!("{}: {why}", path.display()));
        let bar = files::bar(path);
        let mut file = files::open(path, &bar)?;
        let mut table = MappedTable::new(setting.mapping.clone());
        let mut preview = Self::default();
        let mut is_over = false;
        while !is_over {
            match files::piece(file.as_mut()).map_err(|error| failed(error.to_string()))? {
                Some(piece) => table.push(&piece),
                None => {
                    table.end();
                    is_over = true;
                }
            }
            let mut next = || table.next_row().map_err(|why| failed(why.to_string()));
            while let Some((line, item)) = next()? {
                preview.row(line, &item, &setting, most);
            }
        }
        bar.finish_and_clear();
        table.finish().map_err(|why| failed(why.to_string()))?;
        let unused = table.unused_columns().into_iter();
        preview.unused = unused.map(ToOwned::to_owned).collect();
        Ok(preview)
    }

    fn row(&mut self, line: u64, item: &[u8], setting: &Setting, most: usize) {
        self.rows += 1;
        match setting.map(item) {
            Ok(Mapped::Events(events)) => {
                for parsed in events {
                    self.event(line, &parsed, item, setting, most);
                }
            }
            Ok(Mapped::Ignored(ignored)) => {
                self.ignored += 1;
                self.reasons.entry(ignored.detail).or_insert((0, line)).0 += 1;
            }
            Err(rejection) => self.reject(line, &rejection),
        }
    }

    fn event(&mut self, line: u64, parsed: &Parsed, item: &[u8], setting: &Setting, most: usize) {
        let key = &parsed.event.key;
        match self.seen.get(key) {
            None => {
                self.seen.insert(key.clone(), (line, parsed.digest));
            }
            Some((_, digest)) if *digest == parsed.digest => {
                self.duplicates += 1;
                return;
            }
            Some((first, _)) => {
                let why = format!("line {first} has the same id and other content");
                self.reject(line, &Rejection::invalid("", why));
                return;
            }
        }
        self.accepted += 1;
        if self.events.len() < most {
            let origins = setting.mapping.origins(item);
            self.events.push(ShownEvent::new(line, parsed, &origins));
        }
    }

    fn reject(&mut self, line: u64, rejection: &Rejection) {
        self.rejected += 1;
        if self.rejections.len() < MOST_LISTED {
            let column = rejection.pointer.trim_start_matches('/');
            let column = column.replace("~1", "/").replace("~0", "~");
            let place = match column.as_str() {
                "" => format!("line {line}"),
                column => format!("line {line}, {column}"),
            };
            self.rejections
                .push(format!("{place}: {}", rejection.detail));
        }
    }

    /// Prints it: as wide as the terminal, and without cuts elsewhere.
    pub(super) fn show(&self, table: &str, mapping: &str) -> Result {
        if Out::is_json() {
            let item = json!({
                "table": table,
                "rows": self.rows,
                "accepted": self.accepted,
                "duplicates": self.duplicates,
                "ignored": self.ignored,
                "rejected_count": self.rejected,
                "events": self.events.iter().map(ShownEvent::json).collect::<Vec<_>>(),
                "unused_columns": self.unused,
                "ignored_because": self.reasons.keys().map(ToString::to_string).collect::<Vec<_>>(),
                "rejected": self.rejections,
            });
            return Out::object(&item);
        }
        let width = Out::width();
        self.events.iter().try_for_each(|event| event.show(width))?;
        if !self.unused.is_empty() {
            let unused = self.unused.join(", ");
            Out::line(&format!("Columns that {mapping} does not use: {unused}"))?;
        }
        Out::line(&format!(
            "{} rows of {table}: {} accepted, {} duplicates, {} ignored, {} rejected",
            self.rows, self.accepted, self.duplicates, self.ignored, self.rejected
        ))?;
        for (reason, (rows, first)) in &self.reasons {
            let rows = match rows {
                1 => format!("line {first}"),
                rows => format!("{rows} rows, the first is line {first}"),
            };
            item(&format!("ignored, {rows}: {reason}"), width)?;
        }
        for rejection in &self.rejections {
            item(&format!("rejected, {rejection}"), width)?;
        }
        let listed = self.rejections.len() as u64;
        if self.rejected > listed {
            let more = self.rejected - listed;
            item(&format!("rejected, and not listed: {more} more"), width)?;
        }
        Out::line("Nothing is stored. Without --preview, the rows are taken in.")
    }
}

/// Prints an item of a list, in several lines if the terminal is too narrow for it.
fn item(text: &str, width: Option<usize>) -> Result {
    let room = width.map_or(usize::MAX, |width| width.max(20) - 4);
    let mut line = "  ".to_owned();
    let mut length = 0;
    for word in text.split(' ') {
        let more = word.chars().count() + 1;
        if length > 0 && length + more > room {
            Out::line(line.trim_end())?;
            "    ".clone_into(&mut line);
            length = 0;
        }
        line.push_str(word);
        line.push(' ');
        length += more;
    }
    Out::line(line.trim_end())
}

impl Setting {
    fn new(config: &Config, given: Given) -> Result<Self> {
        let model = service::load_model(config).map_err(CliError::new)?;
        let mapping = given.mapping.clone();
        Ok(Self {
            mapping: mapping.ok_or_else(|| CliError::Failed("there is no mapping".to_owned()))?,
            given,
            dictionary: service::load_dictionary(config).map_err(CliError::new)?,
            currencies: model.rates().currencies().cloned().collect(),
            max_future: TimeDelta::seconds(config.ingest.max_future_seconds),
        })
    }

    fn map(&self, item: &[u8]) -> std::result::Result<Mapped, Rejection> {
        let context = Context {
            now: Clock::System.now(),
            max_future: self.max_future,
            currencies: &self.currencies,
            dictionary: &self.dictionary,
            sources: &AllowedSources::All,
            given: &self.given,
        };
        Format::Table.parse(item, &context)
    }
}

impl ShownEvent {
    fn new(line: u64, parsed: &Parsed, origins: &[MemberOrigin<'_>]) -> Self {
        let event: Value = serde_json::from_str(&native::write(&parsed.event)).unwrap_or_default();
        let of_event = |member: &str| match member.split_once('.') {
            None => event.get(member),
            Some((of, counter)) => event.get(of)?.get(counter),
        };
        let mut members = Vec::new();
        for origin in origins {
            let value = match of_event(origin.member) {
                Some(value) => text(value),
                None if origin.said.is_empty() || origin.column.is_none() => continue,
                None => match origin.member {
                    "text" => "(topics only)".to_owned(),
                    "topics" => "(none)".to_owned(),
                    _ => format!("(a {} has none)", parsed.event.act.event_type().as_str()),
                },
            };
            members.push([origin.member.to_owned(), value, from(origin)]);
        }
        if origins.iter().all(|origin| origin.member != "source") {
            let source = parsed.event.key.source.to_string();
            members.push(["source".to_owned(), source, "--source".to_owned()]);
        }
        Self { line, members }
    }

    fn json(&self) -> Value {
        let member =
            |[name, value, from]: &[String; 3]| json!({"name": name, "value": value, "from": from});
        let members: Vec<Value> = self.members.iter().map(member).collect();
        json!({"line": self.line, "members": members})
    }

    fn show(&self, width: Option<usize>) -> Result {
        let longest = |column: usize| {
            let cells = self.members.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let names = longest(0);
        let values = match width {
            None => longest(1),
            // Half of the room for values, and half for where they come from.
            Some(width) => longest(1).min(width.saturating_sub(names + 6) / 2),
        };
        Out::line(&format!("line {}", self.line))?;
        for [name, value, origin] in &self.members {
            let value = cut(value, values);
            let line = format!("  {name:<names$}  {value:<values$}  {origin}");
            let line = width.map_or(line.clone(), |width| cut(&line, width));
            Out::line(line.trim_end())?;
        }
        Out::line("")
    }
}

/// Says where a value comes from.
fn from(origin: &MemberOrigin<'_>) -> String {
    match (origin.column, origin.member) {
        (Some(column), _) => format!("{column}: {}", origin.said.replace(['\r', '\n', '\t'], " ")),
        (None, "id") => format!("digest of {}", origin.said),
        (None, _) => "constant".to_owned(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Cuts a text to so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            kept + "…"
        }
    }
}
