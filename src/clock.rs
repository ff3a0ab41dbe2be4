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
    /// The clock of the database, so that all replicas have the same time, whatever the
    /// clocks of their machines say.
    Database(Arc<DatabaseTime>),
    /// A clock that stands still until it is moved, for tests; in microseconds since
    /// 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// Returns a clock that stands still at a time.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Returns a clock that has the machine's time until it is first
    /// [compared](Self::compare) with a database, and the database's from then on.
    pub fn of_database() -> Self {
        Self::Database(Arc::new(DatabaseTime::start()))
    }

    /// Returns the present, rounded down to microseconds as Postgres stores it.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            Self::System => machine_micros(),
            Self::Database(time) => time.micros(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros)
            .expect("clocks stay within the years 1970 to 262000")
    }

    /// Compares the clock with that of a database, which `ask` reads, and follows it.
    /// Returns how far the machine's clock is ahead of the database's; zero for the
    /// machine's clock and for a fixed one.
    ///
    /// # Errors
    /// Those of `ask`; the clock goes on as before then.
    pub async fn compare<E>(
        &self,
        ask: impl AsyncFnOnce() -> Result<DateTime<Utc>, E>,
    ) -> Result<Duration, E> {
        let Self::Database(time) = self else {
            return Ok(Duration::zero());
        };
        let sent = uptime_micros();
        let read = ask().await?.timestamp_micros();
        time.correct(sent, read, uptime_micros());
        Ok(Duration::microseconds(machine_micros() - time.micros()))
    }

    /// Moves a fixed clock; has no effect on any other.
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

#[allow(clippy::disallowed_methods, reason = "this is the clock")]
fn machine_micros() -> i64 {
    Utc::now().timestamp_micros()
}

/// The time of a database. Between two comparisons the [`uptime`] carries it on, so that
/// it does not matter if the machine's clock is set meanwhile.
#[derive(Debug)]
pub struct DatabaseTime {
    /// The database's time at an uptime of zero, as far as is known, in microseconds since
    /// 1970.
    origin: AtomicI64,
}

impl DatabaseTime {
    /// Begins with the machine's time.
    fn start() -> Self {
        Self {
            origin: AtomicI64::new(machine_micros() - uptime_micros()),
        }
    }

    fn micros(&self) -> i64 {
        self.origin.load(Ordering::SeqCst) + uptime_micros()
    }

    /// Takes in that the database read its clock at some moment between `sent` and
    /// `received`. Moves the time no further than this requires: not at all if it is
    /// possible already. So the time does not follow the varying speed of answers, and it
    /// goes back only if it was ahead, and by no more than that.
    fn correct(&self, sent: i64, read: i64, received: i64) {
        let origin = self.origin.load(Ordering::SeqCst);
        let possible = origin.clamp(read - received, read - sent);
        self.origin.store(possible, Ordering::SeqCst);
    }
}

/// Returns the time since the machine was started. It goes on while this process is
/// stopped or the machine sleeps, and setting the time of day does not change it.
#[cfg(target_os = "linux")]
pub fn uptime() -> std::time::Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    now.try_into().unwrap_or_default()
}

/// Returns the time since the first call. It goes on while this process is stopped.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::disallowed_methods, reason = "this is the clock")]
pub fn uptime() -> std::time::Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
}

fn uptime_micros() -> i64 {
    i64::try_from(uptime().as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(origin: i64) -> DatabaseTime {
        let time = DatabaseTime::start();
        time.origin.store(origin, Ordering::SeqCst);
        time
    }

    fn origin_after(origin: i64, exchanges: &[(i64, i64, i64)]) -> i64 {
        let time = time(origin);
        for (sent, read, received) in exchanges {
            time.correct(*sent, *read, *received);
        }
        time.origin.load(Ordering::SeqCst)
    }

    #[test]
    fn an_answer_that_is_possible_moves_nothing() {
        assert_eq!(origin_after(1_000, &[(10, 1_015, 20)]), 1_000);
        assert_eq!(origin_after(1_000, &[(10, 1_010, 500_000)]), 1_000);
    }

    #[test]
    fn the_time_moves_as_little_as_an_answer_requires() {
        // The database was at 5,000 at some moment between 10 and 20.
        assert_eq!(origin_after(1_000, &[(10, 5_000, 20)]), 4_980);
        assert_eq!(origin_after(9_000, &[(10, 5_000, 20)]), 4_990);
    }

    #[test]
    fn a_quick_answer_after_a_slow_one_makes_the_time_more_exact() {
        let slow_then_quick = [(0, 5_000, 1_000), (2_000, 6_500, 2_010)];
        assert_eq!(origin_after(0, &slow_then_quick), 4_490);
    }

    #[tokio::test]
    async fn a_clock_of_a_database_follows_it_and_says_how_far_the_machine_is_ahead() {
        let clock = Clock::of_database();
        let minutes = Duration::minutes(10);
        let ask = async || Ok::<_, ()>(Clock::System.now() - minutes);
        let skew = clock.compare(ask).await.unwrap();
        assert!((skew - minutes).abs() < Duration::seconds(1), "{skew}");
        let behind = Clock::System.now() - clock.now();
        assert!((behind - minutes).abs() < Duration::seconds(1), "{behind}");
    }

    #[tokio::test]
    async fn a_failed_comparison_changes_nothing() {
        let clock = Clock::of_database();
        clock.compare(async || Err(())).await.unwrap_err();
        let behind = Clock::System.now() - clock.now();
        assert!(behind.abs() < Duration::seconds(1), "{behind}");
    }
}
