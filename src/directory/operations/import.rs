//! Registering a whole directory at once: all of it or nothing, and every problem said.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::enter::Entering;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::import::{DirectoryImport, Placed, inside};
use crate::directory::naming::OrganisationName;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::directory::siret::Siret;
use crate::directory::store;
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::text::ShortCode;

/// What was registered, so that whatever comes after can name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The programme.
    pub programme: Programme,
    /// The organisations, by SIRET, in the order of the document.
    pub organisations: Vec<(Siret, OrganisationId)>,
    /// The projects, by code, in the order of the document.
    pub projects: Vec<(ShortCode, ProjectId)>,
    /// How many amendments were recorded.
    pub amendment_count: usize,
    /// How many payments were recorded.
    pub payment_count: usize,
    /// How many targets were set.
    pub target_count: usize,
}

/// Registers a whole directory in one transaction, or says everything that is wrong with it and stores nothing.
pub fn import(desk: &Desk, scope: &Scope, document: &DirectoryImport) -> Outcome<Result<Imported, Vec<Refusal>>> {
    scope.require_everywhere(Permission::ChangeDirectory)?;
    let mut problems = Vec::new();
    let written = desk.write_alone(scope, |connection| {
        let now = desk.clock.now();
        problems = find_problems(connection, scope, now, document)?;
        if problems.is_empty() {
            register_all(connection, scope, now, document)
        } else {
            // Nothing was written yet; the transaction ends here.
            Err(Code::ImportBlocked.into())
        }
    });
    match written {
        Err(Failure::Refused(refusal)) if refusal.code == Code::ImportBlocked => Ok(Err(problems)),
        // What only showed while writing is said alone, with its place.
        Err(Failure::Refused(refusal)) if refusal.path.is_some() => Ok(Err(vec![refusal])),
        written => written.map(Ok),
    }
}

/// Everything that is wrong with a document, also in the light of what is registered already.
fn find_problems(
    connection: &mut AnyConnection,
    scope: &Scope,
    now: Instant,
    document: &DirectoryImport,
) -> Outcome<Vec<Refusal>> {
    let mut problems = document.problems(now);
    if let Some(programme) = &document.programme
        && store::find_programme(connection, scope, programme.code.as_str())?.is_some()
    {
        problems.push(Refusal::new(Code::AlreadyRegistered).at("programme.code"));
    }
    for Placed { place, item } in &document.organisations {
        if store::find_organisation_by_siret(connection, scope, &item.siret)?.is_some() {
            problems.push(inside(Refusal::new(Code::AlreadyRegistered).at("siret"), "organisations", *place));
        }
    }
    let own = document.sirets();
    for (path, name) in document.named_organisations() {
        let is_own = matches!(name, OrganisationName::Siret(siret) if own.contains(siret));
        let may_be_own = matches!(name, OrganisationName::Siret(_)) && document.is_unread("organisations");
        if !is_own && !may_be_own && store::find_named_organisation(connection, scope, name)?.is_none() {
            problems.push(Refusal::new(Code::NotFound).at(path));
        }
    }
    Ok(problems)
}

/// Registers everything of a document that has no problems, within the transaction at hand: whoever brings past reports
/// along goes on from what it answers.
pub fn register_all(
    connection: &mut AnyConnection,
    scope: &Scope,
    now: Instant,
    document: &DirectoryImport,
) -> Outcome<Imported> {
    scope.require_everywhere(Permission::ChangeDirectory)?;
    let programme = document.programme.clone().ok_or_else(|| Failure::fault("an import has no programme"))?;
    let mut entering = Entering { connection, scope, now };
    let programme = entering.programme(programme).map_err(|failure| at(failure, "programme", None))?;
    let mut organisations = Vec::with_capacity(document.organisations.len());
    for Placed { place, item } in &document.organisations {
        let entered = entering.organisation(item.clone());
        let entered = entered.map_err(|failure| at(failure, "organisations", Some(*place)))?;
        organisations.push((entered.details.siret, entered.id));
    }
    let mut projects: HashMap<&ShortCode, Project> = HashMap::new();
    let mut ids = Vec::with_capacity(document.projects.len());
    for Placed { place, item: (_, details) } in &document.projects {
        let entered = entering.project(&programme, details.clone());
        let entered = entered.map_err(|failure| at(failure, "projects", Some(*place)))?;
        ids.push((details.code.clone(), entered.id.clone()));
        projects.insert(&details.code, entered);
    }
    let unknown = || Failure::from(Refusal::new(Code::NotFound).at("project"));
    for Placed { place, item: (code, amended) } in &document.amendments {
        let project = projects.get_mut(code).ok_or_else(unknown);
        let entered = project.and_then(|project| {
            *project = entering.amendment(&programme, project, amended.clone())?;
            Ok(())
        });
        entered.map_err(|failure| at(failure, "amendments", Some(*place)))?;
    }
    for Placed { place, item: (code, details) } in &document.payments {
        let project = projects.get(code).ok_or_else(unknown);
        let entered = project.and_then(|project| entering.payment(&programme, project, details.clone()));
        entered.map_err(|failure| at(failure, "payments", Some(*place)))?;
    }
    for Placed { place, item: (code, target) } in &document.targets {
        let project = projects.get(code).ok_or_else(unknown);
        let entered = project.and_then(|project| entering.target(&programme, project, target));
        entered.map_err(|failure| at(failure, "targets", Some(*place)))?;
    }
    Ok(Imported {
        programme,
        organisations,
        projects: ids,
        amendment_count: document.amendments.len(),
        payment_count: document.payments.len(),
        target_count: document.targets.len(),
    })
}

/// A failure, its refusal at a place of the document.
fn at(failure: Failure, list: &str, place: Option<usize>) -> Failure {
    match (failure, place) {
        (Failure::Refused(refusal), Some(place)) => inside(refusal, list, place).into(),
        (Failure::Refused(mut refusal), None) => {
            let path = refusal.path.take().map_or_else(|| list.to_owned(), |path| format!("{list}.{path}"));
            refusal.at(path).into()
        }
        (fault, _) => fault,
    }
}
