//! What can be done with jobs: open, tell, end, find, cancel.

use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::store as directory;
use crate::id::{JobId, ProjectId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::jobs::{Job, JobAnswer, JobState};
use crate::reporting::store::jobs;
use crate::storage::journal::{self, Entry};
use crate::watch::Progress;

/// Opens a job for a submission under way.
pub fn open_job(desk: &Desk, scope: &Scope, project: &ProjectId, progress: Progress) -> Outcome<Job> {
    let scope = &scope.require(Permission::SubmitReports)?;
    let now = desk.clock.now();
    let job = Job {
        id: JobId::new(),
        project: project.clone(),
        caller: scope.caller().to_owned(),
        state: JobState::Running,
        stage: progress.stage,
        done_count: progress.done_count,
        total_count: progress.total_count,
        started_at: now,
        answer: None,
    };
    desk.write(scope, |connection| {
        let project = directory::find_project(connection, scope, project)?.ok_or(Code::NotFound)?;
        jobs::insert_job(connection, &job)?;
        let organisation = Some(project.details.lead.as_str());
        let entry = Entry {
            kind: "job.opened",
            actor: scope.caller(),
            organisation,
            subject: job.id.as_str(),
            detail: json!({ "project": project.id.as_str() }),
        };
        journal::append(connection, now, &entry)?;
        Ok(job.clone())
    })
}

/// Tells how far a job is; answers whether it is to stop. Not journalled: nothing happens.
pub fn tell_job(desk: &Desk, scope: &Scope, job: &Job, progress: Progress) -> Outcome<bool> {
    desk.store_for(scope).write(|connection| jobs::tell_job(connection, job, progress, desk.clock.now()))
}

/// Ends a job with the answer that it came to, or as cancelled.
pub fn end_job(desk: &Desk, scope: &Scope, job: &Job, answer: Option<&JobAnswer>) -> Outcome<()> {
    let state = if answer.is_some() { JobState::Done } else { JobState::Cancelled };
    desk.store_for(scope).write(|connection| jobs::end_job(connection, job, state, answer))
}

/// The job of an identifier, if the caller may see its project's records.
pub fn find_job(desk: &Desk, scope: &Scope, id: &JobId) -> Outcome<Option<Job>> {
    let scope = &scope.require(Permission::ReadRecords)?;
    desk.read(scope, |connection| match jobs::find_job(connection, id, desk.clock.now())? {
        Some(job) => Ok(directory::find_project(connection, scope, &job.project)?.map(|_| job)),
        None => Ok(None),
    })
}

/// Asks a running job to stop. It stops within seconds, unless its version is stored already; then its answer says so.
pub fn cancel_job(desk: &Desk, scope: &Scope, id: &JobId) -> Outcome<Job> {
    let scope = &scope.require(Permission::SubmitReports)?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let not_found = || Refusal::new(Code::NotFound).at("job");
        let job = jobs::find_job(connection, id, now)?.ok_or_else(not_found)?;
        let project = directory::find_project(connection, scope, &job.project)?.ok_or_else(not_found)?;
        if job.state != JobState::Running {
            return Err(Refusal::new(Code::JobEnded).with("state", job.state.code()).into());
        }
        jobs::request_cancellation(connection, &job)?;
        let entry = Entry {
            kind: "job.cancelled",
            actor: scope.caller(),
            organisation: Some(project.details.lead.as_str()),
            subject: job.id.as_str(),
            detail: json!({ "project": project.id.as_str() }),
        };
        journal::append(connection, now, &entry)?;
        Ok(job)
    })
}
