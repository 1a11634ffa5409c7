//! Token buckets: what an organisation, a client without one, or an address may ask (GCRA, by the crate `governor`), and
//! the header fields that say so (draft-ietf-httpapi-ratelimit-headers).

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::access::Scope;

/// After how many requests buckets that are full again are forgotten.
const TIDY_EVERY: u32 = 4096;

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// All clients of an organisation.
    Organisation(String),
    /// A client without an organisation.
    Client(String),
    /// A caller without a valid token.
    Address(IpAddr),
}

impl Bucket {
    /// The bucket of a caller.
    pub fn of(scope: &Scope) -> Self {
        match scope.organisation() {
            Some(organisation) => Self::Organisation(organisation.to_string()),
            None => Self::Client(scope.caller().to_owned()),
        }
    }
}

/// The buckets of one kind of caller; none if there is no limit.
pub struct Buckets(Option<Limited>);

struct Limited {
    name: &'static str,
    rate: u32,
    burst: u32,
    limiter: RateLimiter<Bucket, DashMapStateStore<Bucket>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    count: AtomicU32,
}

/// What became of one request's place in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    name: &'static str,
    burst: u32,
    window: u64,
    remaining: u32,
    reset: u64,
    /// How long to wait, if the bucket was empty.
    pub wait: Option<Duration>,
}

impl Buckets {
    /// Buckets that fill at a rate, up to a burst; rate 0 means no limit.
    pub fn new(name: &'static str, rate: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(rate).zip(NonZeroU32::new(burst)).map(|(rate, burst)| {
            let quota = Quota::per_second(rate).allow_burst(burst);
            let clock = DefaultClock::default();
            let limiter = RateLimiter::dashmap_with_clock(quota, clock.clone()).with_middleware();
            Limited { name, rate: rate.get(), burst: burst.get(), limiter, clock, count: AtomicU32::new(0) }
        });
        Self(quota)
    }

    /// Takes one request out of a bucket; nothing if there is no limit.
    pub fn take(&self, bucket: &Bucket) -> Option<Taken> {
        let limited = self.0.as_ref()?;
        if limited.count.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            limited.limiter.retain_recent();
        }
        let (remaining, wait) = match limited.limiter.check_key(bucket) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(until) => (0, Some(until.wait_time_from(limited.clock.now()))),
        };
        let seconds = |requests: u32| u64::from(requests.div_ceil(limited.rate));
        let reset = wait.map_or(seconds(limited.burst - remaining.min(limited.burst)), whole_seconds);
        Some(Taken { name: limited.name, burst: limited.burst, window: seconds(limited.burst), remaining, reset, wait })
    }
}

impl Taken {
    /// Says how much there is, how much is left, and when to come again.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Self { name, burst, window, remaining, reset, wait } = self;
        let mut tell = |header: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(header, value);
            }
        };
        tell(HeaderName::from_static("ratelimit-policy"), format!("\"{name}\";q={burst};w={window}"));
        tell(HeaderName::from_static("ratelimit"), format!("\"{name}\";r={remaining};t={reset}"));
        if let Some(wait) = wait {
            tell(RETRY_AFTER, whole_seconds(*wait).to_string());
        }
    }
}

/// At least one second: whoever is told 0 comes again at once.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_and_others_do_not_feel_it() {
        let buckets = Buckets::new("organisation", 2, 3);
        let (one, other) = (Bucket::Organisation("one".to_owned()), Bucket::Organisation("other".to_owned()));
        let taken: Vec<Taken> = (0..4).map(|_| buckets.take(&one).unwrap()).collect();
        assert_eq!(taken.iter().map(|taken| taken.remaining).collect::<Vec<_>>(), [2, 1, 0, 0]);
        assert!(taken[2].wait.is_none() && taken[3].wait.unwrap() <= Duration::from_millis(500));
        assert!(buckets.take(&other).unwrap().wait.is_none());
        std::thread::sleep(taken[3].wait.unwrap() + Duration::from_millis(20));
        assert!(buckets.take(&one).unwrap().wait.is_none());
        assert_eq!(Buckets::new("organisation", 0, 3).take(&one), None);
    }

    #[test]
    fn the_header_fields_are_those_of_the_draft() {
        let mut headers = HeaderMap::new();
        let wait = Some(Duration::from_millis(1200));
        Taken { name: "address", burst: 300, window: 60, remaining: 0, reset: 2, wait }.tell(&mut headers);
        assert_eq!(headers.get("ratelimit-policy").unwrap(), "\"address\";q=300;w=60");
        assert_eq!(headers.get("ratelimit").unwrap(), "\"address\";r=0;t=2");
        assert_eq!(headers.get("retry-after").unwrap(), "2");
    }
}
