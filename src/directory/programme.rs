//! A programme: the funding envelope, its calls and its reporting periods.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::money::Cents;
use super::period::{Quarter, ReportingPeriod};
use crate::clock::Instant;
use crate::id::ProgrammeId;
use crate::text::{Name, ShortCode};

/// A funding envelope with its own calls, periods, rules and indicators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// Its identifier.
    pub id: ProgrammeId,
    /// What was registered.
    pub details: ProgrammeDetails,
}

/// What an officer registers of a programme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeDetails {
    /// Its code, such as `PIC-IPR`, unique in the deployment.
    pub code: ShortCode,
    /// Its name in English.
    pub name_en: Name,
    /// Its name in French.
    pub name_fr: Name,
    /// Its envelope.
    pub envelope: Cents,
    /// The zone whose civil days count, such as `Europe/Paris`.
    #[serde(with = "zone_by_name")]
    pub time_zone: TimeZone,
    /// Its first day, from which windows start by default.
    pub first_on: Date,
    /// Cells of 1 to this number less one people are not published (persons).
    pub disclosure_threshold: u32,
    /// Whether a second person at the partner certifies a submission before it reaches the funder.
    pub certification: bool,
    /// Its selection waves.
    pub calls: Vec<Call>,
    /// Its reporting periods, in order.
    pub periods: Vec<ReportingPeriod>,
}

/// What an officer revises of a programme; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeChanges {
    /// Its name in English.
    pub name_en: Option<Name>,
    /// Its name in French.
    pub name_fr: Option<Name>,
    /// Its envelope.
    pub envelope: Option<Cents>,
    /// Its disclosure threshold (persons).
    pub disclosure_threshold: Option<u32>,
    /// Whether it asks for certification.
    pub certification: Option<bool>,
}

/// A call for projects, or one selection wave of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its code within the programme, such as `WAVE-1`.
    pub code: ShortCode,
    /// Its name in English.
    pub name_en: Name,
    /// Its name in French.
    pub name_fr: Name,
}

impl Programme {
    /// The programme's code as text.
    pub fn code(&self) -> &str {
        self.details.code.as_str()
    }

    /// Its reporting period of a quarter, if it has one.
    pub fn period(&self, code: Quarter) -> Option<&ReportingPeriod> {
        self.details.periods.iter().find(|period| period.code == code)
    }

    /// The day of an instant in its time zone.
    pub fn day(&self, instant: Instant) -> Date {
        instant.day_in(&self.details.time_zone)
    }
}

impl ProgrammeChanges {
    /// The details with these changes made.
    pub fn applied(self, details: ProgrammeDetails) -> ProgrammeDetails {
        ProgrammeDetails {
            name_en: self.name_en.unwrap_or(details.name_en),
            name_fr: self.name_fr.unwrap_or(details.name_fr),
            envelope: self.envelope.unwrap_or(details.envelope),
            disclosure_threshold: self.disclosure_threshold.unwrap_or(details.disclosure_threshold),
            certification: self.certification.unwrap_or(details.certification),
            ..details
        }
    }
}

/// A time zone in kept JSON: its IANA name.
mod zone_by_name {
    use jiff::tz::TimeZone;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.iana_name().unwrap_or("UTC"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
        let name = String::deserialize(deserializer)?;
        TimeZone::get(&name).map_err(|_| D::Error::custom("unknown time zone"))
    }
}
