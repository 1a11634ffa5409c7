//! Following what happens.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, Object};

use crate::api::graphql::context::{Requested, error_of};
use crate::api::graphql::paging::USUAL_PAGE;
use crate::api::graphql::scalars::SequenceScalar;
use crate::api::graphql::types::changes::Change;
use crate::refusal::{Code, Refusal};
use crate::reporting::operations as reporting;
use crate::storage::journal::Sequence;

/// Following what happens.
#[derive(Default)]
pub struct ChangesQuery;

/// Following what happens.
#[Object]
impl ChangesQuery {
    /// What happened to what you may see, in an order that never changes. The cursor of an item is its sequence: ask again
    /// after the last one that you got, and you miss nothing and get nothing twice.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The sequence after which to begin; from the beginning if absent.")] after: Option<
            SequenceScalar,
        >,
    ) -> async_graphql::Result<Connection<String, Change>> {
        let since = read_sequence(ctx, after.as_ref(), "after")?.unwrap_or_default();
        let page = ctx.page(first, None)?;
        let found = ctx.run(move |desk, scope, _| reporting::list_changes(desk, scope, since, &page)).await?;
        let mut connection = Connection::new(since > Sequence(0), found.has_more);
        let edge = |change: crate::reporting::change::Change| Edge::new(change.sequence.to_string(), change.into());
        connection.edges.extend(found.items.into_iter().map(edge));
        Ok(connection)
    }

    /// The sequence of the newest change, for `changedSince`: read it before a list, and give it with the next one.
    async fn newest_sequence(&self, ctx: &Context<'_>) -> async_graphql::Result<SequenceScalar> {
        Ok(SequenceScalar::of(ctx.run(|desk, scope, _| reporting::newest_sequence(desk, scope)).await?))
    }
}

/// Reads a sequence of a request.
pub fn read_sequence(
    ctx: &Context<'_>,
    given: Option<&SequenceScalar>,
    path: &str,
) -> async_graphql::Result<Option<Sequence>> {
    ctx.caller()?;
    let read = given.map(|text| text.0.parse::<Sequence>()).transpose();
    read.map_err(|_| error_of(&Refusal::new(Code::ParameterInvalid).at(path), ctx.request().language))
}
