//! Listens for what this and other replicas have committed.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use uuid::Uuid;

use crate::store::events::intake::LOG_APPENDED;
use crate::store::members::{IDENTITIES_CHANGED, MEMBERS_CHANGED};
use crate::store::operation::api_keys::KEYS_CHANGED;
use crate::store::programs::PROGRAMS_CHANGED;
use crate::store::scores::models::MODEL_CHANGED;
use crate::store::webhooks::outbox::OUTBOX_RELAYED;
use crate::store::{self, Result, StoreError};
use renown_core::domain::MemberId;

/// The beginning of the names of the channels of heartbeats: each listener has its own.
const HEARTBEAT: &str = "renown_heartbeat_";

/// Settings of the connection. It never waits for a lock that others hold for long, and
/// a heartbeat is not worth waiting for the disk.
const SETTINGS: [(&str, &str); 2] = [("lock_timeout", "0"), ("synchronous_commit", "off")];

/// A notice of something committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The log has new events.
    LogAppended,
    /// The facts of these members have changed.
    MembersChanged(Vec<MemberId>),
    /// Identities were added or removed.
    IdentitiesChanged,
    /// A version of a program was published or withdrawn.
    ProgramsChanged,
    /// Another scoring model is in force.
    ModelChanged,
    /// Messages of the outbox have received their positions.
    OutboxRelayed,
    /// An API key or a session was revoked, or a key has another secret.
    KeysChanged,
    /// A heartbeat of this listener, with the uptime at which it was sent. The listener has
    /// received all notices of earlier commits before it.
    Heartbeat(Duration),
}

/// A connection of its own that listens on all channels. The pool may be exhausted by
/// requests that wait for each other; this connection still hears and beats.
#[derive(Debug)]
pub struct Listener {
    connection: PgListener,
    /// The channel of its heartbeats.
    heartbeat: String,
}

impl Listener {
    /// Connects to the database of a pool and starts to listen. `id` must be unique.
    pub async fn connect(pool: &PgPool, id: Uuid) -> Result<Self> {
        let options = pool.connect_options().as_ref().clone().options(SETTINGS);
        let options = options.application_name(store::LISTENER_NAME);
        let own = PgPoolOptions::new()
            .max_connections(1)
            .after_release(|_, _| Box::pin(async { Ok(false) }))
            .connect_lazy_with(options);
        let mut connection = PgListener::connect_with(&own).await?;
        // After a loss, notices may have been missed: the caller begins anew.
        connection.eager_reconnect(false);
        let heartbeat = format!("{HEARTBEAT}{}", id.simple());
        connection
            .listen_all([
                LOG_APPENDED,
                MEMBERS_CHANGED,
                IDENTITIES_CHANGED,
                PROGRAMS_CHANGED,
                MODEL_CHANGED,
                OUTBOX_RELAYED,
                KEYS_CHANGED,
                &heartbeat,
            ])
            .await?;
        Ok(Self {
            connection,
            heartbeat,
        })
    }

    /// Sends a heartbeat, which comes back as [`Notice::Heartbeat`] after all notices of
    /// earlier commits.
    pub async fn beat(&mut self, uptime: Duration) -> Result<()> {
        let (channel, sent) = (&self.heartbeat, uptime.as_nanos().to_string());
        sqlx::query!("select pg_notify($1, $2)", channel, sent)
            .fetch_one(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Ends transactions of this service whose process is stopped or cut off. Uses this
    /// connection because all others may wait for such a transaction.
    pub async fn end_stuck(&mut self) -> Result<i64> {
        store::end_stuck(&mut self.connection).await
    }

    /// Waits for the next notice.
    ///
    /// # Errors
    /// If the connection was lost; notices may have been missed.
    pub async fn next(&mut self) -> Result<Notice> {
        let notification = self.connection.try_recv().await?;
        let lost = || StoreError::Unavailable(sqlx::Error::WorkerCrashed);
        let notification = notification.ok_or_else(lost)?;
        Ok(match notification.channel() {
            LOG_APPENDED => Notice::LogAppended,
            MEMBERS_CHANGED => Notice::MembersChanged(members(notification.payload())?),
            IDENTITIES_CHANGED => Notice::IdentitiesChanged,
            PROGRAMS_CHANGED => Notice::ProgramsChanged,
            MODEL_CHANGED => Notice::ModelChanged,
            OUTBOX_RELAYED => Notice::OutboxRelayed,
            KEYS_CHANGED => Notice::KeysChanged,
            _ => Notice::Heartbeat(sent(notification.payload())?),
        })
    }
}

fn members(payload: &str) -> Result<Vec<MemberId>> {
    let ids = payload.split(',').filter(|id| !id.is_empty());
    ids.map(|id| Uuid::try_parse(id).map(MemberId))
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Corrupt(format!("a notice of changed members: {error}")))
}

fn sent(payload: &str) -> Result<Duration> {
    let nanos = payload.parse().map(Duration::from_nanos);
    nanos.map_err(|error| StoreError::Corrupt(format!("a heartbeat: {error}")))
}
