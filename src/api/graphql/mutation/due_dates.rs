//! Later due dates.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::settle::{settle, shown};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::graphql::inputs::{Reader, mannered};
use crate::api::graphql::scalars::{DateScalar, PeriodScalar};
use crate::api::graphql::types::findings::UserError;
use crate::api::graphql::types::obligations::DueDateExtension;
use crate::directory::period::Quarter;
use crate::id::ProjectId;
use crate::refusal::Code;
use crate::reporting::operations as reporting;
use crate::reporting::statement::parse_day;
use crate::text::Reason;

/// A later due date for a project and a period.
#[derive(InputObject)]
pub struct DueDateExtendInput {
    /// The project.
    project: ID,
    /// The period.
    period: PeriodScalar,
    /// The last day on which a submission is not late; later than the one that counts now.
    due_on: DateScalar,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    reason: String,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    idempotency_key: Option<String>,
}

mannered!(DueDateExtendInput);

/// What came of extending a due date.
#[derive(SimpleObject, Default)]
pub struct DueDateExtendPayload {
    /// The extension, if it was made.
    extension: Option<DueDateExtension>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// Later due dates.
#[derive(Default)]
pub struct DueDateMutation;

/// Later due dates.
#[Object]
impl DueDateMutation {
    /// Extends the due date of a project's report for a period, with a reason. What was late before stays late. For
    /// officers.
    async fn due_date_extend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, the period, the day and why.")] input: DueDateExtendInput,
    ) -> async_graphql::Result<DueDateExtendPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let mut reader = Reader::default();
            let project = reader.read::<ProjectId>("input.project", &input.project);
            let period = reader.read::<Quarter>("input.period", &input.period.0);
            let due_on = reader.read_by("input.dueOn", Code::DateInvalid, parse_day(&input.due_on.0));
            let reason = reader.read::<Reason>("input.reason", &input.reason);
            let read = project.zip(period).zip(due_on).zip(reason);
            let (((project, period), due_on), reason) = reader.finish(read)?;
            Ok(reporting::extend_due_date(desk, scope, &project, period, due_on, &reason)?)
        };
        let (extension, user_errors) = settle(ctx, Permission::ReviewReports, &manner, work).await?;
        Ok(DueDateExtendPayload { extension: extension.map(DueDateExtension::from), user_errors: shown(user_errors) })
    }
}
