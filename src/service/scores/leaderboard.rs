//! Leaderboards: members by score, overall or for a topic.

use super::Scores;
use crate::service::error::Result;
use crate::service::paging;
use crate::store;

use renown_core::domain::{Handle, LeaderboardCursor, MemberId, Score, Topic};

/// One entry of a leaderboard.
#[derive(Debug, Clone)]
pub struct LeaderboardEntry {
    /// The member.
    pub member: MemberId,
    /// The handles of the member's accounts.
    pub accounts: Vec<Handle>,
    /// The member's score.
    pub score: Score,
}

/// One page of a leaderboard, best first.
#[derive(Debug, Clone)]
pub struct Leaderboard {
    /// The entries.
    pub entries: Vec<LeaderboardEntry>,
    /// The cursor of the next page, if there is one.
    pub next: Option<LeaderboardCursor>,
}

impl Scores {
    /// Returns a page of the leaderboard, overall or of a topic, after a cursor.
    pub async fn leaderboard(
        &self,
        topic: Option<&Topic>,
        after: Option<LeaderboardCursor>,
        limit: u16,
    ) -> Result<Leaderboard> {
        let mut conn = self.context.pool.acquire().await?;
        let model = self.current.version();
        let rows = paging::rows_for(limit);
        let mut rows = match topic {
            None => store::scores::leaderboard(&mut conn, &model, after, rows).await?,
            Some(topic) => {
                store::scores::topic_leaderboard(&mut conn, &model, topic, after, rows).await?
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

    /// Resolves a text to a topic, including aliases.
    ///
    /// # Errors
    /// If the text is not a topic.
    pub fn topic(&self, text: &str) -> Result<Topic> {
        Ok(self.dictionary.resolve(Topic::parse(text)?))
    }
}

/// Returns the score that a leaderboard is sorted by.
fn rank_key(score: &Score, topic: Option<&Topic>) -> f64 {
    match topic {
        None => score.influence.score().unwrap_or(0.0),
        Some(topic) => score
            .topics
            .get(topic)
            .map_or(0.0, |on_topic| on_topic.influence),
    }
}
