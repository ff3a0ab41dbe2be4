//! Leaderboards: who matters, overall or for a topic.

use super::Scores;
use crate::service::error::Result;
use crate::service::paging;
use crate::store;

use renown_core::domain::{Handle, LeaderboardCursor, MemberId, Score, Topic};

/// One line.
#[derive(Debug, Clone)]
pub struct LeaderboardEntry {
    /// Who.
    pub member: MemberId,
    /// Their accounts: what people know them by.
    pub accounts: Vec<Handle>,
    /// Their score.
    pub score: Score,
}

/// One page, best first.
#[derive(Debug, Clone)]
pub struct Leaderboard {
    /// The lines.
    pub entries: Vec<LeaderboardEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<LeaderboardCursor>,
}

impl Scores {
    /// A page of the leaderboard, overall or of a topic, after a rung.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn leaderboard(
        &self,
        topic: Option<&Topic>,
        after: Option<LeaderboardCursor>,
        limit: u16,
    ) -> Result<Leaderboard> {
        let mut conn = self.context.pool.acquire().await?;
        let model = self.current.version();
        let wanted = paging::rows_for(limit);
        let mut rows = match topic {
            None => store::scores::leaderboard(&mut conn, model, after, wanted).await?,
            Some(topic) => {
                store::scores::topic_leaderboard(&mut conn, model, topic, after, wanted).await?
            }
        };
        let more = paging::cut(&mut rows, limit);
        let members: Vec<MemberId> = rows.iter().map(|(member, _)| *member).collect();
        let mut accounts = store::members::accounts(&mut conn, &members).await?;
        let next = rows
            .last()
            .filter(|_| more)
            .map(|(member, score)| LeaderboardCursor {
                influence: rank_key(score, topic),
                member: *member,
            });
        let entries = rows.into_iter().map(|(member, score)| LeaderboardEntry {
            accounts: accounts
                .remove(&member)
                .unwrap_or_default()
                .into_iter()
                .map(|(_, handle)| handle)
                .collect(),
            member,
            score,
        });
        Ok(Leaderboard {
            entries: entries.collect(),
            next,
        })
    }

    /// The topic that a text stands for, aliases resolved.
    ///
    /// # Errors
    /// If the text is no topic.
    pub fn topic(&self, text: &str) -> Result<Topic> {
        Ok(self.dictionary.resolve(Topic::parse(text)?))
    }
}

/// What a leaderboard is sorted by.
fn rank_key(score: &Score, topic: Option<&Topic>) -> f64 {
    match topic {
        None => score.influence.score().unwrap_or(0.0),
        Some(topic) => score
            .topics
            .get(topic)
            .map_or(0.0, |on_topic| on_topic.influence),
    }
}
