//! Lists of the messages that are kept.

use serde_json::value::RawValue;

use super::Webhooks;
use super::payload::payload;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::store;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{MemberId, MessageFilter};

/// The most messages that are looked at for one page.
const WALKED: i64 = 5_000;

impl Webhooks {
    /// Returns a page of the messages about a member, latest first, as webhooks get them;
    /// and the last place of the page if there is another one.
    pub async fn of_member(
        &self,
        member: MemberId,
        before: Option<i64>,
        limit: u16,
    ) -> Result<(Vec<Box<RawValue>>, Option<i64>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        // Also those about members who were merged into this one.
        let person = store::members::merges::with_absorbed(&mut conn, &[member]).await?;
        let page = store::webhooks::outbox::of_person(&mut conn, &person, before, rows);
        let mut page = page.await?;
        let more = paging::cut(&mut page, limit);
        let next = page.last().filter(|_| more).map(|(place, _)| *place);
        Ok((payloads(&page)?, next))
    }

    /// Returns a page of the messages that match a filter, latest first, as webhooks get
    /// them; and the place after which the next page begins if there may be one. A limited
    /// number of messages is looked at, so that a page may have fewer than `limit`, or none,
    /// although there is a next one.
    pub async fn latest(
        &self,
        filter: &MessageFilter,
        before: Option<i64>,
        limit: u16,
    ) -> Result<(Vec<Box<RawValue>>, Option<i64>)> {
        let mut conn = self.context.pool.acquire().await?;
        let end = store::webhooks::outbox::place_back(&mut conn, before, WALKED).await?;
        let between = (end.unwrap_or(0), before);
        let rows = paging::rows_for(limit);
        let page = store::webhooks::outbox::latest(&mut conn, filter, between, rows);
        let mut page = page.await?;
        let more = paging::cut(&mut page, limit);
        let last = page.last().filter(|_| more).map(|(place, _)| *place);
        Ok((payloads(&page)?, last.or(end)))
    }
}

/// Returns messages as webhooks get them.
fn payloads(messages: &[(i64, Message)]) -> Result<Vec<Box<RawValue>>> {
    let payloads = messages.iter().map(|(_, message)| {
        serde_json::from_slice(&payload(message)).map_err(ServiceError::Unwritable)
    });
    payloads.collect()
}
