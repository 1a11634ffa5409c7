//! Programmes, organisations and projects as officers register them.

use async_graphql::{ID, InputObject};
use jiff::tz::TimeZone;

use super::{Reader, mannered};
use crate::api::graphql::codes::ConsortiumRoleCode;
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, PeriodScalar, SiretScalar};
use crate::directory::geography;
use crate::directory::money::Cents;
use crate::directory::organisation::OrganisationDetails;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::{Call, ProgrammeDetails};
use crate::directory::project::{ConsortiumMember, ProjectDetails};
use crate::id::{OrganisationId, ProgrammeId};
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::{Name, ShortCode};

/// A programme to register.
#[derive(InputObject)]
pub struct ProgrammeRegisterInput {
    /// Its code, such as `PIC-IPR`, unique in the deployment.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its envelope in EUR.
    pub envelope: DecimalScalar,
    /// The zone whose civil days count.
    #[graphql(default = "Europe/Paris")]
    pub time_zone: String,
    /// Its first day.
    pub first_on: DateScalar,
    /// Published cells of 1 to this number less one persons are suppressed; at least 2.
    #[graphql(default = 5)]
    pub disclosure_threshold: i32,
    /// Its selection waves.
    pub calls: Vec<CallInput>,
    /// Its reporting periods.
    pub periods: Vec<ReportingPeriodInput>,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    pub idempotency_key: Option<String>,
}

/// A call for projects, or one selection wave of it.
#[derive(InputObject)]
pub struct CallInput {
    /// Its code within the programme.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
}

/// A quarter for which every project owes a report.
#[derive(InputObject)]
pub struct ReportingPeriodInput {
    /// The quarter.
    pub code: PeriodScalar,
    /// The last day on which a submission is not late.
    pub due_on: DateScalar,
}

/// An organisation to register.
#[derive(InputObject)]
pub struct OrganisationRegisterInput {
    /// Its SIRET, unique in the deployment.
    pub siret: SiretScalar,
    /// Its name.
    pub name: String,
    /// Whether it holds the ESUS label.
    #[graphql(default)]
    pub esus: bool,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    pub idempotency_key: Option<String>,
}

/// A project to register.
#[derive(InputObject)]
pub struct ProjectRegisterInput {
    /// The programme that funds it.
    pub programme: ID,
    /// Its code, unique in the programme.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The code of the call or wave that it won.
    pub call: String,
    /// The organisation that leads it and reports for it.
    pub lead: ID,
    /// Its other partners.
    #[graphql(default)]
    pub members: Vec<ConsortiumMemberInput>,
    /// The INSEE department where it is delivered.
    pub department: String,
    /// Its sector or trade.
    pub sector: String,
    /// First day of the agreement.
    pub agreement_from: DateScalar,
    /// Last day of the agreement.
    pub agreement_to: DateScalar,
    /// Number of participants aimed at.
    pub target_participants: i32,
    /// Eligible cost in EUR.
    pub eligible_cost: DecimalScalar,
    /// Grant in EUR, at most the eligible cost.
    pub grant: DecimalScalar,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    pub idempotency_key: Option<String>,
}

/// A partner of a consortium.
#[derive(InputObject)]
pub struct ConsortiumMemberInput {
    /// The organisation.
    pub organisation: ID,
    /// What it brings.
    pub role: ConsortiumRoleCode,
}

mannered!(ProgrammeRegisterInput, OrganisationRegisterInput, ProjectRegisterInput);

impl ProgrammeRegisterInput {
    /// Reads the programme.
    pub fn read(self) -> Result<ProgrammeDetails, Vec<Refusal>> {
        let mut reader = Reader::default();
        let code = reader.read::<ShortCode>("input.code", &self.code);
        let name_en = reader.read::<Name>("input.nameEn", &self.name_en);
        let name_fr = reader.read::<Name>("input.nameFr", &self.name_fr);
        let envelope = reader.read::<Cents>("input.envelope", &self.envelope.0);
        let time_zone = reader.read_by("input.timeZone", Code::ParameterInvalid, TimeZone::get(&self.time_zone).ok());
        let first_on = reader.read_by("input.firstOn", Code::DateInvalid, parse_day(&self.first_on.0));
        let threshold = u32::try_from(self.disclosure_threshold).ok().filter(|threshold| *threshold >= 2);
        let threshold = reader.read_by("input.disclosureThreshold", Code::ParameterInvalid, threshold);
        let mut calls = Vec::new();
        for (place, call) in self.calls.iter().enumerate() {
            calls.extend(call.read(&mut reader, &format!("input.calls[{place}]")));
        }
        let mut periods = Vec::new();
        for (place, period) in self.periods.iter().enumerate() {
            periods.extend(period.read(&mut reader, &format!("input.periods[{place}]")));
        }
        periods.sort_by_key(|period| period.code);
        let details = (|| {
            Some(ProgrammeDetails {
                code: code?,
                name_en: name_en?,
                name_fr: name_fr?,
                envelope: envelope?,
                time_zone: time_zone?,
                first_on: first_on?,
                disclosure_threshold: threshold?,
                certification: false,
                calls,
                periods,
            })
        })();
        reader.finish(details)
    }
}

impl CallInput {
    fn read(&self, reader: &mut Reader, path: &str) -> Option<Call> {
        let code = reader.read::<ShortCode>(&format!("{path}.code"), &self.code);
        let name_en = reader.read::<Name>(&format!("{path}.nameEn"), &self.name_en);
        let name_fr = reader.read::<Name>(&format!("{path}.nameFr"), &self.name_fr);
        Some(Call { code: code?, name_en: name_en?, name_fr: name_fr? })
    }
}

impl ReportingPeriodInput {
    fn read(&self, reader: &mut Reader, path: &str) -> Option<ReportingPeriod> {
        let code = reader.read::<Quarter>(&format!("{path}.code"), &self.code.0);
        let due_on = reader.read_by(&format!("{path}.dueOn"), Code::DateInvalid, parse_day(&self.due_on.0));
        Some(ReportingPeriod::of_quarter(code?, due_on?))
    }
}

impl OrganisationRegisterInput {
    /// Reads the organisation.
    pub fn read(self) -> Result<OrganisationDetails, Vec<Refusal>> {
        let mut reader = Reader::default();
        let siret = reader.read("input.siret", &self.siret.0);
        let name = reader.read::<Name>("input.name", &self.name);
        let details = siret.zip(name).map(|(siret, name)| OrganisationDetails { siret, name, esus: self.esus });
        reader.finish(details)
    }
}

impl ProjectRegisterInput {
    /// Reads the project and the programme that it belongs to.
    pub fn read(self) -> Result<(ProgrammeId, ProjectDetails), Vec<Refusal>> {
        let mut reader = Reader::default();
        let programme = reader.read::<ProgrammeId>("input.programme", &self.programme);
        let code = reader.read::<ShortCode>("input.code", &self.code);
        let title = reader.read::<Name>("input.title", &self.title);
        let call = reader.read::<ShortCode>("input.call", &self.call);
        let lead = reader.read::<OrganisationId>("input.lead", &self.lead);
        let mut members = Vec::new();
        for (place, member) in self.members.iter().enumerate() {
            let path = format!("input.members[{place}].organisation");
            let organisation = reader.read::<OrganisationId>(&path, &member.organisation);
            let role = member.role.into();
            members.extend(organisation.map(|organisation| ConsortiumMember { organisation, role }));
        }
        let department = geography::department(&self.department);
        let unknown = || Refusal::new(Code::CodeUnknown).with("list", "departments");
        let department = reader.keep("input.department", department.ok_or_else(unknown));
        let sector = reader.read::<Name>("input.sector", &self.sector);
        let from = reader.read_by("input.agreementFrom", Code::DateInvalid, parse_day(&self.agreement_from.0));
        let to = reader.read_by("input.agreementTo", Code::DateInvalid, parse_day(&self.agreement_to.0));
        let target = u32::try_from(self.target_participants).ok();
        let target = reader.read_by("input.targetParticipants", Code::ParameterInvalid, target);
        let eligible_cost = reader.read::<Cents>("input.eligibleCost", &self.eligible_cost.0);
        let grant = reader.read::<Cents>("input.grant", &self.grant.0);
        let project = (|| {
            let details = ProjectDetails {
                code: code?,
                title: title?,
                call: call?,
                lead: lead?,
                members,
                department: department?,
                sector: sector?,
                agreement_from: from?,
                agreement_to: to?,
                target_participants: target?,
                eligible_cost: eligible_cost?,
                grant: grant?,
            };
            Some((programme?, details))
        })();
        reader.finish(project)
    }
}
