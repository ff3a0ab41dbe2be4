//! The only place that reads the time or draws randomness for ids. Everything
//! else is handed a [`Clock`], or better, the time itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use rand::TryRng;
use uuid::{NoContext, Timestamp, Uuid};

/// A source of "now" and of new ids.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands still until it is moved: for tests. Microseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at a time.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// The present, in microseconds (what Postgres keeps).
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            Self::System => Utc::now().timestamp_micros(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros)
            .expect("clocks stay within the years 1970 to 262000")
    }

    /// Moves a fixed clock; the system's goes by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// A new UUIDv7 of the present (RFC 9562).
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = now.timestamp().unsigned_abs();
        Uuid::new_v7(Timestamp::from_unix(
            NoContext,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }

    /// 32 bytes from the operating system's generator, for secrets.
    pub fn secret(&self) -> [u8; 32] {
        self.random()
    }

    /// Bytes from the operating system's generator.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rngs::SysRng
            .try_fill_bytes(&mut bytes)
            .expect("the operating system has randomness");
        bytes
    }
}
