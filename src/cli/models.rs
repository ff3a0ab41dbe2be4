//! `renown models list|switch`: the scoring model in force, and the next one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cli::environment::{Base, Environment};
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::scores::ModelStatus;
use renown_core::domain::{ModelState, ModelVersion};
use renown_core::scoring::ScoreMoves;

/// The subcommands of `renown models`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// List the model in force and the next one, with how far members would move.
    List,
    /// Put a model that is ready in force, on all replicas.
    Switch {
        /// Version of the model, as listed.
        #[arg(id = "model", value_name = "VERSION")]
        version: ModelVersion,
    },
}

/// A model as it is listed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ModelRow {
    version: String,
    state: ModelState,
    since: DateTime<Utc>,
    folded_batches: i64,
    batches: i64,
    moves: Option<ScoreMoves>,
}

impl From<ModelStatus> for ModelRow {
    fn from(model: ModelStatus) -> Self {
        Self {
            version: model.stored.version.to_string(),
            state: model.stored.state,
            since: model.stored.since,
            folded_batches: model.folded,
            batches: model.batches,
            moves: model.stored.report,
        }
    }
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match base.server()? {
        Some(server) => server.models(&action).await,
        None => Environment::run_on_data(base, async |service| act(service, action).await).await,
    }
}

async fn act(service: &Service, action: Action) -> Result {
    if let Action::Switch { version } = action {
        let switched = service.next_model.put_in_force(&version).await;
        switched.map_err(CliError::new)?;
        return say_in_force(&version);
    }
    let models = service.next_model.list().await.map_err(CliError::new)?;
    show(&models.into_iter().map(ModelRow::from).collect::<Vec<_>>())
}

/// Says that a model is in force.
pub(super) fn say_in_force(version: &ModelVersion) -> Result {
    let item = json!({"version": version.to_string(), "state": "in_force"});
    Out::item(&item, || format!("{version} is in force"))
}

/// Prints the models as a table, and how far members would move.
pub(super) fn show(models: &[ModelRow]) -> Result {
    if Out::is_json() {
        return models.iter().try_for_each(Out::object);
    }
    if models.is_empty() {
        return Out::line("There is no model yet: it is registered when the service starts.");
    }
    let mut table = TextTable::new(["version", "state", "since", "log folded"]);
    for model in models {
        table.row([
            model.version.clone(),
            model.state.to_string(),
            model.since.format("%Y-%m-%d %H:%M").to_string(),
            format!("{} of {}", model.folded_batches, model.batches),
        ]);
    }
    table.print()?;
    models.iter().try_for_each(moves)
}

/// Says how far members would move under a model that is ready.
fn moves(model: &ModelRow) -> Result {
    let is_ready = model.state == ModelState::Ready;
    let Some(moves) = model.moves.as_ref().filter(|_| is_ready) else {
        return Ok(());
    };
    let version = &model.version;
    Out::line(&format!(
        "\nUnder {version} half of {} members move by at most {:.1} points, 95 % by {:.1}, the \
         farthest by {:.1}. {} are known under one model alone.",
        moves.members, moves.median, moves.p95, moves.most, moves.only_one
    ))?;
    let mut table = TextTable::new(["points", "members"]);
    for column in &moves.histogram {
        table.row([
            format!("{:+.1} to {:+.1}", column.from, column.to),
            column.members.to_string(),
        ]);
    }
    table.print()?;
    Out::line(&format!("renown models switch {version} puts it in force."))
}
