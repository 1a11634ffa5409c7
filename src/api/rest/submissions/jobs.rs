//! Jobs over HTTP: how far they are, their answer, their cancellation.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::super::{failed, refuse, run, run_as, run_within};
use super::{answer, content_type, panicked};
use crate::access::Scope;
use crate::api::edge::gate::Class;
use crate::api::problem;
use crate::api::service::Service;
use crate::id::{JobId, ProjectId};
use crate::refusal::{Code, Language, Refusal};
use crate::reporting::jobs::{Job, JobAnswer, JobState, TOLD_SECONDS};
use crate::reporting::operations as reporting;
use crate::watch::Watch;

/// A submission that takes longer than its sender waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobDocument {
    /// Its identifier.
    id: String,
    /// Where it stands: `RUNNING`, `DONE`, `CANCELLED`, or `INTERRUPTED` if its process was lost.
    #[schema(example = "RUNNING")]
    state: &'static str,
    /// What it is doing, or was doing last: `READING`, `CHECKING` or `STORING`.
    #[schema(example = "STORING")]
    stage: &'static str,
    /// How many records of this stage are done.
    done_count: u32,
    /// How many there are, once that is known.
    total_count: Option<u32>,
    /// When it began.
    started_at: String,
    /// What its sender would have been answered at once, if it is done.
    answer: Option<AnswerDocument>,
}

/// The answer that a job came to.
#[derive(Serialize, ToSchema)]
pub struct AnswerDocument {
    /// The HTTP status.
    #[schema(example = 201)]
    status: u16,
    /// The document.
    #[schema(value_type = Object)]
    body: Box<RawValue>,
}

impl JobDocument {
    fn of(job: Job) -> Self {
        let body = |document: String| RawValue::from_string(document).unwrap_or_default();
        Self {
            id: job.id.to_string(),
            state: job.state.code(),
            stage: job.stage.code(),
            done_count: job.done_count,
            total_count: job.total_count,
            started_at: job.started_at.to_string(),
            answer: job.answer.map(|answer| AnswerDocument { status: answer.status, body: body(answer.document) }),
        }
    }
}

/// The response of an answer.
pub fn respond(answer: JobAnswer, language: Language) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response
        .insert_header(content_type(status))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_LANGUAGE, if language == Language::Fr { "fr" } else { "en" }));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, problem::RETRY_AFTER_SECONDS));
    }
    response.body(answer.document)
}

/// Lets work go on as a job and answers where to ask for it; or with its answer, if it ends while the job is opened.
pub async fn defer(
    service: Data<Service>,
    scope: Scope,
    project: ProjectId,
    mut task: JoinHandle<JobAnswer>,
    watch: Watch,
    language: Language,
) -> HttpResponse {
    let job = loop {
        let (opener, project, progress) = (scope.clone(), project.clone(), watch.progress());
        let opened =
            run_within(&service, move |service| reporting::open_job(&service.desk, &opener, &project, progress)).await;
        match opened {
            Ok(job) => break job,
            // The embedded database has one writer, and it may be this very work.
            Err(_) => {
                if let Ok(answer) = timeout(Duration::from_secs(TOLD_SECONDS), &mut task).await {
                    return respond(answer.unwrap_or_else(|_| panicked(language)), language);
                }
            }
        }
    };
    let location = format!("/v1/jobs/{}", job.id);
    let document = JobDocument::of(job.clone());
    actix_web::rt::spawn(follow(service, scope, job, task, watch, language));
    HttpResponse::Accepted()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::RETRY_AFTER, problem::RETRY_AFTER_SECONDS))
        .json(serde_json::json!({ "job": document }))
}

/// Tells how far a job is until it ends, and then its answer.
async fn follow(
    service: Data<Service>,
    scope: Scope,
    job: Job,
    mut task: JoinHandle<JobAnswer>,
    watch: Watch,
    language: Language,
) {
    let answer = loop {
        if let Ok(answer) = timeout(Duration::from_secs(TOLD_SECONDS), &mut task).await {
            break answer.unwrap_or_else(|_| panicked(language));
        }
        let (teller, told, progress) = (scope.clone(), job.clone(), watch.progress());
        let told = run_within(&service, move |service| reporting::tell_job(&service.desk, &teller, &told, progress));
        // A database too busy to be told is told a second later.
        if let Ok(true) = told.await {
            watch.cancel();
        }
    };
    let cancelled = answer == answer::failed(&Code::JobCancelled.into(), language);
    let mut attempts_left = 30;
    loop {
        let (teller, ended, kept) = (scope.clone(), job.clone(), (!cancelled).then(|| answer.clone()));
        let told =
            run_within(&service, move |service| reporting::end_job(&service.desk, &teller, &ended, kept.as_ref()));
        attempts_left -= 1;
        match told.await {
            Err(_) if attempts_left > 0 => actix_web::rt::time::sleep(Duration::from_secs(TOLD_SECONDS)).await,
            Err(_) => return tracing::error!("the end of a job could not be told"),
            Ok(()) => return,
        }
    }
}

/// Tells how far a job is, and its answer once it is done.
#[utoipa::path(
    get,
    path = "/v1/jobs/{job}",
    tag = "reporting",
    operation_id = "getJob",
    summary = "How far a submission is, and its answer",
    params(("job" = String, Path, description = "The job's identifier.")),
    responses(
        (status = 200, description = "The job.", body = JobDocument),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not see records.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such job within reach.", body = problem::Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let scope = match service.caller(&request) {
        Ok(scope) => scope,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let found = run(&service, move |service| {
        let not_found = || Refusal::new(Code::NotFound).at("job");
        let id = id.parse::<JobId>().map_err(|_| not_found());
        scope.require(crate::access::role::Permission::ReadRecords).map(drop)?;
        Ok(reporting::find_job(&service.desk, &scope, &id?)?.ok_or_else(not_found)?)
    });
    match found.await {
        Ok(job) => {
            let running = job.state == JobState::Running;
            let mut response = HttpResponse::Ok();
            response.insert_header((header::CACHE_CONTROL, "no-store"));
            if running {
                response.insert_header((header::RETRY_AFTER, problem::RETRY_AFTER_SECONDS));
            }
            response.json(JobDocument::of(job))
        }
        Err(failure) => failed(&request, &failure),
    }
}

/// Asks a running job to stop.
#[utoipa::path(
    post,
    path = "/v1/jobs/{job}/cancellation",
    tag = "reporting",
    operation_id = "cancelJob",
    summary = "Ask a running submission to stop",
    params(("job" = String, Path, description = "The job's identifier.")),
    responses(
        (status = 202, description = "It will stop within seconds, unless its version is stored already.", body = JobDocument),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not submit.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such job within reach.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The job has ended.", body = problem::Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn cancel(request: HttpRequest, id: Path<String>, payload: Payload, service: Data<Service>) -> HttpResponse {
    let scope = match service.caller(&request) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(&request, payload, &refusal),
    };
    let cancelled = run_as(Class::Submission, &service, move |service| {
        scope.require(crate::access::role::Permission::SubmitReports).map(drop)?;
        let id = id.parse::<JobId>().map_err(|_| Refusal::new(Code::NotFound).at("job"))?;
        reporting::cancel_job(&service.desk, &scope, &id)
    });
    match cancelled.await {
        Ok(job) => {
            HttpResponse::Accepted().insert_header((header::CACHE_CONTROL, "no-store")).json(JobDocument::of(job))
        }
        Err(failure) => failed(&request, &failure),
    }
}
