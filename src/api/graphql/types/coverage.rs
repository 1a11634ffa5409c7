//! On what figures rest: coverage, and the versions behind a figure.

use async_graphql::Object;

use super::directory::Project;
use super::figures::Figure;
use crate::api::graphql::scalars::{DigestScalar, PeriodScalar, PositionScalar};
use crate::consolidation::{answer, coverage};

/// The projects expected to report, and how far each has an approved version in force.
pub struct Coverage(pub coverage::Coverage);

/// The projects expected to report, and how far each has an approved version in force.
#[Object]
impl Coverage {
    /// The last period that ended by the window's end and was due by the day; nothing before the first.
    async fn period(&self) -> Option<PeriodScalar> {
        self.0.period.map(PeriodScalar::of)
    }

    /// How many projects were expected to report on it.
    async fn expected(&self) -> usize {
        self.0.expected_count()
    }

    /// How many have a version in force about it or a later period.
    async fn in_force(&self) -> usize {
        self.0.in_force.len()
    }

    /// How many have a version in force about an earlier period only.
    async fn partial(&self) -> usize {
        self.0.partial.len()
    }

    /// How many have no version in force.
    async fn missing(&self) -> usize {
        self.0.missing.len()
    }

    /// How many rest on a version that came late.
    async fn late(&self) -> usize {
        self.0.late_count
    }

    /// How many rest on a version that states totals and no participation: no figure counts their people.
    async fn aggregate_only(&self) -> usize {
        self.0.aggregate_only_count
    }

    /// The projects in force about an earlier period only.
    async fn partial_projects(&self) -> Vec<Project> {
        self.0.partial.iter().map(|project| Project((**project).clone())).collect()
    }

    /// The projects without any version in force.
    async fn missing_projects(&self) -> Vec<Project> {
        self.0.missing.iter().map(|project| Project((**project).clone())).collect()
    }
}

/// The share of a report version in a figure. Persons in several projects are counted in each.
pub struct Contribution(pub answer::Contribution);

/// The share of a report version in a figure. Persons in several projects are counted in each.
#[Object]
impl Contribution {
    /// The project.
    async fn project(&self) -> Project {
        Project((*self.0.project).clone())
    }

    /// The number of the version in force, if one is.
    async fn version(&self) -> Option<u32> {
        self.0.version.map(|version| version.number)
    }

    /// The period that it is about.
    async fn period(&self) -> Option<PeriodScalar> {
        self.0.version.map(|version| PeriodScalar::of(version.period))
    }

    /// Its digest.
    async fn digest(&self) -> Option<DigestScalar> {
        self.0.version.map(|version| DigestScalar::of(version.digest))
    }

    /// Whether it has lost records by law.
    async fn redacted(&self) -> bool {
        self.0.redacted
    }

    /// Whether it came late.
    async fn late(&self) -> Option<bool> {
        self.0.version.map(|version| version.late)
    }

    /// The position of its approval.
    async fn approved_position(&self) -> Option<PositionScalar> {
        self.0.version.map(|version| PositionScalar::of(version.approved))
    }

    /// The figure of its project alone.
    async fn figure(&self) -> Figure {
        Figure(self.0.figure.clone())
    }
}
