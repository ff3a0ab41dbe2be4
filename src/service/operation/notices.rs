//! Listens for notices of commits, here and on other replicas, and keeps the caches
//! up to date.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::service::context::Context;
use crate::service::error::Result;
use crate::service::programs::Programs;
use crate::service::webhooks::Webhooks;
use crate::store::StoreError;
use crate::store::operation::listener::{Listener, Notice, beat};

/// The interval of heartbeats. After two intervals without any notice the
/// connection counts as lost.
const BEAT: Duration = Duration::from_secs(5);

/// Listens for notices of commits.
#[derive(Debug)]
pub struct Notices {
    context: Context,
    programs: Arc<Programs>,
    webhooks: Arc<Webhooks>,
    log_grew: Notify,
}

impl Notices {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        webhooks: Arc<Webhooks>,
    ) -> Self {
        Self {
            context,
            programs,
            webhooks,
            log_grew: Notify::new(),
        }
    }

    /// Sets whether notices are being received; the caches are used only while they
    /// are.
    pub fn set_heard(&self, heard: bool) {
        self.context.cache.set_listening(heard);
    }

    /// Waits until events were appended to the log.
    pub async fn log_grew(&self) {
        self.log_grew.notified().await;
    }

    /// Listens until the connection is lost. The caches are used only while this
    /// runs.
    ///
    /// # Errors
    /// Why listening has ended.
    pub async fn hear(&self) -> Result<()> {
        let _deaf_afterwards = Deaf(self);
        let mut listener = Listener::connect(&self.context.pool).await?;
        // Changes from before the connection have no notice: read them now.
        self.programs.reload().await?;
        self.set_heard(true);
        let mut beats = tokio::time::interval(BEAT);
        let mut silent_beats = 0;
        loop {
            tokio::select! {
                notice = listener.next() => {
                    silent_beats = 0;
                    self.act(notice?).await?;
                }
                _ = beats.tick() => {
                    if silent_beats >= 2 {
                        let silent = StoreError::Corrupt("two heartbeats were not heard".into());
                        return Err(silent.into());
                    }
                    silent_beats += 1;
                    beat(&self.context.pool).await?;
                }
            }
        }
    }

    /// Acts on a notice. A failure ends the listening, because programs that were
    /// not reloaded would stay outdated; listening again reads everything anew.
    async fn act(&self, notice: Notice) -> Result<()> {
        let cache = &self.context.cache;
        match notice {
            Notice::LogAppended => self.log_grew.notify_one(),
            Notice::MembersChanged(members) => {
                members
                    .into_iter()
                    .for_each(|member| cache.forget_member(member));
            }
            Notice::IdentitiesChanged => cache.forget_identities(),
            Notice::KeysChanged => cache.forget_callers(),
            Notice::ProgramsChanged => self.programs.reload().await?,
            Notice::OutboxRelayed => self.webhooks.outbox_relayed(),
            Notice::Heartbeat => {}
        }
        Ok(())
    }
}

/// Stops the use of the caches when it is dropped, however the listening ends.
struct Deaf<'n>(&'n Notices);

impl Drop for Deaf<'_> {
    fn drop(&mut self) {
        self.0.set_heard(false);
    }
}
