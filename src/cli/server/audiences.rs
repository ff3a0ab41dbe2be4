//! Audiences on a server.

use http::Method;
use serde::Deserialize;

use super::Server;
use super::answer::{Answer, List, diagnostics};
use renown_core::domain::{AudienceName, ProgramId, ProgramVersion};
use renown_core::rules::Diagnostic;

/// An audience as a server lists it.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerAudience {
    pub(in crate::cli) audience: AudienceName,
    pub(in crate::cli) title: Option<String>,
    /// The condition; absent for a list.
    pub(in crate::cli) when: Option<String>,
}

/// What followed from storing an audience.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerStoredAudience {
    #[serde(deserialize_with = "diagnostics")]
    pub(in crate::cli) warnings: Vec<Diagnostic>,
    pub(in crate::cli) published: Vec<ServerRenewal>,
}

/// A version that was published because an audience changed.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct ServerRenewal {
    pub(in crate::cli) program: ProgramId,
    pub(in crate::cli) version: ProgramVersion,
}

impl Server {
    /// Returns all audiences.
    pub(in crate::cli) async fn audiences(&self) -> Answer<Vec<ServerAudience>> {
        let audiences: List<ServerAudience> = self.get(&["audiences"]).await?;
        Ok(audiences.data)
    }

    /// Stores an audience in the place of the one with its name.
    pub(in crate::cli) async fn put_audience(
        &self,
        name: &AudienceName,
        source: &str,
    ) -> Answer<ServerStoredAudience> {
        let call = self.call(Method::PUT, &["audiences", name.as_str()]);
        let call = call.body("application/yaml", source.to_owned());
        self.ask(&call).await
    }
}
