//! Checks the variables of a request against their declared types before anything is executed.
//!
//! async-graphql coerces them while it executes, field by field; the specification wants the request refused whole.
//! The caller's values never leave this module: a refusal names the place and the type.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputObjectType, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
    VariableDefinition,
};
use async_graphql::{Name, Positioned, Value as ConstValue, Variables};

use crate::redact::redact;
use crate::refusal::{Code, Fault, Refusal};

/// Enumerations of at most so many values are listed in a refusal.
const LISTED_VALUES: usize = 12;

/// The input types of a schema, read once from its SDL.
#[derive(Clone, Debug, Default)]
pub struct TypeCatalogue {
    inputs: HashMap<String, InputKind>,
    paged_fields: HashSet<String>,
}

#[derive(Clone, Debug)]
enum InputKind {
    Scalar,
    Enum(Vec<String>),
    Object(InputObject),
}

#[derive(Clone, Debug)]
struct InputObject {
    fields: HashMap<String, InputField>,
    one_of: bool,
}

#[derive(Clone, Debug)]
struct InputField {
    ty: Type,
    optional: bool,
}

impl TypeCatalogue {
    /// Reads a schema's SDL, as `Schema::sdl` writes it.
    pub fn from_sdl(sdl: &str) -> Result<Self, Fault> {
        let document =
            parse_schema(sdl).map_err(|error| Fault { what: format!("the schema's SDL: {error}"), retry: false })?;
        let mut catalogue = Self::default();
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                catalogue.learn(definition.node);
            }
        }
        Ok(catalogue)
    }

    /// Whether a field of this name has a page size, the argument `first`, somewhere in the schema.
    pub fn is_paged(&self, field: &str) -> bool {
        self.paged_fields.contains(field)
    }

    /// Refuses the first variable that does not have its declared type; variables not declared are ignored.
    pub fn check_variables(
        &self,
        definitions: &[Positioned<VariableDefinition>],
        variables: &Variables,
    ) -> Result<(), Refusal> {
        definitions.iter().try_for_each(|definition| {
            let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
            let checked = match variables.get(name) {
                Some(value) => self.check(value, ty),
                None if ty.nullable || definition.node.default_value.is_some() => Ok(()),
                None => Err(Mismatch::of(ty)),
            };
            checked.map_err(|mismatch| mismatch.refusal(name))
        })
    }

    fn learn(&mut self, definition: TypeDefinition) {
        let kind = match definition.kind {
            TypeKind::Object(object) => return self.learn_fields(&object.fields),
            TypeKind::Interface(interface) => return self.learn_fields(&interface.fields),
            TypeKind::Union(_) => return,
            TypeKind::Scalar => InputKind::Scalar,
            TypeKind::Enum(values) => {
                InputKind::Enum(values.values.iter().map(|value| value.node.value.node.to_string()).collect())
            }
            TypeKind::InputObject(object) => {
                let one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
                InputKind::Object(InputObject::new(object, one_of))
            }
        };
        self.inputs.insert(definition.name.node.to_string(), kind);
    }

    fn learn_fields(&mut self, fields: &[Positioned<FieldDefinition>]) {
        let paged = fields
            .iter()
            .filter(|field| field.node.arguments.iter().any(|argument| argument.node.name.node == "first"));
        self.paged_fields.extend(paged.map(|field| field.node.name.node.to_string()));
    }

    /// Recursion is bounded by the nesting of the JSON, which the lexical guard bounds.
    fn check(&self, value: &ConstValue, ty: &Type) -> Result<(), Mismatch> {
        match (value, &ty.base) {
            (ConstValue::Null, _) if ty.nullable => Ok(()),
            (ConstValue::Null, _) => Err(Mismatch::of(ty)),
            (ConstValue::List(items), BaseType::List(item)) => {
                let mut numbered = items.iter().enumerate();
                numbered
                    .try_for_each(|(at, value)| self.check(value, item).map_err(|found| found.within(Step::Item(at))))
            }
            (single, BaseType::List(item)) => self.check(single, item),
            (value, BaseType::Named(name)) => self.check_named(value, name, ty),
        }
    }

    fn check_named(&self, value: &ConstValue, name: &Name, ty: &Type) -> Result<(), Mismatch> {
        let holds = match self.inputs.get(name.as_str()) {
            Some(InputKind::Enum(values)) => return check_enum(value, values, ty),
            Some(InputKind::Object(object)) => return self.check_object(value, object, ty),
            Some(InputKind::Scalar) | None => scalar_holds(value, name),
        };
        if holds { Ok(()) } else { Err(Mismatch::of(ty)) }
    }

    fn check_object(&self, value: &ConstValue, object: &InputObject, ty: &Type) -> Result<(), Mismatch> {
        let ConstValue::Object(given) = value else { return Err(Mismatch::of(ty)) };
        if object.one_of && (given.len() != 1 || given.values().any(|value| *value == ConstValue::Null)) {
            return Err(Mismatch::new(format!("{ty} @oneOf")));
        }
        for (name, value) in given {
            let checked = match object.fields.get(name.as_str()) {
                Some(field) => self.check(value, &field.ty),
                None => Err(Mismatch::of(ty)),
            };
            checked.map_err(|found| found.within(Step::Field(name.clone())))?;
        }
        let missing =
            object.fields.iter().filter(|(name, field)| !field.optional && !given.contains_key(name.as_str()));
        match missing.min_by_key(|(name, _)| *name) {
            Some((name, field)) => Err(Mismatch::of(&field.ty).within(Step::Field(Name::new(name)))),
            None => Ok(()),
        }
    }
}

impl InputObject {
    fn new(object: InputObjectType, one_of: bool) -> Self {
        let fields = object.fields.into_iter().map(|field| {
            let (name, ty) = (field.node.name.node.to_string(), field.node.ty.node);
            let optional = ty.nullable || field.node.default_value.is_some();
            (name, InputField { ty, optional })
        });
        Self { fields: fields.collect(), one_of }
    }
}

fn check_enum(value: &ConstValue, values: &[String], ty: &Type) -> Result<(), Mismatch> {
    let given = match value {
        ConstValue::String(given) => given.as_str(),
        ConstValue::Enum(given) => given.as_str(),
        _ => "",
    };
    if values.iter().any(|value| value == given) {
        return Ok(());
    }
    let listed = if values.len() <= LISTED_VALUES { format!(": {}", values.join(" | ")) } else { String::new() };
    Err(Mismatch::new(format!("{ty}{listed}")))
}

/// What the specification accepts for its own scalars; ours check more when they are parsed.
fn scalar_holds(value: &ConstValue, name: &Name) -> bool {
    match (name.as_str(), value) {
        ("Int", ConstValue::Number(number)) => number.as_i64().is_some_and(|whole| i32::try_from(whole).is_ok()),
        ("Float", ConstValue::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
        ("ID", ConstValue::Number(number)) => number.is_i64() || number.is_u64(),
        ("String" | "ID", ConstValue::String(_)) | ("Boolean", ConstValue::Boolean(_)) => true,
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        // A measure of a definition: the one scalar that holds JSON.
        ("Expression", ConstValue::Object(_)) => true,
        (_, ConstValue::Number(number)) => number.is_i64() || number.is_u64(),
        (_, ConstValue::String(_) | ConstValue::Boolean(_)) => true,
        _ => false,
    }
}

enum Step {
    Field(Name),
    Item(usize),
}

/// A value of another type than expected, and the way to it from the inside out.
struct Mismatch {
    expected: String,
    steps: Vec<Step>,
}

impl Mismatch {
    fn new(expected: String) -> Self {
        Self { expected, steps: Vec::new() }
    }

    fn of(ty: &Type) -> Self {
        Self::new(ty.to_string())
    }

    fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn refusal(self, variable: &Name) -> Refusal {
        let mut path = format!("variables.{}", shown(variable));
        for step in self.steps.iter().rev() {
            match step {
                Step::Item(at) => path.push_str(&format!("[{at}]")),
                Step::Field(name) => path.push_str(&format!(".{}", shown(name))),
            }
        }
        Refusal::new(Code::VariableInvalid).at(path).with("expected", self.expected)
    }
}

/// A member's name as it may be shown: the caller can write anything there, so only short names pass, without identities.
pub(in crate::api) fn shown(name: &str) -> String {
    let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && !name.is_empty() { redact(name).into_owned() } else { "•••".to_owned() }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::refusal::Language;

    const SDL: &str = r#"
        scalar Date
        enum Sex { F M X }
        enum Long { A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 }
        input Row { reference: ID!, sex: Sex, hours: [Int!], on: Date, share: Float, late: Boolean! = false }
        input Statement { participations: [Row!]!, note: String }
        input Key @oneOf { id: ID, code: String }
        type Query { rows(first: Int, input: Statement): Int }
    "#;

    /// The refusal's path and expected type, for a variable `$v` of a type.
    fn refused(ty: &str, variables: &str) -> Option<(String, String)> {
        let document = parse_query(format!("query ($v: {ty}) {{ __typename }}")).unwrap();
        let definitions = &document.operations.iter().next().unwrap().1.node.variable_definitions;
        let variables = Variables::from_json(serde_json::from_str(variables).unwrap());
        let refusal = TypeCatalogue::from_sdl(SDL).unwrap().check_variables(definitions, &variables).err()?;
        let message = refusal.message(Language::En);
        let expected = message.split_once('(').unwrap().1.strip_suffix(" expected).").unwrap().to_owned();
        Some((refusal.path.unwrap(), expected))
    }

    #[test]
    fn values_of_their_type_pass() {
        for (ty, variables) in [
            ("Int", "{}"),
            ("Int! = 3", "{}"),
            ("Int", r#"{"v": null, "unknown": {"a": 1}}"#),
            ("Float!", r#"{"v": 3}"#),
            ("ID!", r#"{"v": 3}"#),
            ("[[Int!]!]", r#"{"v": 3}"#),
            ("[Int]", r#"{"v": [1, null]}"#),
            ("Date", r#"{"v": "2024-01-01"}"#),
            ("Unheard", r#"{"v": "of"}"#),
            ("Key", r#"{"v": {"id": "1"}}"#),
            (
                "Statement!",
                r#"{"v": {"participations": {"reference": 1, "sex": "F", "hours": 4, "share": 0.5, "on": null}}}"#,
            ),
        ] {
            assert_eq!(refused(ty, variables), None, "{ty} {variables}");
        }
    }

    #[test]
    fn other_values_are_refused_by_place_and_type() {
        for (ty, variables, path, expected) in [
            ("Int!", "{}", "variables.v", "Int!"),
            ("Int!", r#"{"v": null}"#, "variables.v", "Int!"),
            ("Int", r#"{"v": "1"}"#, "variables.v", "Int"),
            ("Int", r#"{"v": 1.5}"#, "variables.v", "Int"),
            ("Int", r#"{"v": 2147483648}"#, "variables.v", "Int"),
            ("String", r#"{"v": 1}"#, "variables.v", "String"),
            ("Boolean", r#"{"v": "true"}"#, "variables.v", "Boolean"),
            ("ID", r#"{"v": 1.5}"#, "variables.v", "ID"),
            ("Date", r#"{"v": {}}"#, "variables.v", "Date"),
            ("[Int!]", r#"{"v": [1, null]}"#, "variables.v[1]", "Int!"),
            ("Sex!", r#"{"v": "7503123456"}"#, "variables.v", "Sex!: F | M | X"),
            ("Long", r#"{"v": "B"}"#, "variables.v", "Long"),
            ("Key", r#"{"v": {"id": "1", "code": "2"}}"#, "variables.v", "Key @oneOf"),
            ("Key", r#"{"v": {"id": null}}"#, "variables.v", "Key @oneOf"),
            ("Statement", r#"{"v": "x"}"#, "variables.v", "Statement"),
            ("Statement", r#"{"v": {}}"#, "variables.v.participations", "[Row!]!"),
            ("Statement", r#"{"v": {"participations": [], "nothing": 1}}"#, "variables.v.nothing", "Statement"),
            ("Statement", r#"{"v": {"participations": [], "_7503123456": 1}}"#, "variables.v._•••", "Statement"),
            ("Statement", r#"{"v": {"participations": [], "Jeanne D.": 1}}"#, "variables.v.•••", "Statement"),
            (
                "Statement",
                r#"{"v": {"participations": [{"reference": "a"}, {"reference": "b", "sex": "G"}]}}"#,
                "variables.v.participations[1].sex",
                "Sex: F | M | X",
            ),
            (
                "Statement",
                r#"{"v": {"participations": [{"sex": "F"}]}}"#,
                "variables.v.participations[0].reference",
                "ID!",
            ),
            (
                "Statement",
                r#"{"v": {"participations": [{"reference": "a", "late": null}]}}"#,
                "variables.v.participations[0].late",
                "Boolean!",
            ),
        ] {
            assert_eq!(refused(ty, variables), Some((path.to_owned(), expected.to_owned())), "{ty} {variables}");
        }
    }

    #[test]
    fn paged_fields_are_known() {
        let catalogue = TypeCatalogue::from_sdl(SDL).unwrap();
        assert!(catalogue.is_paged("rows") && !catalogue.is_paged("Row"));
        assert!(TypeCatalogue::from_sdl("type {").is_err());
    }
}
