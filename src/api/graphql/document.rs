//! What a parsed GraphQL document would cost, found before it is validated or executed.
//!
//! Every fragment is measured once, however often it is spread, with saturating arithmetic; so a document that unfolds
//! to billions of fields is refused in the time it takes to read it. Knows no schema but the names of paged fields.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

use super::directives;
use super::lexical::Located;
use crate::refusal::{Code, Refusal};

/// How much a GraphQL document may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Deepest selection of fields.
    pub depth: u64,
    /// Deepest nesting of fields and fragments together: the executor recurses over both.
    pub nesting: u64,
    /// Most aliases, fragments unfolded.
    pub aliases: u64,
    /// Most fields at the root of an operation, fragments unfolded.
    pub root_fields: u64,
    /// Most directives in the text.
    pub directives: u64,
    /// Most selections in all operations, fragments unfolded.
    pub selections: u64,
    /// Greatest cost of an operation.
    pub cost: u64,
    /// Whether the schema may be asked for.
    pub introspection: bool,
    /// Items counted for a paged field that does not say how many it wants.
    pub page: u64,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            depth: 15,
            nesting: 30,
            aliases: 64,
            root_fields: 16,
            directives: 16,
            selections: 5_000,
            cost: 20_000,
            introspection: true,
            page: 20,
        }
    }
}

/// What the costliest operation of a document costs: one per field, subtrees of a page multiplied by its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u64);

/// The cost of a document within the limits, or the first limit that it breaks.
pub fn check(
    document: &ExecutableDocument,
    variables: &Variables,
    is_paged: impl Fn(&str) -> bool,
    limits: &DocumentLimits,
) -> Result<Cost, Located> {
    directives::check(document, limits.directives)?;
    let mut surveyor =
        Surveyor { fragments: HashMap::new(), variables, defaults: default_values(document), is_paged, limits };
    for name in fragments_leaves_first(document)? {
        let measured = surveyor.measure(&document.fragments[name].node.selection_set.node);
        surveyor.fragments.insert(name, measured);
    }
    let (mut cost, mut selections) = (0, 0_u64);
    for operation in operations(document) {
        let mut measured = surveyor.measure(&operation.node.selection_set.node);
        selections = selections.saturating_add(measured.selections);
        measured.selections = selections;
        compare(&measured, limits).map_err(|refusal| Located::at(refusal, operation.pos))?;
        cost = cost.max(measured.cost);
    }
    Ok(Cost(cost))
}

/// The operations in the order of the text.
fn operations(document: &ExecutableDocument) -> Vec<&Positioned<OperationDefinition>> {
    let mut operations: Vec<_> = document.operations.iter().map(|(_, operation)| operation).collect();
    operations.sort_by_key(|operation| operation.pos);
    operations
}

/// The greatest default of each variable name: a fragment may serve several operations.
fn default_values(document: &ExecutableDocument) -> HashMap<&str, u64> {
    let mut greatest: HashMap<&str, u64> = HashMap::new();
    for (_, operation) in document.operations.iter() {
        for variable in operation.node.variable_definitions.iter().map(|variable| &variable.node) {
            let default = variable.default_value.as_ref().and_then(|value| whole(&value.node.clone().into_value()));
            let known = greatest.entry(variable.name.node.as_str()).or_default();
            *known = (*known).max(default.unwrap_or(0));
        }
    }
    greatest
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
        _ => None,
    }
}

fn compare(measured: &Measured, limits: &DocumentLimits) -> Result<(), Refusal> {
    let too_deep = |limit: u64| Refusal::new(Code::DocumentTooDeep).with("limit", limit);
    if measured.depth > limits.depth {
        return Err(too_deep(limits.depth));
    }
    if measured.nesting > limits.nesting {
        return Err(too_deep(limits.nesting));
    }
    for (what, count, limit) in [
        ("root fields", measured.fields, limits.root_fields),
        ("aliases", measured.aliases, limits.aliases),
        ("selections", measured.selections, limits.selections),
    ] {
        too_many(what, count, limit)?;
    }
    if measured.introspects && !limits.introspection {
        return Err(Code::IntrospectionOff.into());
    }
    if measured.cost > limits.cost {
        return Err(Refusal::new(Code::DocumentTooCostly).with("cost", measured.cost).with("limit", limits.cost));
    }
    Ok(())
}

pub(super) fn too_many(what: &'static str, count: u64, limit: u64) -> Result<(), Refusal> {
    if count <= limit {
        return Ok(());
    }
    Err(Refusal::new(Code::DocumentTooManyFields).with("count", count).with("what", what).with("limit", limit))
}

/// What a selection set comes to, everything below it included; `fields` are those at its own level.
#[derive(Clone, Copy, Default)]
struct Measured {
    depth: u64,
    nesting: u64,
    fields: u64,
    aliases: u64,
    selections: u64,
    cost: u64,
    introspects: bool,
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.selections = self.selections.saturating_add(other.selections);
        self.cost = self.cost.saturating_add(other.cost);
        self.introspects |= other.introspects;
    }

    /// The same, one level of fragment further out.
    fn wrapped(mut self) -> Self {
        self.nesting = self.nesting.saturating_add(1);
        self.selections = self.selections.saturating_add(1);
        self
    }
}

struct Surveyor<'a, P> {
    fragments: HashMap<&'a str, Measured>,
    variables: &'a Variables,
    defaults: HashMap<&'a str, u64>,
    is_paged: P,
    limits: &'a DocumentLimits,
}

impl<P: Fn(&str) -> bool> Surveyor<'_, P> {
    /// Recurses within one definition only, whose nesting the lexical guard bounds.
    fn measure(&self, selection_set: &SelectionSet) -> Measured {
        let mut sum = Measured::default();
        for selection in &selection_set.items {
            sum.add(match &selection.node {
                Selection::Field(field) => self.measure_field(&field.node),
                Selection::InlineFragment(inline) => self.measure(&inline.node.selection_set.node).wrapped(),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    self.fragments.get(name).copied().unwrap_or_default().wrapped()
                }
            });
        }
        sum
    }

    fn measure_field(&self, field: &Field) -> Measured {
        let below = self.measure(&field.selection_set.node);
        Measured {
            depth: below.depth.saturating_add(1),
            nesting: below.nesting.saturating_add(1),
            fields: 1,
            aliases: below.aliases.saturating_add(u64::from(field.alias.is_some())),
            selections: below.selections.saturating_add(1),
            cost: below.cost.saturating_mul(self.items(field)).saturating_add(1),
            introspects: below.introspects || matches!(field.name.node.as_str(), "__schema" | "__type"),
        }
    }

    /// How many items the field's subtree is asked for.
    fn items(&self, field: &Field) -> u64 {
        let asked = match field.get_argument("first").map(|value| &value.node) {
            Some(Value::Variable(name)) => self.variable(name),
            Some(value) => whole(value).or(Some(self.limits.page)),
            None => None,
        };
        let paged = || if (self.is_paged)(field.name.node.as_str()) { self.limits.page } else { 1 };
        asked.unwrap_or_else(paged).max(1)
    }

    fn variable(&self, name: &Name) -> Option<u64> {
        let given = self.variables.get(name).and_then(|value| whole(&value.clone().into_value()));
        let default = || self.defaults.get(name.as_str()).copied().filter(|default| *default > 0);
        given.or_else(default).or(Some(self.limits.page))
    }
}

/// The fragments, each after those that it spreads; cycles and unused fragments are refused.
fn fragments_leaves_first(document: &ExecutableDocument) -> Result<Vec<&str>, Located> {
    let spreads: HashMap<&str, Vec<&str>> = document
        .fragments
        .iter()
        .map(|(name, fragment)| (name.as_str(), spreads(&fragment.node.selection_set.node)))
        .collect();
    let mut order = Vec::with_capacity(spreads.len());
    let mut walk = Walk { states: HashMap::new(), spreads: &spreads };
    for operation in operations(document) {
        for root in self::spreads(&operation.node.selection_set.node) {
            walk.visit(root, &mut order).map_err(|name| invalid(&document.fragments[name]))?;
        }
    }
    let unused = document.fragments.iter().filter(|(name, _)| !walk.states.contains_key(name.as_str()));
    match unused.map(|(_, fragment)| fragment).min_by_key(|fragment| fragment.pos) {
        Some(fragment) => Err(invalid(fragment)),
        None => Ok(order),
    }
}

fn invalid(fragment: &Positioned<FragmentDefinition>) -> Located {
    Located::at(Code::DocumentInvalid, fragment.pos)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
}

struct Walk<'w, 'a> {
    states: HashMap<&'a str, State>,
    spreads: &'w HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Walk<'_, 'a> {
    /// Depth first, on a stack of our own; the error names a fragment of a cycle.
    fn visit(&mut self, root: &'a str, order: &mut Vec<&'a str>) -> Result<(), &'a str> {
        let mut stack = vec![(root, 0)];
        while let Some((name, next)) = stack.pop() {
            let Some(spread) = self.spreads.get(name) else { continue };
            match self.states.get(name) {
                Some(State::Done) => continue,
                Some(State::Open) if next == 0 => return Err(name),
                _ => self.states.insert(name, State::Open),
            };
            match spread.get(next) {
                Some(child) => stack.extend([(name, next + 1), (*child, 0)]),
                None => {
                    self.states.insert(name, State::Done);
                    order.push(name);
                }
            }
        }
        Ok(())
    }
}

fn spreads(selection_set: &SelectionSet) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), vec![selection_set]);
    while let Some(selection_set) = open.pop() {
        for selection in &selection_set.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => found.push(spread.node.fragment_name.node.as_str()),
            }
        }
    }
    found
}
