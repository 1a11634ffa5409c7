//! A question to the consolidated data: which programme, as of when, in which window, of what, cut how.

use std::sync::Arc;

use jiff::civil::Date;

use super::vocabulary::{Attribute, Codes};
use crate::clock::Instant;
use crate::id::{OrganisationId, ProjectId};
use crate::storage::journal::Position;
use crate::text::ShortCode;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The programme's code.
    pub programme: ShortCode,
    /// At which position of the journal, and on which day.
    pub as_of: AsOf,
    /// First day of the window; the programme's first day if absent.
    pub from: Option<Date>,
    /// Last day of the window; the day of `as_of` if absent.
    pub to: Option<Date>,
    /// Which participations.
    pub filter: Filter,
    /// Cut into which groups: up to [`MOST_GROUPINGS`] dimensions, each once.
    pub group_by: Vec<Dimension>,
    /// What quarters and years are told of, where they cut the window.
    pub series: Series,
    /// Codes of the indicators asked for; all if absent.
    pub indicators: Option<Arc<[String]>>,
    /// Under which version of the definitions; the one that stands if absent.
    pub definition: Option<ShortCode>,
}

/// How many dimensions an answer can be cut along at once.
pub const MOST_GROUPINGS: usize = 3;

/// How many groups an answer can be cut into.
pub const MOST_GROUPS: usize = 20_000;

impl Question {
    /// Everything of a programme, now.
    pub fn of(programme: ShortCode) -> Self {
        Self {
            programme,
            as_of: AsOf::Now,
            from: None,
            to: None,
            filter: Filter::default(),
            group_by: Vec::new(),
            series: Series::default(),
            indicators: None,
            definition: None,
        }
    }
}

/// A point in the history of what was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The newest position, today.
    Now,
    /// A position that the same request has already been answered at, today.
    Seen(Position),
    /// The last position committed by an instant, on its day.
    Instant(Instant),
    /// A position, on a day or on the day of its commit.
    Position(Position, Option<Date>),
}

/// Which participations are selected; an empty list selects all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// INSEE codes of the regions of delivery.
    pub regions: Vec<String>,
    /// INSEE codes of the departments of delivery.
    pub departments: Vec<String>,
    /// Projects.
    pub projects: Vec<ProjectId>,
    /// Organisations that lead them.
    pub organisations: Vec<OrganisationId>,
    /// Codes of the calls that they won.
    pub calls: Vec<String>,
    /// Their sectors or trades.
    pub sectors: Vec<String>,
    /// Codes of attributes of participations; one attribute's codes stand together, and every attribute's must hold.
    pub codes: Vec<Codes>,
}

impl Filter {
    /// Whether it selects by projects only, so that money can be told.
    pub fn is_on_projects_only(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes that it selects of an attribute; nothing if it selects all.
    pub fn codes_of(&self, attribute: Attribute) -> Option<&Codes> {
        self.codes.iter().find(|codes| codes.attribute() == attribute)
    }
}

macro_rules! dimensions {
    ($( $(#[$doc:meta])* $variant:ident = $code:literal, $en:literal, $fr:literal $(, $attribute:ident)?; )*) => {
        /// Along what an answer is cut into groups.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Dimension { $( $(#[$doc])* $variant, )* }

        impl Dimension {
            /// Every dimension.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its code, and what people read in English and in French.
            pub const fn names(self) -> [&'static str; 3] {
                match self { $(Self::$variant => [$code, $en, $fr],)* }
            }

            /// The attribute of participations that it is; nothing for those of projects and of time.
            pub const fn attribute(self) -> Option<Attribute> {
                match self { $(Self::$variant => dimensions!(@ $($attribute)?),)* }
            }
        }
    };
    (@) => { None };
    (@ $attribute:ident) => { Some(Attribute::$attribute) };
}

dimensions! {
    /// The region of the place of delivery.
    Region = "REGION", "Region of delivery", "Région de réalisation";
    /// The department of the place of delivery.
    Department = "DEPARTMENT", "Department of delivery", "Département de réalisation";
    /// The region of residence.
    ResidenceRegion = "RESIDENCE_REGION", "Region of residence", "Région de résidence", ResidenceRegion;
    /// The project.
    Project = "PROJECT", "Project", "Projet";
    /// The organisation that leads the project.
    Organisation = "ORGANISATION", "Lead organisation", "Organisme porteur";
    /// The call that the project won.
    Call = "CALL", "Call", "Appel à projets";
    /// The project's sector or trade.
    Sector = "SECTOR", "Sector or trade", "Secteur ou métier";
    /// Sex.
    Sex = "SEX", "Sex", "Sexe", Sex;
    /// Age at entry, in bands.
    AgeBand = "AGE_BAND", "Age at entry", "Âge à l'entrée", AgeBand;
    /// Protection status at entry.
    ProtectionStatus = "PROTECTION_STATUS", "Protection status", "Statut de protection", ProtectionStatus;
    /// French level at entry.
    FrenchLevel = "FRENCH_LEVEL", "French level at entry", "Niveau de français à l'entrée", FrenchLevel;
    /// Education level.
    Education = "EDUCATION", "Education level", "Niveau de formation", Education;
    /// Labour status at entry.
    LabourStatus = "LABOUR_STATUS", "Labour status at entry", "Situation d'emploi à l'entrée", LabourStatus;
    /// Lives in a priority district.
    PriorityDistrict = "PRIORITY_DISTRICT", "Lives in a priority district (QPV)", "Réside en QPV", PriorityDistrict;
    /// Lives in a rural revitalisation area.
    RuralArea = "RURAL_AREA", "Lives in a rural area (FRR)", "Réside en FRR", RuralArea;
    /// Has a recognised disability.
    Disability = "DISABILITY", "Recognised disability", "Handicap reconnu", Disability;
    /// Kind of support received; whoever received several stands in several groups.
    SupportKind = "SUPPORT_KIND", "Kind of support", "Type d'accompagnement", SupportKind;
    /// The calendar quarter, which cuts the window.
    Quarter = "QUARTER", "Calendar quarter", "Trimestre civil";
    /// The calendar year, which cuts the window.
    Year = "YEAR", "Calendar year", "Année civile";
}

impl Dimension {
    /// Whether it cuts the window.
    pub fn is_of_time(self) -> bool {
        matches!(self, Self::Quarter | Self::Year)
    }

    /// Whether its groups are made of whole projects or spans of time, so that money can be told of them.
    pub fn is_of_projects(self) -> bool {
        self.attribute().is_none()
    }
}

/// What the groups of a quarter or year are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Series {
    /// What happens in each quarter or year.
    #[default]
    Flow,
    /// What has happened since the window's first day, up to the end of each.
    Cumulative,
}

/// A span of days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// What is counted: stays, or distinct persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Every participation counts.
    Participation,
    /// Every person counts once, however many participations.
    Person,
}
