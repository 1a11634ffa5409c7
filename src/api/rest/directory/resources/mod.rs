//! What the directory's routes answer.

mod made;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::graphql::codes::{ConsortiumRoleCode, PaymentKindCode};

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub struct MoneyResource {
    /// The amount, exact, with two decimals.
    #[schema(example = "675000.00")]
    pub amount: String,
    /// The currency's ISO 4217 code: always `EUR`.
    #[schema(example = "EUR")]
    pub currency: &'static str,
}

/// A programme.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeResource {
    /// Its identifier.
    pub id: String,
    /// Its code.
    #[schema(example = "PIC-IPR")]
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its envelope.
    pub envelope: MoneyResource,
    /// The zone whose civil days count.
    #[schema(example = "Europe/Paris")]
    pub time_zone: String,
    /// Its first day.
    #[schema(example = "2019-01-01")]
    pub first_on: String,
    /// Published cells of 1 to this number less one persons are suppressed.
    pub disclosure_threshold: u32,
    /// Whether a second person at the partner certifies a submission before it reaches the funder.
    pub certification: bool,
    /// Its calls, by code.
    pub calls: Vec<CallResource>,
    /// Its reporting periods, in order.
    pub periods: Vec<PeriodResource>,
}

/// A call for projects, or one selection wave of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallResource {
    /// Its code within the programme.
    #[schema(example = "WAVE-1")]
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
}

/// A reporting period.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodResource {
    /// Its code.
    #[schema(example = "2024-Q3")]
    pub code: String,
    /// Its first day.
    pub first_on: String,
    /// Its last day.
    pub last_on: String,
    /// The last day on which a submission is not late.
    pub due_on: String,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
pub struct OrganisationResource {
    /// Its identifier.
    pub id: String,
    /// Its SIRET.
    #[schema(example = "73282932000074")]
    pub siret: String,
    /// Its name.
    pub name: String,
    /// Whether it holds the ESUS label.
    pub esus: bool,
    /// Whether it only tries things out: nothing of it reaches a national figure.
    pub sandbox: bool,
}

/// A project as it now is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectResource {
    /// Its identifier.
    pub id: String,
    /// The identifier of its programme.
    pub programme: String,
    /// Its code, unique in the programme.
    #[schema(example = "BATIR")]
    pub code: String,
    /// Its title.
    pub title: String,
    /// The code of the call or wave that it won.
    pub call: String,
    /// The identifier of the organisation that leads it.
    pub lead: String,
    /// Whether a sandbox leads it: no figure counts it but its own.
    pub sandbox: bool,
    /// Its other partners.
    pub members: Vec<MemberResource>,
    /// The INSEE code of the department where it is delivered.
    #[schema(example = "69")]
    pub department: String,
    /// The INSEE code of that department's region.
    #[schema(example = "84")]
    pub region: String,
    /// Its sector or trade.
    pub sector: String,
    /// First day of the agreement.
    pub agreement_from: String,
    /// Last day of the agreement.
    pub agreement_to: String,
    /// Number of participants aimed at.
    pub target_participants: u32,
    /// Eligible cost.
    pub eligible_cost: MoneyResource,
    /// Grant.
    pub grant: MoneyResource,
}

/// A partner of a consortium.
#[derive(Serialize, ToSchema)]
pub struct MemberResource {
    /// The organisation's identifier.
    pub organisation: String,
    /// What it brings.
    pub role: ConsortiumRoleCode,
}

/// An amendment of a project's agreement.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AmendmentResource {
    /// Its number within the project, from 1.
    pub number: u32,
    /// The day on which it was signed.
    pub signed_on: String,
    /// Why.
    pub reason: String,
}

/// A transfer of a project from one organisation to another.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferResource {
    /// The identifier of the organisation that led the project.
    pub from: String,
    /// The identifier of the organisation that leads it since.
    pub to: String,
    /// The day on which it was agreed.
    pub transferred_on: String,
    /// Why.
    pub reason: String,
}

/// A payment of a project's grant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResource {
    /// Its identifier.
    pub id: String,
    /// Which part of the grant it is.
    pub kind: PaymentKindCode,
    /// How much.
    pub amount: MoneyResource,
    /// The day on which it was paid.
    pub paid_on: String,
    /// Whether it was cancelled, so that it does not count.
    pub cancelled: bool,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
}

/// What a project aims at for an indicator.
#[derive(Serialize, ToSchema)]
pub struct TargetResource {
    /// The indicator's code.
    #[schema(example = "SUPPORTED")]
    pub indicator: String,
    /// The period that it is for; absent for the whole project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// What is aimed at, with two decimals.
    #[schema(example = "160.00")]
    pub value: String,
}

/// What an import registered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// The programme.
    pub programme: ProgrammeResource,
    /// The organisations with the identifiers that they got, in the order in which they were sent.
    pub organisations: Vec<ImportedOrganisation>,
    /// The projects with the identifiers that they got, in the order in which they were sent.
    pub projects: Vec<ImportedProject>,
    /// How many amendments were recorded.
    pub amendment_count: usize,
    /// How many payments were recorded.
    pub payment_count: usize,
    /// How many targets were set.
    pub target_count: usize,
}

/// An organisation that an import registered.
#[derive(Serialize, ToSchema)]
pub struct ImportedOrganisation {
    /// Its SIRET.
    pub siret: String,
    /// Its identifier.
    pub id: String,
}

/// A project that an import registered.
#[derive(Serialize, ToSchema)]
pub struct ImportedProject {
    /// Its code.
    pub code: String,
    /// Its identifier.
    pub id: String,
}
