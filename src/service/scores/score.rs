//! A member's score and its explanation.

use renown_core::rules::MemberFacts;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use super::Scores;
use super::projection::{States, evidence, load_states};

use crate::service::error::Result;
use crate::store;
use renown_core::domain::{AccountId, MemberId, Position, Score, Topic};
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
        let member = self.members.find(identity).await?;
        let facts = self.facts.of(member).await?;
        let Some(as_of) = as_of else {
            return Ok(published(&facts));
        };
        let (_, states, accounts, declared) = self.evidence_of(&facts, Some(as_of)).await?;
        let evidence = evidence(Some(&accounts), &states, declared);
        Ok(MemberScore {
            member: facts.member.as_ref().map(|member| member.id),
            score: score(
                &self.current.model(),
                &self.current.snapshot(),
                &evidence,
                as_of,
            ),
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
        let member = self.members.find(identity).await?;
        let facts = self.facts.of(member).await?;
        // The time of the published score, so that the two agree.
        let time = as_of.unwrap_or(facts.score.as_of);
        let (snapshot, states, accounts, declared) = self.evidence_of(&facts, as_of).await?;
        let evidence = evidence(Some(&accounts), &states, declared);
        Ok(ScoreExplanation {
            member: facts.member.as_ref().map(|member| member.id),
            explanation: explain(&self.current.model(), &snapshot, &evidence, time),
        })
    }

    /// Loads what a member's score is computed from: the stored states, or states
    /// folded from the events up to a time.
    async fn evidence_of(
        &self,
        facts: &Arc<MemberFacts>,
        until: Option<DateTime<Utc>>,
    ) -> Result<(
        Arc<renown_core::scoring::Snapshot>,
        States,
        Vec<AccountId>,
        Vec<Topic>,
    )> {
        let snapshot = self.current.snapshot();
        let Some(member) = &facts.member else {
            return Ok((snapshot, States::new(), Vec::new(), Vec::new()));
        };
        let mut conn = self.context.connection().await?;
        let declared = store::members::declared_interests(&mut conn, &[member.id]).await?;
        let declared = declared.into_values().next().unwrap_or_default();
        let accounts = store::members::account_ids(&mut conn, &[member.id]).await?;
        let accounts = accounts.into_values().next().unwrap_or_default();
        let states = match until {
            None => load_states(&mut conn, &self.current.version(), &accounts).await?,
            Some(until) => {
                let head = store::events::log::head(&mut conn).await?;
                fold_until(&mut conn, &self.current.model(), &accounts, head, until).await?
            }
        };
        Ok((snapshot, states, accounts, declared))
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
    let mut states = States::new();
    let mut events = std::pin::pin!(store::events::log::of_accounts(conn, accounts, to));
    while let Some(event) = events.try_next().await? {
        if event.time <= until
            && let Some(account) = event.act.subject()
        {
            states.entry(*account).or_default().fold(model, &event);
        }
    }
    Ok(states)
}

fn published(facts: &MemberFacts) -> MemberScore {
    MemberScore {
        member: facts.member.as_ref().map(|member| member.id),
        score: facts.score.clone(),
    }
}
