//! Leaderboards: members by score, overall or for a topic.

use super::Scores;
use crate::service::error::Result;
use crate::service::paging;
use crate::store;

use renown_core::domain::{Handle, LeaderboardCursor, LeaderboardOrder, MemberId, Score, Topic};

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
    /// Returns a page of the leaderboard, overall or of a topic, after a cursor of the
    /// same order.
    pub async fn leaderboard(
        &self,
        topic: Option<&Topic>,
        by: LeaderboardOrder,
        after: Option<LeaderboardCursor>,
        limit: u16,
    ) -> Result<Leaderboard> {
        let mut conn = self.context.pool.acquire().await?;
        let model = self.current.version();
        let rows = paging::rows_for(limit);
        let mut rows = match topic {
            None => store::scores::leaderboard(&mut conn, &model, by, after, rows).await?,
            Some(topic) => {
                store::scores::topic_leaderboard(&mut conn, &model, topic, by, after, rows).await?
            }
        };
        let more = paging::cut(&mut rows, limit);
        let members: Vec<MemberId> = rows.iter().map(|(member, _)| *member).collect();
        let mut accounts = store::members::accounts(&mut conn, &members).await?;
        let next = rows
            .last()
            .filter(|_| more)
            .map(|(member, score)| LeaderboardCursor {
                by,
                at: rank_key(score, topic, by),
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

/// Returns the number that a leaderboard is sorted by.
fn rank_key(score: &Score, topic: Option<&Topic>, by: LeaderboardOrder) -> f64 {
    let on_topic = topic.and_then(|topic| score.topics.get(topic));
    let key = match (topic, by) {
        (None, LeaderboardOrder::Lower) => score.influence.interval().map(|ends| ends.lower),
        (None, LeaderboardOrder::Score) => score.influence.score(),
        (Some(_), LeaderboardOrder::Lower) => on_topic.map(|on_topic| on_topic.lower),
        (Some(_), LeaderboardOrder::Score) => on_topic.map(|on_topic| on_topic.influence),
    };
    key.unwrap_or(0.0)
}
