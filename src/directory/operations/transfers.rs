//! Transfers: a project goes to another organisation.

use serde_json::json;

use super::enter::{Entering, check_day};
use super::projects::find;
use crate::access::operations::forget_answers_about;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::naming::OrganisationName;
use crate::directory::project::Project;
use crate::directory::store;
use crate::directory::transfer::{RELEASED, Transfer, TransferDetails};
use crate::id::ProjectId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::{self, Entry};

/// Gives a project to another organisation, which leads it from now on and sees all its history; to the one before it is
/// there no more. Nobody transfers a project from or to the own organisation.
pub fn transfer_project(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    details: &TransferDetails<OrganisationName>,
) -> Outcome<Project> {
    scope.require(Permission::TransferProjects)?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (programme, mut project) = find(connection, scope, project)?;
        let transferred_on = details.transferred_on.unwrap_or_else(|| programme.day(now));
        check_day(&programme, now, transferred_on, "transferredOn")?;
        let mut entering = Entering { connection: &mut *connection, scope, now };
        let found = entering.known_organisation(&details.lead, "lead")?;
        if found.details.sandbox != project.sandbox {
            return Err(Refusal::new(Code::SandboxMixed).at("lead").into());
        }
        let to = found.id;
        let from = std::mem::replace(&mut project.details.lead, to.clone());
        if from == to {
            return Err(Refusal::new(Code::LeadUnchanged).at("lead").into());
        }
        if scope.organisation().is_some_and(|own| *own == from || *own == to) {
            return Err(Code::FourEyes.into());
        }
        // Each organisation's chain of the journal tells its own half.
        let released = Entry {
            kind: RELEASED,
            actor: scope.caller(),
            organisation: Some(from.as_str()),
            subject: project.id.as_str(),
            detail: json!({}),
        };
        journal::append(entering.connection, now, &released)?;
        let newest = store::newest_version_of(entering.connection, &project.id)?;
        let detail = json!({ "from": from.as_str(), "newestVersion": newest });
        let position = entering.journal("project.transferred", Some(&to), project.id.as_str(), detail)?;
        let transfer = Transfer { from, to, transferred_on, reason: details.reason.clone() };
        store::transfer_project(connection, &project, &transfer, position)?;
        // Answers kept under idempotency keys are given again without a look at the project.
        forget_answers_about(connection, &transfer.from, project.id.as_str())?;
        Ok(project)
    })
}

/// The transfers of a project that the caller may see, in order.
pub fn list_transfers(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Vec<Transfer>> {
    scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_transfers(connection, scope, project))
}
