//! The clock: the only place that reads the time or draws random bytes. All other code
//! receives a [`Clock`] or, better, the time itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use rand::TryRng;
use uuid::{NoContext, Timestamp, Uuid};

/// A source of the time and of new ids.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The clock of the machine.
    System,
    /// A clock that stands still until it is moved, for tests; in microseconds since
    /// 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// Returns a clock that stands still at a time.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Returns the present, rounded down to microseconds as Postgres stores it.
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            Self::System => Utc::now().timestamp_micros(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros)
            .expect("clocks stay within the years 1970 to 262000")
    }

    /// Moves a fixed clock; has no effect on the system's.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Returns a new UUIDv7 for the present (RFC 9562).
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = now.timestamp().unsigned_abs();
        Uuid::new_v7(Timestamp::from_unix(
            NoContext,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }

    /// Returns 32 bytes from the operating system's generator, for secrets.
    pub fn secret(&self) -> [u8; 32] {
        self.random()
    }

    /// Returns `N` bytes from the operating system's generator.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rngs::SysRng
            .try_fill_bytes(&mut bytes)
            .expect("the operating system has randomness");
        bytes
    }
}
