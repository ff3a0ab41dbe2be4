//! What was published before: the last score of each day.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Service;
use super::error::{Result, ServiceError};
use crate::domain::{Index, MemberId};
use crate::store;
use crate::store::history::{DayScore, Days};

/// Entries pruned in one transaction.
const PRUNED: i64 = 10_000;

/// One page of a history, latest day first.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// A day each.
    pub entries: Vec<DayScore>,
    /// The last day of this page, if there is another one.
    pub next: Option<NaiveDate>,
}

/// A past score, and whose it is.
#[derive(Debug, Clone)]
pub struct PastScore {
    /// Who, if they are enrolled and take part.
    pub member: Option<MemberId>,
    /// The entry of the history; unknown for nobody.
    pub entry: DayScore,
}

impl Service {
    /// The history of whoever an identity refers to; empty for nobody.
    ///
    /// # Errors
    /// If the text is no identity, the days are in the wrong order, or the
    /// database does not answer.
    pub async fn score_history(
        &self,
        identity: &str,
        days: Days,
        before: Option<NaiveDate>,
        limit: u16,
    ) -> Result<HistoryPage> {
        if days.from.zip(days.to).is_some_and(|(from, to)| from > to) {
            return Err(ServiceError::invalid("", "from must not be after to"));
        }
        let mut entries = match self.taking_part(identity).await? {
            Some(member) => {
                let mut conn = self.pool.acquire().await?;
                let model = self.model.version();
                // One more than asked for tells whether there is another page.
                let wanted = i64::from(limit) + 1;
                store::history::page(&mut conn, member, model, days, before, wanted).await?
            }
            None => Vec::new(),
        };
        let more = entries.len() > usize::from(limit);
        entries.truncate(usize::from(limit));
        let next = entries.last().filter(|_| more).map(|entry| entry.day);
        Ok(HistoryPage { entries, next })
    }

    /// What was known of whoever an identity refers to at a time: the last
    /// entry of their history as of then or before.
    ///
    /// # Errors
    /// [`ServiceError::BeforeHistory`] if there is none as early; if the time
    /// lies in the future, the text is no identity, or the database does not
    /// answer.
    pub async fn past_score(&self, identity: &str, time: DateTime<Utc>) -> Result<PastScore> {
        self.refuse_future(time)?;
        let Some(member) = self.taking_part(identity).await? else {
            return Ok(PastScore {
                member: None,
                entry: DayScore {
                    day: time.date_naive(),
                    as_of: time,
                    model: self.model.version().clone(),
                    snapshot: self.snapshot.load().id(),
                    influence: Index::Unknown,
                    value: Index::Unknown,
                },
            });
        };
        let mut conn = self.pool.acquire().await?;
        match store::history::at(&mut conn, member, self.model.version(), time).await? {
            Some(entry) => Ok(PastScore {
                member: Some(member),
                entry,
            }),
            None => {
                let begins = store::history::begins(&mut conn, member).await?;
                Err(ServiceError::BeforeHistory(begins))
            }
        }
    }

    /// The present may be configured to lie ahead of the clock.
    fn refuse_future(&self, time: DateTime<Utc>) -> Result<()> {
        let now = self.clock.now();
        if time > now.max(self.config.scoring.as_of(now)) {
            return Err(ServiceError::invalid("", "as_of lies in the future"));
        }
        Ok(())
    }

    /// The member behind an identity, if they have not opted out.
    async fn taking_part(&self, identity: &str) -> Result<Option<MemberId>> {
        let member = self.find_member(identity).await?;
        let facts = self.member_facts(member).await?;
        Ok(facts.member.as_ref().map(|member| member.id))
    }

    /// Takes some of what is past its time out of the history. Says whether
    /// that was all of it.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn prune_history(&self) -> Result<bool> {
        let present = self.config.scoring.as_of(self.clock.now());
        let kept = TimeDelta::days(self.config.history.days);
        let before = (present - kept).date_naive();
        let mut conn = self.pool.acquire().await?;
        let pruned = store::history::prune(&mut conn, before, PRUNED).await?;
        Ok(pruned < PRUNED as u64)
    }
}
