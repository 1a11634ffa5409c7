//! Retention: the individual records of a project go when their time after the end of its agreement has passed. Published
//! aggregates stay.

use super::erase::{purge_project, scrub};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::directory::project::Project;
use crate::page::PageRequest;
use crate::refusal::Outcome;
use crate::reporting::privacy::{Erasure, purge_on};
use crate::text::ShortCode;

/// A project whose individual records are past their retention, and what came of their purge.
pub struct Purge {
    /// The programme's code.
    pub programme: ShortCode,
    /// The project's code.
    pub project: ShortCode,
    /// What was purged; nothing when only asked, or if there was nothing any more.
    pub erasure: Option<Erasure>,
}

/// Purges what is past its retention today, project by project, each in a write of its own: cut short, it goes on the next
/// time. Asked only, it purges nothing.
pub fn purge_past_retention(desk: &Desk, scope: &Scope, only_ask: bool) -> Outcome<Vec<Purge>> {
    scope.require_everywhere(Permission::ErasePersons)?;
    let mut purges = Vec::new();
    for (programme, months) in directory::list_retention(desk, scope)? {
        let Some(months) = months else { continue };
        let today = desk.clock.now().day_in(&programme.details.time_zone);
        for project in projects_of(desk, scope, &programme.id)? {
            if today < purge_on(project.details.agreement_to, months) {
                continue;
            }
            let erasure = if only_ask { None } else { purge_project(desk, scope, &project.id)? };
            if only_ask || erasure.is_some() {
                let (programme, project) = (programme.details.code.clone(), project.details.code.clone());
                purges.push(Purge { programme, project, erasure });
            }
        }
    }
    if !only_ask && !purges.is_empty() {
        scrub(desk);
    }
    Ok(purges)
}

fn projects_of(desk: &Desk, scope: &Scope, programme: &crate::id::ProgrammeId) -> Outcome<Vec<Project>> {
    let (mut projects, mut after) = (Vec::<Project>::new(), String::new());
    loop {
        let page = PageRequest::new(200, Some(&after).filter(|after| !after.is_empty()).cloned())?;
        let filter = directory::ProjectFilter { programme: Some(programme.clone()), ..Default::default() };
        let found = directory::list_projects(desk, scope, &filter, &page)?;
        projects.extend(found.items);
        match projects.last() {
            Some(last) if found.has_more => after = last.id.to_string(),
            _ => return Ok(projects),
        }
    }
}
