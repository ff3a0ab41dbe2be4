//! API keys on a server.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::Server;
use crate::cli::Result;
use crate::cli::keys::{Action, KeyRow, say_revoked, show_secret};

/// A key with its new secret.
#[derive(Deserialize)]
struct NewSecret {
    #[serde(flatten)]
    key: KeyRow,
    secret: Option<String>,
}

impl Server {
    /// Carries out `renown keys`.
    pub(in crate::cli) async fn keys(&self, action: Action) -> Result {
        match action {
            Action::Create(args) => {
                let call = self.change(&["keys"]).json(&args.body());
                let new: NewSecret = self.ask(&call).await?;
                show_secret(&new.key, new.secret.as_deref())
            }
            Action::List => {
                let show = |key: KeyRow| key.show();
                let call = self.call(Method::GET, &["keys"]).query("limit", "200");
                self.each(&call, show).await
            }
            Action::Rotate { id, overlap } => {
                let body = json!({"overlap_seconds": overlap});
                let call = self.change(&["keys", &id.to_string(), "rotate"]);
                let new: NewSecret = self.ask(&call.json(&body)).await?;
                show_secret(&new.key, new.secret.as_deref())
            }
            Action::Revoke { id } => self.revoke_key(id).await,
        }
    }

    async fn revoke_key(&self, id: Uuid) -> Result {
        self.send(&self.change(&["keys", &id.to_string(), "revoke"]))
            .await?;
        say_revoked(id)
    }
}
