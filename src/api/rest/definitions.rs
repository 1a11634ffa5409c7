//! Versions of a programme's definitions through REST and the command line.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::reading::{NoParameters, PageOf, answer};
use super::request::{OnceHeader, WriteParameters, write};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::definitions::DefinitionInput;
use crate::api::problem::{Refused, Unread};
use crate::api::service::Service;
use crate::consolidation::definitions::{Addition, DefinitionSet, operations as definitions};
use crate::consolidation::indicator::Indicator;
use crate::refusal::{Code, Refusal};

/// A version of the definitions, in short.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionSummary {
    /// Its code.
    #[schema(example = "V1")]
    code: String,
    /// Its name in English.
    name_en: String,
    /// Its name in French.
    name_fr: String,
    /// SHA-256 over its canonical text.
    digest: String,
    /// How many indicators it has.
    indicator_count: usize,
    /// How it was added; nothing if it comes with the program.
    addition: Option<AdditionResource>,
}

/// A version of the definitions, whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionResource {
    #[serde(flatten)]
    summary: DefinitionSummary,
    /// How exits are classed: the first row that takes an exit gives its class. Written as they are sent.
    #[schema(value_type = Vec<Object>)]
    outcomes: Vec<Value>,
    /// Its indicators.
    indicators: Vec<IndicatorResource>,
}

/// How a version was added.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdditionResource {
    /// The version that it was made from.
    based_on: String,
    /// Whether questions that name no version are answered under it, until another is added to stand.
    standing: bool,
    /// Why.
    reason: String,
    /// When.
    at: String,
    /// By whom.
    by: String,
    /// The position from which on it is known.
    position: String,
}

/// An indicator.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorResource {
    /// Its code.
    #[schema(example = "SUPPORTED")]
    code: String,
    /// Its version: another one whenever it means something else.
    version: u32,
    /// Its name in English.
    name_en: String,
    /// Its name in French.
    name_fr: String,
    /// What it says, in English.
    text_en: String,
    /// What it says, in French.
    text_fr: String,
    /// Where the definition comes from.
    source: String,
    /// The code of its unit.
    #[schema(example = "COUNT")]
    unit: &'static str,
    /// What is counted or added up.
    #[schema(value_type = Vec<Object>)]
    numerator: Value,
    /// What it is divided by; empty if it is not.
    #[schema(value_type = Vec<Object>)]
    denominator: Value,
}

impl From<&DefinitionSet> for DefinitionSummary {
    fn from(set: &DefinitionSet) -> Self {
        Self {
            code: set.code.to_string(),
            name_en: set.content.name_en.to_string(),
            name_fr: set.content.name_fr.to_string(),
            digest: set.digest.to_string(),
            indicator_count: set.content.indicators.len(),
            addition: set.addition.as_ref().map(AdditionResource::from),
        }
    }
}

impl From<&DefinitionSet> for DefinitionResource {
    fn from(set: &DefinitionSet) -> Self {
        let content = &set.content;
        Self {
            summary: set.into(),
            outcomes: content.outcomes.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect(),
            indicators: content.indicators.iter().map(IndicatorResource::from).collect(),
        }
    }
}

impl From<&Addition> for AdditionResource {
    fn from(addition: &Addition) -> Self {
        Self {
            based_on: addition.based_on.to_string(),
            standing: addition.standing,
            reason: addition.reason.to_string(),
            at: addition.at.to_string(),
            by: addition.by.clone(),
            position: addition.position.to_string(),
        }
    }
}

impl From<&Indicator> for IndicatorResource {
    fn from(indicator: &Indicator) -> Self {
        Self {
            code: indicator.code.to_string(),
            version: indicator.version,
            name_en: indicator.name_en.to_string(),
            name_fr: indicator.name_fr.to_string(),
            text_en: indicator.text_en.to_string(),
            text_fr: indicator.text_fr.to_string(),
            source: indicator.source.to_string(),
            unit: indicator.unit.code(),
            numerator: serde_json::to_value(&indicator.numerator).unwrap_or_default(),
            denominator: serde_json::to_value(&indicator.denominator).unwrap_or_default(),
        }
    }
}

/// Adds a version of a programme's definitions, for REST and the command line.
pub fn add_definition(desk: &Desk, scope: &Scope, input: DefinitionInput) -> Result<DefinitionResource, Unsettled> {
    let added = definitions::add_definition(desk, scope, &input.read()?)?.map_err(Unsettled::Refusals)?;
    Ok(DefinitionResource::from(&*added))
}

/// Gives the versions of a programme's definitions.
#[utoipa::path(
    get,
    path = "/v1/programmes/{programme}/definitions",
    tag = "consolidation",
    operation_id = "listDefinitions",
    summary = "The versions of a programme's definitions",
    params(("programme" = String, Path, description = "The programme's identifier or code.")),
    responses((status = 200, description = "Those that come with the program, then those added, in order.", body = PageOf<DefinitionSummary>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, programme: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let programme = programme.parse().map_err(|refusal: Refusal| refusal.at("programme"))?;
        let found = definitions::list_definitions(desk, scope, &programme)?;
        Ok(PageOf::<DefinitionSummary>::whole(found.iter().map(|set| &**set)))
    })
    .await
}

/// Gives a version of a programme's definitions, whole.
#[utoipa::path(
    get,
    path = "/v1/programmes/{programme}/definitions/{definition}",
    tag = "consolidation",
    operation_id = "getDefinition",
    summary = "A version of a programme's definitions",
    params(("programme" = String, Path, description = "The programme's identifier or code."), ("definition" = String, Path, description = "The version's code, such as V1.")),
    responses((status = 200, description = "The version.", body = DefinitionResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, path: Path<(String, String)>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let (programme, code) = path.into_inner();
        let programme = programme.parse().map_err(|refusal: Refusal| refusal.at("programme"))?;
        let found = definitions::find_definition(desk, scope, &programme, &code)?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("definition"))?;
        Ok(DefinitionResource::from(&*found))
    })
    .await
}

/// Adds a version of a programme's definitions: answers as of earlier positions stay what they were.
#[utoipa::path(
    post,
    path = "/v1/programmes/{programme}/definitions",
    tag = "consolidation",
    operation_id = "addDefinition",
    summary = "Add a version of a programme's definitions",
    params(("programme" = String, Path, description = "The programme's identifier or code."), WriteParameters, OnceHeader),
    request_body = DefinitionInput,
    responses((status = 201, description = "The version.", body = DefinitionResource), Refused),
    security(("oauth" = []))
)]
pub async fn add(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDefinitions, done, add_definition).await
}
