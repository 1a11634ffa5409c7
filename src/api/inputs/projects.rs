//! Projects and amendments of their agreements as officers send them.

use async_graphql::{ID, InputObject};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::codes::ConsortiumRoleCode;
use crate::api::graphql::inputs::Reader;
use crate::api::graphql::scalars::{DateScalar, DecimalScalar};
use crate::directory::amendment::{Amendment, AmendmentDetails, ProjectChanges};
use crate::directory::geography::{self, Department};
use crate::directory::money::Cents;
use crate::directory::naming::{OrganisationName, ProgrammeName};
use crate::directory::project::{ConsortiumMember, ProjectDetails};
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::{Name, Reason, ShortCode};

/// A project that was read, with the programme that it names.
pub(super) type Registered = (ProgrammeName, ProjectDetails<OrganisationName>);

/// A project to register.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectInput {
    /// The programme that funds it: its identifier or its code.
    #[schema(value_type = String)]
    pub programme: ID,
    /// Its code, unique in the programme.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The code of the call or wave that it won.
    pub call: String,
    /// The organisation that leads it and reports for it: its identifier or its SIRET.
    #[schema(value_type = String)]
    pub lead: ID,
    /// Its other partners.
    #[graphql(default)]
    #[serde(default)]
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
}

/// A partner of a consortium.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsortiumMemberInput {
    /// The organisation: its identifier or its SIRET.
    #[schema(value_type = String)]
    pub organisation: ID,
    /// What it brings.
    pub role: ConsortiumRoleCode,
}

/// An amendment (*avenant*) of a project's agreement; what is absent stays as it is.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendmentInput {
    /// The project: its identifier; in an import, its code.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The amendment's number: 1 for a project's first, then the next.
    pub number: i32,
    /// The day on which it was signed.
    pub signed_on: DateScalar,
    /// Why.
    pub reason: String,
    /// The project's title from now on.
    pub title: Option<String>,
    /// The code of its call or wave.
    pub call: Option<String>,
    /// All its other partners; an empty list for none.
    pub members: Option<Vec<ConsortiumMemberInput>>,
    /// The INSEE department where it is delivered.
    pub department: Option<String>,
    /// Its sector or trade.
    pub sector: Option<String>,
    /// First day of the agreement.
    pub agreement_from: Option<DateScalar>,
    /// Last day of the agreement.
    pub agreement_to: Option<DateScalar>,
    /// Number of participants aimed at.
    pub target_participants: Option<i32>,
    /// Eligible cost in EUR.
    pub eligible_cost: Option<DecimalScalar>,
    /// Grant in EUR, at most the eligible cost.
    pub grant: Option<DecimalScalar>,
}

impl ProjectInput {
    /// Reads the project and the programme that it belongs to.
    pub fn read(&self) -> Result<(ProgrammeName, ProjectDetails<OrganisationName>), Vec<Refusal>> {
        read_alone(|reader| self.read_at(reader, ""))
    }

    /// Reads the same, fields behind a prefix of their paths.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<Registered> {
        let programme = reader.read(&format!("{at}programme"), &self.programme);
        let code = reader.read::<ShortCode>(&format!("{at}code"), &self.code);
        let title = reader.read::<Name>(&format!("{at}title"), &self.title);
        let call = reader.read::<ShortCode>(&format!("{at}call"), &self.call);
        let lead = reader.read(&format!("{at}lead"), &self.lead);
        let members = members(reader, at, &self.members);
        let department = department(reader, at, &self.department);
        let sector = reader.read::<Name>(&format!("{at}sector"), &self.sector);
        let from = day(reader, &format!("{at}agreementFrom"), &self.agreement_from);
        let to = day(reader, &format!("{at}agreementTo"), &self.agreement_to);
        let target = number(reader, &format!("{at}targetParticipants"), self.target_participants);
        let eligible_cost = reader.read::<Cents>(&format!("{at}eligibleCost"), &self.eligible_cost.0);
        let grant = reader.read::<Cents>(&format!("{at}grant"), &self.grant.0);
        let details = ProjectDetails {
            code: code?,
            title: title?,
            call: call?,
            lead: lead?,
            members: members?,
            department: department?,
            sector: sector?,
            agreement_from: from?,
            agreement_to: to?,
            target_participants: target?,
            eligible_cost: eligible_cost?,
            grant: grant?,
        };
        Some((programme?, details))
    }
}

impl AmendmentInput {
    /// Reads the amendment and the project that it is of.
    pub fn read(&self) -> Result<(ProjectId, AmendmentDetails<OrganisationName>), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let amendment = self.read_at(reader, "");
            project.zip(amendment)
        })
    }

    /// Reads the amendment alone, its fields behind a prefix of their paths.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<AmendmentDetails<OrganisationName>> {
        let number_of = u32::try_from(self.number).ok().filter(|number| *number >= 1);
        let number_of = reader.read_by(&format!("{at}number"), Code::ParameterInvalid, number_of);
        let signed_on = day(reader, &format!("{at}signedOn"), &self.signed_on);
        let reason = reader.read::<Reason>(&format!("{at}reason"), &self.reason);
        let title = optional(self.title.as_ref(), |text| reader.read(&format!("{at}title"), text));
        let call = optional(self.call.as_ref(), |text| reader.read(&format!("{at}call"), text));
        let members = optional(self.members.as_ref(), |list| members(reader, at, list));
        let department = optional(self.department.as_ref(), |code| department(reader, at, code));
        let sector = optional(self.sector.as_ref(), |text| reader.read(&format!("{at}sector"), text));
        let from = optional(self.agreement_from.as_ref(), |on| day(reader, &format!("{at}agreementFrom"), on));
        let to = optional(self.agreement_to.as_ref(), |on| day(reader, &format!("{at}agreementTo"), on));
        let target =
            optional(self.target_participants, |given| number(reader, &format!("{at}targetParticipants"), given));
        let eligible_cost =
            optional(self.eligible_cost.as_ref(), |cost| reader.read(&format!("{at}eligibleCost"), &cost.0));
        let grant = optional(self.grant.as_ref(), |grant| reader.read(&format!("{at}grant"), &grant.0));
        let amendment = Amendment { number: number_of?, signed_on: signed_on?, reason: reason? };
        let changes = ProjectChanges {
            title: title?,
            call: call?,
            members: members?,
            department: department?,
            sector: sector?,
            agreement_from: from?,
            agreement_to: to?,
            target_participants: target?,
            eligible_cost: eligible_cost?,
            grant: grant?,
        };
        Some(AmendmentDetails { amendment, changes })
    }
}

fn members(
    reader: &mut Reader,
    at: &str,
    given: &[ConsortiumMemberInput],
) -> Option<Vec<ConsortiumMember<OrganisationName>>> {
    let mut members = Vec::with_capacity(given.len());
    for (place, member) in given.iter().enumerate() {
        let organisation = reader.read(&format!("{at}members[{place}].organisation"), &member.organisation);
        let role = member.role.into();
        members.push(organisation.map(|organisation| ConsortiumMember { organisation, role }));
    }
    members.into_iter().collect()
}

fn department(reader: &mut Reader, at: &str, code: &str) -> Option<&'static Department> {
    let unknown = || Refusal::new(Code::CodeUnknown).with("list", "departments");
    reader.keep(&format!("{at}department"), geography::department(code).ok_or_else(unknown))
}

fn day(reader: &mut Reader, path: &str, given: &DateScalar) -> Option<Date> {
    reader.read_by(path, Code::DateInvalid, parse_day(&given.0))
}

fn number(reader: &mut Reader, path: &str, given: i32) -> Option<u32> {
    reader.read_by(path, Code::ParameterInvalid, u32::try_from(given).ok())
}
