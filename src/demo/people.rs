//! The people of the demo: invented, with invented numbers, the same in every project that knows them.

use jiff::civil::{Date, date};

use super::chance::Chance;
use super::projects::PlannedProject;
use crate::reporting::codes::{EducationLevel, FrenchLevel, ProtectionStatus, Sex};
use crate::reporting::identity::{self, Identity, ProgrammeKey, Scheme};
use crate::reporting::statement::Answer;

/// A person, met when entering a first project.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Scheme and number, if any project knows one.
    pub number: Option<(Scheme, String)>,
    pub(super) sex: Sex,
    pub(super) birth_year: Answer<i16>,
    pub(super) protection_status: ProtectionStatus,
    pub(super) education: EducationLevel,
    /// Level of French, which grows from one project to the next.
    pub(super) french: FrenchLevel,
}

impl Person {
    /// The person of a place in the story's list, entering a project.
    pub(super) fn met(
        place: usize,
        needs_number: bool,
        project: &PlannedProject,
        on: Date,
        chance: &mut Chance,
    ) -> Self {
        let mut person = Self {
            number: number(place, needs_number, chance),
            sex: sex(project.women_percent, chance),
            birth_year: birth_year(on, chance),
            protection_status: protection_status(on, chance),
            education: education(chance),
            french: french(chance),
        };
        // What chance puts together and nobody has: a degree at eighteen, a degree of who cannot read.
        let young = person.birth_year.known().is_some_and(|year| on.year() - year < 20);
        if young && (EducationLevel::Level5..=EducationLevel::Level7).contains(&person.education) {
            person.education = EducationLevel::Level4;
        }
        let diploma = EducationLevel::Level4..=EducationLevel::Level8;
        if person.french == FrenchLevel::NonReader && diploma.contains(&person.education) {
            person.french = FrenchLevel::BelowA1;
        }
        person
    }

    /// How a statement says who the person is.
    pub(super) fn identity(&self, key: &ProgrammeKey) -> Identity {
        match &self.number {
            Some((scheme, value)) => identity::pseudonymise(*scheme, value, key),
            None => Identity::None,
        }
    }
}

/// Most have a foreigner number, a few a number of the programme, one in fifty none.
fn number(place: usize, needed: bool, chance: &mut Chance) -> Option<(Scheme, String)> {
    let kind = chance.below(100);
    if kind < 2 && !needed {
        return None;
    }
    // Multiplied modulo a prime, so that no two places give the same digits.
    let digits = (place as u64 + 1) * 48_271 % 99_999_989;
    if kind < 10 {
        return Some((Scheme::Programme, format!("IPR-{digits:08}")));
    }
    // No department is numbered 96, so no real foreigner number begins so.
    Some((Scheme::Agdref, format!("96{digits:08}")))
}

fn sex(women_percent: usize, chance: &mut Chance) -> Sex {
    match chance.below(1000) {
        0..=1 => Sex::Other,
        2..=6 => Sex::NotRecorded,
        _ if chance.percent(women_percent) => Sex::Female,
        _ => Sex::Male,
    }
}

/// Between 16 and 62 at the first entry, mostly young adults.
fn birth_year(on: Date, chance: &mut Chance) -> Answer<i16> {
    let ages = [((17, 19), 5), ((20, 24), 21), ((25, 29), 24), ((30, 39), 31), ((40, 49), 13), ((50, 62), 6)];
    let (youngest, oldest) = chance.weighted(&ages);
    let year = on.year() - chance.between(youngest, oldest) as i16;
    match chance.below(1000) {
        0..=14 => Answer::Unknown,
        15..=19 => Answer::Refused,
        20..=29 => Answer::NotCollected,
        _ => Answer::Known(year),
    }
}

fn protection_status(on: Date, chance: &mut Chance) -> ProtectionStatus {
    use ProtectionStatus::*;
    let displaced_from_ukraine = on >= date(2022, 3, 14) && chance.percent(9);
    if displaced_from_ukraine {
        return TemporaryProtection;
    }
    chance.weighted(&[(Refugee, 61), (SubsidiaryProtection, 30), (Stateless, 1), (AsylumSeekerOverSixMonths, 8)])
}

fn education(chance: &mut Chance) -> EducationLevel {
    use EducationLevel::*;
    chance.weighted(&[
        (NeverSchooled, 9),
        (Level1, 17),
        (Level2, 12),
        (Level3, 13),
        (Level4, 16),
        (Level5, 4),
        (Level6, 6),
        (Level7, 3),
        (ForeignUnrecognised, 13),
        (Unknown, 2),
        (Refused, 1),
        (NotCollected, 4),
    ])
}

fn french(chance: &mut Chance) -> FrenchLevel {
    use FrenchLevel::*;
    chance.weighted(&[
        (NonReader, 8),
        (BelowA1, 17),
        (A1, 30),
        (A2, 25),
        (B1, 11),
        (B2, 3),
        (C1, 1),
        (Unknown, 2),
        (NotCollected, 3),
    ])
}
