//! What the grid counts and where: levels of place, lines, how lines share out, rates. Which tables there are of them is
//! said in `tables`.

use crate::consolidation::indicator::Defined;
use crate::consolidation::question::{Dimension, Unit};
use crate::consolidation::vocabulary::Cell;

/// A level of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Everything.
    Nation,
    /// A region of delivery.
    Region,
    /// A project.
    Project,
}

impl Level {
    /// Every level, from the whole to its parts.
    pub const ALL: [Self; 3] = [Self::Nation, Self::Region, Self::Project];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nation => "NATION",
            Self::Region => "REGION",
            Self::Project => "PROJECT",
        }
    }

    /// The dimension whose groups its places are; nothing for the nation, which is whole.
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Nation => None,
            Self::Region => Some(Dimension::Region),
            Self::Project => Some(Dimension::Project),
        }
    }
}

/// Something counted of persons or participations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Supported in the window.
    Supported,
    /// Entered.
    Entries,
    /// Left.
    Exits,
    /// Present at the end.
    Present,
    /// Left and not neutralised: what rates are of.
    CountedExits,
    /// Left for health, maternity, death.
    NeutralisedExits,
    /// Left to employment or training.
    PositiveExits,
    /// Left to employment.
    EmploymentExits,
    /// Left to sustainable employment.
    SustainableExits,
    /// Left to training.
    TrainingExits,
    /// Counted and not positive: never published, but a complement.
    NotPositiveExits,
    /// To employment, and not to sustainable employment: never published, but a complement.
    TransitionExits,
}

impl Line {
    /// Every line.
    pub const ALL: [Self; 12] = [
        Self::Supported,
        Self::Entries,
        Self::Exits,
        Self::Present,
        Self::CountedExits,
        Self::NeutralisedExits,
        Self::PositiveExits,
        Self::EmploymentExits,
        Self::SustainableExits,
        Self::TrainingExits,
        Self::NotPositiveExits,
        Self::TransitionExits,
    ];

    /// Its code: that of the indicator whose value it is, where there is one.
    pub fn code(self) -> &'static str {
        match self {
            Self::Supported => "SUPPORTED",
            Self::Entries => "ENTRIES",
            Self::Exits => "EXITS",
            Self::Present => "PRESENT",
            Self::CountedExits => "COUNTED_EXITS",
            Self::NeutralisedExits => "NEUTRALISED_EXITS",
            Self::PositiveExits => "POSITIVE_EXITS",
            Self::EmploymentExits => "EMPLOYMENT_EXITS",
            Self::SustainableExits => "SUSTAINABLE_EXITS",
            Self::TrainingExits => "TRAINING_EXITS",
            Self::NotPositiveExits => "NOT_POSITIVE_EXITS",
            Self::TransitionExits => "TRANSITION_EXITS",
        }
    }

    /// The codes of the indicators that lines are made of.
    pub fn indicators() -> Vec<String> {
        let is_difference =
            |line: &Self| matches!(line, Self::CountedExits | Self::NotPositiveExits | Self::TransitionExits);
        Self::ALL.into_iter().filter(|line| !is_difference(line)).map(|line| line.code().to_owned()).collect()
    }

    /// Its value in a cell by what indicators say; nothing where it is not applicable.
    pub fn value(self, cell: &Cell, unit: Unit, indicators: &[Defined]) -> Option<i64> {
        let of = |line: Self| line.value(cell, unit, indicators);
        match self {
            Self::CountedExits => Some(of(Self::Exits)? - of(Self::NeutralisedExits)?),
            Self::NotPositiveExits => Some(of(Self::CountedExits)? - of(Self::PositiveExits)?),
            Self::TransitionExits => Some(of(Self::EmploymentExits)? - of(Self::SustainableExits)?),
            line => {
                let indicator = indicators.iter().find(|indicator| indicator.code.as_str() == line.code())?;
                cell.figure(indicator, unit).numerator
            }
        }
    }
}

/// A whole and its parts among lines.
#[derive(Debug)]
pub struct Split {
    /// The whole.
    pub whole: Line,
    /// Its parts.
    pub parts: &'static [Line],
    /// Whether it tells something of everybody when all are in one part.
    pub reveals_groups: bool,
}

/// How lines share out.
pub const SPLITS: &[Split] = &[
    Split { whole: Line::Supported, parts: &[Line::Exits, Line::Present], reveals_groups: false },
    Split { whole: Line::Exits, parts: &[Line::CountedExits, Line::NeutralisedExits], reveals_groups: false },
    Split { whole: Line::CountedExits, parts: &[Line::PositiveExits, Line::NotPositiveExits], reveals_groups: true },
    Split { whole: Line::PositiveExits, parts: &[Line::EmploymentExits, Line::TrainingExits], reveals_groups: true },
    Split {
        whole: Line::EmploymentExits,
        parts: &[Line::SustainableExits, Line::TransitionExits],
        reveals_groups: true,
    },
];

/// Lines that are never above others, beside parts that are never above their whole.
pub const AT_MOST: &[(Line, Line)] = &[(Line::Entries, Line::Supported), (Line::CountedExits, Line::Supported)];

/// A rate: it is shown where both its parts are, and adds nothing to what they tell.
#[derive(Debug)]
pub struct Rate {
    /// The indicator.
    pub code: &'static str,
    /// What is divided.
    pub numerator: Line,
    /// By what.
    pub denominator: Line,
}

/// The rates of closings.
pub const RATES: &[Rate] = &[
    Rate { code: "POSITIVE_EXIT_RATE", numerator: Line::PositiveExits, denominator: Line::CountedExits },
    Rate { code: "EMPLOYMENT_RATE", numerator: Line::EmploymentExits, denominator: Line::CountedExits },
    Rate { code: "SUSTAINABLE_RATE_OF_EXITS", numerator: Line::SustainableExits, denominator: Line::CountedExits },
    Rate {
        code: "SUSTAINABLE_RATE_OF_EMPLOYMENT",
        numerator: Line::SustainableExits,
        denominator: Line::EmploymentExits,
    },
    Rate { code: "TRAINING_RATE", numerator: Line::TrainingExits, denominator: Line::CountedExits },
];

/// The code of a unit.
pub fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::Person => "PERSON",
        Unit::Participation => "PARTICIPATION",
    }
}

/// The code of a dimension, as it stands before its values.
pub fn dimension_code(dimension: Dimension) -> &'static str {
    dimension.names()[0]
}

/// Whether the groups of a dimension tell something delicate of their people: the higher threshold holds for them, and
/// 100 % of a place in one group is a disclosure.
pub fn is_delicate(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::ProtectionStatus | Dimension::Disability)
}
