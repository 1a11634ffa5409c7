//! A programme: the funding envelope, its calls and its reporting periods.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::money::Cents;
use super::period::ReportingPeriod;
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
    /// Whether a second person at the partner must certify a submission before it reaches the funder.
    #[serde(default)]
    pub certification: bool,
    /// Its selection waves.
    pub calls: Vec<Call>,
    /// Its reporting periods, in order.
    pub periods: Vec<ReportingPeriod>,
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
