//! The messages about one member.

use serde_json::value::RawValue;

use super::Webhooks;
use super::payload::payload;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::store;

use renown_core::domain::MemberId;

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
        let payloads = page.iter().map(|(_, message)| {
            serde_json::from_slice(&payload(message)).map_err(ServiceError::Unwritable)
        });
        Ok((payloads.collect::<Result<_>>()?, next))
    }
}
