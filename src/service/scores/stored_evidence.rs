//! What one member's score is computed from, loaded from the database.

use sqlx::PgConnection;

use super::projection::{States, evidence, load_states};
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{AccountId, MemberId, ModelVersion, Topic};
use renown_core::scoring::MemberEvidence;

/// The states of a member's accounts, and the interests that the member declared.
#[derive(Debug, Default)]
pub(in crate::service) struct StoredEvidence {
    pub(super) states: States,
    pub(super) accounts: Vec<AccountId>,
    declared: Vec<Topic>,
}

impl StoredEvidence {
    /// Loads the states that the scorer stored for a model.
    pub(in crate::service) async fn load(
        conn: &mut PgConnection,
        model: &ModelVersion,
        member: MemberId,
    ) -> Result<Self> {
        let mut stored = Self::without_states(conn, member).await?;
        stored.states = load_states(conn, model, &stored.accounts).await?;
        Ok(stored)
    }

    /// Loads all but the states of the accounts.
    pub(super) async fn without_states(conn: &mut PgConnection, member: MemberId) -> Result<Self> {
        let declared = store::members::declared_interests(conn, &[member]).await?;
        let accounts = store::members::account_ids(conn, &[member]).await?;
        Ok(Self {
            states: States::new(),
            accounts: accounts.into_values().next().unwrap_or_default(),
            declared: declared.into_values().next().unwrap_or_default(),
        })
    }

    /// Returns the evidence.
    pub(in crate::service) fn evidence(&self) -> MemberEvidence<'_> {
        evidence(Some(&self.accounts), &self.states, self.declared.clone())
    }
}
