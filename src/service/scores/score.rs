//! A member's score and its explanation.

use renown_core::rules::MemberFacts;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use super::Scores;
use super::account_fold::fold_all;
use super::projection::States;
use super::stored_evidence::StoredEvidence;

use crate::service::error::Result;
use crate::store;
use renown_core::domain::{AccountId, MemberId, Position, Score};
use renown_core::scoring::{Explanation, Model, explain, score};

/// A score and its member. There is no member if the identity is not enrolled,
/// opted out or was never seen: these cannot be told apart.
#[derive(Debug, Clone)]
pub struct MemberScore {
    /// The member, if enrolled and taking part in scoring.
    pub member: Option<MemberId>,
    /// The score; unknown if there is no member.
    pub score: Score,
}

/// The explanation of a score, and its member.
#[derive(Debug, Clone)]
pub struct ScoreExplanation {
    /// The member, if enrolled and taking part in scoring.
    pub member: Option<MemberId>,
    /// The explanation of every point of the score.
    pub explanation: Explanation,
}

impl Scores {
    /// Returns a member's score: the published one, or one computed as of a time
    /// from the events up to then. What was published at that time is in the
    /// [`history`](Self::history).
    ///
    /// # Errors
    /// If the text is not an identity.
    pub async fn get(&self, identity: &str, as_of: Option<DateTime<Utc>>) -> Result<MemberScore> {
        let (_, facts) = self.facts.find(identity).await?;
        let Some(as_of) = as_of else {
            return Ok(published(&facts));
        };
        let stored = self.evidence_of(&facts, Some(as_of)).await?;
        let (model, snapshot) = (self.current.model(), self.current.snapshot());
        Ok(MemberScore {
            member: facts.member.as_ref().map(|member| member.id),
            score: score(&model, &snapshot, &stored.evidence(), as_of),
        })
    }

    /// Explains a member's score.
    ///
    /// # Errors
    /// If the text is not an identity.
    pub async fn explain(
        &self,
        identity: &str,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<ScoreExplanation> {
        let (_, facts) = self.facts.find(identity).await?;
        // The time of the published score, so that the two agree.
        let time = as_of.unwrap_or(facts.score.as_of);
        let snapshot = self.current.snapshot();
        let stored = self.evidence_of(&facts, as_of).await?;
        let model = self.current.model();
        Ok(ScoreExplanation {
            member: facts.member.as_ref().map(|member| member.id),
            explanation: explain(&model, &snapshot, &stored.evidence(), time),
        })
    }

    /// Loads what a member's score is computed from: the stored states, or states
    /// folded from the events up to a time.
    async fn evidence_of(
        &self,
        facts: &MemberFacts,
        until: Option<DateTime<Utc>>,
    ) -> Result<StoredEvidence> {
        let Some(member) = &facts.member else {
            return Ok(StoredEvidence::default());
        };
        let mut conn = self.context.connection().await?;
        let Some(until) = until else {
            return StoredEvidence::load(&mut conn, &self.current.version(), member.id).await;
        };
        let mut stored = StoredEvidence::without_states(&mut conn, member.id).await?;
        let head = store::events::log::head(&mut conn).await?;
        let model = self.current.model();
        stored.states = fold_until(&mut conn, &model, &stored.accounts, head, until).await?;
        Ok(stored)
    }
}

/// Folds the states of accounts from their events up to a time and a position.
pub(super) async fn fold_until(
    conn: &mut sqlx::PgConnection,
    model: &Model,
    accounts: &[AccountId],
    to: Position,
    until: DateTime<Utc>,
) -> Result<States> {
    let events = store::events::log::of_accounts(conn, accounts, to);
    let past = events.try_filter(|event| std::future::ready(event.time <= until));
    fold_all(model, past).await
}

fn published(facts: &MemberFacts) -> MemberScore {
    MemberScore {
        member: facts.member.as_ref().map(|member| member.id),
        score: facts.score.clone(),
    }
}
