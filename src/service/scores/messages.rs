//! Messages about scores: sent when a score has moved since it was last reported.
//! The change is measured from the last reported score, not from the previous one.
//! So a slow drift is reported too, and a score that swings is not reported each
//! time.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Scorer;
use crate::service::error::Result;
use crate::service::webhooks::{
    About, MessageBody, ScoreChangeReason, ScoreChangedBody, ScoresBefore,
};
use crate::store;
use crate::store::scores::notified_scores::NotifiedScore;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{Index, MemberId, Score};

impl Scorer {
    /// Writes messages about the scores that have moved far enough, in the
    /// transaction that publishes them.
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
        let notified = store::scores::notified_scores::of(conn, &members).await?;
        let mut messages = Vec::new();
        let mut told_now = BTreeMap::new();
        for (member, score) in scores {
            let before = notified.get(member).copied().unwrap_or_default();
            let now = NotifiedScore {
                influence: score.influence.score(),
                value: score.value.score(),
            };
            if has_moved(before, now, threshold) {
                messages.push(self.score_changed(*member, score, before)?);
                told_now.insert(*member, now);
            }
        }
        store::scores::notified_scores::set(conn, &told_now).await?;
        Ok(store::webhooks::outbox::add(conn, &messages).await?)
    }

    fn score_changed(
        &self,
        member: MemberId,
        score: &Score,
        before: NotifiedScore,
    ) -> Result<Message> {
        let body = ScoreChangedBody {
            influence: score.influence,
            value: score.value,
            before: notified_before(before),
            reason: ScoreChangeReason::Moved,
            as_of: Some(score.as_of),
            model: Some(score.model.clone()),
            snapshot: Some(score.snapshot),
        };
        self.score_message(member, body)
    }

    fn score_message(&self, member: MemberId, body: ScoreChangedBody) -> Result<Message> {
        let about = About {
            program: None,
            member: Some(member),
        };
        let clock = &self.context.clock;
        MessageBody::ScoreChanged(body).message(clock.new_id(), clock.now(), about)
    }

    /// Writes messages that members have no score any more, if one was reported before.
    pub(in crate::service) async fn tell_withdrawn_scores(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
        reason: ScoreChangeReason,
    ) -> Result<()> {
        let notified = store::scores::notified_scores::forget(conn, members).await?;
        if self.context.config.webhooks.score_change_threshold <= 0.0 {
            return Ok(());
        }
        let known = notified
            .into_iter()
            .filter(|(_, notified)| notified.influence.is_some() || notified.value.is_some());
        let messages = known.map(|(member, before)| {
            let body = ScoreChangedBody {
                influence: Index::Unknown,
                value: Index::Unknown,
                before: notified_before(before),
                reason,
                as_of: None,
                model: None,
                snapshot: None,
            };
            self.score_message(member, body)
        });
        let messages = messages.collect::<Result<Vec<_>>>()?;
        Ok(store::webhooks::outbox::add(conn, &messages).await?)
    }
}

fn notified_before(notified: NotifiedScore) -> ScoresBefore {
    ScoresBefore {
        influence: notified.influence,
        value: notified.value,
    }
}

/// Returns whether an index has become known or unknown, or has moved by
/// `threshold` points or more.
fn has_moved(before: NotifiedScore, now: NotifiedScore, threshold: f64) -> bool {
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
        let notified = |influence, value| NotifiedScore { influence, value };
        let moved = |before, now| has_moved(before, now, 5.0);
        let none = notified(None, None);
        assert!(!moved(none, none));
        assert!(moved(none, notified(Some(0.0), None)));
        assert!(moved(notified(Some(3.0), None), none));
        assert!(!moved(
            notified(Some(40.0), None),
            notified(Some(44.9), None)
        ));
        assert!(moved(
            notified(Some(40.0), None),
            notified(Some(45.0), None)
        ));
        assert!(moved(
            notified(Some(40.0), None),
            notified(Some(35.0), None)
        ));
        assert!(moved(
            notified(Some(40.0), Some(1.0)),
            notified(Some(40.0), Some(6.0))
        ));
    }
}
