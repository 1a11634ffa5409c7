//! The demo's programme: its envelope, its two waves and its twenty quarters.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::calendar::plus_days;
use super::text;
use crate::directory::money::Cents;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::{Call, ProgrammeDetails};

/// The programme's first day.
pub(super) const FIRST_DAY: Date = date(2019, 1, 1);

/// The last day of the last reporting period.
pub(super) const LAST_DAY: Date = date(2023, 12, 31);

/// The grants of all projects together.
pub(super) const GRANTS: Cents = Cents(5_100_000_000);

/// The eligible cost of all projects together.
pub(super) const ELIGIBLE_COST: Cents = Cents(10_100_000_000);

const DAYS_TO_REPORT: i32 = 30;

/// The programme as its officer registers it.
pub(super) fn details() -> ProgrammeDetails {
    ProgrammeDetails {
        code: text("PIC-IPR"),
        name_en: text("Professional integration of refugees"),
        name_fr: text("Intégration professionnelle des réfugiés"),
        envelope: GRANTS,
        time_zone: time_zone(),
        first_on: FIRST_DAY,
        disclosure_threshold: 5,
        certification: false,
        calls: (1..=2).map(wave).collect(),
        periods: Quarter::of(FIRST_DAY).through(Quarter::of(LAST_DAY)).map(period).collect(),
    }
}

/// The zone whose civil days count.
pub(super) fn time_zone() -> TimeZone {
    TimeZone::get("Europe/Paris").expect("the time zone data are compiled in")
}

/// The last day on which a report about a quarter is not late.
pub(super) fn due_on(quarter: Quarter) -> Date {
    plus_days(quarter.last_day(), DAYS_TO_REPORT)
}

fn period(quarter: Quarter) -> ReportingPeriod {
    ReportingPeriod::of_quarter(quarter, due_on(quarter))
}

fn wave(number: u8) -> Call {
    Call {
        code: text(&format!("WAVE-{number}")),
        name_en: text(&format!("Selection wave {number}")),
        name_fr: text(&format!("Vague de sélection {number}")),
    }
}
