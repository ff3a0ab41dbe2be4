//! What commands print. A reader that closes the pipe (`| head`) ends no command with an
//! error; `println!` would panic then.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::{CliError, Result};

/// The most rejected lines of a file that are shown.
const SHOWN: usize = 20;

/// Set once, before the command begins.
static IS_JSON: OnceLock<bool> = OnceLock::new();

/// The output to the terminal.
pub(in crate::cli) struct Out;

impl Out {
    /// Chooses between text for people and JSON for programs.
    pub(in crate::cli) fn choose(json: bool) {
        let _ = IS_JSON.set(json);
    }

    /// Returns whether JSON is printed.
    pub(in crate::cli) fn is_json() -> bool {
        IS_JSON.get().copied().unwrap_or_default()
    }

    /// Prints something as a line of text, or with `--json` as a line of JSON.
    pub(in crate::cli) fn item(item: &impl Serialize, text: impl FnOnce() -> String) -> Result {
        match Self::is_json() {
            true => Self::object(item),
            false => Self::line(&text()),
        }
    }

    /// Prints something as a line of JSON.
    pub(in crate::cli) fn object(item: &impl Serialize) -> Result {
        Self::line(&serde_json::to_string(item).map_err(CliError::new)?)
    }

    pub(in crate::cli) fn json(document: &Value) -> Result {
        let mut out = std::io::stdout().lock();
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        Self::written(writeln!(out, "{text}"))
    }

    pub(in crate::cli) fn line(text: &str) -> Result {
        Self::written(writeln!(std::io::stdout().lock(), "{text}"))
    }

    /// Prints a text as it is.
    pub(in crate::cli) fn text(text: &str) -> Result {
        Self::bytes(text.as_bytes())
    }

    /// Prints a piece of a text as it is; the next one may go on within a character.
    pub(in crate::cli) fn bytes(piece: &[u8]) -> Result {
        Self::written(std::io::stdout().lock().write_all(piece))
    }

    /// Prints a line on standard error. Nothing can be done if that fails.
    pub(in crate::cli) fn note(text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Prints whether a file is good: what is wrong goes to standard error, as text.
    pub(in crate::cli) fn checked(
        file: &Path,
        is_good: bool,
        detail: impl FnOnce() -> String,
    ) -> Result {
        let (file, detail) = (file.display().to_string(), detail());
        if Self::is_json() || is_good {
            let item = json!({"file": file, "is_good": is_good, "detail": detail});
            return Self::item(&item, || format!("{file}: {detail}"));
        }
        Self::note(&format!("{file}: {detail}"));
        Ok(())
    }

    /// Prints the first rejected lines of a file, and how many more there are.
    pub(in crate::cli) fn rejections(lines: impl Iterator<Item = String>, total: u64) {
        let mut shown = 0;
        for line in lines.take(SHOWN) {
            Self::note(&match Self::is_json() {
                true => json!({"rejected": line}).to_string(),
                false => format!("  {line}"),
            });
            shown += 1;
        }
        if total > shown {
            Self::note(&format!("  and {} more", total - shown));
        }
    }

    /// The reader may have closed the pipe (`| head`): that is not an error.
    pub(in crate::cli) fn written(result: std::io::Result<()>) -> Result {
        match result {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(CliError::Failed(error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Returns the width of the terminal, in characters; `None` elsewhere.
    pub(in crate::cli) fn width() -> Option<usize> {
        let out = std::io::stdout();
        let size = rustix::termios::tcgetwinsize(&out).ok()?;
        (size.ws_col > 0).then_some(size.ws_col.into())
    }

    /// Returns a progress bar on a terminal, else a hidden one.
    pub(in crate::cli) fn bar(steps: u64) -> ProgressBar {
        match std::io::stderr().is_terminal() {
            true => ProgressBar::new(steps),
            false => ProgressBar::hidden(),
        }
    }

    pub(in crate::cli) fn verdict(good: bool, otherwise: &str) -> Result {
        match good {
            true => Ok(()),
            false => Err(CliError::Failed(otherwise.to_owned())),
        }
    }
}
