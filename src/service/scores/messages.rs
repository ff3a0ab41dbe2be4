//! What is told of scores: that one has moved since it was last told. Measured
//! from what was told and not from the score before, so that a slow drift is
//! told too, and a score that swings about does not tell each time.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::PgConnection;

use super::Scorer;
use crate::service::error::Result;
use crate::store;
use crate::store::scores::told_scores::Told;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{MemberId, MessageKind, Score};

impl Scorer {
    /// Tells of the scores that have moved far enough, in the transaction that
    /// publishes them.
    pub(in crate::service) async fn tell_scores(
        &self,
        conn: &mut PgConnection,
        scores: &[(MemberId, Score)],
    ) -> Result<()> {
        let threshold = self.context.config.webhooks.score_change_threshold;
        if threshold <= 0.0 || scores.is_empty() {
            return Ok(());
        }
        let members: Vec<MemberId> = scores.iter().map(|(member, _)| *member).collect();
        let told = store::scores::told_scores::of(conn, &members).await?;
        let mut messages = Vec::new();
        let mut told_now = BTreeMap::new();
        for (member, score) in scores {
            let before = told.get(member).copied().unwrap_or_default();
            let now = Told {
                influence: score.influence.score(),
                value: score.value.score(),
            };
            if has_moved(before, now, threshold) {
                messages.push(self.score_changed(*member, score, before));
                told_now.insert(*member, now);
            }
        }
        store::scores::told_scores::set(conn, &told_now).await?;
        Ok(store::webhooks::outbox::add(conn, &messages).await?)
    }

    fn score_changed(&self, member: MemberId, score: &Score, before: Told) -> Message {
        Message {
            id: self.context.clock.new_id(),
            kind: MessageKind::ScoreChanged,
            at: self.context.clock.now(),
            program: None,
            member: Some(member),
            body: json!({
                "influence": score.influence,
                "value": score.value,
                "before": { "influence": before.influence, "value": before.value },
                "reason": "moved",
                "as_of": score.as_of,
                "model": score.model,
                "snapshot": score.snapshot,
            }),
        }
    }

    /// Tells that there is no score any more of members who opted out, if one
    /// was ever told.
    pub(in crate::service) async fn tell_withdrawn_scores(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<()> {
        let told = store::scores::told_scores::forget(conn, members).await?;
        if self.context.config.webhooks.score_change_threshold <= 0.0 {
            return Ok(());
        }
        let known = told
            .into_iter()
            .filter(|(_, told)| told.influence.is_some() || told.value.is_some());
        let messages: Vec<Message> = known
            .map(|(member, before)| Message {
                id: self.context.clock.new_id(),
                kind: MessageKind::ScoreChanged,
                at: self.context.clock.now(),
                program: None,
                member: Some(member),
                body: json!({
                    "influence": { "state": "unknown" },
                    "value": { "state": "unknown" },
                    "before": { "influence": before.influence, "value": before.value },
                    "reason": "opted_out",
                }),
            })
            .collect();
        Ok(store::webhooks::outbox::add(conn, &messages).await?)
    }
}

/// Whether an index has become known or unknown, or has moved by `threshold`
/// points or more.
fn has_moved(before: Told, now: Told, threshold: f64) -> bool {
    let moved = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(before), Some(now)) => (now - before).abs() >= threshold,
        (None, None) => false,
        _ => true,
    };
    moved(before.influence, now.influence) || moved(before.value, now.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_has_moved_by_the_threshold_or_by_becoming_known() {
        let told = |influence, value| Told { influence, value };
        let moved = |before, now| has_moved(before, now, 5.0);
        let none = told(None, None);
        assert!(!moved(none, none));
        assert!(moved(none, told(Some(0.0), None)));
        assert!(moved(told(Some(3.0), None), none));
        assert!(!moved(told(Some(40.0), None), told(Some(44.9), None)));
        assert!(moved(told(Some(40.0), None), told(Some(45.0), None)));
        assert!(moved(told(Some(40.0), None), told(Some(35.0), None)));
        assert!(moved(
            told(Some(40.0), Some(1.0)),
            told(Some(40.0), Some(6.0))
        ));
    }
}
