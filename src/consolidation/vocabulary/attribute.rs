//! The attributes of a participation that conditions ask about, each with its list of codes.
//!
//! A value is a place in such a list; where the list comes from a code list of reporting, the order is the same.

use std::sync::LazyLock;

use crate::consolidation::outcome::OutcomeClass;
use crate::directory::geography::REGIONS;
use crate::refusal::Language;
use crate::reporting::codes::*;

/// An attribute of a participation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// Sex.
    Sex,
    /// Age at entry, in bands.
    AgeBand,
    /// Protection status at entry.
    ProtectionStatus,
    /// French level at entry.
    FrenchLevel,
    /// Education level.
    Education,
    /// Labour status at entry.
    LabourStatus,
    /// Region of residence, by the department stated.
    ResidenceRegion,
    /// Lives in a priority district (QPV).
    PriorityDistrict,
    /// Lives in a rural revitalisation area (FRR).
    RuralArea,
    /// Has a recognised disability.
    Disability,
    /// Housing at entry.
    HousingAtEntry,
    /// Whether the person is known by an identity, and so recognised in other projects.
    Identity,
    /// Kinds of support received so far; there may be several, or none.
    SupportKind,
    /// The outcome class of the exit, under the definition asked for.
    OutcomeClass,
    /// The situation at exit.
    ExitSituation,
    /// The contract at exit, of exits to employment.
    ContractKind,
    /// The training at exit, of exits to training.
    TrainingKind,
    /// Whether French at exit is above French at entry.
    FrenchProgress,
    /// Housing at exit.
    HousingAtExit,
    /// Financial autonomy at exit.
    FinancialAutonomy,
    /// The situation six months after the exit.
    SixMonths,
}

impl Attribute {
    /// Every attribute.
    pub const ALL: [Self; 21] = [
        Self::Sex,
        Self::AgeBand,
        Self::ProtectionStatus,
        Self::FrenchLevel,
        Self::Education,
        Self::LabourStatus,
        Self::ResidenceRegion,
        Self::PriorityDistrict,
        Self::RuralArea,
        Self::Disability,
        Self::HousingAtEntry,
        Self::Identity,
        Self::SupportKind,
        Self::OutcomeClass,
        Self::ExitSituation,
        Self::ContractKind,
        Self::TrainingKind,
        Self::FrenchProgress,
        Self::HousingAtExit,
        Self::FinancialAutonomy,
        Self::SixMonths,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sex => "SEX",
            Self::AgeBand => "AGE_BAND",
            Self::ProtectionStatus => "PROTECTION_STATUS",
            Self::FrenchLevel => "FRENCH_LEVEL",
            Self::Education => "EDUCATION",
            Self::LabourStatus => "LABOUR_STATUS",
            Self::ResidenceRegion => "RESIDENCE_REGION",
            Self::PriorityDistrict => "PRIORITY_DISTRICT",
            Self::RuralArea => "RURAL_AREA",
            Self::Disability => "DISABILITY",
            Self::HousingAtEntry => "HOUSING_AT_ENTRY",
            Self::Identity => "IDENTITY",
            Self::SupportKind => "SUPPORT_KIND",
            Self::OutcomeClass => "OUTCOME_CLASS",
            Self::ExitSituation => "EXIT_SITUATION",
            Self::ContractKind => "CONTRACT_KIND",
            Self::TrainingKind => "TRAINING_KIND",
            Self::FrenchProgress => "FRENCH_PROGRESS",
            Self::HousingAtExit => "HOUSING_AT_EXIT",
            Self::FinancialAutonomy => "FINANCIAL_AUTONOMY",
            Self::SixMonths => "SIX_MONTHS",
        }
    }

    /// The attribute of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.code() == code)
    }

    /// The codes of its values, in order.
    pub fn codes(self) -> &'static [&'static str] {
        &LISTS[self as usize].0
    }

    /// What people read for the value at a place of its codes.
    pub fn label(self, place: usize, language: Language) -> &'static str {
        LISTS[self as usize].1[place][usize::from(language == Language::Fr)]
    }
}

type Values = (Vec<&'static str>, Vec<[&'static str; 2]>);

macro_rules! values {
    ($list:ident) => {
        (
            $list::ALL.iter().map(|value| value.code()).collect(),
            $list::ALL.iter().map(|value| [value.label(Language::En), value.label(Language::Fr)]).collect(),
        )
    };
}

static LISTS: LazyLock<[Values; 21]> = LazyLock::new(|| Attribute::ALL.map(values_of));

fn values_of(attribute: Attribute) -> Values {
    match attribute {
        Attribute::Sex => values!(Sex),
        Attribute::AgeBand => values!(AgeBand),
        Attribute::ProtectionStatus => values!(ProtectionStatus),
        Attribute::FrenchLevel => values!(FrenchLevel),
        Attribute::Education => values!(EducationLevel),
        Attribute::LabourStatus => values!(LabourStatus),
        Attribute::ResidenceRegion => residence_regions(),
        Attribute::PriorityDistrict | Attribute::RuralArea | Attribute::Disability | Attribute::FinancialAutonomy => {
            values!(Flag)
        }
        Attribute::HousingAtEntry | Attribute::HousingAtExit => values!(Housing),
        Attribute::Identity => values!(Identity),
        Attribute::SupportKind => values!(SupportKind),
        Attribute::OutcomeClass => values!(OutcomeClass),
        Attribute::ExitSituation => values!(ExitSituation),
        Attribute::ContractKind => values!(ContractKind),
        Attribute::TrainingKind => values!(TrainingKind),
        Attribute::FrenchProgress => values!(FrenchProgress),
        Attribute::SixMonths => values!(SixMonths),
    }
}

/// The regions by code, then why there is none.
fn residence_regions() -> Values {
    let absent = [Flag::Unknown, Flag::Refused, Flag::NotCollected];
    let codes = REGIONS.iter().map(|region| region.code).chain(absent.map(Flag::code)).collect();
    let names = REGIONS.iter().map(|region| [region.name; 2]);
    let labels = names.chain(absent.map(|flag| [flag.label(Language::En), flag.label(Language::Fr)])).collect();
    (codes, labels)
}

/// Whether a code is an answer, and not the lack of one.
pub(super) fn says_something(code: &str) -> bool {
    !matches!(code, "UNKNOWN" | "REFUSED" | "NOT_COLLECTED" | "NOT_RECORDED" | "UNREACHABLE" | "NOT_OBSERVED")
}

macro_rules! derived_values {
    ($( $(#[$doc:meta])* $list:ident { $( $variant:ident = $code:literal, $en:literal, $fr:literal; )* } )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $list { $( #[doc = $en] $variant, )* }

        impl $list {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What people read, in a language.
            pub fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::En) => $en, (Self::$variant, Language::Fr) => $fr,)*
                }
            }
        }
    )*};
}

derived_values! {
    /// Age in the year of entry, in the bands that serve ESF+ and the call.
    AgeBand {
        Under18 = "UNDER_18", "Under 18", "Moins de 18 ans";
        From18To24 = "FROM_18_TO_24", "18 to 24", "18 à 24 ans";
        From25To29 = "FROM_25_TO_29", "25 to 29", "25 à 29 ans";
        From30To39 = "FROM_30_TO_39", "30 to 39", "30 à 39 ans";
        From40To54 = "FROM_40_TO_54", "40 to 54", "40 à 54 ans";
        From55 = "FROM_55", "55 and over", "55 ans et plus";
        Unknown = "UNKNOWN", "Unknown", "Inconnu";
    }
    /// Whether a person is known by an identity.
    Identity {
        Linked = "LINKED", "Known by an identity", "Connue par une identité";
        Unlinked = "UNLINKED", "Without identity: a person of its own", "Sans identité : une personne à part";
    }
    /// Whether French at exit is above French at entry; unknown if one of the two is.
    FrenchProgress {
        Progressed = "PROGRESSED", "Above the level at entry", "Au-dessus du niveau à l'entrée";
        NotProgressed = "NOT_PROGRESSED", "Not above the level at entry", "Pas au-dessus du niveau à l'entrée";
        Unknown = "UNKNOWN", "Unknown", "Inconnu";
    }
    /// The situation six months after the exit, or that nobody observed it.
    SixMonths {
        Employed = "EMPLOYED", "Employed", "En emploi";
        Training = "TRAINING", "In training", "En formation";
        Seeking = "SEEKING", "Seeking employment", "En recherche d'emploi";
        Inactive = "INACTIVE", "Inactive", "Inactif";
        Unreachable = "UNREACHABLE", "Could not be reached", "Injoignable";
        NotObserved = "NOT_OBSERVED", "Not observed", "Non observé";
    }
}

/// The first age of each band that has one.
pub const AGE_BANDS: [(AgeBand, u8); 6] = [
    (AgeBand::Under18, 0),
    (AgeBand::From18To24, 18),
    (AgeBand::From25To29, 25),
    (AgeBand::From30To39, 30),
    (AgeBand::From40To54, 40),
    (AgeBand::From55, 55),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::codes::FollowUpSituation;

    #[test]
    fn every_attribute_has_few_codes_each_once_and_six_months_are_those_of_follow_ups() {
        for attribute in Attribute::ALL {
            let codes = attribute.codes();
            assert!(codes.len() <= 64, "{attribute:?}");
            assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), codes.len(), "{attribute:?}");
            assert_eq!(Attribute::of_code(attribute.code()), Some(attribute));
        }
        for (place, situation) in FollowUpSituation::ALL.iter().enumerate() {
            assert_eq!(Attribute::SixMonths.codes()[place], situation.code());
        }
    }
}
