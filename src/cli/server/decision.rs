//! Recorded decisions on a server.

use serde_json::Value;

use super::Server;
use crate::cli::Result;
use crate::cli::decision::{Action, ReplayedRow, compare};
use crate::cli::out::Out;

impl Server {
    /// Carries out `renown decision`.
    pub(in crate::cli) async fn decision(&self, action: &Action) -> Result {
        match action {
            Action::Show { id } => {
                let decision: Value = self.get(&["decisions", &id.to_string()]).await?;
                Out::json(&decision)
            }
            Action::Replay { id } => {
                let path = ["decisions", &id.to_string(), "replay"];
                let replayed: ReplayedRow = self.get(&path).await?;
                compare(&replayed)
            }
        }
    }
}
