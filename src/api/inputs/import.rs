//! A whole directory as an officer sends it.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::organisations::OrganisationInput;
use super::payments::{PaymentInput, TargetInput};
use super::programmes::ProgrammeInput;
use super::projects::{AmendmentInput, ProjectInput};
use crate::api::graphql::inputs::Reader;
use crate::directory::import::{DirectoryImport, Placed};
use crate::refusal::{Code, Refusal};
use crate::text::ShortCode;

/// A whole directory to register at once.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DirectoryInput {
    /// The programme with its calls and periods.
    pub programme: ProgrammeInput,
    /// Its organisations; those that are registered already are left out.
    #[graphql(default)]
    #[serde(default)]
    pub organisations: Vec<OrganisationInput>,
    /// Its projects, each naming the programme by its code.
    #[graphql(default)]
    #[serde(default)]
    pub projects: Vec<ProjectInput>,
    /// Amendments of their agreements, each naming its project by its code, in the order of their numbers.
    #[graphql(default)]
    #[serde(default)]
    pub amendments: Vec<AmendmentInput>,
    /// Payments of their grants, each naming its project by its code.
    #[graphql(default)]
    #[serde(default)]
    pub payments: Vec<PaymentInput>,
    /// What they aim at, each naming its project by its code.
    #[graphql(default)]
    #[serde(default)]
    pub targets: Vec<TargetInput>,
}

impl DirectoryInput {
    /// Reads the directory as far as it holds; what does not is among its problems.
    pub fn read(&self) -> DirectoryImport {
        let mut reader = Reader::default();
        let programme = self.programme.read_at(&mut reader, "programme.");
        let organisations =
            list("organisations", &self.organisations, |organisation, at| organisation.read_at(&mut reader, at));
        let projects = list("projects", &self.projects, |project, at| project.read_at(&mut reader, at));
        let amendments = list("amendments", &self.amendments, |amendment, at| {
            let project = project_code(&mut reader, at, &amendment.project);
            let amendment = amendment.read_at(&mut reader, at);
            project.zip(amendment)
        });
        let payments = list("payments", &self.payments, |payment, at| {
            let project = project_code(&mut reader, at, &payment.project);
            let payment = payment.read_at(&mut reader, at);
            project.zip(payment)
        });
        let targets = list("targets", &self.targets, |target, at| {
            let project = project_code(&mut reader, at, &target.project);
            let target = target.read_at(&mut reader, at);
            project.zip(target)
        });
        let problems = reader.refusals();
        DirectoryImport { programme, organisations, projects, amendments, payments, targets, problems }
    }
}

/// Reads a list; what could not be read leaves its place empty.
fn list<I, T>(name: &str, items: &[I], mut read: impl FnMut(&I, &str) -> Option<T>) -> Vec<Placed<T>> {
    let read = |(place, item): (usize, &I)| {
        let item = read(item, &format!("{name}[{place}]."))?;
        Some(Placed { place, item })
    };
    items.iter().enumerate().filter_map(read).collect()
}

/// Reads the code by which a record of an import names its project.
pub(super) fn project_code(reader: &mut Reader, at: &str, given: &ID) -> Option<ShortCode> {
    let code = given.parse().map_err(|_: Refusal| Refusal::new(Code::NotFound));
    reader.keep(&format!("{at}project"), code)
}
