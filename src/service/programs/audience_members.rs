//! Who is in an audience: counted, listed, and streamed. Members of a condition are found by
//! evaluating it on all members, in pages, without a transaction: a member who changes while
//! that goes on may be seen as before or as after.

use std::sync::Arc;

use uuid::Uuid;

use super::{Audiences, NO_AUDIENCE};
use crate::service::error::{Result, ServiceError};
use crate::service::members::MemberProfile;
use crate::store::decisions::facts::Selection;
use crate::store::programs::audiences;
use renown_core::domain::{AudienceName, AudienceRule, MemberId};
use renown_core::rules::{AudienceTest, Occasion, Supply};

/// Members that are evaluated at once.
const PAGE: i64 = 2_000;
/// The most pages that are evaluated for one page of an answer, which may then have fewer
/// members than were asked for.
const MAX_PAGES: usize = 20;
/// The size of the facts of a page in bytes, roughly: too much for the thread of a request.
const PAGE_BYTES: usize = 1 << 20;

/// An audience whose members are read.
#[derive(Debug, Clone)]
pub struct AudienceReader {
    name: AudienceName,
    /// `None` for a list.
    test: Option<Arc<AudienceTest>>,
}

impl Audiences {
    /// Opens an audience to read its members.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such audience; [`ServiceError::Program`] if
    /// its condition is not right any more.
    pub async fn open(&self, name: &AudienceName) -> Result<AudienceReader> {
        let mut conn = self.context.connection().await?;
        let rules = audiences::rules(&mut conn).await?;
        let test = match rules.get(name).ok_or(NO_AUDIENCE)? {
            AudienceRule::List => None,
            AudienceRule::When(_) => {
                let test = AudienceTest::compile(name, &rules);
                Some(Arc::new(test.map_err(ServiceError::Program)?))
            }
        };
        Ok(AudienceReader {
            name: name.clone(),
            test,
        })
    }

    /// Counts the members of an audience. Members who opted out are in no count.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn count(&self, name: &AudienceName) -> Result<u64> {
        let audience = self.open(name).await?;
        if audience.test.is_none() {
            let mut conn = self.context.connection().await?;
            return Ok(audiences::count(&mut conn, name).await?);
        }
        let (mut count, mut after) = (0, Some(MemberId(Uuid::nil())));
        while let Some(place) = after {
            let (members, next) = self.step(&audience, place).await?;
            count += members.len() as u64;
            after = next;
        }
        Ok(count)
    }

    /// Returns a page of the members of an audience in the order of their ids, and the place
    /// after which the next page begins. A page may have fewer members than `limit`, and even
    /// none, although there is another one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn page(
        &self,
        name: &AudienceName,
        after: Option<MemberId>,
        limit: u16,
    ) -> Result<(Vec<MemberProfile>, Option<MemberId>)> {
        let audience = self.open(name).await?;
        let limit = usize::from(limit);
        let mut found = Vec::new();
        let mut place = Some(after.unwrap_or(MemberId(Uuid::nil())));
        for _ in 0..MAX_PAGES {
            let Some(after) = place.filter(|_| found.len() < limit) else {
                break;
            };
            let (members, next) = self.step(&audience, after).await?;
            found.extend(members);
            place = next;
        }
        if found.len() > limit {
            found.truncate(limit);
            place = found.last().copied();
        }
        Ok((self.members.profiles(&found).await?, place))
    }

    /// Returns the next members of an audience, and the place from which to go on; `None` at
    /// the end.
    pub async fn next(
        &self,
        audience: &AudienceReader,
        after: Option<MemberId>,
    ) -> Result<(Vec<MemberProfile>, Option<MemberId>)> {
        let after = after.unwrap_or(MemberId(Uuid::nil()));
        let (members, next) = self.step(audience, after).await?;
        Ok((self.members.profiles(&members).await?, next))
    }

    async fn step(
        &self,
        audience: &AudienceReader,
        after: MemberId,
    ) -> Result<(Vec<MemberId>, Option<MemberId>)> {
        let mut conn = self.context.connection().await?;
        let Some(test) = &audience.test else {
            let members = audiences::page(&mut conn, &audience.name, after, PAGE).await?;
            let next = members.last().copied();
            return Ok((members, next));
        };
        let ids = audiences::scored(&mut conn, after, PAGE).await?;
        let next = ids.last().copied();
        let (selection, now) = (Selection::Ids(&ids), self.context.clock.now());
        let program = Some(test.program());
        let unread = self.facts.unread(&mut conn, selection, program, now);
        let unread = unread.await?;
        drop(conn);
        let test = Arc::clone(test);
        let testing = move || -> Result<Vec<MemberId>> {
            let supply = Supply::default();
            let occasion = Occasion::without_caller(&supply, None, now);
            let facts = unread.read()?;
            let mut facts = facts.into_iter().collect::<Vec<_>>();
            facts.retain(|(_, facts)| test.holds(&facts.in_program(test.program(), occasion)));
            Ok(facts.into_iter().map(|(member, _)| member).collect())
        };
        let members = self.context.compute.run(PAGE_BYTES, testing).await??;
        Ok((members, next))
    }
}
