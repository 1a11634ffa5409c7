//! Targets and their indicators. The directory keeps a code and does not know which indicators there are; here the code is
//! held against what the project's programme knows, and found again with its names. Nothing is counted here.

use std::sync::Arc;

use super::{DefinitionSet, built_in, store};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::consolidation::indicator::Defined;
use crate::directory::operations as directory;
use crate::directory::store as stored;
use crate::directory::target::Target;
use crate::id::ProjectId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::ShortCode;

/// Sets what a project aims at, for an indicator that its programme knows by now: one that comes with the program, or one
/// of a version that officers added to that programme, whether it stands or not.
pub fn set_target(desk: &Desk, scope: &Scope, project: &ProjectId, target: Target) -> Outcome<Target> {
    let code = target.indicator.clone();
    directory::set_target(desk, scope, project, target, |connection, programme| {
        // Most targets are for what comes with the program; then nothing is read.
        let known = comes_with_the_program(&code) || {
            let added = store::list_definitions(connection, &programme.id)?;
            added.iter().any(|set| Defined::find(set, code.as_str()).is_some())
        };
        if known { Ok(()) } else { Err(unknown_indicator().at("indicator").into()) }
    })
}

/// Whether an indicator of this code comes with the program, so that every programme knows it.
pub fn comes_with_the_program(code: &ShortCode) -> bool {
    built_in::all().iter().any(|set| Defined::find(set, code.as_str()).is_some())
}

/// The refusal of a code that names no indicator.
pub fn unknown_indicator() -> Refusal {
    Refusal::new(Code::CodeUnknown).with("list", "indicators")
}

/// The versions added to the programme of a project that the caller may see, in order; none if it may not see it.
pub fn list_definitions_of(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Vec<Arc<DefinitionSet>>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| match stored::find_project(connection, scope, project)? {
        Some(project) => store::list_definitions(connection, &project.programme),
        None => Ok(Vec::new()),
    })
}

/// The indicator of a target, in a programme to which these versions were added, in order: as the version that stands has
/// it; if that one has it not, as the newest one does.
pub fn indicator_of(target: &Target, added: &[Arc<DefinitionSet>]) -> Option<Defined> {
    let by_preference = std::iter::once(super::standing(added)).chain(added.iter().rev()).chain(built_in::all());
    by_preference.into_iter().find_map(|set| Defined::find(set, target.indicator.as_str()))
}
