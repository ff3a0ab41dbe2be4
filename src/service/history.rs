//! What was published before: the last score of each day.

use chrono::{NaiveDate, TimeDelta};

use super::Service;
use super::error::{Result, ServiceError};
use super::paging;
use crate::store;
use crate::store::history::{DayScore, Days};
use renown_core::domain::MemberId;

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
                let wanted = paging::rows_for(limit);
                store::history::page(&mut conn, member, model, days, before, wanted).await?
            }
            None => Vec::new(),
        };
        let more = paging::cut(&mut entries, limit);
        let next = entries.last().filter(|_| more).map(|entry| entry.day);
        Ok(HistoryPage { entries, next })
    }

    /// The member behind an identity, if they have not opted out.
    pub(super) async fn taking_part(&self, identity: &str) -> Result<Option<MemberId>> {
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
