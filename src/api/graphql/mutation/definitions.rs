//! Versions of a programme's definitions: add.

use async_graphql::{Context, Object};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::inputs::definitions::DefinitionAddInput;
use crate::api::graphql::types::definitions::Definition;
use crate::api::inputs::Unsettled;
use crate::consolidation::definitions::operations as definitions;

payloads! {
    /// What came of adding a version of the definitions.
    DefinitionAddPayload {
        /// The version, if it was added.
        definition: Definition
    }
}

/// Versions of definitions.
#[derive(Default)]
pub struct DefinitionMutation;

/// Versions of definitions.
#[Object]
impl DefinitionMutation {
    /// Adds a version of a programme's definitions: answers as of earlier positions stay what they were. For officers.
    async fn definition_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version, and the one that it is made from.")] input: DefinitionAddInput,
    ) -> async_graphql::Result<DefinitionAddPayload> {
        let manner = input.manner();
        let settled = settle(ctx, Permission::ChangeDefinitions, &manner, move |desk, scope| {
            definitions::add_definition(desk, scope, &input.content.read()?)?.map_err(Unsettled::Refusals)
        })
        .await?;
        Ok(DefinitionAddPayload::of(settled, Definition))
    }
}
