//! Scoring models on a server.

use http::Method;
use serde_json::json;

use super::Server;
use super::answer::List;
use crate::cli::Result;
use crate::cli::models::{Action, ModelRow, say_in_force, show};

impl Server {
    /// Carries out `renown models`.
    pub(in crate::cli) async fn models(&self, action: &Action) -> Result {
        match action {
            Action::List => {
                let models: List<ModelRow> = self.get(&["models"]).await?;
                show(&models.data)
            }
            Action::Switch { version } => {
                let body = json!({"version": version.to_string()});
                self.send(&self.call(Method::PUT, &["model"]).json(&body))
                    .await?;
                say_in_force(version)
            }
        }
    }
}
