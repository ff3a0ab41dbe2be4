//! Listens for what this and other replicas have committed.

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use uuid::Uuid;

use crate::store::events::intake::LOG_APPENDED;
use crate::store::members::{IDENTITIES_CHANGED, MEMBERS_CHANGED};
use crate::store::operation::api_keys::KEYS_CHANGED;
use crate::store::programs::PROGRAMS_CHANGED;
use crate::store::webhooks::outbox::OUTBOX_RELAYED;
use crate::store::{Result, StoreError};
use renown_core::domain::MemberId;

/// The channel of [`beat`].
const HEARTBEAT: &str = "renown_heartbeat";

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
    /// Messages of the outbox have received their positions.
    OutboxRelayed,
    /// An API key was revoked.
    KeysChanged,
    /// A heartbeat of some replica: it shows that the connection works.
    Heartbeat,
}

/// A connection that listens on all channels.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    /// Connects and starts to listen.
    pub async fn connect(pool: &PgPool) -> Result<Self> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener
            .listen_all([
                LOG_APPENDED,
                MEMBERS_CHANGED,
                IDENTITIES_CHANGED,
                PROGRAMS_CHANGED,
                OUTBOX_RELAYED,
                KEYS_CHANGED,
                HEARTBEAT,
            ])
            .await?;
        Ok(Self(listener))
    }

    /// Waits for the next notice.
    ///
    /// # Errors
    /// If the connection was lost; notices may have been missed.
    pub async fn next(&mut self) -> Result<Notice> {
        let notification = self.0.try_recv().await?;
        let lost = || StoreError::Unavailable(sqlx::Error::WorkerCrashed);
        let notification = notification.ok_or_else(lost)?;
        Ok(match notification.channel() {
            LOG_APPENDED => Notice::LogAppended,
            MEMBERS_CHANGED => Notice::MembersChanged(members(notification.payload())?),
            IDENTITIES_CHANGED => Notice::IdentitiesChanged,
            PROGRAMS_CHANGED => Notice::ProgramsChanged,
            OUTBOX_RELAYED => Notice::OutboxRelayed,
            KEYS_CHANGED => Notice::KeysChanged,
            _ => Notice::Heartbeat,
        })
    }
}

fn members(payload: &str) -> Result<Vec<MemberId>> {
    let ids = payload.split(',').filter(|id| !id.is_empty());
    ids.map(|id| Uuid::try_parse(id).map(MemberId))
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Corrupt(format!("a notice of changed members: {error}")))
}

/// Sends a heartbeat to all listeners.
pub async fn beat(pool: &PgPool) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", HEARTBEAT)
        .fetch_one(pool)
        .await?;
    Ok(())
}
