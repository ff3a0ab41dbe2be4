//! Sources of events: which have gone silent, and the hold on tiers while one
//! is. Whether a source is silent follows from when it was last heard and the
//! present alone, so that every replica finds the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::store;
use renown_core::domain::{Activity, FeedState, Source, silence};
use renown_core::rules::{DemotionFreeze, FreezeReason};

/// A source, and where it stands.
#[derive(Debug, Clone)]
pub struct Feed {
    /// What its events call it.
    pub source: Source,
    /// When it was heard.
    pub activity: Activity,
    /// What that amounts to now.
    pub state: FeedState,
}

/// Sources that are silent, and since when.
type Silent = BTreeMap<Source, DateTime<Utc>>;

/// The sources, and which of them are silent.
#[derive(Debug)]
pub struct Sources {
    context: Context,
    silent: ArcSwap<Silent>,
}

impl Sources {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self {
            context,
            silent: ArcSwap::default(),
        }
    }

    /// Every source that was heard, by name.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn list(&self) -> Result<Vec<Feed>> {
        let mut conn = self.context.pool.acquire().await?;
        let all = store::events::sources::all(&mut conn).await?;
        let feeds = all.into_iter().map(|(source, activity)| Feed {
            state: self.state(&activity),
            source,
            activity,
        });
        Ok(feeds.collect())
    }

    /// Says whether more is to come from a source.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if nothing ever came from it; if the text is
    /// no source's name, or the database does not answer.
    pub async fn expect(&self, source: &str, expected: bool) -> Result<Feed> {
        let source = Source::parse(source)?;
        let mut conn = self.context.pool.acquire().await?;
        let activity = store::events::sources::expect(&mut conn, &source, expected).await?;
        let activity = activity.ok_or(ServiceError::NotFound("such source"))?;
        drop(conn);
        self.watch().await?;
        Ok(Feed {
            state: self.state(&activity),
            source,
            activity,
        })
    }

    fn state(&self, activity: &Activity) -> FeedState {
        match silence(
            activity,
            self.context.clock.now(),
            &self.context.config.feeds.patience(),
        ) {
            // Old data that is scored as of its time is not missed now.
            FeedState::Silent { since } if self.context.config.scoring.as_of.is_some() => {
                FeedState::Active { until: since }
            }
            state => state,
        }
    }

    /// Looks which sources are silent, remembers it for the lookups, and says
    /// in the log what has changed.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn watch(&self) -> Result<()> {
        let mut conn = self.context.pool.acquire().await?;
        let now = Arc::new(self.silent_sources(&mut conn).await?);
        let before = self.silent.swap(Arc::clone(&now));
        for (source, since) in now
            .iter()
            .filter(|(source, _)| !before.contains_key(*source))
        {
            tracing::warn!(%source, %since, "a source has gone silent: no tier is lowered until it is back");
        }
        for source in before.keys().filter(|source| !now.contains_key(*source)) {
            tracing::info!(%source, "a source is not silent any more");
        }
        Ok(())
    }

    /// How many sources are silent.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn count_silent(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(self.silent_sources(&mut conn).await?.len())
    }

    async fn silent_sources(&self, conn: &mut PgConnection) -> Result<Silent> {
        if self.context.config.scoring.as_of.is_some() {
            return Ok(Silent::new());
        }
        let soonest = self.context.clock.now() - self.context.config.feeds.patience().minimum;
        let quiet = store::events::sources::quiet_since(conn, soonest).await?;
        let silent =
            quiet
                .into_iter()
                .filter_map(|(source, activity)| match self.state(&activity) {
                    FeedState::Silent { since } => Some((source, since)),
                    _ => None,
                });
        Ok(silent.collect())
    }

    /// The hold on tiers that a transaction of the scorer sees, if there is one.
    pub(in crate::service) async fn hold_in(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<DemotionFreeze>> {
        Ok(hold(&self.silent_sources(conn).await?))
    }

    /// The hold on tiers, from memory while the jobs keep that up to date.
    pub(in crate::service) async fn hold(&self) -> Result<Option<DemotionFreeze>> {
        if self.context.cache.is_heard() {
            return Ok(hold(&self.silent.load()));
        }
        let mut conn = self.context.pool.acquire().await?;
        self.hold_in(&mut conn).await
    }
}

/// A silent source holds every member's tier: finding out whose evidence it
/// brings would take reading their whole log.
fn hold(silent: &Silent) -> Option<DemotionFreeze> {
    Some(DemotionFreeze {
        reason: FreezeReason::SourceSilent,
        since: *silent.values().min()?,
        sources: silent.keys().cloned().collect(),
    })
}
