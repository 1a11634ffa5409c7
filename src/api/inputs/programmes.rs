//! Programmes, their calls and their periods as officers send them.

use async_graphql::{ID, InputObject};
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::inputs::Reader;
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, PeriodScalar};
use crate::directory::money::Cents;
use crate::directory::naming::ProgrammeName;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::{Call, ProgrammeChanges, ProgrammeDetails};
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::{Name, ShortCode};

/// A programme to register.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProgrammeInput {
    /// Its code, such as `PIC-IPR`, unique in the deployment.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its envelope in EUR.
    pub envelope: DecimalScalar,
    /// The zone whose civil days count.
    #[graphql(default_with = "usual_time_zone()")]
    #[serde(default = "usual_time_zone")]
    pub time_zone: String,
    /// Its first day.
    pub first_on: DateScalar,
    /// Published cells of 1 to this number less one persons are suppressed; at least 2.
    #[graphql(default_with = "usual_threshold()")]
    #[serde(default = "usual_threshold")]
    pub disclosure_threshold: i32,
    /// Whether a second person at the partner certifies a submission before it reaches the funder.
    #[graphql(default)]
    #[serde(default)]
    pub certification: bool,
    /// Its selection waves.
    #[graphql(default)]
    #[serde(default)]
    pub calls: Vec<CallInput>,
    /// Its reporting periods.
    #[graphql(default)]
    #[serde(default)]
    pub periods: Vec<ReportingPeriodInput>,
}

fn usual_time_zone() -> String {
    "Europe/Paris".to_owned()
}

fn usual_threshold() -> i32 {
    5
}

/// A call for projects, or one selection wave of it.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallInput {
    /// Its code within the programme.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
}

/// A quarter for which every project owes a report.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportingPeriodInput {
    /// The quarter.
    pub code: PeriodScalar,
    /// The last day on which a submission is not late.
    pub due_on: DateScalar,
}

/// What to revise of a programme; what is absent stays as it is.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProgrammeRevisionInput {
    /// The programme: its identifier or its code.
    #[schema(value_type = String, required = false)]
    pub programme: ID,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its name in French.
    pub name_fr: Option<String>,
    /// Its envelope in EUR.
    pub envelope: Option<DecimalScalar>,
    /// Published cells of 1 to this number less one persons are suppressed; at least 2.
    pub disclosure_threshold: Option<i32>,
    /// Whether a second person at the partner certifies a submission before it reaches the funder.
    pub certification: Option<bool>,
}

/// A call to add to a programme.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallAdditionInput {
    /// The programme: its identifier or its code.
    #[schema(value_type = String, required = false)]
    pub programme: ID,
    /// The call's code within the programme.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
}

/// A reporting period to add to a programme.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeriodAdditionInput {
    /// The programme: its identifier or its code.
    #[schema(value_type = String, required = false)]
    pub programme: ID,
    /// The quarter.
    pub code: PeriodScalar,
    /// The last day on which a submission is not late.
    pub due_on: DateScalar,
}

/// Another due date of a reporting period.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeriodScheduleInput {
    /// The programme: its identifier or its code.
    #[schema(value_type = String, required = false)]
    pub programme: ID,
    /// The period's code.
    #[schema(required = false)]
    pub period: PeriodScalar,
    /// The last day on which a submission is not late.
    pub due_on: DateScalar,
}

impl ProgrammeInput {
    /// Reads the programme.
    pub fn read(&self) -> Result<ProgrammeDetails, Vec<Refusal>> {
        read_alone(|reader| self.read_at(reader, ""))
    }

    /// Reads the programme, its fields behind a prefix of their paths.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<ProgrammeDetails> {
        let code = reader.read::<ShortCode>(&format!("{at}code"), &self.code);
        let name_en = reader.read::<Name>(&format!("{at}nameEn"), &self.name_en);
        let name_fr = reader.read::<Name>(&format!("{at}nameFr"), &self.name_fr);
        let envelope = reader.read::<Cents>(&format!("{at}envelope"), &self.envelope.0);
        let zone = TimeZone::get(&self.time_zone).ok();
        let time_zone = reader.read_by(&format!("{at}timeZone"), Code::ParameterInvalid, zone);
        let first_on = reader.read_by(&format!("{at}firstOn"), Code::DateInvalid, parse_day(&self.first_on.0));
        let threshold = threshold(reader, &format!("{at}disclosureThreshold"), self.disclosure_threshold);
        let mut calls = Vec::new();
        for (place, call) in self.calls.iter().enumerate() {
            calls.extend(read_call(reader, &format!("{at}calls[{place}]."), &call.code, &call.name_en, &call.name_fr));
        }
        let mut periods = Vec::new();
        for (place, period) in self.periods.iter().enumerate() {
            periods.extend(read_period(reader, &format!("{at}periods[{place}]."), &period.code, &period.due_on));
        }
        Some(ProgrammeDetails {
            code: code?,
            name_en: name_en?,
            name_fr: name_fr?,
            envelope: envelope?,
            time_zone: time_zone?,
            first_on: first_on?,
            disclosure_threshold: threshold?,
            certification: self.certification,
            calls,
            periods,
        })
    }
}

impl ProgrammeRevisionInput {
    /// Reads which programme is revised, and how.
    pub fn read(&self) -> Result<(ProgrammeName, ProgrammeChanges), Vec<Refusal>> {
        read_alone(|reader| {
            let programme = reader.read("programme", &self.programme);
            let name_en = optional(self.name_en.as_ref(), |name| reader.read("nameEn", name));
            let name_fr = optional(self.name_fr.as_ref(), |name| reader.read("nameFr", name));
            let envelope = optional(self.envelope.as_ref(), |envelope| reader.read("envelope", &envelope.0));
            let disclosure_threshold =
                optional(self.disclosure_threshold, |given| threshold(reader, "disclosureThreshold", given));
            let changes = ProgrammeChanges {
                name_en: name_en?,
                name_fr: name_fr?,
                envelope: envelope?,
                disclosure_threshold: disclosure_threshold?,
                certification: self.certification,
            };
            Some((programme?, changes))
        })
    }
}

impl CallAdditionInput {
    /// Reads the call and the programme that it is added to.
    pub fn read(&self) -> Result<(ProgrammeName, Call), Vec<Refusal>> {
        read_alone(|reader| {
            let programme = reader.read("programme", &self.programme);
            let call = read_call(reader, "", &self.code, &self.name_en, &self.name_fr);
            programme.zip(call)
        })
    }
}

impl PeriodAdditionInput {
    /// Reads the period and the programme that it is added to.
    pub fn read(&self) -> Result<(ProgrammeName, ReportingPeriod), Vec<Refusal>> {
        read_alone(|reader| {
            let programme = reader.read("programme", &self.programme);
            let period = read_period(reader, "", &self.code, &self.due_on);
            programme.zip(period)
        })
    }
}

impl PeriodScheduleInput {
    /// Reads the programme, its period, and the day on which that is due.
    pub fn read(&self) -> Result<(ProgrammeName, Quarter, jiff::civil::Date), Vec<Refusal>> {
        read_alone(|reader| {
            let programme = reader.read("programme", &self.programme);
            let period = reader.read("period", &self.period.0);
            let due_on = reader.read_by("dueOn", Code::DateInvalid, parse_day(&self.due_on.0));
            Some((programme?, period?, due_on?))
        })
    }
}

fn threshold(reader: &mut Reader, path: &str, given: i32) -> Option<u32> {
    let threshold = u32::try_from(given).ok().filter(|threshold| *threshold >= 2);
    reader.read_by(path, Code::ParameterInvalid, threshold)
}

fn read_call(reader: &mut Reader, at: &str, code: &str, name_en: &str, name_fr: &str) -> Option<Call> {
    let code = reader.read::<ShortCode>(&format!("{at}code"), code);
    let name_en = reader.read::<Name>(&format!("{at}nameEn"), name_en);
    let name_fr = reader.read::<Name>(&format!("{at}nameFr"), name_fr);
    Some(Call { code: code?, name_en: name_en?, name_fr: name_fr? })
}

fn read_period(reader: &mut Reader, at: &str, code: &PeriodScalar, due_on: &DateScalar) -> Option<ReportingPeriod> {
    let code = reader.read::<Quarter>(&format!("{at}code"), &code.0);
    let due_on = reader.read_by(&format!("{at}dueOn"), Code::DateInvalid, parse_day(&due_on.0));
    let period = ReportingPeriod::of_quarter(code?, due_on?);
    reader.keep(&format!("{at}dueOn"), period.check()).map(|()| period)
}
