//! Resources made of nouns.

use super::{
    AmendmentResource, CallResource, Imported, ImportedOrganisation, ImportedProject, MemberResource, MoneyResource,
    OrganisationResource, PaymentResource, PeriodResource, ProgrammeResource, ProjectResource, TargetResource,
    TransferResource,
};
use crate::directory::amendment::Amendment;
use crate::directory::money::Cents;
use crate::directory::operations;
use crate::directory::organisation::Organisation;
use crate::directory::payment::Payment;
use crate::directory::period::ReportingPeriod;
use crate::directory::programme::{Call, Programme};
use crate::directory::project::Project;
use crate::directory::target::Target;
use crate::directory::transfer::Transfer;

impl From<Cents> for MoneyResource {
    fn from(cents: Cents) -> Self {
        Self { amount: cents.to_string(), currency: "EUR" }
    }
}

impl From<Programme> for ProgrammeResource {
    fn from(Programme { id, details }: Programme) -> Self {
        Self {
            id: id.to_string(),
            code: details.code.to_string(),
            name_en: details.name_en.to_string(),
            name_fr: details.name_fr.to_string(),
            envelope: details.envelope.into(),
            time_zone: details.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            first_on: details.first_on.to_string(),
            disclosure_threshold: details.disclosure_threshold,
            certification: details.certification,
            calls: details.calls.into_iter().map(Into::into).collect(),
            periods: details.periods.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Call> for CallResource {
    fn from(call: Call) -> Self {
        Self { code: call.code.to_string(), name_en: call.name_en.to_string(), name_fr: call.name_fr.to_string() }
    }
}

impl From<ReportingPeriod> for PeriodResource {
    fn from(period: ReportingPeriod) -> Self {
        Self {
            code: period.code.to_string(),
            first_on: period.first_on.to_string(),
            last_on: period.last_on.to_string(),
            due_on: period.due_on.to_string(),
        }
    }
}

impl From<Organisation> for OrganisationResource {
    fn from(Organisation { id, details }: Organisation) -> Self {
        Self {
            id: id.to_string(),
            siret: details.siret.to_string(),
            name: details.name.to_string(),
            esus: details.esus,
            sandbox: details.sandbox,
        }
    }
}

impl From<Project> for ProjectResource {
    fn from(Project { id, programme, sandbox, details }: Project) -> Self {
        let region = details.region().code.to_owned();
        let members = details.members.into_iter();
        Self {
            id: id.to_string(),
            programme: programme.to_string(),
            code: details.code.to_string(),
            title: details.title.to_string(),
            call: details.call.to_string(),
            lead: details.lead.to_string(),
            sandbox,
            members: members
                .map(|member| MemberResource {
                    organisation: member.organisation.to_string(),
                    role: member.role.into(),
                })
                .collect(),
            department: details.department.code.to_owned(),
            region,
            sector: details.sector.to_string(),
            agreement_from: details.agreement_from.to_string(),
            agreement_to: details.agreement_to.to_string(),
            target_participants: details.target_participants,
            eligible_cost: details.eligible_cost.into(),
            grant: details.grant.into(),
        }
    }
}

impl From<Amendment> for AmendmentResource {
    fn from(amendment: Amendment) -> Self {
        Self {
            number: amendment.number,
            signed_on: amendment.signed_on.to_string(),
            reason: amendment.reason.to_string(),
        }
    }
}

impl From<Transfer> for TransferResource {
    fn from(transfer: Transfer) -> Self {
        Self {
            from: transfer.from.to_string(),
            to: transfer.to.to_string(),
            transferred_on: transfer.transferred_on.to_string(),
            reason: transfer.reason.to_string(),
        }
    }
}

impl From<Payment> for PaymentResource {
    fn from(Payment { id, details, cancelled }: Payment) -> Self {
        Self {
            id: id.to_string(),
            kind: details.kind.into(),
            amount: details.amount.into(),
            paid_on: details.paid_on.to_string(),
            cancelled: cancelled.is_some(),
            cancellation_reason: cancelled.map(|reason| reason.to_string()),
        }
    }
}

impl From<Target> for TargetResource {
    fn from(target: Target) -> Self {
        Self {
            indicator: target.indicator.to_string(),
            period: target.period.map(|period| period.to_string()),
            value: target.value.to_string(),
        }
    }
}

impl From<operations::Imported> for Imported {
    fn from(imported: operations::Imported) -> Self {
        let organisations = imported.organisations.into_iter();
        let projects = imported.projects.into_iter();
        Self {
            programme: imported.programme.into(),
            organisations: organisations
                .map(|(siret, id)| ImportedOrganisation { siret: siret.to_string(), id: id.to_string() })
                .collect(),
            projects: projects
                .map(|(code, id)| ImportedProject { code: code.to_string(), id: id.to_string() })
                .collect(),
            amendment_count: imported.amendment_count,
            payment_count: imported.payment_count,
            target_count: imported.target_count,
        }
    }
}
