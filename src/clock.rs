//! The one door to the clock and to randomness.
//!
//! Everything that needs "now" takes a [`Clock`]; everything that needs random bytes calls this module.
//! `clippy.toml` forbids the other ways, so that tests and the demo can turn the calendar.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant in UTC, in whole microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

impl Instant {
    /// The civil day of this instant in a time zone.
    pub fn day_in(self, zone: &TimeZone) -> Date {
        self.timestamp().to_zoned(zone.clone()).date()
    }

    /// The instant at which a civil day begins in a time zone.
    pub fn start_of(day: Date, zone: &TimeZone) -> Self {
        let zoned = day.to_zoned(zone.clone()).expect("a day of the calendar has a start");
        Self(zoned.timestamp().as_microsecond())
    }

    /// This instant moved by whole seconds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.6}", self.timestamp())
    }
}

impl std::str::FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond()))
    }
}

/// Where "now" comes from: the system, or a hand that turns the calendar (demo, tests).
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that shows what it was set to.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `instant` until it is set again.
    pub fn set_to(instant: Instant) -> Self {
        Self::Set(Arc::new(AtomicI64::new(instant.0)))
    }

    /// Turns a set clock; the system's clock cannot be turned and is left alone.
    pub fn turn_to(&self, instant: Instant) {
        if let Self::Set(shown) = self {
            shown.store(instant.0, Ordering::SeqCst);
        }
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant(jiff::Timestamp::now().as_microsecond()),
            Self::Set(shown) => Instant(shown.load(Ordering::SeqCst)),
        }
    }
}

/// Fills an array with random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "this is the door to randomness")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A new time-ordered identifier (UUID version 7), as 36 characters of text.
#[expect(clippy::disallowed_methods, reason = "this is the door to identifiers")]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A new identifier that says nothing about when it was made (UUID version 4 layout), for persons.
pub fn new_untimed_id() -> String {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid().to_string()
}
