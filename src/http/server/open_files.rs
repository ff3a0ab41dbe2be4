//! How many connections a process can have, by the number of files that it may open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// Files for the log, the listener, the private Postgres, timers and imports.
const OTHERS: u64 = 64;
/// The fewest connections, even if files are short.
const FEWEST: u64 = 16;
/// The limit that is asked for if the system sets none.
const ENOUGH: u64 = 1 << 20;

/// Returns the most connections: the configured number, or fewer if the process may not
/// open enough files for them, its connections to the database and its webhooks. Raises
/// the process's soft limit first.
pub fn most_connections(config: &Config) -> usize {
    let files = raised();
    let webhooks = config.webhooks.in_flight as u64 * config.webhooks.max_webhooks.unsigned_abs();
    let reserved = OTHERS + u64::from(config.database.max_connections) + webhooks.min(files / 4);
    let possible = files.saturating_sub(reserved).max(FEWEST);
    let possible = usize::try_from(possible).unwrap_or(usize::MAX);
    config.http.max_connections.min(possible)
}

/// Raises the soft limit on open files to the hard one, and returns it.
fn raised() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let hard = limit.maximum.unwrap_or(ENOUGH);
    let soft = limit.current.unwrap_or(ENOUGH);
    if soft >= hard {
        return soft;
    }
    let wanted = Rlimit {
        current: Some(hard),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => hard,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files cannot be raised");
            soft
        }
    }
}
