//! The mutations, object first, then verb: one input each, and a payload that carries findings and user errors.
//!
//! What was to be expected comes as data in `userErrors`; GraphQL errors are for callers unknown or not allowed, and
//! for faults of ours.

mod agreements;
mod closings;
mod definitions;
mod directory;
mod due_dates;
mod payload;
mod privacy;
mod reports;
mod settle;
mod waivers;

use async_graphql::MergedObject;

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    directory::DirectoryMutation,
    agreements::AgreementMutation,
    reports::ReportMutation,
    due_dates::DueDateMutation,
    waivers::WaiverMutation,
    privacy::PrivacyMutation,
    definitions::DefinitionMutation,
    closings::ClosingMutation,
);
