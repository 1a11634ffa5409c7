//! What files may hold, and templates to fill in, open to anyone: words of this API.

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::code_lists::CACHED;
use super::failed;
use crate::api::problem;
use crate::api::tables::download::download;
use crate::api::tables::{Cell, Table, format};
use crate::consolidation::code_lists as registry;
use crate::refusal::{Code, Language, Refusal};
use crate::reporting::fields::{Field, sent_fields};
use crate::reporting::template;

/// The media type of a workbook.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The part of the OpenAPI document about templates.
#[derive(OpenApi)]
#[openapi(paths(fields, template))]
pub struct Document;

/// A field of a participation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldDocument {
    /// Its name in the API.
    #[schema(example = "exit.contractFrom")]
    name: &'static str,
    /// Its header in a spreadsheet, in English.
    #[schema(example = "contract_from")]
    header: &'static str,
    /// Its header in a spreadsheet, in French.
    #[schema(example = "date_debut_contrat")]
    header_fr: &'static str,
    /// Whether every participation must state it.
    required: bool,
    /// The code list that its values belong to, if they do.
    #[schema(example = "CONTRACT_KIND")]
    code_list: Option<&'static str>,
}

impl From<Field> for FieldDocument {
    fn from(field: Field) -> Self {
        Self {
            name: field.name(),
            header: field.header(),
            header_fr: field.header_fr(),
            required: field.is_required(),
            code_list: field.list(),
        }
    }
}

/// Gives the fields of a participation.
#[utoipa::path(
    get,
    path = "/v1/fields",
    tag = "code lists",
    operation_id = "listFields",
    summary = "What a participation may state, with headers for spreadsheets",
    responses(
        (status = 200, description = "The fields, in the order of templates.", content(
            (Vec<FieldDocument> = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn fields(request: HttpRequest) -> HttpResponse {
    let all = || sent_fields().map(FieldDocument::from);
    let mut response = match format::asked(request.headers(), None) {
        Ok(None) => HttpResponse::Ok().json(all().collect::<Vec<_>>()),
        Ok(Some(format)) => {
            let row = |field: FieldDocument| {
                let [name, header, header_fr] = [field.name, field.header, field.header_fr].map(Cell::from);
                let list = field.code_list.unwrap_or_default().into();
                vec![name, header, header_fr, Cell::Flag(field.required), list]
            };
            let heading = ["name", "header", "header_fr", "required", "code_list"];
            match download(Table::plain("fields", &heading, all().map(row).collect()), format, ()).await {
                Ok(response) => response,
                Err(failure) => return failed(&request, &failure),
            }
        }
        Err(refusal) => return problem::problem(&refusal, problem::language(request.headers())),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(CACHED));
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
    response
}

/// Gives a template.
#[utoipa::path(
    get,
    path = "/v1/templates/{file}",
    tag = "code lists",
    operation_id = "getTemplate",
    summary = "A table with every field and no row, to be filled in with a spreadsheet",
    params(("file" = String, Path, description = "`template.csv` or `template.xlsx` in English; `modele.csv` (semicolons, byte-order mark) or `modele.xlsx` in French.")),
    responses(
        (status = 200, description = "The template. The cells of a workbook offer the labels of their code lists.", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 404, description = "No such template.", body = problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn template(request: HttpRequest, file: Path<String>) -> HttpResponse {
    let language = match file.split('.').next() {
        Some("modele") => Language::Fr,
        _ => Language::En,
    };
    let (content_type, content) = match file.as_str() {
        "template.csv" | "modele.csv" => {
            ("text/csv; charset=utf-8; header=present", template::csv(language).into_bytes())
        }
        "template.xlsx" | "modele.xlsx" => match template::workbook(registry::code_lists(), language) {
            Ok(workbook) => (WORKBOOK, workbook),
            Err(failure) => return failed(&request, &failure),
        },
        _ => {
            let refusal = Refusal::new(Code::NotFound).at("file");
            return problem::problem(&refusal, problem::language(request.headers()));
        }
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, CACHED))
        .body(content)
}
