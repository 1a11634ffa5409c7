//! Jobs: a row each, told over while it runs.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::id::{JobId, ProjectId};
use crate::refusal::{Failure, Outcome};
use crate::reporting::jobs::{Job, JobAnswer, JobState, KEPT_SECONDS, SILENT_SECONDS};
use crate::storage::AnyConnection;
use crate::storage::schema::jobs;
use crate::watch::{Progress, Stage};

#[derive(Queryable)]
struct JobRow {
    project_id: String,
    id: String,
    caller: String,
    state: String,
    stage: String,
    done_count: i64,
    total_count: Option<i64>,
    _cancel_requested: bool,
    started_at_us: i64,
    seen_at_us: i64,
    answer_status: Option<i64>,
    answer: Option<String>,
}

fn job_of(row: JobRow, now: Instant) -> Outcome<Job> {
    let broken = || Failure::fault("a stored job is out of form");
    let count = |value: i64| u32::try_from(value).map_err(|_| broken());
    let stored = JobState::of_code(&row.state).ok_or_else(broken)?;
    let silent = now.0 > Instant(row.seen_at_us).plus_seconds(SILENT_SECONDS).0;
    let answer = match (row.answer_status, row.answer) {
        (Some(status), Some(document)) => {
            Some(JobAnswer { status: u16::try_from(status).map_err(|_| broken())?, document })
        }
        _ => None,
    };
    Ok(Job {
        id: JobId::stored(row.id),
        project: ProjectId::stored(row.project_id),
        caller: row.caller,
        state: if stored == JobState::Running && silent { JobState::Interrupted } else { stored },
        stage: Stage::of_code(&row.stage).ok_or_else(broken)?,
        done_count: count(row.done_count)?,
        total_count: row.total_count.map(count).transpose()?,
        started_at: Instant(row.started_at_us),
        answer,
    })
}

/// Inserts a running job, and forgets the project's old ones.
pub fn insert_job(connection: &mut AnyConnection, job: &Job) -> Outcome<()> {
    let old = job.started_at.plus_seconds(-KEPT_SECONDS);
    diesel::delete(jobs::table.filter(jobs::project_id.eq(job.project.as_str()).and(jobs::started_at_us.le(old.0))))
        .execute(connection)?;
    diesel::insert_into(jobs::table)
        .values((
            jobs::project_id.eq(job.project.as_str()),
            jobs::id.eq(job.id.as_str()),
            jobs::caller.eq(job.caller.as_str()),
            jobs::state.eq(job.state.code()),
            jobs::stage.eq(job.stage.code()),
            jobs::done_count.eq(i64::from(job.done_count)),
            jobs::total_count.eq(job.total_count.map(i64::from)),
            jobs::cancel_requested.eq(false),
            jobs::started_at_us.eq(job.started_at.0),
            jobs::seen_at_us.eq(job.started_at.0),
        ))
        .execute(connection)?;
    Ok(())
}

/// Tells how far a running job is; answers whether it is to stop.
pub fn tell_job(connection: &mut AnyConnection, job: &Job, progress: Progress, now: Instant) -> Outcome<bool> {
    diesel::update(jobs::table.filter(jobs::project_id.eq(job.project.as_str()).and(jobs::id.eq(job.id.as_str()))))
        .set((
            jobs::stage.eq(progress.stage.code()),
            jobs::done_count.eq(i64::from(progress.done_count)),
            jobs::total_count.eq(progress.total_count.map(i64::from)),
            jobs::seen_at_us.eq(now.0),
        ))
        .execute(connection)?;
    let cancel: Option<bool> = jobs::table
        .filter(jobs::project_id.eq(job.project.as_str()).and(jobs::id.eq(job.id.as_str())))
        .select(jobs::cancel_requested)
        .first(connection)
        .optional()?;
    Ok(cancel.unwrap_or(true))
}

/// Ends a job with its answer, or without one if it was cancelled.
pub fn end_job(connection: &mut AnyConnection, job: &Job, state: JobState, answer: Option<&JobAnswer>) -> Outcome<()> {
    diesel::update(jobs::table.filter(jobs::project_id.eq(job.project.as_str()).and(jobs::id.eq(job.id.as_str()))))
        .set((
            jobs::state.eq(state.code()),
            jobs::answer_status.eq(answer.map(|answer| i64::from(answer.status))),
            jobs::answer.eq(answer.map(|answer| answer.document.as_str())),
        ))
        .execute(connection)?;
    Ok(())
}

/// Asks a running job to stop.
pub fn request_cancellation(connection: &mut AnyConnection, job: &Job) -> Outcome<()> {
    diesel::update(jobs::table.filter(jobs::project_id.eq(job.project.as_str()).and(jobs::id.eq(job.id.as_str()))))
        .set(jobs::cancel_requested.eq(true))
        .execute(connection)?;
    Ok(())
}

/// The job of an identifier; the caller must then find its project within its own scope.
pub fn find_job(connection: &mut AnyConnection, id: &JobId, now: Instant) -> Outcome<Option<Job>> {
    let row: Option<JobRow> = jobs::table.filter(jobs::id.eq(id.as_str())).first(connection).optional()?;
    row.map(|row| job_of(row, now)).transpose()
}
