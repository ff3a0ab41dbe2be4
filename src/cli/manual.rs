//! `renown completions SHELL` and `renown man DIR`.

use std::path::Path;

use clap_complete::Shell;
use serde_json::json;

use crate::cli::out::Out;
use crate::cli::{CliError, Result, help};

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(), "renown", &mut script);
    Out::bytes(&script)
}

/// Writes a manual page for each command: `renown.1`, `renown-serve.1`, …
pub(super) fn write_pages(dir: &Path) -> Result {
    let failed = |error| CliError::Failed(format!("{}: {error}", dir.display()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(help::command(), dir).map_err(failed)?;
    let item = json!({"dir": dir.display().to_string()});
    Out::item(&item, || {
        format!("the manual pages are in {}", dir.display())
    })
}
