//! What a closing changed of the one that it corrects, to anyone who sees both.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::closings::{absent, open};
use super::reading::PageOf;
use crate::api::problem::Unread;
use crate::api::service::Service;
use crate::consolidation::closing::content::ContentFigure;
use crate::consolidation::closing::revised::{self, ChangedFigure};
use crate::id::ClosingId;

/// A figure that a correction changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosingChangeResource {
    /// The table's code.
    table: String,
    /// `PERSON` or `PARTICIPATION`: what is counted.
    unit: String,
    /// `NATION`, `REGION` or `PROJECT`.
    level: String,
    /// The place's code; empty for the nation.
    place: String,
    /// The place's name.
    place_name: String,
    /// The dimensions and groups, such as `SEX=F` or `SEX=F,AGE_BAND=FROM_18_TO_24`; absent where the place is whole.
    group: Option<String>,
    /// The indicator's code.
    code: String,
    /// What was published before; absent if the figure had no place there.
    before: Option<ClosingFigureResource>,
    /// What is published now; absent if the figure has no place any more.
    after: Option<ClosingFigureResource>,
    /// The codes of the projects whose reports changed it: for staff; empty to others.
    projects: Vec<String>,
}

/// A figure of a closing. One that is suppressed has neither value nor parts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosingFigureResource {
    /// Whether it is kept back.
    suppressed: bool,
    /// The count.
    value: Option<i64>,
    /// For a rate, what is divided.
    numerator: Option<i64>,
    /// For a rate, by what.
    denominator: Option<i64>,
    /// For a rate, tenths of a percent, rounded half up.
    per_mille: Option<i64>,
}

impl From<ContentFigure> for ClosingFigureResource {
    fn from(figure: ContentFigure) -> Self {
        let ContentFigure { code: _, suppressed, value, numerator, denominator, per_mille } = figure;
        Self { suppressed, value, numerator, denominator, per_mille }
    }
}

impl From<ChangedFigure> for ClosingChangeResource {
    fn from(figure: ChangedFigure) -> Self {
        Self {
            table: figure.table,
            unit: figure.unit,
            level: figure.level,
            place: figure.place,
            place_name: figure.place_name,
            group: figure.group,
            code: figure.code,
            before: figure.before.map(Into::into),
            after: figure.after.map(Into::into),
            projects: figure.projects,
        }
    }
}

/// Gives what a closing changed.
#[utoipa::path(
    get,
    path = "/v1/closings/{closing}/changes",
    tag = "closings",
    operation_id = "listClosingChanges",
    summary = "The figures that a closing changed of the one that it corrects, from where to where",
    params(("closing" = String, Path, description = "The closing's identifier.")),
    responses((status = 200, description = "The figures that differ; none if it corrects no other.", body = PageOf<ClosingChangeResource>), Unread),
)]
pub async fn changes(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let id = id.parse::<ClosingId>();
    let found = open(&request, &service, move |service, scope| match id {
        Ok(id) => revised::list_changes(&service.desk, scope, &id),
        Err(_) => Ok(None),
    });
    match found.await {
        Ok(Some(changes)) => HttpResponse::Ok().json(PageOf::<ClosingChangeResource>::whole(changes)),
        Ok(None) => absent(&request, "closing"),
        Err(response) => response,
    }
}
