//! What projects owe for a period, and where they stand.

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, Object, SimpleObject};

use super::directory::Project;
use super::reports::Report;
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::connection;
use crate::api::graphql::scalars::{DateScalar, InstantScalar, PeriodScalar};
use crate::directory::period::Quarter;
use crate::directory::programme::Programme;
use crate::refusal::Refusal;
use crate::reporting::lifecycle::State;
use crate::reporting::obligation::{self, Standing};
use crate::reporting::operations;

/// Where a project stands with the report of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ObligationStanding {
    /// The period's last day has not come: nothing can be reported yet.
    NotOpen,
    /// Open, not yet due, and never reported.
    Expected,
    /// Past due, and nothing of it is with the funder.
    Overdue,
    /// Taken back by the partner before any review.
    Draft,
    /// Frozen, and waiting for a second person at the partner.
    AwaitingCertification,
    /// With the funder; nobody has begun.
    Submitted,
    /// Under review.
    InReview,
    /// Back with the partner, with reasons.
    Returned,
    /// Approved.
    Approved,
    /// Overtaken by the report of a later period.
    Superseded,
}

impl From<Standing> for ObligationStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::NotOpen => Self::NotOpen,
            Standing::Expected => Self::Expected,
            Standing::Overdue => Self::Overdue,
            Standing::Reported(State::Draft) => Self::Draft,
            Standing::Reported(State::AwaitingCertification) => Self::AwaitingCertification,
            Standing::Reported(State::Submitted) => Self::Submitted,
            Standing::Reported(State::InReview) => Self::InReview,
            Standing::Reported(State::Returned) => Self::Returned,
            Standing::Reported(State::Approved) => Self::Approved,
            Standing::Reported(State::Superseded) => Self::Superseded,
        }
    }
}

/// What a project owes for a period.
pub struct Obligation(pub obligation::Obligation);

/// What a project owes for a period.
#[Object]
impl Obligation {
    /// The project that owes it.
    async fn project(&self) -> Project {
        Project(self.0.project.clone())
    }

    /// The period.
    async fn period(&self) -> PeriodScalar {
        PeriodScalar::of(self.0.period.code)
    }

    /// Where it stands today.
    async fn standing(&self) -> ObligationStanding {
        self.0.standing.into()
    }

    /// The period's due date, the same for every project.
    async fn due_on(&self) -> DateScalar {
        DateScalar::of(self.0.period.due_on)
    }

    /// The day to which this project's due date was extended, if it was.
    async fn extended_to(&self) -> Option<DateScalar> {
        self.0.extended_to().map(DateScalar::of)
    }

    /// Whether its due date was extended.
    async fn extended(&self) -> bool {
        self.0.extended_to().is_some()
    }

    /// Whether the report's newest version reached the funder late.
    async fn late(&self) -> bool {
        self.0.late
    }

    /// The extensions of its due date with their reasons, the newest last.
    async fn extensions(&self) -> Vec<DueDateExtension> {
        self.0.extensions.iter().cloned().map(DueDateExtension::from).collect()
    }

    /// The report, if anything was ever submitted.
    async fn report(&self) -> Option<Report> {
        self.0.report.clone().map(Report)
    }
}

/// A later due date for a project and a period.
#[derive(SimpleObject)]
pub struct DueDateExtension {
    /// The period.
    period: PeriodScalar,
    /// The last day on which a submission is not late.
    extended_to: DateScalar,
    /// Why.
    reason: String,
    /// Who extended it.
    by: String,
    /// When.
    at: InstantScalar,
}

impl From<obligation::Extension> for DueDateExtension {
    fn from(extension: obligation::Extension) -> Self {
        Self {
            period: PeriodScalar::of(extension.period),
            extended_to: DateScalar::of(extension.extended_to),
            reason: extension.reason.to_string(),
            by: extension.by,
            at: InstantScalar::of(extension.at),
        }
    }
}

/// A page of what the projects of a programme owe for a period.
pub async fn list_obligations(
    ctx: &Context<'_>,
    programme: &Programme,
    period: &PeriodScalar,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, Obligation>> {
    let page = ctx.page(first, after.as_deref())?;
    let (programme, period, asked) = (programme.clone(), period.0.parse::<Quarter>(), page.clone());
    let found = ctx.run(move |desk, scope, _| {
        let period = period.map_err(|refusal: Refusal| refusal.at("period"))?;
        operations::list_obligations(desk, scope, &programme, period, &asked)
    });
    Ok(connection(found.await?.map(Obligation), &page, |owed| owed.0.project.id.to_string()))
}
