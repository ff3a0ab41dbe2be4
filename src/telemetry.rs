//! Logs, metrics and traces of the process.

pub mod metric_names;
pub mod traces;

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry_otlp::ExporterBuildError;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{LogConfig, LogFormat, TracesConfig};

/// Why logs or traces cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the log cannot be parsed.
    #[error("log.filter is not a filter: {0}")]
    Filter(#[from] ParseError),
    /// Traces cannot be sent to the endpoint.
    #[error("traces.endpoint cannot be used: {0}")]
    Traces(#[from] ExporterBuildError),
}

/// Starts to write logs to standard error, and to send traces if an endpoint is configured.
/// Colours are for terminals, and only without `NO_COLOR`.
///
/// # Errors
/// If the filter cannot be parsed, or the endpoint cannot be used.
pub fn start_logging(log: &LogConfig, traces: &TracesConfig) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let has_colours = std::io::stderr().is_terminal() && !is_plain;
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(has_colours)
        .with_writer(move || LogLines {
            to: std::io::stderr(),
            has_colours,
        });
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let all = tracing_subscriber::registry()
        .with(traces::layer(traces)?)
        .with(lines.with_filter(filter));
    // A second call in a process (in tests) has no effect.
    let _ = all.try_init();
    Ok(())
}

/// Writes lines of the log, each in one call. Control characters in them are escaped:
/// a value that was logged must not forge a line or send codes to a terminal. Lines
/// with colours have control characters of their own and are written as they are.
struct LogLines<W> {
    to: W,
    has_colours: bool,
}

impl<W: Write> Write for LogLines<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.has_colours {
            true => self.to.write_all(line)?,
            false => self.to.write_all(&escaped(line))?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Escapes all control characters but the newline at the end.
fn escaped(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line);
    let (text, end) = match text.strip_suffix('\n') {
        Some(text) => (text, "\n"),
        None => (text.as_ref(), ""),
    };
    let mut plain = String::with_capacity(line.len());
    for character in text.chars() {
        match character.is_control() {
            true => plain.extend(character.escape_default()),
            false => plain.push(character),
        }
    }
    plain.push_str(end);
    plain.into_bytes()
}

/// The upper bounds of the buckets of histograms, in seconds: from a cached lookup to the time
/// limit of a request.
const SECONDS: [f64; 14] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// How often the measurements that were collected are put into buckets: between, each takes
/// eight bytes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Puts measurements into their buckets again and again.
pub async fn keep_metrics(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// Starts to collect metrics at the first call and returns the handle that renders them
/// for `/metrics`. A process has one recorder; every call returns its handle.
pub fn start_metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let start = || {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .expect("there are some buckets")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("the metrics of this process are collected already");
        }
        metric_names::describe();
        handle
    };
    HANDLE.get_or_init(start).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_value_cannot_forge_a_line_or_colour_a_terminal() {
        let line = "WARN refused name=a\r\nERROR all is lost\u{1b}[31m\u{9b}x é\n";
        assert_eq!(
            String::from_utf8(escaped(line.as_bytes())).unwrap(),
            "WARN refused name=a\\r\\nERROR all is lost\\u{1b}[31m\\u{9b}x é\n"
        );
    }
}
