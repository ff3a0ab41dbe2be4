//! Leaderboards: members by score, overall or for a topic.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sqlx::PgConnection;

use super::Scores;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::store;
use crate::store::scores::history::PastInfluence;

use renown_core::domain::{
    Handle, LeaderboardCursor, LeaderboardOrder, MemberId, MemberName, ProgramId, Score, TierId,
    Topic,
};

/// The days after which a member is compared with their former place and score.
const CHANGE_DAYS: u64 = 7;

/// Which leaderboard is asked for.
#[derive(Debug, Clone, Default)]
pub struct LeaderboardQuery {
    /// The topic; overall influence without one.
    pub topic: Option<Topic>,
    /// The program whose tiers are shown.
    pub program: Option<ProgramId>,
    /// The order.
    pub by: LeaderboardOrder,
    /// The place after which the page begins, of the same order.
    pub after: Option<LeaderboardCursor>,
}

/// One entry of a leaderboard.
#[derive(Debug, Clone)]
pub struct LeaderboardEntry {
    /// The place, from 1.
    pub rank: u32,
    /// The member.
    pub member: MemberId,
    /// The name that the business calls the member by.
    pub name: Option<MemberName>,
    /// The handles of the member's accounts.
    pub accounts: Vec<Handle>,
    /// The member's score.
    pub score: Score,
    /// What has changed in seven days; `None` on the leaderboard of a topic, and if nothing
    /// is known of that time.
    pub change: Option<LeaderboardChange>,
    /// The member's tier in the program, if one was asked for: id and display name.
    pub tier: Option<(TierId, String)>,
}

/// What has changed of a member in seven days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeaderboardChange {
    /// By how many places the member rose, negative for fell; `None` if the member was not
    /// among the first thousand.
    pub rank: Option<i64>,
    /// By how much the influence rose.
    pub score: Option<f64>,
    /// By how much its lower end rose.
    pub lower: Option<f64>,
}

/// One page of a leaderboard, best first.
#[derive(Debug, Clone)]
pub struct Leaderboard {
    /// The entries.
    pub entries: Vec<LeaderboardEntry>,
    /// The cursor of the next page, if there is one.
    pub next: Option<LeaderboardCursor>,
}

/// What members were seven days ago.
#[derive(Default)]
struct Past {
    ranks: BTreeMap<MemberId, i32>,
    influence: BTreeMap<MemberId, PastInfluence>,
}

impl Past {
    fn change(&self, member: MemberId, rank: u32, score: &Score) -> Option<LeaderboardChange> {
        let (before, past) = (self.ranks.get(&member), self.influence.get(&member));
        if before.is_none() && past.is_none() {
            return None;
        }
        let moved = |now: Option<f64>, then: fn(&PastInfluence) -> f64| Some(now? - then(past?));
        let lower = score.influence.interval().map(|ends| ends.lower);
        Some(LeaderboardChange {
            rank: before.map(|before| i64::from(*before) - i64::from(rank)),
            score: moved(score.influence.score(), |past| past.score),
            lower: moved(lower, |past| past.lower),
        })
    }
}

impl Scores {
    /// Returns a page of a leaderboard, overall or of a topic.
    ///
    /// # Errors
    /// If there is no such program.
    pub async fn leaderboard(&self, query: &LeaderboardQuery, limit: u16) -> Result<Leaderboard> {
        let mut conn = self.context.connection().await?;
        let model = self.current.version();
        let LeaderboardQuery {
            topic, by, after, ..
        } = query;
        let (by, after, rows) = (*by, *after, paging::rows_for(limit));
        let mut rows = match topic {
            None => store::scores::leaderboard(&mut conn, &model, by, after, rows).await?,
            Some(topic) => {
                store::scores::topic_leaderboard(&mut conn, &model, topic, by, after, rows).await?
            }
        };
        let more = paging::cut(&mut rows, limit);
        let members: Vec<MemberId> = rows.iter().map(|(member, _)| *member).collect();
        let mut accounts = store::members::accounts(&mut conn, &members).await?;
        let mut names = store::members::names(&mut conn, &members).await?;
        let mut tiers = self.tiers_of(&mut conn, query, &members).await?;
        let past = self.past_of(&mut conn, query, &members).await?;
        let first = after.map_or(1, |after| after.rank.saturating_add(1));
        let entries = (first..).zip(rows);
        let entries: Vec<LeaderboardEntry> = entries
            .map(|(rank, (member, score))| LeaderboardEntry {
                rank,
                accounts: handles(accounts.remove(&member).unwrap_or_default()),
                name: names.remove(&member),
                tier: tiers.remove(&member),
                change: past.change(member, rank, &score),
                member,
                score,
            })
            .collect();
        let next = entries.last().filter(|_| more);
        Ok(Leaderboard {
            next: next.map(|entry| LeaderboardCursor {
                by,
                at: rank_key(&entry.score, topic.as_ref(), by),
                member: entry.member,
                rank: entry.rank,
            }),
            entries,
        })
    }

    /// Returns the tiers of members in the program that was asked for; none without one.
    async fn tiers_of(
        &self,
        conn: &mut PgConnection,
        query: &LeaderboardQuery,
        members: &[MemberId],
    ) -> Result<BTreeMap<MemberId, (TierId, String)>> {
        let Some(program) = &query.program else {
            return Ok(BTreeMap::new());
        };
        let in_force = self.programs.in_force(program).map_err(|_| {
            ServiceError::invalid("", format_args!("there is no program '{program}'"))
        })?;
        let rules = &in_force.program;
        let held = store::programs::tiers::in_effect(conn, members).await?;
        let tier = |member: &MemberId| {
            let own = held.get(member).and_then(|tiers| tiers.get(program));
            let tier = own
                .and_then(|tier| rules.tier(tier))
                .unwrap_or(rules.floor());
            (*member, (tier.id.clone(), tier.title.clone()))
        };
        Ok(members.iter().map(tier).collect())
    }

    /// Reads what members were seven days ago; nothing for a topic.
    async fn past_of(
        &self,
        conn: &mut PgConnection,
        query: &LeaderboardQuery,
        members: &[MemberId],
    ) -> Result<Past> {
        let Some(day) = self.compared_day().filter(|_| query.topic.is_none()) else {
            return Ok(Past::default());
        };
        let model = self.current.version();
        let places = store::scores::places::on_day(conn, members, day, query.by);
        Ok(Past {
            ranks: places.await?,
            influence: store::scores::history::up_to(conn, members, &model, day).await?,
        })
    }

    fn compared_day(&self) -> Option<NaiveDate> {
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        as_of.date_naive().checked_sub_days(Days::new(CHANGE_DAYS))
    }

    /// Resolves a text to a topic, including aliases.
    ///
    /// # Errors
    /// If the text is not a topic.
    pub fn topic(&self, text: &str) -> Result<Topic> {
        Ok(self.dictionary.resolve(Topic::parse(text)?))
    }
}

fn handles<T>(accounts: Vec<(T, Handle)>) -> Vec<Handle> {
    accounts.into_iter().map(|(_, handle)| handle).collect()
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
