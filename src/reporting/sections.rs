//! What a statement says beside its participations: activities, finance, declared figures, narrative.
//!
//! Each section is stored whole, as JSON with its fields in a fixed order, and only when it changed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::codes::{DeclaredCount, FundingSource, SupportKind};
use super::statement::Reference;
use crate::directory::money::Cents;
use crate::serde_as_code;
use crate::text::Text;

/// A part of the narrative, up to 4 000 characters.
pub type Passage = Text<4000>;

/// The most people in one collective action, and the largest declared total.
pub const MOST_PEOPLE: u32 = 1_000_000;

/// The sections of a statement, as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// Collective actions, by reference.
    pub activities: Vec<Activity>,
    /// Money spent and received.
    pub finance: Option<Finance>,
    /// Totals that the partner states itself, by code.
    pub declared_figures: Vec<DeclaredFigure>,
    /// What the partner tells in words.
    pub narrative: Option<Narrative>,
}

/// The sections of a submission. One that is absent stays as it was; an empty one is stated to be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentSections {
    /// See [`Sections::activities`].
    pub activities: Option<Vec<Activity>>,
    /// See [`Sections::finance`].
    pub finance: Option<Finance>,
    /// See [`Sections::declared_figures`].
    pub declared_figures: Option<Vec<DeclaredFigure>>,
    /// See [`Sections::narrative`].
    pub narrative: Option<Narrative>,
}

/// A collective action: who came cannot be told from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Activity {
    /// The partner's own key.
    pub reference: Reference,
    /// Its kind.
    pub kind: SupportKind,
    /// Its day, or the first of several.
    pub on: Date,
    /// Whole hours.
    pub hours: u32,
    /// How many people came.
    pub headcount: u32,
}

/// Money spent and received since the project's start, at the period's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finance {
    /// Eligible spending.
    pub spending: Cents,
    /// Money received beside the grant, by source.
    pub cofinancing: Vec<Cofinancing>,
}

/// Money received from one source since the project's start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cofinancing {
    /// Where it comes from.
    pub source: FundingSource,
    /// How much.
    pub amount: Cents,
}

/// A total that the partner states itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeclaredFigure {
    /// What is counted.
    pub count: DeclaredCount,
    /// How many participations.
    pub value: u32,
}

/// What the partner tells in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    /// What was achieved.
    pub achievements: Option<Passage>,
    /// What was difficult.
    pub difficulties: Option<Passage>,
    /// What comes next.
    pub outlook: Option<Passage>,
}

/// A section by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Collective actions.
    Activities,
    /// Money spent and received.
    Finance,
    /// Totals that the partner states itself.
    DeclaredFigures,
    /// What the partner tells in words.
    Narrative,
}

serde_as_code!(Section);

impl Section {
    /// Every section, in the order of digests.
    pub const ALL: [Self; 4] = [Self::Activities, Self::Finance, Self::DeclaredFigures, Self::Narrative];

    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Activities => "ACTIVITIES",
            Self::Finance => "FINANCE",
            Self::DeclaredFigures => "DECLARED_FIGURES",
            Self::Narrative => "NARRATIVE",
        }
    }

    /// The section of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.code() == code)
    }
}

impl SentSections {
    /// The sections as they stand once these are stated over earlier ones.
    pub fn over(&self, earlier: &Sections) -> Sections {
        let narrative = self.narrative.clone().or_else(|| earlier.narrative.clone());
        let mut sections = Sections {
            activities: self.activities.clone().unwrap_or_else(|| earlier.activities.clone()),
            finance: self.finance.clone().or_else(|| earlier.finance.clone()),
            declared_figures: self.declared_figures.clone().unwrap_or_else(|| earlier.declared_figures.clone()),
            narrative: narrative.filter(|narrative| *narrative != Narrative::default()),
        };
        sections.activities.sort();
        sections.declared_figures.sort();
        if let Some(finance) = &mut sections.finance {
            finance.cofinancing.sort();
        }
        sections
    }
}

impl Sections {
    /// The text of a section as it is stored and digested; nothing if it states nothing.
    pub fn text(&self, section: Section) -> Option<String> {
        let json = match section {
            Section::Activities if self.activities.is_empty() => None,
            Section::Activities => Some(serde_json::to_string(&self.activities)),
            Section::Finance => self.finance.as_ref().map(serde_json::to_string),
            Section::DeclaredFigures if self.declared_figures.is_empty() => None,
            Section::DeclaredFigures => Some(serde_json::to_string(&self.declared_figures)),
            Section::Narrative => self.narrative.as_ref().map(serde_json::to_string),
        };
        json.map(|json| json.expect("sections are plain data"))
    }

    /// Reads a stored section into its place; false if the text is not one of ours.
    pub fn put(&mut self, section: Section, text: &str) -> bool {
        fn read<T: serde::de::DeserializeOwned>(text: &str, place: &mut T) -> bool {
            serde_json::from_str(text).map(|value| *place = value).is_ok()
        }
        match section {
            Section::Activities => read(text, &mut self.activities),
            Section::Finance => read(text, &mut self.finance),
            Section::DeclaredFigures => read(text, &mut self.declared_figures),
            Section::Narrative => read(text, &mut self.narrative),
        }
    }
}
