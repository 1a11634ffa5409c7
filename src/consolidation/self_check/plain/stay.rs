//! A participation as the plain route knows it, read from the texts of its row: for each attribute, which codes hold.

use jiff::civil::Date;

use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::outcome::{OutcomeClass, OutcomeKey};
use crate::consolidation::self_check::store::StayRow;
use crate::consolidation::vocabulary::{AGE_BANDS, AgeBand, Attribute, Codes, Condition, FrenchProgress, SixMonths};
use crate::directory::geography;
use crate::directory::period::Quarter;
use crate::directory::store::stored;
use crate::refusal::{Failure, Outcome};
use crate::reporting::codes::{ContractKind, ExitSituation, Flag, FrenchLevel, SupportKind, TrainingKind};

/// One bit for each code of an attribute.
pub type Bits = u32;

/// A participation.
pub struct Stay {
    /// The place of its project among those read.
    pub project: usize,
    /// The place of its person among those read.
    pub person: usize,
    /// First day.
    pub entry: Date,
    /// Last day, and what it led to.
    pub exit: Option<(Date, OutcomeClass)>,
    /// Hours of support: the place of the kind, the last day of the quarter, and how many.
    pub hours: Vec<(usize, Date, i64)>,
    age: Option<u8>,
    codes: [Bits; Attribute::ALL.len()],
}

fn broken() -> Failure {
    Failure::fault("a stored participation is out of form")
}

fn day(text: Option<&str>) -> Outcome<Option<Date>> {
    text.map(stored).transpose()
}

/// The bit of a code.
fn bit(attribute: Attribute, code: &str) -> Outcome<Bits> {
    let place = attribute.codes().iter().position(|known| *known == code);
    place.map(|place| 1 << place).ok_or_else(broken)
}

impl Stay {
    /// Reads a row.
    pub fn of(row: &StayRow, (project, person): (usize, usize), classes: &OutcomeTable) -> Outcome<Self> {
        let entry: Date = stored(&row.entry_on)?;
        let age = row.birth_year.parse::<i16>().ok().and_then(|born| u8::try_from(entry.year() - born).ok());
        let band = age.and_then(|age| AGE_BANDS.iter().rfind(|(_, first)| age >= *first));
        let supports: Vec<(String, String, i64)> = serde_json::from_str(&row.supports).map_err(|_| broken())?;
        let mut stay =
            Self { project, person, entry, exit: None, hours: Vec::new(), age, codes: [0; Attribute::ALL.len()] };
        for (attribute, code) in [
            (Attribute::Sex, row.sex.as_str()),
            (Attribute::AgeBand, band.map_or(AgeBand::Unknown, |(band, _)| *band).code()),
            (Attribute::ProtectionStatus, &row.protection_status),
            (Attribute::FrenchLevel, &row.french_at_entry),
            (Attribute::Education, &row.education),
            (Attribute::LabourStatus, &row.labour_status),
            (Attribute::ResidenceRegion, region_of(&row.residence_department)),
            (Attribute::PriorityDistrict, &row.priority_district),
            (Attribute::RuralArea, &row.rural_area),
            (Attribute::Disability, &row.disability),
            (Attribute::HousingAtEntry, &row.housing_at_entry),
            (Attribute::Identity, if row.person_id.is_some() { "LINKED" } else { "UNLINKED" }),
            (Attribute::SixMonths, row.follow_up_situation.as_deref().unwrap_or(SixMonths::NotObserved.code())),
        ] {
            stay.codes[attribute as usize] = bit(attribute, code)?;
        }
        for (kind, quarter, hours) in supports {
            stay.codes[Attribute::SupportKind as usize] |= bit(Attribute::SupportKind, &kind)?;
            let kind = SupportKind::ALL.iter().position(|known| known.code() == kind).ok_or_else(broken)?;
            stay.hours.push((kind, stored::<Quarter>(&quarter)?.last_day(), hours));
        }
        match (day(row.exit_on.as_deref())?, row.exit_situation.as_deref()) {
            (Some(on), Some(situation)) => stay.leave(on, situation, row, classes)?,
            (None, None) => {}
            _ => return Err(broken()),
        }
        Ok(stay)
    }

    fn leave(&mut self, on: Date, situation: &str, row: &StayRow, classes: &OutcomeTable) -> Outcome<()> {
        let contract = row.exit_contract.as_deref().unwrap_or(ContractKind::Unknown.code());
        let training = row.exit_training.as_deref().unwrap_or(TrainingKind::Unknown.code());
        let key = OutcomeKey::of_parts(
            ExitSituation::of_code(situation).ok_or_else(broken)?,
            ContractKind::of_code(contract),
            day(row.exit_contract_from.as_deref())?,
            day(row.exit_contract_to.as_deref())?,
            TrainingKind::of_code(training),
        );
        let class = classes.class(key);
        self.exit = Some((on, class));
        let left = |text: &Option<String>| text.clone().ok_or_else(broken);
        let (before, after) = (FrenchLevel::of_code(&row.french_at_entry), left(&row.french_at_exit)?);
        let progress = match (before, FrenchLevel::of_code(&after)) {
            (Some(before), Some(after)) if before.is_known() && after.is_known() => {
                if after > before {
                    FrenchProgress::Progressed
                } else {
                    FrenchProgress::NotProgressed
                }
            }
            _ => FrenchProgress::Unknown,
        };
        let (housing, autonomy) = (left(&row.housing_at_exit)?, left(&row.financial_autonomy)?);
        let mut said = vec![
            (Attribute::OutcomeClass, class.code()),
            (Attribute::ExitSituation, situation),
            (Attribute::FrenchProgress, progress.code()),
            (Attribute::HousingAtExit, &housing),
            (Attribute::FinancialAutonomy, &autonomy),
        ];
        said.extend((situation == ExitSituation::Employment.code()).then_some((Attribute::ContractKind, contract)));
        said.extend((situation == ExitSituation::Training.code()).then_some((Attribute::TrainingKind, training)));
        for (attribute, code) in said {
            self.codes[attribute as usize] = bit(attribute, code)?;
        }
        Ok(())
    }

    /// The codes of an attribute that hold.
    pub fn codes(&self, attribute: Attribute) -> Bits {
        self.codes[attribute as usize]
    }

    /// Whether a condition holds.
    pub fn meets(&self, condition: &Condition) -> bool {
        let among = |codes: &Codes| {
            let held = self.codes(codes.attribute());
            (0..Bits::BITS).any(|place| held >> place & 1 == 1 && codes.holds(place as usize))
        };
        match condition {
            Condition::In(codes) => among(codes),
            Condition::Known(attribute) => among(&Codes::known(*attribute)),
            Condition::Age(ages) => self.age.is_some_and(|age| ages.hold(age)),
        }
    }
}

/// The region of a department, or why there is none.
fn region_of(department: &str) -> &str {
    let absent = [Flag::Refused, Flag::NotCollected].map(Flag::code);
    if absent.contains(&department) {
        return department;
    }
    geography::department(department).map_or(Flag::Unknown.code(), |department| department.region)
}
