//! How each fact enters the directory: what must hold, its journal entry, its row. All within a transaction at hand.

use serde_json::{Value, json};

use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::amendment::AmendmentDetails;
use crate::directory::naming::OrganisationName;
use crate::directory::organisation::{Organisation, OrganisationDetails};
use crate::directory::payment::{Payment, PaymentDetails, check_sum};
use crate::directory::programme::{Programme, ProgrammeDetails};
use crate::directory::project::{ConsortiumMember, Project, ProjectDetails};
use crate::directory::store;
use crate::directory::target::Target;
use crate::id::{OrganisationId, PaymentId, ProgrammeId, ProjectId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry, Position};

/// Who enters facts, when, and in which transaction.
pub(super) struct Entering<'a> {
    pub connection: &'a mut AnyConnection,
    pub scope: &'a Scope,
    pub now: Instant,
}

impl Entering<'_> {
    /// Appends a journal entry about something that belongs to an organisation, or to all.
    pub(super) fn journal(
        &mut self,
        kind: &'static str,
        organisation: Option<&OrganisationId>,
        subject: &str,
        detail: Value,
    ) -> Outcome<Position> {
        let organisation = organisation.map(OrganisationId::as_str);
        let entry = Entry { kind, actor: self.scope.caller(), organisation, subject, detail };
        journal::append_positioned(self.connection, self.now, &entry)
    }

    pub(super) fn programme(&mut self, mut details: ProgrammeDetails) -> Outcome<Programme> {
        details.calls.sort_by(|a, b| a.code.cmp(&b.code));
        details.periods.sort_by_key(|period| period.code);
        let programme = Programme { id: ProgrammeId::new(), details };
        let detail = json!({ "code": programme.code() });
        let position = self.journal("programme.registered", None, programme.id.as_str(), detail)?;
        store::insert_programme(self.connection, &programme, position)?;
        Ok(programme)
    }

    pub(super) fn organisation(&mut self, details: OrganisationDetails) -> Outcome<Organisation> {
        let organisation = Organisation { id: OrganisationId::new(), details };
        let (id, siret) = (organisation.id.clone(), organisation.details.siret.as_str());
        let position = self.journal("organisation.registered", Some(&id), id.as_str(), json!({ "siret": siret }))?;
        store::insert_organisation(self.connection, &organisation, position)?;
        Ok(organisation)
    }

    pub(super) fn project(
        &mut self,
        programme: &Programme,
        details: ProjectDetails<OrganisationName>,
    ) -> Outcome<Project> {
        details.check()?;
        check_call(programme, &details.call)?;
        let lead = self.known_organisation(&details.lead, "lead")?;
        let sandbox = lead.details.sandbox;
        let members = self.known_members(&details.members, sandbox)?;
        let details = details.with_organisations(lead.id, members);
        let project = Project { id: ProjectId::new(), programme: programme.id.clone(), sandbox, details };
        let detail = json!({ "code": project.details.code.as_str() });
        let lead = Some(&project.details.lead);
        let position = self.journal("project.registered", lead, project.id.as_str(), detail)?;
        store::insert_project(self.connection, &project, position)?;
        Ok(project)
    }

    pub(super) fn amendment(
        &mut self,
        programme: &Programme,
        project: &Project,
        amended: AmendmentDetails<OrganisationName>,
    ) -> Outcome<Project> {
        let AmendmentDetails { amendment, changes } = amended;
        check_day(programme, self.now, amendment.signed_on, "signedOn")?;
        let known = store::list_amendments(self.connection, self.scope, project)?;
        let next = known.last().map_or(1, |last| last.number + 1);
        if amendment.number != next {
            return Err(Refusal::new(Code::AmendmentOutOfOrder).at("number").with("next", next).into());
        }
        let members = match &changes.members {
            Some(members) => Some(self.known_members(members, project.sandbox)?),
            None => None,
        };
        let details = changes.with_members(members).applied(project.details.clone());
        details.check()?;
        check_call(programme, &details.call)?;
        let paid = store::list_payments(self.connection, self.scope, project)?;
        let paid = paid.iter().filter(|payment| payment.cancelled.is_none()).map(|payment| payment.details.amount);
        check_sum(details.grant, paid).map_err(|refusal| refusal.at("grant"))?;
        let amended = Project { details, ..project.clone() };
        let detail = json!({ "number": amendment.number });
        let position = self.journal("project.amended", Some(&project.details.lead), project.id.as_str(), detail)?;
        store::append_revision(self.connection, &amended, position)?;
        store::insert_amendment(self.connection, &project.id, &amendment, position)?;
        Ok(amended)
    }

    pub(super) fn payment(
        &mut self,
        programme: &Programme,
        project: &Project,
        details: PaymentDetails,
    ) -> Outcome<Payment> {
        check_day(programme, self.now, details.paid_on, "paidOn")?;
        let paid = store::list_payments(self.connection, self.scope, project)?;
        let paid = paid.iter().filter(|payment| payment.cancelled.is_none()).map(|payment| payment.details.amount);
        let all = paid.chain(std::iter::once(details.amount));
        check_sum(project.details.grant, all).map_err(|refusal| refusal.at("amount"))?;
        let payment = Payment { id: PaymentId::new(), details, cancelled: None };
        let detail = json!({ "payment": payment.id.as_str(), "kind": payment.details.kind.code() });
        let position = self.journal("payment.recorded", Some(&project.details.lead), project.id.as_str(), detail)?;
        store::insert_payment(self.connection, &project.id, &payment, position)?;
        Ok(payment)
    }

    pub(super) fn target(&mut self, programme: &Programme, project: &Project, target: &Target) -> Outcome<()> {
        if target.period.is_some_and(|period| programme.period(period).is_none()) {
            return Err(Refusal::new(Code::CodeUnknown).at("period").with("list", "periods").into());
        }
        let detail = json!({ "indicator": target.indicator.as_str(), "period": target.period });
        let position = self.journal("target.set", Some(&project.details.lead), project.id.as_str(), detail)?;
        store::append_target(self.connection, &project.id, target, position)
    }

    pub(super) fn known_organisation(&mut self, name: &OrganisationName, path: &str) -> Outcome<Organisation> {
        let found = store::find_named_organisation(self.connection, self.scope, name)?;
        Ok(found.ok_or_else(|| Refusal::new(Code::NotFound).at(path))?)
    }

    /// The members named, all of them sandboxes or none, as the lead is: else a sandbox would be counted with the others.
    fn known_members(
        &mut self,
        members: &[ConsortiumMember<OrganisationName>],
        sandbox: bool,
    ) -> Outcome<Vec<ConsortiumMember>> {
        let mut known = Vec::with_capacity(members.len());
        for (place, member) in members.iter().enumerate() {
            let path = format!("members[{place}].organisation");
            let organisation = self.known_organisation(&member.organisation, &path)?;
            if organisation.details.sandbox != sandbox {
                return Err(Refusal::new(Code::SandboxMixed).at(path).into());
            }
            let member = ConsortiumMember { organisation: organisation.id, role: member.role };
            if known.contains(&member) {
                return Err(Refusal::new(Code::AlreadyRegistered).at(path).into());
            }
            known.push(member);
        }
        Ok(known)
    }
}

fn check_call(programme: &Programme, code: &crate::text::ShortCode) -> Result<(), Refusal> {
    let known = programme.details.calls.iter().any(|call| call.code == *code);
    if known { Ok(()) } else { Err(Refusal::new(Code::CodeUnknown).at("call").with("list", "calls")) }
}

/// Refuses a day of the programme that has not come yet.
pub(super) fn check_day(
    programme: &Programme,
    now: Instant,
    day: jiff::civil::Date,
    path: &str,
) -> Result<(), Refusal> {
    let today = programme.day(now);
    if day > today { Err(Refusal::new(Code::DayAhead).at(path).with("today", today)) } else { Ok(()) }
}
