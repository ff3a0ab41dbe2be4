//! Logs and metrics of the process.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Starts to write logs to standard error. Colours are for terminals, and only without
/// `NO_COLOR`.
///
/// # Errors
/// If the filter cannot be parsed.
pub fn start_logging(log: &LogConfig) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let has_colours = std::io::stderr().is_terminal() && !is_plain;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(has_colours)
        .with_writer(move || LogLines {
            to: std::io::stderr(),
            has_colours,
        });
    // A second call in a process (in tests) has no effect.
    let _ = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
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

/// Starts to collect metrics at the first call and returns the handle that renders them
/// for `/metrics`. A process has one recorder; every call returns its handle.
pub fn start_metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let start = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("somebody else collects the metrics of this process");
        }
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
