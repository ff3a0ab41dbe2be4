//! The facts of a member that rules read.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use sqlx::PgConnection;

use crate::service::context::{ConnectionOnDemand, Context};
use crate::service::error::Result;
use crate::service::members::{Members, NamedMember};
use crate::service::scores::CurrentModel;
use crate::store::decisions::facts::{self, FactsScope, Selection, UnreadFacts};
use renown_core::domain::{MemberId, ProgramId, Score};
use renown_core::rules::MemberFacts;

/// Loads the facts of members.
#[derive(Debug)]
pub struct FactsLoader {
    pub(super) context: Context,
    current: Arc<CurrentModel>,
    pub(super) members: Arc<Members>,
}

impl FactsLoader {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        members: Arc<Members>,
    ) -> Self {
        Self {
            context,
            current,
            members,
        }
    }

    /// Finds the member behind an identity, and their facts; those of an unknown member if there
    /// is none.
    ///
    /// # Errors
    /// Also if the text is not an identity.
    pub async fn find(
        &self,
        identity: &str,
    ) -> Result<(Option<Arc<NamedMember>>, Arc<MemberFacts>)> {
        if let Some(named) = self.context.cache.member(identity)
            && let Some(facts) = self.context.cache.facts(named.member)
        {
            return Ok((Some(named), facts));
        }
        // Boxed, so that the lookups that find both in the cache do not make room for it.
        Box::pin(async {
            let mut conn = self.context.on_demand();
            let named = self.members.find_named(&mut conn, identity).await?;
            let member = named.as_ref().map(|named| named.member);
            let facts = self.of(&mut conn, member).await?;
            Ok((named, facts))
        })
        .await
    }

    async fn of(
        &self,
        conn: &mut ConnectionOnDemand<'_>,
        member: Option<MemberId>,
    ) -> Result<Arc<MemberFacts>> {
        let Some(id) = member else {
            return Ok(Arc::new(self.of_nobody()));
        };
        if let Some(facts) = self.context.cache.facts(id) {
            return Ok(facts);
        }
        let ticket = self.context.cache.ticket_for(id);
        let conn = conn.get().await?;
        let Some(facts) = self.load(conn, &[id]).await?.remove(&id) else {
            // Not cached: if the facts of an opted-out member were, the two could be told
            // apart by their age.
            return Ok(Arc::new(self.of_nobody()));
        };
        let facts = Arc::new(facts);
        self.context
            .cache
            .remember_facts(id, Arc::clone(&facts), ticket);
        Ok(facts)
    }

    /// Finds the member behind an identity; `None` if there is none or the member
    /// has opted out.
    pub(in crate::service) async fn taking_part(&self, identity: &str) -> Result<Option<MemberId>> {
        let (_, facts) = self.find(identity).await?;
        Ok(facts.member.as_ref().map(|member| member.id))
    }

    pub(in crate::service) fn of_nobody(&self) -> MemberFacts {
        MemberFacts::unknown(self.unknown_score())
    }

    fn unknown_score(&self) -> Score {
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        // Nothing decays here, so the day is enough: within it, answers about people who are
        // not known keep their entity tags.
        let day = as_of.date_naive().and_time(NaiveTime::MIN).and_utc();
        let model = self.current.version();
        Score::unknown(day, model, self.current.snapshot().id())
    }

    /// Loads the facts of the members that take part in scoring.
    #[tracing::instrument(level = "debug", skip_all, name = "load_facts", fields(members = ids.len()))]
    pub(in crate::service) async fn load(
        &self,
        conn: &mut PgConnection,
        ids: &[MemberId],
    ) -> Result<BTreeMap<MemberId, MemberFacts>> {
        let selection = Selection::Ids(ids);
        let now = self.context.clock.now();
        Ok(self.unread(conn, selection, None, now).await?.read()?)
    }

    /// Loads the facts of members in encoded form, for one program or all. Decoding
    /// them is slow; do it on a blocking thread.
    pub(in crate::service) async fn unread(
        &self,
        conn: &mut PgConnection,
        selection: Selection<'_>,
        program: Option<&ProgramId>,
        now: DateTime<Utc>,
    ) -> Result<UnreadFacts> {
        let scope = FactsScope {
            program,
            model: &self.current.version(),
            unknown: &self.unknown_score(),
            now,
        };
        Ok(facts::load(conn, selection, scope).await?)
    }
}
