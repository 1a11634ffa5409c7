//! The inputs of the directory's mutations: what is sent, as REST and the command line take it too, and in which manner.

use super::mutation_inputs;
use crate::api::inputs::import::DirectoryInput;
use crate::api::inputs::organisations::{OrganisationInput, OrganisationRevisionInput};
use crate::api::inputs::payments::{CancellationInput, PaymentInput, TargetInput};
use crate::api::inputs::programmes::{
    CallAdditionInput, PeriodAdditionInput, PeriodScheduleInput, ProgrammeInput, ProgrammeRevisionInput,
};
use crate::api::inputs::projects::{AmendmentInput, ProjectInput};
use crate::api::inputs::transfers::TransferInput;

mutation_inputs! {
    /// A programme to register.
    ProgrammeRegisterInput of ProgrammeInput;
    /// What to revise of a programme; what is absent stays as it is.
    ProgrammeReviseInput of ProgrammeRevisionInput;
    /// A call to add to a programme.
    CallAddInput of CallAdditionInput;
    /// A reporting period to add to a programme.
    PeriodAddInput of PeriodAdditionInput;
    /// Another due date of a reporting period.
    PeriodRescheduleInput of PeriodScheduleInput;
    /// An organisation to register.
    OrganisationRegisterInput of OrganisationInput;
    /// What to revise of an organisation; what is absent stays as it is.
    OrganisationReviseInput of OrganisationRevisionInput;
    /// A project to register.
    ProjectRegisterInput of ProjectInput;
    /// An amendment (*avenant*) of a project's agreement; what is absent stays as it is.
    ProjectAmendInput of AmendmentInput;
    /// A transfer of a project to another organisation.
    ProjectTransferInput of TransferInput;
    /// A payment of a project's grant.
    PaymentRecordInput of PaymentInput;
    /// A payment to cancel.
    PaymentCancelInput of CancellationInput;
    /// What a project aims at.
    TargetSetInput of TargetInput;
    /// A whole directory to register at once.
    DirectoryImportInput of DirectoryInput;
}
