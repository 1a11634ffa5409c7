//! A statement: all that a project knows at a period's end, cumulative since its start.
//!
//! Values are typed here; how they were written (GraphQL, CSV) is the skins' business.

use std::fmt;

use jiff::civil::Date;

use super::codes::*;
use super::identity::Identity;
use super::sections::Sections;
use crate::directory::period::Quarter;
use crate::text::{ShortCode, Text};

/// The partner's own key of a participation, 1 to 40 printable characters without identity numbers.
pub type Reference = ShortCode;

/// What a partner says about a warning that stands.
pub type Justification = Text<1000>;

/// All that a project states for a period. `P` tells how a person is known: by what was sent, or by the link made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<P = Identity> {
    /// One entry per participation, in the order sent.
    pub participations: Vec<Participation<P>>,
    /// What is stated beside them.
    pub sections: Sections,
}

/// One person's stay in one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation<P = Identity> {
    /// The partner's own key.
    pub reference: Reference,
    /// Who it is.
    pub person: P,
    /// First day.
    pub entry_on: Date,
    /// Sex.
    pub sex: Sex,
    /// Year of birth.
    pub birth_year: Answer<i16>,
    /// Protection status at entry.
    pub protection_status: ProtectionStatus,
    /// French level at entry.
    pub french_at_entry: FrenchLevel,
    /// Education level.
    pub education: EducationLevel,
    /// Labour status at entry.
    pub labour_status: LabourStatus,
    /// INSEE department of residence, as sent; a rule checks that it exists.
    pub residence_department: Answer<DepartmentCode>,
    /// Lives in a priority district (QPV).
    pub priority_district: Flag,
    /// Lives in a rural revitalisation area (FRR).
    pub rural_area: Flag,
    /// Has a recognised disability (RQTH).
    pub disability: Flag,
    /// Housing at entry.
    pub housing_at_entry: Housing,
    /// Supports received.
    pub supports: Vec<Support>,
    /// The exit, if the person has left.
    pub exit: Option<Exit>,
    /// The situation six months after, if observed.
    pub follow_up: Option<FollowUp>,
}

/// Hours of one kind of support in one calendar quarter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Support {
    /// The kind.
    pub kind: SupportKind,
    /// The quarter.
    pub quarter: Quarter,
    /// Whole hours received in the quarter.
    pub hours: u32,
}

/// How and to what a person left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The last day of the participation.
    pub on: Date,
    /// What the person went to.
    pub situation: ExitSituation,
    /// The contract, for employment.
    pub contract: Option<ContractKind>,
    /// Its first day.
    pub contract_from: Option<Date>,
    /// Its last day, for contracts bounded in time.
    pub contract_to: Option<Date>,
    /// The training, for training.
    pub training: Option<TrainingKind>,
    /// French level at exit.
    pub french: FrenchLevel,
    /// Housing at exit.
    pub housing: Housing,
    /// Financial autonomy at exit.
    pub financial_autonomy: Flag,
}

/// What was observed six months after the exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The day of the observation.
    pub observed_on: Date,
    /// The situation.
    pub situation: FollowUpSituation,
}

/// A department code as sent: 2 or 3 letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentCode(String);

impl DepartmentCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A code of the right form, existing or not.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for DepartmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer<T> {
    /// The value.
    Known(T),
    /// Nobody knows.
    Unknown,
    /// The person refused to say.
    Refused,
    /// Nobody asked.
    NotCollected,
}

impl<T> Answer<T> {
    /// The value, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Reads a value with `parse`, or one of the three codes of its absence.
    pub fn parse(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Self> {
        match text {
            "UNKNOWN" => Some(Self::Unknown),
            "REFUSED" => Some(Self::Refused),
            "NOT_COLLECTED" => Some(Self::NotCollected),
            value => parse(value).map(Self::Known),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Unknown => f.write_str("UNKNOWN"),
            Self::Refused => f.write_str("REFUSED"),
            Self::NotCollected => f.write_str("NOT_COLLECTED"),
        }
    }
}

/// Reads a year of birth: four digits from 1900 to 2100.
pub fn parse_birth_year(text: &str) -> Option<i16> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|year| digits && (1900..=2100).contains(year))
}

/// Reads a day from 1900-01-01 to 2100-12-31 written `YYYY-MM-DD`.
pub fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 10 {
        return None;
    }
    text.parse::<Date>().ok().filter(|day| (1900..=2100).contains(&day.year()))
}

impl<P> Participation<P> {
    /// The same participation with its person known another way.
    pub fn with_person<Q>(self, person: Q) -> Participation<Q> {
        Participation {
            person,
            reference: self.reference,
            entry_on: self.entry_on,
            sex: self.sex,
            birth_year: self.birth_year,
            protection_status: self.protection_status,
            french_at_entry: self.french_at_entry,
            education: self.education,
            labour_status: self.labour_status,
            residence_department: self.residence_department,
            priority_district: self.priority_district,
            rural_area: self.rural_area,
            disability: self.disability,
            housing_at_entry: self.housing_at_entry,
            supports: self.supports,
            exit: self.exit,
            follow_up: self.follow_up,
        }
    }

    /// Whether two participations state the same, whoever the person is.
    pub fn states_the_same<Q>(&self, other: &Participation<Q>) -> bool {
        self.reference == other.reference
            && self.entry_on == other.entry_on
            && self.sex == other.sex
            && self.birth_year == other.birth_year
            && self.protection_status == other.protection_status
            && self.french_at_entry == other.french_at_entry
            && self.education == other.education
            && self.labour_status == other.labour_status
            && self.residence_department == other.residence_department
            && self.priority_district == other.priority_district
            && self.rural_area == other.rural_area
            && self.disability == other.disability
            && self.housing_at_entry == other.housing_at_entry
            && self.supports == other.supports
            && self.exit == other.exit
            && self.follow_up == other.follow_up
    }

    /// All hours of support received since the entry.
    pub fn support_hours(&self) -> u64 {
        self.supports.iter().map(|support| u64::from(support.hours)).sum()
    }

    /// The last day of the participation, if it has ended.
    pub fn exit_on(&self) -> Option<Date> {
        self.exit.as_ref().map(|exit| exit.on)
    }

    /// Whether two participations share a day. The day of an exit may be the day of the next entry.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |first: &Self, second: &Self| first.exit_on().is_some_and(|end| end <= second.entry_on);
        !ends_before(self, other) && !ends_before(other, self)
    }
}
