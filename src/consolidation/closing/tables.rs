//! Which tables every closing has. They are fixed, so that closings can be compared and nobody chooses the cut that reveals;
//! every version of the grid stays, since closings are checked with the tables that they were made with.

use super::grid::{Level, Line};
use crate::consolidation::question::{Dimension, Unit};

/// The version of the grid that closings are made with, part of what is signed.
pub const GRID: &str = "3";

/// The tables of a version of the grid, if there was one.
pub fn tables_of(version: &str) -> Option<&'static [Table]> {
    match version {
        "1" => GRID_2.get(..TABLES_OF_1),
        "2" => Some(GRID_2),
        GRID => Some(TABLES),
        _ => None,
    }
}

/// A table of the grid.
#[derive(Debug)]
pub struct Table {
    /// Its code.
    pub code: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
    /// Its name in French.
    pub name_fr: &'static str,
    /// The levels published; the others are counted to know who could subtract what.
    pub levels: &'static [Level],
    /// What each place is cut by: nothing, or up to three dimensions crossed. Every margin is in the table too.
    pub dimensions: &'static [Dimension],
    /// What is counted.
    pub lines: &'static [Line],
    /// By person or by participation.
    pub unit: Unit,
}

const WHOLE: &[Line] = &[
    Line::Supported,
    Line::Entries,
    Line::Exits,
    Line::Present,
    Line::NeutralisedExits,
    Line::CountedExits,
    Line::PositiveExits,
    Line::EmploymentExits,
    Line::SustainableExits,
    Line::TrainingExits,
];
const SHORT: &[Line] = &[Line::Supported, Line::CountedExits, Line::PositiveExits, Line::EmploymentExits];
const NATION: &[Level] = &[Level::Nation];
const REGIONS: &[Level] = &[Level::Nation, Level::Region];

const PERSONS: Table = Table {
    code: "PERSONS",
    name_en: "Persons by place",
    name_fr: "Personnes selon le lieu",
    levels: &Level::ALL,
    dimensions: &[],
    lines: WHOLE,
    unit: Unit::Person,
};
const PARTICIPATIONS: Table = Table {
    code: "PARTICIPATIONS",
    name_en: "Participations by region",
    name_fr: "Participations selon la région",
    levels: REGIONS,
    dimensions: &[],
    lines: WHOLE,
    unit: Unit::Participation,
};
const BY_SEX: Table = Table {
    code: "PERSONS_BY_SEX",
    name_en: "Persons by region and sex",
    name_fr: "Personnes selon la région et le sexe",
    levels: REGIONS,
    dimensions: &[Dimension::Sex],
    lines: SHORT,
    unit: Unit::Person,
};
const BY_QUARTER: Table = Table {
    code: "PARTICIPATIONS_BY_QUARTER",
    name_en: "Entries and exits by quarter",
    name_fr: "Entrées et sorties par trimestre",
    levels: NATION,
    dimensions: &[Dimension::Quarter],
    lines: &[Line::Entries, Line::Exits],
    unit: Unit::Participation,
};
const BY_AGE: Table = Table {
    code: "PERSONS_BY_AGE",
    name_en: "Persons by age",
    name_fr: "Personnes selon l'âge",
    levels: NATION,
    dimensions: &[Dimension::AgeBand],
    lines: SHORT,
    unit: Unit::Person,
};
const BY_PROTECTION_STATUS: Table = Table {
    code: "PERSONS_BY_PROTECTION_STATUS",
    name_en: "Persons by protection status",
    name_fr: "Personnes selon le statut de protection",
    levels: NATION,
    dimensions: &[Dimension::ProtectionStatus],
    lines: SHORT,
    unit: Unit::Person,
};
const BY_SEX_AND_AGE: Table = Table {
    code: "PERSONS_BY_SEX_AND_AGE",
    name_en: "Persons by sex and age",
    name_fr: "Personnes selon le sexe et l'âge",
    levels: NATION,
    dimensions: &[Dimension::Sex, Dimension::AgeBand],
    lines: SHORT,
    unit: Unit::Person,
};
const BY_SEX_AGE_AND_PROTECTION_STATUS: Table = Table {
    code: "PERSONS_BY_SEX_AGE_AND_PROTECTION_STATUS",
    name_en: "Persons by sex, age and protection status",
    name_fr: "Personnes selon le sexe, l'âge et le statut de protection",
    levels: NATION,
    dimensions: &[Dimension::Sex, Dimension::AgeBand, Dimension::ProtectionStatus],
    lines: &[Line::Supported],
    unit: Unit::Person,
};

/// The tables of the second version; the first had the first four of them.
const GRID_2: &[Table] = &[PERSONS, PARTICIPATIONS, BY_SEX, BY_QUARTER, BY_AGE, BY_PROTECTION_STATUS];
const TABLES_OF_1: usize = 4;

/// Every table of today's, in the order in which people read them.
pub const TABLES: &[Table] = &[
    PERSONS,
    PARTICIPATIONS,
    BY_SEX,
    BY_QUARTER,
    BY_AGE,
    BY_PROTECTION_STATUS,
    BY_SEX_AND_AGE,
    BY_SEX_AGE_AND_PROTECTION_STATUS,
];
