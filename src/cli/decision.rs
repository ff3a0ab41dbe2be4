//! `renown decision show|replay ID`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::Service;
use crate::service::decisions::{Decision, Replayed};
use renown_core::domain::DecisionId;

/// The subcommands of `renown decision`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Print a decision as JSON: its inputs and its outcome with the reasons.
    Show {
        /// Id of the decision (a UUID).
        id: Uuid,
    },
    /// Make a decision again from its recorded inputs; exits with 1 if the outcome
    /// differs.
    Replay {
        /// Id of the decision (a UUID).
        id: Uuid,
    },
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match base.server()? {
        Some(server) => server.decision(&action).await,
        None => Environment::run_on_data(base, async |service| act(service, action).await).await,
    }
}

async fn act(service: &Service, action: Action) -> Result {
    match action {
        Action::Show { id } => {
            let decision = service.decisions.get(DecisionId(id)).await;
            show(id, &decision.map_err(CliError::new)?)
        }
        Action::Replay { id } => {
            let decision = service.decisions.get(DecisionId(id)).await;
            let replayed = service
                .decisions
                .replay(&decision.map_err(CliError::new)?)
                .await;
            compare(&ReplayedRow::try_from(replayed.map_err(CliError::new)?)?)
        }
    }
}

fn show(id: Uuid, decision: &Decision) -> Result {
    let shown = json!({
        "id": id,
        "program": decision.program,
        "program_version": decision.version,
        "member": decision.member,
        "decided_at": decision.decided_at,
        "freshness": decision.freshness,
        "outcome": decision.outcome,
        "inputs": decision.inputs,
    });
    Out::line(&format!("{shown:#}"))?;
    Ok(())
}

/// A decision that was made again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReplayedRow {
    engine: String,
    engine_now: String,
    recorded: Value,
    replayed: Value,
    differences: Vec<String>,
}

impl TryFrom<Replayed> for ReplayedRow {
    type Error = CliError;

    fn try_from(replayed: Replayed) -> Result<Self> {
        let read = |text: &RawValue| serde_json::from_str(text.get()).map_err(CliError::new);
        Ok(Self {
            recorded: read(&replayed.recorded)?,
            replayed: read(&replayed.replayed)?,
            engine: replayed.engine,
            engine_now: replayed.engine_now.to_owned(),
            differences: replayed.differences,
        })
    }
}

/// Says whether the outcomes are equal, and where they differ.
///
/// # Errors
/// If they differ.
pub(super) fn compare(replayed: &ReplayedRow) -> Result {
    if Out::is_json() {
        Out::object(replayed)?;
        return match replayed.differences.is_empty() {
            true => Ok(()),
            false => Err(CliError::Said),
        };
    }
    let engines = format!(
        "decided by {}, replayed by {}",
        replayed.engine, replayed.engine_now
    );
    if replayed.differences.is_empty() {
        Out::line(&format!("same, to the byte ({engines})"))?;
        return Ok(());
    }
    Out::line(&format!("not the same ({engines})"))?;
    for pointer in &replayed.differences {
        let value = |of: &Value| {
            of.pointer(pointer)
                .map_or("nothing".into(), Value::to_string)
        };
        Out::line(match pointer.as_str() {
            "" => "(the whole)",
            pointer => pointer,
        })?;
        Out::line(&format!("  recorded: {}", value(&replayed.recorded)))?;
        Out::line(&format!("  replayed: {}", value(&replayed.replayed)))?;
    }
    Err(CliError::Said)
}
