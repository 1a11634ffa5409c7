//! Days of the story: adding, counting, keeping to working days and hours.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::chance::Chance;
use crate::clock::Instant;

/// The day so many days later, or earlier.
pub(super) fn plus_days(day: Date, days: i32) -> Date {
    day + days.days()
}

/// The day so many months later; a missing day becomes the month's last.
pub(super) fn plus_months(day: Date, months: i32) -> Date {
    day + months.months()
}

/// Days from one day to another.
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The day itself, or the Monday after a weekend.
pub(super) fn working_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => plus_days(day, 2),
        Weekday::Sunday => plus_days(day, 1),
        _ => day,
    }
}

/// A moment of office hours of a day.
pub(super) fn office_hour(day: Date, zone: &TimeZone, chance: &mut Chance) -> Instant {
    Instant::start_of(day, zone).plus_seconds(i64::from(chance.between(9 * 3600, 17 * 3600)))
}
