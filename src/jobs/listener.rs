//! Hears what was committed, here or elsewhere, and tells the caches. While it
//! cannot hear, nothing is served from memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{AFTER_FAILURE, pause};
use crate::service::Service;
use crate::store::StoreError;
use crate::store::listener::{Listener, Notice, beat};

/// A heart beats this often; silence for twice as long means deafness.
const BEAT: Duration = Duration::from_secs(5);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken, log_grew: Arc<Notify>) {
    while !stop.is_cancelled() {
        let heard = tokio::select! {
            () = stop.cancelled() => Ok(()),
            heard = hear(&service, &log_grew) => heard,
        };
        service.cache().set_listening(false);
        if let Err(error) = heard {
            tracing::warn!(%error, "not hearing of changes: nothing is served from memory until we do");
            pause(&stop, AFTER_FAILURE).await;
        }
    }
}

/// Listens until the connection is lost.
async fn hear(service: &Service, log_grew: &Notify) -> Result<(), StoreError> {
    let mut listener = Listener::connect(service.pool()).await?;
    // What changed before we listened may be in no notice.
    reload_programs(service).await?;
    service.cache().set_listening(true);
    let mut beats = tokio::time::interval(BEAT);
    let mut silent_beats = 0;
    loop {
        tokio::select! {
            notice = listener.next() => {
                silent_beats = 0;
                act(service, log_grew, notice?).await?;
            }
            _ = beats.tick() => {
                if silent_beats >= 2 {
                    return Err(StoreError::Corrupt("two heartbeats were not heard".into()));
                }
                silent_beats += 1;
                beat(service.pool()).await?;
            }
        }
    }
}

/// Programs that were not read again would go on being the old ones: better to
/// listen anew, which reads everything again.
async fn reload_programs(service: &Service) -> Result<(), StoreError> {
    let reloaded = service.reload_programs().await;
    reloaded
        .map_err(|error| StoreError::Corrupt(format!("programs could not be read again: {error}")))
}

async fn act(service: &Service, log_grew: &Notify, notice: Notice) -> Result<(), StoreError> {
    let cache = service.cache();
    match notice {
        Notice::LogAppended => log_grew.notify_one(),
        Notice::MembersChanged(members) => {
            members
                .into_iter()
                .for_each(|member| cache.forget_member(member));
        }
        Notice::IdentitiesChanged => cache.forget_identities(),
        Notice::KeysChanged => cache.forget_callers(),
        Notice::ProgramsChanged => reload_programs(service).await?,
        Notice::OutboxRelayed => service.outbox_relayed(),
        Notice::Heartbeat => {}
    }
    Ok(())
}
