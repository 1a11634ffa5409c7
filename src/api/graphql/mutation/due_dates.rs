//! Later due dates.

use async_graphql::{Context, Object, SimpleObject};

use super::settle::{settle, shown};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::graphql::inputs::reports::DueDateExtendInput;
use crate::api::graphql::types::findings::UserError;
use crate::api::graphql::types::obligations::DueDateExtension;
use crate::reporting::operations as reporting;

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
            let (project, period, due_on, reason) = input.content.read()?;
            Ok(reporting::extend_due_date(desk, scope, &project, period, due_on, &reason)?)
        };
        let (extension, user_errors) = settle(ctx, Permission::ReviewReports, &manner, work).await?;
        Ok(DueDateExtendPayload { extension: extension.map(DueDateExtension::from), user_errors: shown(user_errors) })
    }
}
