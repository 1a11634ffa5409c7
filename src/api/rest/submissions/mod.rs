//! Submissions from files and documents: CSV, XLSX, JSON lines, JSON. The body is read as it comes; what takes longer than its
//! sender waits becomes a job.

mod answer;
mod jobs;
mod parameters;
mod pipe;
mod take_in;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use answer::{SubmissionAnswer, SubmissionProblem};
pub use jobs::{__path_cancel, __path_find, JobDocument, cancel, find};
use parameters::{Asked, SubmissionParameters};
use pipe::{Part, pipe};
use take_in::Work;

use super::{refuse, run_as};
use crate::access::Scope;
use crate::api::body::{self, BodyLimits};
use crate::api::edge::gate::{Class, Place};
use crate::api::problem;
use crate::api::service::{Service, idempotency_key};
use crate::directory::operations as directory;
use crate::refusal::{Code, Failure, Refusal};
use crate::reporting::jobs::JobAnswer;
use crate::watch::Watch;

/// What a submission may weigh: 100 000 participations in any format.
const LIMITS: BodyLimits = BodyLimits {
    max_bytes: 256 * 1024 * 1024,
    deadline: Duration::from_secs(600),
    grace: Duration::from_secs(3),
    min_bytes_per_second: 8 * 1024,
    compressed: false,
};

/// Checks or submits a statement from a file or document.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/reports/{period}/submissions",
    tag = "reporting",
    operation_id = "createSubmission",
    summary = "Check or submit a statement: CSV, XLSX, JSON lines or JSON",
    params(
        ("project" = String, Path, description = "The project's identifier."),
        ("period" = String, Path, description = "The period, such as 2024-Q3."),
        SubmissionParameters,
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice: sent again with it, the request has one effect and gets the same answer."),
        ("Prefer" = Option<String>, Header, description = "`respond-async` for a job at once, `wait=SECONDS` (up to 60) to wait for the answer; 5 seconds otherwise."),
    ),
    request_body(
        content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/x-ndjson"),
            (String = "application/json"),
        ),
        description = "A table with a header, as CSV or as the first sheet of a workbook (up to 16 MiB); or one participation, section or justification per line; or a document as `reportSubmit` takes it, without project and period."
    ),
    responses(
        (status = 200, description = "A dry run: what was found and what would come of it.", body = SubmissionAnswer),
        (status = 201, description = "A version was frozen.", body = SubmissionAnswer),
        (status = 202, description = "It takes longer: a job.", body = JobDocument),
        (status = 400, description = "The file cannot be read, or a parameter is malformed.", body = SubmissionProblem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not submit.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such project within reach.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The base version is not the newest, the report's state does not allow it, or what was checked has changed.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 415, description = "Neither CSV nor JSON.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "Findings block it, or something in the file does not hold; nothing was stored.", body = SubmissionProblem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; send again.", body = problem::Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn create(
    request: HttpRequest,
    path: Path<(String, String)>,
    mut payload: Payload,
    service: Data<Service>,
) -> HttpResponse {
    let begun = match begin(&request, &path, &service).await {
        Ok(begun) => begun,
        Err(refusal) => return refuse(&request, payload, &refusal),
    };
    let Begun { scope, asked, programme, permit } = begun;
    let language = problem::language(request.headers());
    let (sender, reading) = pipe(service.desk.keys.request_mac(b"request"));
    let watch = Watch::begin();
    let wait = Duration::from_secs(asked.wait_seconds);
    let project = asked.project.clone();
    let work = Work {
        scope: scope.clone(),
        asked,
        programme,
        key: idempotency_key(&request),
        route: format!("{} {}?{}", request.method(), request.path(), request.query_string()),
        language,
        watch: watch.clone(),
    };
    let desk = service.desk.clone();
    let mut task: JoinHandle<JobAnswer> = tokio::task::spawn_blocking(move || {
        let answer = work.run(&desk, reading);
        drop(permit);
        answer
    });
    let limits = BodyLimits { compressed: service.limits.body.compressed, ..LIMITS };
    let whole = send(&request, &mut payload, &limits, sender).await;
    let answered = timeout(wait, &mut task).await;
    let response = match answered {
        Ok(answer) => jobs::respond(answer.unwrap_or_else(|_| panicked(language)), language),
        Err(_) => jobs::defer(service, scope, project, task, watch, language).await,
    };
    if whole { response } else { body::closing(response, payload) }
}

/// What is known before the body is read.
struct Begun {
    scope: Scope,
    asked: Asked,
    programme: String,
    permit: (tokio::sync::OwnedSemaphorePermit, Place),
}

/// Recognises the caller, reads the parameters, and finds the project, before anything of the body is read.
async fn begin(request: &HttpRequest, path: &(String, String), service: &Data<Service>) -> Result<Begun, Refusal> {
    let scope = service.caller(request)?;
    scope.require(crate::access::role::Permission::SubmitReports).map(drop)?;
    let asked = Asked::read(request, &path.0, &path.1)?;
    let (seeker, project) = (scope.clone(), asked.project.clone());
    let find = move |service: &Service| directory::find_programme_code_of(&service.desk, &seeker, &project);
    let found = run_as(Class::Submission, service, find).await;
    let programme = found.map_err(|failure| failure.refusal())?;
    let programme = programme.ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?;
    let permit = Arc::clone(&service.bulk).try_acquire_owned().map_err(|_| Refusal::new(Code::Busy))?;
    let permit = (permit, service.edge.gate.enter(Class::Submission)?);
    Ok(Begun { scope, asked, programme, permit })
}

/// Sends the body to its reader; false if something of it was left unread.
async fn send(request: &HttpRequest, payload: &mut Payload, limits: &BodyLimits, sender: Sender<Part>) -> bool {
    let mut taken = true;
    let forwarded = body::forward(request.headers(), payload, limits, async |chunk| {
        taken = sender.send(Part::Bytes(chunk)).await.is_ok();
        taken
    })
    .await;
    let (end, whole) = match forwarded {
        Ok(()) => (Part::End, taken),
        Err(refusal) => (Part::Broken(refusal), false),
    };
    // A reader that is gone has its answer already.
    let _ = sender.send(end).await;
    whole
}

fn panicked(language: crate::refusal::Language) -> JobAnswer {
    answer::failed(&Failure::fault("a submission panicked"), language)
}

/// The content type of an answer by its status.
fn content_type(status: StatusCode) -> (header::HeaderName, &'static str) {
    let problem = status.is_client_error() || status.is_server_error();
    (header::CONTENT_TYPE, if problem { "application/problem+json" } else { "application/json" })
}
