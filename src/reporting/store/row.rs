//! A participation's row, each column read where it lies.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::refusal::{Failure, Outcome};
use crate::reporting::codes::*;
use crate::reporting::record::{Person, PersonId, Record, supports_of};
use crate::reporting::statement::*;
use crate::storage::in_place::{InPlace, OfText};
use crate::storage::schema::participations;

/// A row of participations.
#[derive(Queryable, Selectable)]
#[diesel(table_name = participations)]
pub(super) struct RecordRow {
    pub(super) reference: String,
    pub(super) first_version: i64,
    pub(super) end_version: Option<i64>,
    pub(super) person_id: Option<String>,
    entry_on: InPlace<Date>,
    sex: InPlace<Sex>,
    birth_year: InPlace<Answer<i16>>,
    protection_status: InPlace<ProtectionStatus>,
    french_at_entry: InPlace<FrenchLevel>,
    education: InPlace<EducationLevel>,
    labour_status: InPlace<LabourStatus>,
    residence_department: InPlace<Answer<DepartmentCode>>,
    priority_district: InPlace<Flag>,
    rural_area: InPlace<Flag>,
    disability: InPlace<Flag>,
    housing_at_entry: InPlace<Housing>,
    supports: InPlace<Vec<Support>>,
    exit_on: Option<InPlace<Date>>,
    exit_situation: Option<InPlace<ExitSituation>>,
    exit_contract: Option<InPlace<ContractKind>>,
    exit_contract_from: Option<InPlace<Date>>,
    exit_contract_to: Option<InPlace<Date>>,
    exit_training: Option<InPlace<TrainingKind>>,
    french_at_exit: Option<InPlace<FrenchLevel>>,
    housing_at_exit: Option<InPlace<Housing>>,
    financial_autonomy: Option<InPlace<Flag>>,
    follow_up_on: Option<InPlace<Date>>,
    follow_up_situation: Option<InPlace<FollowUpSituation>>,
    salt: InPlace<[u8; 16]>,
    pub(super) record_hash: InPlace<[u8; 32]>,
}

macro_rules! of_codes {
    ($($code:ty),*) => {$(
        impl OfText for $code {
            fn of_text(text: &str) -> Option<Self> {
                Self::of_code(text)
            }
        }
    )*};
}

of_codes!(
    Sex,
    ProtectionStatus,
    FrenchLevel,
    EducationLevel,
    LabourStatus,
    Flag,
    Housing,
    ExitSituation,
    ContractKind,
    TrainingKind,
    FollowUpSituation
);

impl OfText for Date {
    fn of_text(text: &str) -> Option<Self> {
        parse_day(text)
    }
}

impl OfText for Answer<i16> {
    fn of_text(text: &str) -> Option<Self> {
        Self::parse(text, parse_birth_year)
    }
}

impl OfText for Answer<DepartmentCode> {
    fn of_text(text: &str) -> Option<Self> {
        Self::parse(text, DepartmentCode::parse)
    }
}

impl OfText for Vec<Support> {
    fn of_text(text: &str) -> Option<Self> {
        supports_of(text)
    }
}

/// What a column must hold.
pub(super) fn known<T>(value: Option<T>) -> Outcome<T> {
    value.ok_or_else(|| Failure::fault("a stored record is out of form"))
}

/// What a column may hold.
fn stated<T>(column: Option<InPlace<T>>) -> Outcome<Option<T>> {
    column.map(|value| known(value.0)).transpose()
}

/// The record of a row.
pub(super) fn record_of(row: RecordRow) -> Outcome<Record> {
    let (salt, hash) = (known(row.salt.0)?, known(row.record_hash.0)?);
    Ok(Record { participation: participation_of(row)?, salt, hash })
}

/// The participation of a row.
pub(super) fn participation_of(row: RecordRow) -> Outcome<Participation<Person>> {
    let exit = match (stated(row.exit_on)?, stated(row.exit_situation)?) {
        (Some(on), Some(situation)) => Some(Exit {
            on,
            situation,
            contract: stated(row.exit_contract)?,
            contract_from: stated(row.exit_contract_from)?,
            contract_to: stated(row.exit_contract_to)?,
            training: stated(row.exit_training)?,
            french: known(stated(row.french_at_exit)?)?,
            housing: known(stated(row.housing_at_exit)?)?,
            financial_autonomy: known(stated(row.financial_autonomy)?)?,
        }),
        _ => None,
    };
    let follow_up = match (stated(row.follow_up_on)?, stated(row.follow_up_situation)?) {
        (Some(observed_on), Some(situation)) => Some(FollowUp { observed_on, situation }),
        _ => None,
    };
    Ok(Participation {
        reference: Reference::stored(row.reference),
        person: row.person_id.map(PersonId),
        entry_on: known(row.entry_on.0)?,
        sex: known(row.sex.0)?,
        birth_year: known(row.birth_year.0)?,
        protection_status: known(row.protection_status.0)?,
        french_at_entry: known(row.french_at_entry.0)?,
        education: known(row.education.0)?,
        labour_status: known(row.labour_status.0)?,
        residence_department: known(row.residence_department.0)?,
        priority_district: known(row.priority_district.0)?,
        rural_area: known(row.rural_area.0)?,
        disability: known(row.disability.0)?,
        housing_at_entry: known(row.housing_at_entry.0)?,
        supports: known(row.supports.0)?,
        exit,
        follow_up,
    })
}
