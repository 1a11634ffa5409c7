//! Which directives an executable document may carry, since async-graphql lets unknown and repeated ones pass.
//!
//! It reads the whole text once, fragments that nothing spreads included, and knows no schema.

use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Pos, Positioned};
use async_graphql_value::Value;

use super::document::too_many;
use super::lexical::Located;
use crate::refusal::Code;

/// Refuses any directive but `@skip(if:)` and `@include(if:)`, once each, on fields, spreads and inline fragments.
pub fn check(document: &ExecutableDocument, limit: u64) -> Result<(), Located> {
    let mut count = 0_u64;
    let mut open: Vec<&SelectionSet> = Vec::new();
    for (_, operation) in document.operations.iter() {
        let variables = operation.node.variable_definitions.iter().flat_map(|variable| &variable.node.directives);
        nowhere(operation.node.directives.iter().chain(variables))?;
        open.push(&operation.node.selection_set.node);
    }
    for fragment in document.fragments.values() {
        nowhere(fragment.node.directives.iter())?;
        open.push(&fragment.node.selection_set.node);
    }
    while let Some(selection_set) = open.pop() {
        for selection in &selection_set.items {
            count = count.saturating_add(check_selection(selection.node.directives())?);
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    too_many("directives", count, limit).map_err(Located::from)
}

fn nowhere<'a>(mut directives: impl Iterator<Item = &'a Positioned<Directive>>) -> Result<(), Located> {
    directives.next().map_or(Ok(()), |directive| Err(misused(directive.pos)))
}

fn misused(position: Pos) -> Located {
    Located::at(Code::DirectiveInvalid, position)
}

fn check_selection(directives: &[Positioned<Directive>]) -> Result<u64, Located> {
    let mut seen = [false, false];
    for directive in directives {
        let which = match directive.node.name.node.as_str() {
            "skip" => 0,
            "include" => 1,
            _ => return Err(misused(directive.pos)),
        };
        let [(argument, condition)] = directive.node.arguments.as_slice() else { return Err(misused(directive.pos)) };
        let decides = matches!(condition.node, Value::Boolean(_) | Value::Variable(_));
        if std::mem::replace(&mut seen[which], true) || argument.node != "if" || !decides {
            return Err(misused(directive.pos));
        }
    }
    Ok(directives.len() as u64)
}
