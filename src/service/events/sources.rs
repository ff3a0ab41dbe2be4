//! Sources of events: which are silent, and the demotion freeze while one is.
//! Silence depends only on the record of receipts and the present time, so all
//! replicas agree.

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

/// A source and its state.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The name of the source in its events.
    pub source: Source,
    /// The record of when its events were received.
    pub activity: Activity,
    /// The present state.
    pub state: FeedState,
}

/// Silent sources, with the start of their silence.
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

    /// Returns all sources that have sent events, by name.
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

    /// Sets whether more events are expected from a source.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if the source has never sent an event; also if
    /// the text is not the name of a source.
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
            &self.context.config.feeds.silence_threshold(),
        ) {
            // With a fixed scoring time the data is old on purpose, so no source is
            // silent.
            FeedState::Silent { since } if self.context.config.scoring.as_of.is_some() => {
                FeedState::Active { until: since }
            }
            state => state,
        }
    }

    /// Finds the silent sources, keeps them in memory for lookups, and logs
    /// changes.
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

    /// Returns the number of silent sources.
    pub async fn count_silent(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(self.silent_sources(&mut conn).await?.len())
    }

    async fn silent_sources(&self, conn: &mut PgConnection) -> Result<Silent> {
        if self.context.config.scoring.as_of.is_some() {
            return Ok(Silent::new());
        }
        let soonest =
            self.context.clock.now() - self.context.config.feeds.silence_threshold().minimum;
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

    /// Returns the demotion freeze, if there is one, as a transaction of the scorer
    /// sees it.
    pub(in crate::service) async fn hold_in(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<DemotionFreeze>> {
        Ok(hold(&self.silent_sources(conn).await?))
    }

    /// Returns the demotion freeze, if there is one; from memory while the jobs
    /// keep it up to date.
    pub(in crate::service) async fn hold(&self) -> Result<Option<DemotionFreeze>> {
        if self.context.cache.is_fresh() {
            return Ok(hold(&self.silent.load()));
        }
        Box::pin(async {
            let mut conn = self.context.pool.acquire().await?;
            self.hold_in(&mut conn).await
        })
        .await
    }
}

/// Returns the demotion freeze for silent sources. It applies to all members: to
/// find the members that depend on a source, their whole log would have to be read.
fn hold(silent: &Silent) -> Option<DemotionFreeze> {
    Some(DemotionFreeze {
        reason: FreezeReason::SourceSilent,
        since: *silent.values().min()?,
        sources: silent.keys().cloned().collect(),
    })
}
