//! `renown members`.

mod merge;

use crate::cli::Result;
use crate::cli::environment::{Base, Environment};

/// The subcommands of `renown members`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Merge two members who are one person, or undo that.
    Merge(merge::Args),
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    Environment::run_on_data(base, async |service| match action {
        Action::Merge(args) => merge::run(service, args).await,
    })
    .await
}
