//! How many requests a caller may send: a token bucket for each key and person, in the memory
//! of each replica, told in the headers of draft-ietf-httpapi-ratelimit-headers.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::config::HttpConfig;
use crate::http::error::Problem;
use crate::service::GuessLimit;
use renown_core::domain::CallerId;

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The name of the policy that holds for all requests of a caller.
const NAME: &str = "requests";
/// The most callers whose buckets are kept. A caller who comes back after all these has a
/// full bucket.
const MAX_CALLERS: usize = 10_000;

type Bucket = DefaultDirectRateLimiter<StateInformationMiddleware>;

/// The buckets of all callers.
#[derive(Debug)]
pub struct RateLimits {
    quota: Option<Quota>,
    requests: u32,
    window: Duration,
    /// Static, because a shared header value would have a count of its uses, which all
    /// processors would change at every request.
    policy: HeaderValue,
    buckets: Cache<CallerId, Arc<Bucket>>,
    clock: DefaultClock,
}

impl RateLimits {
    /// Sets the limit; zero requests are none.
    pub fn new(config: &HttpConfig) -> Self {
        let (requests, seconds) = (config.rate_limit_requests, config.rate_limit_seconds);
        let window = Duration::from_secs(seconds);
        let policy: &'static str = format!("\"{NAME}\";q={requests};w={seconds}").leak();
        Self {
            quota: NonZeroU32::new(requests).and_then(|requests| {
                Some(Quota::with_period(window / requests.get())?.allow_burst(requests))
            }),
            requests,
            window,
            policy: HeaderValue::from_static(policy),
            buckets: Cache::new(MAX_CALLERS),
            clock: DefaultClock::default(),
        }
    }

    /// Takes a token for a request; `None` if there is no limit.
    pub fn take(&self, caller: CallerId) -> Option<RateLimit> {
        let quota = self.quota?;
        let bucket = self.buckets.get(&caller).unwrap_or_else(|| {
            let bucket = RateLimiter::direct(quota).with_middleware();
            let bucket: Arc<Bucket> = Arc::new(bucket);
            self.buckets.insert(caller, Arc::clone(&bucket));
            bucket
        });
        let (remaining, wait) = match bucket.check() {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(not_until) => (0, Some(not_until.wait_time_from(self.clock.now()))),
        };
        let missing = f64::from(self.requests - remaining) / f64::from(self.requests);
        Some(RateLimit {
            policy: self.policy.clone(),
            remaining,
            full_in_seconds: seconds(self.window.mul_f64(missing)),
            wait_seconds: wait.map(|wait| seconds(wait).max(1)),
        })
    }
}

/// Returns whole seconds, rounded up.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs() + u64::from(time.subsec_nanos() > 0)).unwrap_or(u32::MAX)
}

/// How many requests a caller may still send.
#[derive(Debug, Clone)]
pub struct RateLimit {
    policy: HeaderValue,
    remaining: u32,
    full_in_seconds: u32,
    /// Set if there was no token for this request.
    wait_seconds: Option<u32>,
}

impl RateLimit {
    /// Returns the problem of a request for which there was no token.
    pub fn refusal(&self) -> Option<Problem> {
        let wait = self.wait_seconds?;
        metrics::counter!("renown_rate_limited_total").increment(1);
        Some(
            Problem::too_many_requests()
                .detail(format_args!(
                    "this key or person has sent more requests than the limit allows; wait {wait} s"
                ))
                .retry_after(wait),
        )
    }

    /// Adds the headers to an answer.
    pub fn write(self, headers: &mut HeaderMap) {
        let now = format!("\"{NAME}\";r={};t={}", self.remaining, self.full_in_seconds);
        append(headers, self.policy, now);
    }
}

/// Adds the headers of a limit on guesses that was reached.
pub fn write_guesses(headers: &mut HeaderMap, limit: GuessLimit) {
    let (failures, window) = (limit.failures, limit.window_seconds);
    let name = limit.guessed.policy();
    if let Ok(policy) = HeaderValue::try_from(format!("\"{name}\";q={failures};w={window}")) {
        let now = format!("\"{name}\";r=0;t={}", limit.next_in_seconds);
        append(headers, policy, now);
    }
}

/// An answer may be under several limits, each with its own lines.
fn append(headers: &mut HeaderMap, policy: HeaderValue, now: String) {
    if let Ok(now) = HeaderValue::try_from(now) {
        headers.append(&POLICY, policy);
        headers.append(&LIMIT, now);
    }
}
