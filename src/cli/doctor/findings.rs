//! What the examination finds, printed as it is found.

use std::fmt::Display;

use serde_json::json;

use crate::cli::out::Out;
use crate::cli::{CliError, Result};

/// Prints findings and counts those that are wrong.
#[derive(Debug, Default)]
pub(super) struct Findings {
    wrong: usize,
}

impl Findings {
    /// Prints that something is as it should be.
    pub(super) fn good(&self, what: &str, found: impl Display) {
        say(what, "good", "", found);
    }

    /// Prints something that an operator should know and that needs no action now.
    pub(super) fn notable(&self, what: &str, found: impl Display) {
        say(what, "note", "note: ", found);
    }

    /// Prints what is wrong and what to do about it.
    pub(super) fn wrong(&mut self, what: &str, found: impl Display) {
        self.wrong += 1;
        say(what, "wrong", "WRONG: ", found);
    }

    /// Prints an error as something that is wrong. What could not be examined is not well.
    pub(super) fn failed<T>(
        &mut self,
        what: &str,
        outcome: std::result::Result<T, impl std::error::Error>,
    ) -> Option<T> {
        outcome
            .map_err(|error| self.wrong(what, CliError::new(error)))
            .ok()
    }

    /// Fails if something was wrong.
    pub(super) fn finish(self) -> Result {
        match self.wrong {
            0 => Ok(()),
            1 => Err(CliError::Failed("1 thing is wrong".into())),
            wrong => Err(CliError::Failed(format!("{wrong} things are wrong"))),
        }
    }
}

/// Prints a finding. The exit code says what matters, also if nothing can be printed.
fn say(what: &str, state: &str, prefix: &str, found: impl Display) {
    let item = json!({"check": what, "state": state, "detail": found.to_string()});
    let _ = Out::item(&item, || format!("{what:<18} {prefix}{found}"));
}
