//! The schema, and its text as `schema.graphql` holds it.

use async_graphql::{EmptySubscription, SDLExportOptions, Schema};

use super::mutation::Mutation;
use super::query::Query;

/// The API's schema.
pub type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema; what a request carries is attached to each request.
pub fn build() -> ApiSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}

/// The schema as text, sorted, so that it differs only when the API does.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let text = build().sdl_with_options(options);
    format!("{}\n", text.trim())
}
