//! The difference of two versions of a project.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::effects::{Effect, effect};
use super::obligations::project_of;
use super::reading::{answer, page_of};
use crate::access::Scope;
use crate::api::graphql::paging::cursor_of;
use crate::api::problem::{self, Problem};
use crate::api::service::Service;
use crate::consolidation::operations as consolidation;
use crate::refusal::{Code, Refusal};
use crate::reporting::difference::{self, ChangeKind};
use crate::reporting::operations as reporting;

/// Which two versions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DifferenceParameters {
    /// The number of the first version.
    from: u32,
    /// The number of the second version.
    to: u32,
    /// How many items, 1 to 200; 20 if absent.
    first: Option<i32>,
    /// The `next` of the page before; from the beginning if absent.
    after: Option<String>,
}

/// What is not alike in two versions of a project.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The number of the first version.
    from: u32,
    /// The number of the second version.
    to: u32,
    /// How many records and sections only the second version has.
    added: usize,
    /// How many records and sections only the first version has.
    removed: usize,
    /// How many records and sections both have, not alike.
    changed: usize,
    /// A page of them: participations by reference, activities by reference, other sections.
    items: Vec<Item>,
    /// What to give as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// What it does to the project's own figures, from the programme's first day to today.
    effects: Vec<Effect>,
}

/// A record or section that is not alike in two versions.
#[derive(Serialize, ToSchema)]
pub struct Item {
    /// Where it stands.
    #[schema(example = "participations[reference=A-17]")]
    path: String,
    /// `ADDED`, `REMOVED` or `CHANGED`.
    #[schema(example = "CHANGED")]
    kind: &'static str,
    /// Its fields that are not alike, by name.
    fields: Vec<Field>,
}

/// A field that is not alike in two versions.
#[derive(Serialize, ToSchema)]
pub struct Field {
    /// Its name.
    #[schema(example = "exit.on")]
    field: String,
    /// Its value in the first version.
    before: Option<String>,
    /// Its value in the second version.
    after: Option<String>,
}

fn item((change, place): (difference::ItemChange, usize)) -> (Item, usize) {
    let kind = match change.kind {
        ChangeKind::Added => "ADDED",
        ChangeKind::Removed => "REMOVED",
        ChangeKind::Changed => "CHANGED",
    };
    let fields = change.fields.into_iter();
    let fields = fields.map(|field| Field { field: field.field, before: field.before, after: field.after });
    (Item { path: change.path.to_string(), kind, fields: fields.collect() }, place)
}

/// What is not alike in two versions of a project, field by field, and what that does to its figures.
#[utoipa::path(
    get,
    path = "/v1/projects/{id}/differences",
    tag = "reporting",
    summary = "The difference of two versions",
    params(("id" = String, Path, description = "The project's identifier."), DifferenceParameters),
    responses(
        (status = 200, description = "Counts, a page of records and sections, and effects.", body = Difference),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read individual records.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such project or version within what you may see.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn differences(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let operation = move |service: &Service, scope: &Scope, parameters: DifferenceParameters| {
        let DifferenceParameters { from, to, first, after } = parameters;
        let page = page_of(first, after.as_deref())?;
        let invalid = || Refusal::new(Code::PageInvalid).with("limit", crate::page::LARGEST_PAGE);
        let skipped: usize = match page.after() {
            "" => 0,
            place => place.parse().map_err(|_| invalid())?,
        };
        let project = project_of(&service.desk, scope, &id)?;
        let found = reporting::find_difference(&service.desk, scope, &project, from, to)?;
        let effects = consolidation::effects_between(&service.desk, scope, &project, from, to)?;
        let (added, removed, changed) =
            (found.count(ChangeKind::Added), found.count(ChangeKind::Removed), found.count(ChangeKind::Changed));
        let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
        let items = found.items.into_iter().zip(1..).skip(skipped).take(limit).map(item).collect();
        let items: crate::page::Page<(Item, usize)> = page.cut(items);
        let next = items.items.last().filter(|_| items.has_more).map(|(_, place)| cursor_of(&place.to_string()));
        Ok(Difference {
            from,
            to,
            added,
            removed,
            changed,
            items: items.items.into_iter().map(|(item, _)| item).collect(),
            next,
            effects: effects.iter().map(|one| effect(one, language)).collect(),
        })
    };
    answer(&request, &service, operation).await
}
