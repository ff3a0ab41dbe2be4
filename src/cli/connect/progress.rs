//! Shows how a connector comes on: a bar on a terminal, else a line of the log now and then.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressStyle};

use super::list::age;
use crate::cli::files;
use crate::cli::out::Out;
use crate::clock::Clock;
use crate::service::events::connectors::{ConnectorWatch, RunProgress};
use renown_core::domain::ConnectorName;
use renown_core::ingest::Rejection;

/// The time between two lines of the log.
const BETWEEN_LINES: TimeDelta = TimeDelta::seconds(10);
/// The style while the end is not known.
const COUNTER: &str = "{spinner} {prefix} {elapsed}: {wide_msg}";
/// The style while the end is known.
const BAR: &str = "{prefix} {bar:20} {percent} % {eta}: {wide_msg}";
/// The most rejected items that are shown on a terminal.
const MOST_SHOWN: u64 = 20;

/// What is shown of a running connector.
pub(super) struct Shown {
    name: String,
    bar: ProgressBar,
    logged_at: DateTime<Utc>,
    latest: Option<RunProgress>,
    /// Rejected items that were shown.
    rejected: u64,
}

impl Shown {
    pub(super) fn new(name: &ConnectorName) -> Self {
        let bar = Out::bar(0).with_prefix(name.to_string());
        bar.enable_steady_tick(Duration::from_millis(200));
        let shown = Self {
            name: name.to_string(),
            bar,
            logged_at: Clock::System.now(),
            latest: None,
            rejected: 0,
        };
        shown.style(COUNTER);
        shown
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }

    /// Removes the bar, or logs what was not logged yet.
    pub(super) fn finish(mut self) {
        self.bar.finish_and_clear();
        if self.bar.is_hidden()
            && let Some(progress) = self.latest.take()
        {
            self.log(&progress);
        }
    }

    fn log(&mut self, progress: &RunProgress) {
        self.logged_at = Clock::System.now();
        tracing::info!(
            connector = self.name,
            accepted = progress.accepted,
            duplicates = progress.duplicates,
            ignored = progress.ignored,
            rejected = progress.rejected,
            lag_seconds = progress.lag.map(|lag| lag.num_seconds()),
            "events taken in since the start"
        );
    }
}

impl ConnectorWatch for Shown {
    fn progressed(&mut self, progress: &RunProgress) {
        if self.bar.is_hidden() {
            if self.latest.is_none() || Clock::System.now() - self.logged_at >= BETWEEN_LINES {
                self.log(progress);
            }
            self.latest = Some(*progress);
            return;
        }
        if let Some(extent) = progress.extent {
            if self.latest.is_none_or(|latest| latest.extent.is_none()) {
                self.style(BAR);
            }
            self.bar.set_length(extent.total);
            self.bar.set_position(extent.done);
        }
        self.latest = Some(*progress);
        self.bar.set_message(words(progress));
    }

    fn rejected(&mut self, line: Option<u64>, rejection: &Rejection) {
        let at = &rejection.pointer;
        if self.bar.is_hidden() {
            let (connector, code) = (&self.name, rejection.code.as_str());
            tracing::warn!(connector, line, at, code, "an item was rejected");
            return;
        }
        self.rejected += 1;
        if self.rejected <= MOST_SHOWN {
            let name = &self.name;
            self.bar.println(match line {
                Some(line) => format!("{name}: {}", files::rejected(line, rejection)),
                None => format!("{name}: rejected {at}: {}", rejection.detail),
            });
        }
        if self.rejected == MOST_SHOWN {
            self.bar.println("What else is rejected is counted only.");
        }
    }

    fn failed(&mut self, why: &str, pause: Duration) {
        let seconds = pause.as_secs_f64();
        if self.bar.is_hidden() {
            tracing::warn!(
                connector = self.name,
                why,
                seconds,
                "a connector failed and pauses"
            );
        } else {
            self.bar.println(format!(
                "{}: {why}; trying again in {seconds:.1} s",
                self.name
            ));
        }
    }
}

/// Says in few words what was taken in, and how far behind it is, unless it comes to an end.
fn words(progress: &RunProgress) -> String {
    let mut words = format!("{} accepted", progress.accepted);
    let others = [
        (progress.duplicates, "duplicates"),
        (progress.ignored, "ignored"),
        (progress.rejected, "rejected"),
    ];
    for (count, name) in others.into_iter().filter(|(count, _)| *count > 0) {
        words += &format!(", {count} {name}");
    }
    if let (Some(lag), None) = (progress.lag, progress.extent) {
        words += &format!(", {} behind", age(lag));
    }
    words
}
