//! A participation while it is being read, field by field.

use jiff::civil::{Date, date};
use zeroize::Zeroizing;

use crate::directory::period::Quarter;
use crate::refusal::{Code, Language, Refusal};
use crate::reporting::codes::*;
use crate::reporting::fields::{Field, sent_fields};
use crate::reporting::identity::{self, Identity, ProgrammeKey, Scheme, StageOne};
use crate::reporting::record::supports_of;
use crate::reporting::statement::*;
use crate::text;

/// The most hours of one support in one quarter.
pub const MOST_HOURS: u32 = 2000;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As in the API: codes, and days as `YYYY-MM-DD`.
    Exact,
    /// As people fill spreadsheets: also French days, and labels instead of codes.
    Spreadsheet,
}

/// A participation while it is being read: values that were given and hold.
#[derive(Default)]
pub struct Draft {
    given: u64,
    bad: u64,
    reference: Option<Reference>,
    entry_on: Option<Date>,
    sex: Option<Sex>,
    birth_year: Option<Answer<i16>>,
    protection_status: Option<ProtectionStatus>,
    french_at_entry: Option<FrenchLevel>,
    education: Option<EducationLevel>,
    labour_status: Option<LabourStatus>,
    residence_department: Option<Answer<DepartmentCode>>,
    priority_district: Option<Flag>,
    rural_area: Option<Flag>,
    disability: Option<Flag>,
    housing_at_entry: Option<Housing>,
    supports: Vec<Support>,
    exit_on: Option<Date>,
    exit_situation: Option<ExitSituation>,
    exit_contract: Option<ContractKind>,
    exit_contract_from: Option<Date>,
    exit_contract_to: Option<Date>,
    exit_training: Option<TrainingKind>,
    exit_french: Option<FrenchLevel>,
    exit_housing: Option<Housing>,
    exit_financial_autonomy: Option<Flag>,
    follow_up_on: Option<Date>,
    follow_up_situation: Option<FollowUpSituation>,
    scheme: Option<Scheme>,
    number: Option<Zeroizing<String>>,
    stage_one: Option<Identity>,
}

macro_rules! coded {
    ($list:ident, $text:expr, $style:expr, $field:expr) => {
        read_code($list::ALL, $text, $style, $list::code, $list::label)
            .map(Some)
            .ok_or_else(|| Refusal::new(Code::CodeUnknown).with("list", $field.list().unwrap_or_default()))
    };
}

impl Draft {
    /// Reads the text of a field; empty text states nothing. A value that does not hold is refused and never shown.
    pub fn read(&mut self, field: Field, text: &str, style: Style) -> Result<(), Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let bit = 1 << field as u64;
        if self.given & bit != 0 {
            return Err(Refusal::new(Code::FieldTwice).at(field.name()));
        }
        self.given |= bit;
        self.put(field, text, style).map_err(|refusal| {
            self.bad |= bit;
            refusal.at(field.name())
        })
    }

    fn put(&mut self, field: Field, text: &str, style: Style) -> Result<(), Refusal> {
        let day = |text: &str| read_day(text, style).map(Some);
        match field {
            Field::Reference => self.reference = Some(text.parse()?),
            Field::EntryOn => self.entry_on = day(text)?,
            Field::Sex => self.sex = coded!(Sex, text, style, field)?,
            Field::BirthYear => {
                let year = Answer::parse(&absence(text, style), parse_birth_year);
                self.birth_year = Some(year.ok_or(Code::BirthYearInvalid)?);
            }
            Field::ProtectionStatus => {
                self.protection_status = coded!(ProtectionStatus, text, style, field)?;
            }
            Field::FrenchAtEntry => self.french_at_entry = coded!(FrenchLevel, text, style, field)?,
            Field::Education => self.education = coded!(EducationLevel, text, style, field)?,
            Field::LabourStatus => self.labour_status = coded!(LabourStatus, text, style, field)?,
            Field::ResidenceDepartment => self.residence_department = Some(read_department(text, style)?),
            Field::PriorityDistrict => self.priority_district = coded!(Flag, text, style, field)?,
            Field::RuralArea => self.rural_area = coded!(Flag, text, style, field)?,
            Field::Disability => self.disability = coded!(Flag, text, style, field)?,
            Field::HousingAtEntry => self.housing_at_entry = coded!(Housing, text, style, field)?,
            Field::Supports => self.supports = read_supports(text)?,
            Field::ExitOn => self.exit_on = day(text)?,
            Field::ExitSituation => self.exit_situation = coded!(ExitSituation, text, style, field)?,
            Field::ExitContract => self.exit_contract = coded!(ContractKind, text, style, field)?,
            Field::ExitContractFrom => self.exit_contract_from = day(text)?,
            Field::ExitContractTo => self.exit_contract_to = day(text)?,
            Field::ExitTraining => self.exit_training = coded!(TrainingKind, text, style, field)?,
            Field::ExitFrench => self.exit_french = coded!(FrenchLevel, text, style, field)?,
            Field::ExitHousing => self.exit_housing = coded!(Housing, text, style, field)?,
            Field::ExitFinancialAutonomy => self.exit_financial_autonomy = coded!(Flag, text, style, field)?,
            Field::FollowUpObservedOn => self.follow_up_on = day(text)?,
            Field::FollowUpSituation => {
                self.follow_up_situation = coded!(FollowUpSituation, text, style, field)?;
            }
            Field::IdentityScheme => {
                let unknown = || Refusal::new(Code::CodeUnknown).with("list", "IDENTITY_SCHEME");
                self.scheme = Some(Scheme::of_code(&text.to_ascii_uppercase()).ok_or_else(unknown)?);
            }
            Field::IdentityValue => self.number = Some(Zeroizing::new(text.to_owned())),
            Field::IdentityAgdref => self.put_number(Scheme::Agdref, text),
            Field::IdentityNir => self.put_number(Scheme::Nir, text),
            Field::IdentityProgramme => self.put_number(Scheme::Programme, text),
            Field::IdentityStageOne => {
                self.stage_one = Some(StageOne::parse(text).map_or(Identity::Malformed, Identity::Known));
            }
        }
        Ok(())
    }

    fn put_number(&mut self, scheme: Scheme, text: &str) {
        self.scheme = Some(scheme);
        self.number = Some(Zeroizing::new(text.to_owned()));
    }

    /// Puts a support that was read apart.
    pub fn put_support(&mut self, support: Support) {
        self.supports.push(support);
    }

    /// The reference alone, for a line that removes one.
    pub fn into_reference(self, refuse: &mut dyn FnMut(Refusal)) -> Option<Reference> {
        if self.reference.is_none() && !self.is_bad(Field::Reference) {
            refuse(Refusal::new(Code::FieldMissing).at(Field::Reference.name()));
        }
        self.reference
    }

    fn is_bad(&self, field: Field) -> bool {
        self.bad & (1 << field as u64) != 0
    }

    /// The participation, if every required field was given and none was refused. An identity number becomes its
    /// pseudonym here and is gone.
    pub fn finish(mut self, key: &ProgrammeKey, refuse: &mut dyn FnMut(Refusal)) -> Option<Participation> {
        let mut missing = |draft: &Self, field: Field| {
            if draft.given & (1 << field as u64) == 0 {
                refuse(Refusal::new(Code::FieldMissing).at(field.name()));
            }
        };
        sent_fields().filter(|field| field.is_required()).for_each(|field| missing(&self, field));
        let exit_bits: u64 = EXIT_FIELDS.iter().map(|field| 1 << *field as u64).sum();
        let leaves = self.given & exit_bits != 0;
        if leaves {
            missing(&self, Field::ExitOn);
            missing(&self, Field::ExitSituation);
        }
        let follow_up_bits = (1 << Field::FollowUpObservedOn as u64) | (1 << Field::FollowUpSituation as u64);
        let followed = self.given & follow_up_bits != 0;
        if followed {
            missing(&self, Field::FollowUpObservedOn);
            missing(&self, Field::FollowUpSituation);
        }
        if self.scheme.is_some() != self.number.is_some() {
            missing(&self, if self.scheme.is_some() { Field::IdentityValue } else { Field::IdentityScheme });
        }
        self.supports.sort();
        let person = self.person(key, refuse)?;
        if self.bad != 0 {
            return None;
        }
        Some(Participation {
            reference: self.reference?,
            person,
            entry_on: self.entry_on?,
            sex: self.sex?,
            birth_year: self.birth_year?,
            protection_status: self.protection_status?,
            french_at_entry: self.french_at_entry?,
            education: self.education?,
            labour_status: self.labour_status?,
            residence_department: self.residence_department?,
            priority_district: self.priority_district.unwrap_or(Flag::NotCollected),
            rural_area: self.rural_area.unwrap_or(Flag::NotCollected),
            disability: self.disability.unwrap_or(Flag::NotCollected),
            housing_at_entry: self.housing_at_entry.unwrap_or(Housing::NotCollected),
            supports: self.supports,
            exit: if leaves {
                Some(Exit {
                    on: self.exit_on?,
                    situation: self.exit_situation?,
                    contract: self.exit_contract,
                    contract_from: self.exit_contract_from,
                    contract_to: self.exit_contract_to,
                    training: self.exit_training,
                    french: self.exit_french.unwrap_or(FrenchLevel::NotCollected),
                    housing: self.exit_housing.unwrap_or(Housing::NotCollected),
                    financial_autonomy: self.exit_financial_autonomy.unwrap_or(Flag::NotCollected),
                })
            } else {
                None
            },
            follow_up: if followed {
                Some(FollowUp { observed_on: self.follow_up_on?, situation: self.follow_up_situation? })
            } else {
                None
            },
        })
    }

    fn person(&mut self, key: &ProgrammeKey, refuse: &mut dyn FnMut(Refusal)) -> Option<Identity> {
        let number = self.number.take();
        match (self.stage_one.take(), self.scheme.zip(number)) {
            (None, None) => Some(Identity::None),
            (Some(stage_one), None) => Some(stage_one),
            (None, Some((scheme, number))) => Some(identity::pseudonymise(scheme, &number, key)),
            (Some(_), Some(_)) => {
                refuse(Refusal::new(Code::FieldTwice).at("identity"));
                None
            }
        }
    }
}

const EXIT_FIELDS: [Field; 9] = [
    Field::ExitOn,
    Field::ExitSituation,
    Field::ExitContract,
    Field::ExitContractFrom,
    Field::ExitContractTo,
    Field::ExitTraining,
    Field::ExitFrench,
    Field::ExitHousing,
    Field::ExitFinancialAutonomy,
];

fn read_code<T: Copy>(
    all: &[T],
    text: &str,
    style: Style,
    code: fn(T) -> &'static str,
    label: fn(T, Language) -> &'static str,
) -> Option<T> {
    let exact = all.iter().find(|value| code(**value) == text);
    let found = exact.or_else(|| {
        let plain = (style == Style::Spreadsheet).then(|| text::plain(text))?;
        all.iter().find(|value| {
            text::plain(code(**value)) == plain
                || text::plain(label(**value, Language::Fr)) == plain
                || text::plain(label(**value, Language::En)) == plain
        })
    });
    found.copied()
}

/// Why there is no value may be given by its label in spreadsheets.
fn absence(text: &str, style: Style) -> String {
    let absent = [Flag::Unknown, Flag::Refused, Flag::NotCollected];
    let absent = read_code(&absent, text, style, Flag::code, Flag::label);
    absent.map_or_else(|| text.to_owned(), |flag| flag.code().to_owned())
}

fn read_department(text: &str, style: Style) -> Result<Answer<DepartmentCode>, Refusal> {
    // A spreadsheet takes the zero of 01 for a number's.
    let single = style == Style::Spreadsheet && text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = if single { format!("0{text}") } else { absence(text, style) };
    Answer::parse(&text, DepartmentCode::parse)
        .ok_or_else(|| Refusal::new(Code::CodeUnknown).with("list", "DEPARTMENT"))
}

/// A day as `YYYY-MM-DD`, in spreadsheets also `DD/MM/YYYY`.
fn read_day(text: &str, style: Style) -> Result<Date, Refusal> {
    let french = |text: &str| {
        let mut parts = text.split(['/', '.', '-']);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let short = day.len() <= 2 && month.len() <= 2 && year.len() == 4 && parts.next().is_none();
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
        let (day, month, year): (i16, i16, i16) = (number(day)?, number(month)?, number(year)?);
        let valid = short && (1..=12).contains(&month) && (1900..=2100).contains(&year) && day >= 1;
        let last = valid.then(|| date(year, month as i8, 1).days_in_month())?;
        (day <= i16::from(last)).then(|| date(year, month as i8, day as i8))
    };
    let day = parse_day(text).or_else(|| (style == Style::Spreadsheet).then(|| french(text))?);
    day.ok_or_else(|| Code::DateInvalid.into())
}

/// Supports in one text: as they are stored, or `KIND:2023-Q1:60` joined by `|`.
fn read_supports(text: &str) -> Result<Vec<Support>, Refusal> {
    let invalid = || Refusal::new(Code::SupportsInvalid).with("limit", MOST_HOURS);
    let supports = if text.starts_with('[') {
        supports_of(text).ok_or_else(invalid)?
    } else {
        let one = |part: &str| {
            let mut parts = part.trim().split(':');
            let (kind, quarter, hours) = (parts.next()?, parts.next()?, parts.next()?);
            let kind = SupportKind::of_code(kind.trim())?;
            let quarter: Quarter = quarter.trim().parse().ok()?;
            parts.next().is_none().then(|| Some(Support { kind, quarter, hours: hours.trim().parse().ok()? }))?
        };
        text.split('|').map(one).collect::<Option<Vec<_>>>().ok_or_else(invalid)?
    };
    if supports.iter().all(|support| support.hours <= MOST_HOURS) { Ok(supports) } else { Err(invalid()) }
}
