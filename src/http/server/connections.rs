//! The open connections: how many there may be, and how long one may stay unused.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::config::HttpConfig;

/// The time between two looks for connections that are over their time. Times are
/// counted in such ticks.
const TICK: Duration = Duration::from_secs(1);
/// The time after which it is tried again to close a connection in favour of a new one.
const RETRY: Duration = Duration::from_millis(20);
/// The part of all connections, one in so many, that is closed at once to make room.
const PART: usize = 32;
/// A connection without a request is not closed in favour of others during its first
/// ticks, while there are idle ones.
const YOUNG: u64 = 2;

/// What is done on a connection. The number is the tick since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The first request, or a part of a later one, is awaited.
    Head(u64),
    /// A request was answered, and nothing has arrived since.
    Idle(u64),
    /// A request is being answered.
    Serving,
    /// The caller does not read the answer.
    Stuck(u64),
    /// The server is closing the connection.
    Closing,
}

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    phase: Mutex<Phase>,
    now: Arc<AtomicU64>,
    close: Notify,
}

impl Connection {
    fn change(&self, change: impl FnOnce(Phase, u64) -> Option<Phase>) {
        let now = self.now.load(Ordering::Relaxed);
        let mut phase = locked(&self.phase);
        if let Some(next) = change(*phase, now) {
            *phase = next;
        }
    }

    /// Notes that bytes have arrived.
    pub fn received(&self) {
        self.change(|phase, now| matches!(phase, Phase::Idle(_)).then_some(Phase::Head(now)));
    }

    /// Notes that the caller has to read before more can be sent.
    pub fn stuck(&self) {
        self.change(|phase, now| (phase == Phase::Serving).then_some(Phase::Stuck(now)));
    }

    /// Notes that something was sent.
    pub fn sent(&self) {
        self.change(|phase, _| matches!(phase, Phase::Stuck(_)).then_some(Phase::Serving));
    }

    /// Begins to answer a request, even if the connection was to be closed.
    pub fn serve(self: &Arc<Self>) -> Serving {
        self.change(|_, _| Some(Phase::Serving));
        Serving(Arc::clone(self))
    }

    /// Returns whether no request is being answered.
    pub fn is_unused(&self) -> bool {
        matches!(*locked(&self.phase), Phase::Head(_) | Phase::Idle(_))
    }

    /// Waits until the connection is to be closed.
    pub async fn closed(&self) {
        loop {
            self.close.notified().await;
            if *locked(&self.phase) == Phase::Closing {
                return;
            }
        }
    }

    fn close(&self) {
        self.change(|_, _| Some(Phase::Closing));
        self.close.notify_one();
    }
}

/// The answering of a request; it ends when this is dropped.
#[derive(Debug)]
pub struct Serving(Arc<Connection>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.change(|phase, now| {
            matches!(phase, Phase::Serving | Phase::Stuck(_)).then_some(Phase::Idle(now))
        });
    }
}

/// All open connections of a server.
#[derive(Debug)]
pub struct Connections {
    room: Arc<Semaphore>,
    /// How many connections are closed at once to make room.
    at_once: usize,
    now: Arc<AtomicU64>,
    open: Mutex<Open>,
    head: u64,
    keep_alive: u64,
    idle: u64,
}

#[derive(Debug, Default)]
struct Open {
    connections: HashMap<u64, Arc<Connection>>,
    /// The number of the next connection.
    next: u64,
}

impl Connections {
    /// Sets the limits.
    pub fn new(limit: usize, http: &HttpConfig) -> Self {
        Self {
            room: Arc::new(Semaphore::new(limit)),
            at_once: limit.div_ceil(PART),
            now: Arc::default(),
            open: Mutex::default(),
            head: http.head_seconds,
            keep_alive: http.keep_alive_seconds,
            idle: http.idle_seconds,
        }
    }

    /// Admits a connection. At the limit, closes others for it; if all are used, waits
    /// until the first of them is not.
    pub async fn admit(self: &Arc<Self>) -> Admitted {
        let room = loop {
            if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
                break room;
            }
            self.make_room();
            let room = Arc::clone(&self.room).acquire_owned();
            if let Ok(Ok(room)) = tokio::time::timeout(RETRY, room).await {
                break room;
            }
        };
        let connection = Arc::new(Connection {
            phase: Mutex::new(Phase::Head(self.now.load(Ordering::Relaxed))),
            now: Arc::clone(&self.now),
            close: Notify::new(),
        });
        let mut open = locked(&self.open);
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, Arc::clone(&connection));
        metrics::gauge!("renown_connections_open").set(open.connections.len() as f64);
        Admitted {
            number,
            connection,
            connections: Arc::clone(self),
            _room: room,
        }
    }

    /// Closes some unused connections, if there are any: those that have waited longest
    /// for a request, but idle ones before those that are only just open. Several at
    /// once, so that a crowd of new connections need not wait for each of them; none while
    /// some are still being closed.
    pub fn make_room(&self) {
        let now = self.now.load(Ordering::Relaxed);
        let open = locked(&self.open);
        let unused = open.connections.iter().filter_map(|(number, connection)| {
            let order = match *locked(&connection.phase) {
                Phase::Head(since) if since + YOUNG <= now => (0, since),
                Phase::Idle(since) => (1, since),
                Phase::Head(since) => (2, since),
                Phase::Serving | Phase::Stuck(_) | Phase::Closing => return None,
            };
            Some(((order, *number), connection))
        });
        let mut unused: Vec<_> = unused.collect();
        let closing = |connection: &Arc<Connection>| *locked(&connection.phase) == Phase::Closing;
        if open.connections.values().any(closing) {
            return;
        }
        unused.sort_by_key(|(order, _)| *order);
        for (_, connection) in unused.into_iter().take(self.at_once) {
            connection.close();
            metrics::counter!("renown_connections_closed_total", "reason" => "crowded")
                .increment(1);
        }
    }

    /// Closes connections that are over their time, for ever.
    pub async fn close_expired(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
            for connection in locked(&self.open).connections.values() {
                let (since, limit, reason) = match *locked(&connection.phase) {
                    Phase::Head(since) => (since, self.head, "head"),
                    Phase::Idle(since) => (since, self.keep_alive, "idle"),
                    Phase::Stuck(since) => (since, self.idle, "not_read"),
                    Phase::Serving | Phase::Closing => continue,
                };
                if now > since + limit {
                    connection.close();
                    metrics::counter!("renown_connections_closed_total", "reason" => reason)
                        .increment(1);
                }
            }
        }
    }
}

/// A connection that was admitted; it has its place until this is dropped.
#[derive(Debug)]
pub struct Admitted {
    number: u64,
    connection: Arc<Connection>,
    connections: Arc<Connections>,
    _room: OwnedSemaphorePermit,
}

impl Admitted {
    /// Returns the connection.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = locked(&self.connections.open);
        open.connections.remove(&self.number);
        metrics::gauge!("renown_connections_open").set(open.connections.len() as f64);
    }
}

/// Locks a mutex; each change below one is complete in itself.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
