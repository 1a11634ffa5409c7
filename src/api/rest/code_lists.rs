//! Code lists, as JSON or tables to download, open to anyone: they are public standards, or words of this API.

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::failed;
use crate::api::problem;
use crate::api::tables::download::download;
use crate::api::tables::format::{self, Format};
use crate::api::tables::{Cell, Table};
use crate::consolidation::code_lists as registry;
use crate::refusal::{Code, Refusal};
use crate::reporting::code_lists;

/// How long a copy of a list may serve: they change with the service only.
pub const CACHED: &str = "public, max-age=3600";

/// A code list without its entries.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeListSummary {
    /// The list's code.
    #[schema(example = "SUPPORT_KIND")]
    code: &'static str,
    /// Its name in English.
    name_en: &'static str,
    /// Its name in French.
    name_fr: &'static str,
    /// Its version.
    #[schema(example = "1")]
    version: &'static str,
    /// Who defines it.
    source: &'static str,
    /// The list that the parents of its entries are in.
    #[schema(example = "SUPPORT_THEME")]
    parent_list: Option<&'static str>,
    /// How many entries it has.
    entry_count: usize,
}

/// A code list.
#[derive(Serialize, ToSchema)]
pub struct CodeList {
    #[serde(flatten)]
    summary: CodeListSummary,
    /// Its entries, in its own order.
    entries: Vec<CodeListEntry>,
}

/// A code and what it means.
#[derive(Serialize, ToSchema)]
pub struct CodeListEntry {
    /// The code.
    #[schema(example = "HOUSING")]
    code: &'static str,
    /// What people read in English.
    en: &'static str,
    /// What people read in French.
    fr: &'static str,
    /// The code of its parent, in `parentList`.
    #[schema(example = "logement-hebergement")]
    parent: Option<&'static str>,
    /// Whether it may still be sent.
    valid: bool,
}

impl From<&'static code_lists::CodeList> for CodeListSummary {
    fn from(list: &'static code_lists::CodeList) -> Self {
        let code_lists::CodeList { code, name_en, name_fr, version, source, parent_list, ref entries } = *list;
        Self { code, name_en, name_fr, version, source, parent_list, entry_count: entries.len() }
    }
}

impl From<&code_lists::Entry> for CodeListEntry {
    fn from(entry: &code_lists::Entry) -> Self {
        let code_lists::Entry { code, en, fr, parent, valid } = *entry;
        Self { code, en, fr, parent, valid }
    }
}

/// Lists the code lists.
#[utoipa::path(
    get,
    path = "/v1/code-lists",
    tag = "code lists",
    operation_id = "listCodeLists",
    summary = "Every code list, without entries",
    responses((status = 200, description = "The lists.", body = Vec<CodeListSummary>)),
)]
pub async fn code_lists() -> HttpResponse {
    let lists: Vec<CodeListSummary> = registry::code_lists().iter().map(Into::into).collect();
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, CACHED)).json(lists)
}

/// Gives a code list.
#[utoipa::path(
    get,
    path = "/v1/code-lists/{code}",
    tag = "code lists",
    operation_id = "getCodeList",
    summary = "A code list with its entries, as JSON or a table to download",
    params(("code" = String, Path, description = "The list's code, such as DEPARTMENT; with `.csv` behind it, the list comes as CSV whatever `Accept` says.")),
    responses(
        (status = 200, description = "The list. As CSV: UTF-8, commas, one row per entry; a cell that would begin a formula has an apostrophe before it.", content(
            (CodeList = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 404, description = "No such list.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn code_list(request: HttpRequest, code: Path<String>) -> HttpResponse {
    let format = match code.strip_suffix(".csv") {
        Some(_) => Ok(Some(Format::Csv)),
        None => format::asked(request.headers(), None),
    };
    let found = registry::find_code_list(code.strip_suffix(".csv").unwrap_or(&code));
    let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("code"));
    let mut response = match found.and_then(|list| Ok((list, format?))) {
        Ok((list, None)) => HttpResponse::Ok()
            .json(CodeList { summary: list.into(), entries: list.entries.iter().map(Into::into).collect() }),
        Ok((list, Some(format))) => match download(table(list), format, ()).await {
            Ok(response) => response,
            Err(failure) => return failed(&request, &failure),
        },
        Err(refusal) => return problem::problem(&refusal, problem::language(request.headers())),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(CACHED));
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
    response
}

fn table(list: &code_lists::CodeList) -> Table {
    let heading = ["list", "version", "code", "label_en", "label_fr", "parent", "valid"];
    let rows = list.entries.iter().map(|entry| {
        let text = [list.code, list.version, entry.code, entry.en, entry.fr, entry.parent.unwrap_or_default()];
        text.map(Cell::from).into_iter().chain([Cell::Flag(entry.valid)]).collect()
    });
    Table::plain(list.code, &heading, rows.collect())
}
