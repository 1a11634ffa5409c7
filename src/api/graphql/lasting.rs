//! Which documents ask for nothing but figures, so that their answers may be kept: everything that such an answer reads has
//! a position in the journal. Whoever is not on the list is answered anew each time.

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

/// The fields whose values depend on nothing but the question, the journal's position, the day and what the caller may see.
const LASTING: &[&str] = &[
    "__typename",
    "aggregateOnly",
    "byClass",
    "class",
    "code",
    "cohorts",
    "consolidation",
    "count",
    "coverage",
    "day",
    "definition",
    "definitionDigest",
    "denominator",
    "denominators",
    "dimension",
    "dimensions",
    "display",
    "entries",
    "excess",
    "exits",
    "expected",
    "figures",
    "from",
    "groupBy",
    "groupings",
    "groups",
    "inForce",
    "indicator",
    "indicators",
    "isRate",
    "key",
    "keys",
    "label",
    "labels",
    "late",
    "left",
    "missing",
    "months",
    "numerator",
    "numerators",
    "observable",
    "one",
    "other",
    "overlaps",
    "partial",
    "period",
    "persons",
    "position",
    "quarter",
    "redacted",
    "series",
    "share",
    "sharing",
    "status",
    "supported",
    "table",
    "to",
    "unit",
    "unlinked",
    "value",
    "values",
    "version",
];

/// Whether a document is one query for figures of programmes and for nothing else.
pub fn asks_for_figures_only(document: &ExecutableDocument) -> bool {
    let mut operations = document.operations.iter();
    let (Some((_, operation)), None) = (operations.next(), operations.next()) else { return false };
    let operation = &operation.node;
    let [root] = operation.selection_set.node.items.as_slice() else { return false };
    let Selection::Field(root) = &root.node else { return false };
    let of_programme = &root.node.selection_set.node;
    let asked_of_programme = |name: &str| name == "code" || name == "consolidation";
    operation.ty == OperationType::Query
        && root.node.name.node == "programme"
        && of_programme.items.iter().all(|item| match &item.node {
            Selection::Field(field) => asked_of_programme(field.node.name.node.as_str()),
            _ => false,
        })
        && lasts(of_programme)
        && document.fragments.values().all(|fragment| lasts(&fragment.node.selection_set.node))
}

/// Whether every field of a selection and below it is on the list; fragments are looked at by themselves.
fn lasts(selection: &SelectionSet) -> bool {
    selection.items.iter().all(|item| match &item.node {
        Selection::Field(field) => {
            LASTING.contains(&field.node.name.node.as_str()) && lasts(&field.node.selection_set.node)
        }
        Selection::InlineFragment(inline) => lasts(&inline.node.selection_set.node),
        Selection::FragmentSpread(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn figures_last_and_nothing_else_does() {
        let lasting = [
            "{ programme(code: \"A\") { code consolidation { position figures { value indicator { code } } } } }",
            "query Q($f: FilterInput) { programme(code: \"A\") { consolidation(filter: $f) { ...F } } } \
             fragment F on Consolidation { day coverage { expected } table { keys values } }",
        ];
        let fleeting = [
            "mutation { programme(code: \"A\") { consolidation { day } } }",
            "{ programme(code: \"A\") { name consolidation { day } } }",
            "{ programme(code: \"A\") { ...P } } fragment P on Programme { consolidation { day } }",
            "{ programme(code: \"A\") { consolidation { coverage { missingProjects { id } } } } }",
            "{ programme(code: \"A\") { consolidation { ...F } } } fragment F on Consolidation { contributions(indicator: \"X\") { nodes { late } } }",
            "{ programme(code: \"A\") { consolidation { day } } viewer { role } }",
            "query A { programme(code: \"A\") { consolidation { day } } } query B { viewer { role } }",
            "{ newestSequence }",
        ];
        for (documents, expected) in [(&lasting[..], true), (&fleeting[..], false)] {
            for document in documents {
                assert_eq!(asks_for_figures_only(&parse_query(document).unwrap()), expected, "{document}");
            }
        }
    }
}
