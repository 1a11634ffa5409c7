//! A question to the consolidated data: which programme, as of when, in which window, of what, cut how.

use jiff::civil::Date;

use super::outcome::DefinitionVersion;
use crate::clock::Instant;
use crate::id::ProjectId;
use crate::reporting::codes::Sex;
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
    /// Cut into which groups.
    pub group_by: Option<Dimension>,
    /// Under which definitions.
    pub definition: DefinitionVersion,
}

impl Question {
    /// Everything of a programme, now.
    pub fn of(programme: ShortCode) -> Self {
        Self {
            programme,
            as_of: AsOf::Now,
            from: None,
            to: None,
            filter: Filter::default(),
            group_by: None,
            definition: DefinitionVersion::default(),
        }
    }
}

/// A point in the history of what was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The newest position, today.
    Now,
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
    /// Projects.
    pub projects: Vec<ProjectId>,
    /// Sexes.
    pub sexes: Vec<Sex>,
}

impl Filter {
    /// Whether it selects by projects only, so that money can be told.
    pub fn is_on_projects_only(&self) -> bool {
        self.sexes.is_empty()
    }
}

/// Along what an answer is cut into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// The region of the place of delivery.
    Region,
    /// The project.
    Project,
    /// Sex.
    Sex,
    /// The calendar quarter, which cuts the window.
    Quarter,
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
