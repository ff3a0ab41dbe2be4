//! The history of scores: the last published score of each day.

use chrono::{NaiveDate, TimeDelta};
use renown_core::domain::{DayRange, DayScore};

use super::Scores;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::store;

/// Entries deleted in one transaction.
const PRUNED: i64 = 10_000;

/// One page of a history, latest day first.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The entries, one for each day.
    pub entries: Vec<DayScore>,
    /// The last day of this page, if there is another one.
    pub next: Option<NaiveDate>,
}

impl Scores {
    /// Returns the score history of a member; empty for an unknown member.
    ///
    /// # Errors
    /// If the text is not an identity, or the days are in the wrong order.
    pub async fn history(
        &self,
        identity: &str,
        days: DayRange,
        before: Option<NaiveDate>,
        limit: u16,
    ) -> Result<HistoryPage> {
        if days.from.zip(days.to).is_some_and(|(from, to)| from > to) {
            return Err(ServiceError::invalid("", "from must not be after to"));
        }
        let mut entries = match self.facts.taking_part(identity).await? {
            Some(member) => {
                let mut conn = self.context.pool.acquire().await?;
                let model = self.current.version();
                let rows = paging::rows_for(limit);
                store::scores::history::page(&mut conn, member, &model, days, before, rows).await?
            }
            None => Vec::new(),
        };
        let more = paging::cut(&mut entries, limit);
        let next = entries.last().filter(|_| more).map(|entry| entry.day);
        Ok(HistoryPage { entries, next })
    }

    /// Deletes one batch of entries that are too old. Returns whether none is left.
    pub async fn prune_history(&self) -> Result<bool> {
        let present = self.context.config.scoring.as_of(self.context.clock.now());
        let kept = TimeDelta::days(self.context.config.history.days);
        let before = (present - kept).date_naive();
        let mut conn = self.context.pool.acquire().await?;
        let pruned = store::scores::history::prune(&mut conn, before, PRUNED).await?;
        Ok(pruned < PRUNED as u64)
    }
}
