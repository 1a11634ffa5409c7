//! The image: what answers read, held in memory, with the positions between which each fact holds.
//!
//! It remembers every position, so an answer at an earlier one is the same question with a smaller number. It is a
//! cache of the tables: everything in it can be read again from them, and a test does so.

pub mod coding;
pub mod columns;
pub mod persons;
pub mod segment;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use self::persons::Persons;
use self::segment::{Begun, Ended, Segment};
use super::definitions::DefinitionSet;
use super::erasures::Erasures;
use crate::directory::organisation::OrganisationDetails;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::id::{OrganisationId, PaymentId, ProjectId};
use crate::reporting::version::Digest;
use crate::storage::journal::Position;

/// Everything that answers read, up to a position.
#[derive(Default)]
pub struct Image {
    /// The position up to which it is complete.
    pub position: Position,
    /// What each programme is from each position on, in order.
    pub programmes: Vec<(Position, Programme)>,
    /// Definition versions that officers added, in order.
    pub definitions: Vec<Arc<DefinitionSet>>,
    /// Versions that have lost records by law.
    pub erasures: Erasures,
    /// Projects, in the order in which they were registered.
    pub projects: Vec<ProjectImage>,
    project_places: HashMap<ProjectId, usize>,
    organisations: HashMap<OrganisationId, Vec<(Position, OrganisationDetails)>>,
    persons: Persons,
}

/// What the image holds of a project.
pub struct ProjectImage {
    /// Its identifier.
    pub id: ProjectId,
    /// What it is from each position on, in order.
    pub revisions: Vec<(Position, Arc<Project>)>,
    /// Its approved versions, by number.
    pub versions: Vec<ApprovedVersion>,
    /// The payments of its grant, in the order of their recording.
    pub payments: Vec<PaidFact>,
    /// Its participations, over all these versions.
    pub segment: Segment,
}

/// For tests: how many columns and sorts of amounts can be spoilt.
pub const SPOILABLE: usize = segment::SPOILABLE + 4;

/// An approved version and the positions between which it can be in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovedVersion {
    /// Its number.
    pub number: u32,
    /// The period that it is about.
    pub period: Quarter,
    /// Its digest.
    pub digest: Digest,
    /// Whether it came late.
    pub late: bool,
    /// Whether it states totals and no participation.
    pub aggregate_only: bool,
    /// Spending stated since the project's start, in cents, if it states any.
    pub spending_cents: Option<i64>,
    /// The position of its approval.
    pub approved: Position,
    /// The position of its annulment.
    pub annulled: Option<Position>,
}

/// A payment and the positions between which it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidFact {
    /// Its identifier.
    pub id: PaymentId,
    /// The position of its recording.
    pub recorded: Position,
    /// The position of its cancellation.
    pub cancelled: Option<Position>,
    /// The day on which it was paid.
    pub paid_on: Date,
    /// How much, in cents.
    pub amount_cents: i64,
}

/// What happened between two positions, read whole before any of it is applied.
#[derive(Default)]
pub struct Delta {
    /// The position that the image will have.
    pub position: Position,
    /// New states of programmes, in order.
    pub programmes: Vec<(Position, Programme)>,
    /// New definition versions, in order.
    pub definitions: Vec<Arc<DefinitionSet>>,
    /// New organisations and revisions, in order.
    pub organisations: Vec<(Position, OrganisationId, OrganisationDetails)>,
    /// New projects and revisions, in order.
    pub revisions: Vec<(Position, Project)>,
    /// Payments, in order.
    pub payments: Vec<(ProjectId, PaidFact)>,
    /// Cancellations of payments known or above.
    pub cancellations: Vec<(ProjectId, PaymentId, Position)>,
    /// Versions approved or annulled, as they now stand, by project.
    pub versions: Vec<(ProjectId, ApprovedVersion)>,
    /// What the newest approved version of a project adds to those loaded.
    pub records: Vec<RecordDelta>,
    /// Versions that have lost records.
    pub erased: Vec<(ProjectId, u32)>,
}

/// What the versions of a project up to a newest one add to those loaded.
pub struct RecordDelta {
    /// The project.
    pub project: ProjectId,
    /// The newest version.
    pub newest: u32,
    /// What began since.
    pub begun: Vec<Begun>,
    /// What was loaded and has ended since.
    pub ended: Vec<Ended>,
}

/// Persons who were met once more while projects were taken in: by the place of the project where they were met first, the
/// numbers that they bear there and those that they are to bear. Each is renumbered once, however many were met.
#[derive(Default)]
pub struct MetAgain(HashMap<u32, HashMap<u32, u32>>);

impl Image {
    /// Applies what was read; cannot fail, so the image is never half caught up.
    pub fn apply(&mut self, delta: Delta) {
        self.programmes.extend(delta.programmes);
        self.definitions.extend(delta.definitions);
        for (position, id, details) in delta.organisations {
            self.organisations.entry(id).or_default().push((position, details));
        }
        for (position, project) in delta.revisions {
            self.project_mut(&project.id.clone()).revisions.push((position, Arc::new(project)));
        }
        for (project, payment) in delta.payments {
            self.project_mut(&project).payments.push(payment);
        }
        for (project, id, position) in delta.cancellations {
            let payments = &mut self.project_mut(&project).payments;
            payments
                .iter_mut()
                .filter(|payment| payment.id == id)
                .for_each(|payment| payment.cancelled = Some(position));
        }
        for (project, version) in delta.versions {
            let versions = &mut self.project_mut(&project).versions;
            match versions.binary_search_by_key(&version.number, |known| known.number) {
                Ok(place) => versions[place] = version,
                Err(place) => versions.insert(place, version),
            }
        }
        let mut met_again = MetAgain::default();
        for records in delta.records {
            self.advance(records, &mut met_again);
        }
        self.share(met_again);
        self.erasures.add(delta.erased);
        self.position = delta.position;
    }

    /// Takes in what began and ended in one project, and notes whom it met again; [`Self::share`] has to follow.
    pub fn advance(&mut self, delta: RecordDelta, met_again: &mut MetAgain) {
        let place = self.place_of(&delta.project);
        let project = u32::try_from(place).expect("fewer projects than fit into 32 bits");
        let segment = &mut self.projects[place].segment;
        let became_shared = segment.advance(project, delta.newest, delta.begun, &delta.ended, &mut self.persons);
        for (number, home, shared) in became_shared {
            met_again.0.entry(home).or_default().insert(number, shared);
        }
    }

    /// Gives those met again their shared numbers where they were met first.
    pub fn share(&mut self, met_again: MetAgain) {
        for (home, numbers) in met_again.0 {
            self.projects[home as usize].segment.share(&numbers);
        }
    }

    fn place_of(&mut self, id: &ProjectId) -> usize {
        *self.project_places.entry(id.clone()).or_insert_with(|| {
            self.projects.push(ProjectImage {
                id: id.clone(),
                revisions: Vec::new(),
                versions: Vec::new(),
                payments: Vec::new(),
                segment: Segment::default(),
            });
            self.projects.len() - 1
        })
    }

    fn project_mut(&mut self, id: &ProjectId) -> &mut ProjectImage {
        let place = self.place_of(id);
        &mut self.projects[place]
    }

    /// For tests: flips a bit in a column of some project's participations, or of its money, or flips it back; says
    /// whether there is such a cell.
    pub fn spoil(&mut self, column: usize) -> bool {
        self.projects.iter_mut().rev().any(|project| match column.checked_sub(segment::SPOILABLE) {
            None => project.segment.spoil(column),
            Some(amount) => project.amount(amount).map(|cents| *cents ^= 1).is_some(),
        })
    }

    /// How many persons are shared, and so have numbers below this one.
    pub fn shared_count(&self) -> usize {
        self.persons.shared_count()
    }

    /// Who was ever seen with an identity.
    pub fn persons(&self) -> &Persons {
        &self.persons
    }

    /// Every organisation, with what it is from each position on.
    pub fn organisations(&self) -> &HashMap<OrganisationId, Vec<(Position, OrganisationDetails)>> {
        &self.organisations
    }

    /// What it holds of a project.
    pub fn project(&self, id: &ProjectId) -> Option<&ProjectImage> {
        self.project_places.get(id).map(|place| &self.projects[*place])
    }

    /// The number of a project's newest approved version that is loaded; 0 if none.
    pub fn newest_loaded(&self, project: &ProjectId) -> u32 {
        let place = self.project_places.get(project);
        place.and_then(|place| self.projects[*place].versions.last()).map_or(0, |version| version.number)
    }

    /// The programme of a code, as known at a position.
    pub fn programme(&self, code: &str, position: Position) -> Option<&Programme> {
        self.programmes.iter().rfind(|(since, p)| *since <= position && p.code() == code).map(|(_, p)| p)
    }

    /// An organisation, as known at a position.
    pub fn organisation(&self, id: &OrganisationId, position: Position) -> Option<&OrganisationDetails> {
        let revisions = self.organisations.get(id)?;
        revisions.iter().rfind(|(since, _)| *since <= position).map(|(_, details)| details)
    }

    /// The projects of a programme, as they stand at a position.
    pub fn projects_of<'a>(
        &'a self,
        programme: &'a Programme,
        position: Position,
    ) -> impl Iterator<Item = (&'a ProjectImage, &'a Arc<Project>)> {
        self.projects.iter().filter_map(move |image| {
            image.at(position).filter(|project| project.programme == programme.id).map(|project| (image, project))
        })
    }
}

impl ProjectImage {
    /// The project as it stands at a position.
    pub fn at(&self, position: Position) -> Option<&Arc<Project>> {
        self.revisions.iter().rfind(|(since, _)| *since <= position).map(|(_, project)| project)
    }

    /// The version in force at a position: the highest-numbered that is approved and not annulled.
    pub fn in_force(&self, position: Position) -> Option<&ApprovedVersion> {
        self.versions_at(position).next()
    }

    /// The versions that are approved and not annulled at a position, highest number first.
    pub fn versions_at(&self, position: Position) -> impl Iterator<Item = &ApprovedVersion> {
        self.versions.iter().rev().filter(move |version| {
            version.approved <= position && version.annulled.is_none_or(|annulled| annulled > position)
        })
    }

    /// For tests: the newest amount of a sort, if there is one.
    fn amount(&mut self, sort: usize) -> Option<&mut i64> {
        match sort {
            0 => self.revisions.last_mut().map(|(_, project)| &mut Arc::make_mut(project).details.grant.0),
            1 => self.revisions.last_mut().map(|(_, project)| &mut Arc::make_mut(project).details.eligible_cost.0),
            2 => self.payments.last_mut().map(|payment| &mut payment.amount_cents),
            _ => self.versions.iter_mut().rev().find_map(|version| version.spending_cents.as_mut()),
        }
    }
}

/// The last period that ends by a day and is due by another.
pub fn last_due_period(programme: &Programme, ends_by: Date, due_by: Date) -> Option<&ReportingPeriod> {
    programme.details.periods.iter().rfind(|period| period.last_on <= ends_by && period.due_on <= due_by)
}
