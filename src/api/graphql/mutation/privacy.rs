//! The rights of one person, and how long records are kept: erase, set the retention.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::inputs::{Reader, mannered};
use crate::api::graphql::scalars::{DigestScalar, PositionScalar};
use crate::api::graphql::types::programmes::Programme;
use crate::directory::operations as directory;
use crate::id::{ProgrammeId, ProjectId};
use crate::refusal::Code;
use crate::reporting::operations as reporting;
use crate::reporting::privacy::{self, Who};
use crate::reporting::statement::Reference;
use crate::text::Reason;

/// The person behind a reference of a project, to be erased.
#[derive(InputObject)]
pub struct PersonEraseInput {
    /// The project.
    project: ID,
    /// The partner's reference of the person: every record of theirs goes, in this and other projects of the programme.
    reference: String,
    /// Why, for the journal, up to 2 000 characters, without any identity number: for example the number of the request.
    reason: String,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    idempotency_key: Option<String>,
}

/// How long the individual records of a programme are kept.
#[derive(InputObject)]
pub struct ProgrammeSetRetentionInput {
    /// The programme.
    programme: ID,
    /// Months after the last day of each project's agreement, from 1; absent for as long as the programme.
    months: Option<i32>,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    idempotency_key: Option<String>,
}

mannered!(PersonEraseInput, ProgrammeSetRetentionInput);

/// What an erasure came to. Nothing of it tells who it was.
#[derive(SimpleObject)]
pub struct Erasure {
    /// Its position in the journal: answers at it and later ones, and at every earlier one, are computed without the records.
    position: PositionScalar,
    /// How many records were erased.
    record_count: u32,
    /// How many links of the person were.
    link_count: u32,
    /// SHA-256 over the salted hashes of the records: what the journal proves the erasure by.
    proof: DigestScalar,
}

fn shown(erasure: privacy::Erasure) -> Erasure {
    Erasure {
        position: PositionScalar::of(erasure.position),
        record_count: erasure.record_count,
        link_count: erasure.link_count,
        proof: DigestScalar::of(erasure.proof),
    }
}

payloads! {
    /// What came of erasing a person.
    PersonErasePayload {
        /// What was erased, if it was.
        erasure: Erasure
    }
    /// What came of setting a retention.
    ProgrammeSetRetentionPayload {
        /// The programme, if it was set.
        programme: Programme
    }
}

/// Rights of persons.
#[derive(Default)]
pub struct PrivacyMutation;

/// Rights of persons.
#[Object]
impl PrivacyMutation {
    /// Erases a person: every record in every version, and the link to who they are. Digests stay checkable, figures are
    /// computed without the records and say `redacted`, closings stand. It cannot be taken back. For officers and operators.
    async fn person_erase(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose records, and why.")] input: PersonEraseInput,
    ) -> async_graphql::Result<PersonErasePayload> {
        let settled = settle(ctx, Permission::ErasePersons, &input.manner(), move |desk, scope| {
            let mut reader = Reader::default();
            let project = reader.read::<ProjectId>("input.project", &input.project);
            let reference = reader.read::<Reference>("input.reference", &input.reference);
            let reason = reader.read::<Reason>("input.reason", &input.reason);
            let read = project.zip(reference).zip(reason);
            let ((project, reference), reason) = reader.finish(read)?;
            Ok(reporting::erase_person(desk, scope, &Who::Reference(project, reference), &reason)?)
        })
        .await?;
        Ok(PersonErasePayload::of(settled, shown))
    }

    /// Sets how long individual records are kept after the end of their project's agreement. What is past it is purged within
    /// the hour; published aggregates stay. For officers and operators.
    async fn programme_set_retention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme, and how long.")] input: ProgrammeSetRetentionInput,
    ) -> async_graphql::Result<ProgrammeSetRetentionPayload> {
        let settled = settle(ctx, Permission::ErasePersons, &input.manner(), move |desk, scope| {
            let mut reader = Reader::default();
            let programme = reader.read::<ProgrammeId>("input.programme", &input.programme);
            let months = input.months.map(|months| u16::try_from(months).ok().filter(|months| *months > 0));
            let months = match months {
                Some(months) => reader.read_by("input.months", Code::ParameterInvalid, months).map(Some),
                None => Some(None),
            };
            let (programme, months) = reader.finish(programme.zip(months))?;
            Ok(directory::set_retention(desk, scope, &programme, months)?)
        })
        .await?;
        Ok(ProgrammeSetRetentionPayload::of(settled, Programme))
    }
}
