//! Documents and bodies made to exhaust a server, each refused by a guard in well under 50 ms.

use std::fmt::Write;
use std::time::{Duration, Instant};

use async_graphql::parser::parse_query;
use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, Variables};

use super::coercion::TypeCatalogue;
use super::document;
use super::lexical;
use super::strict_json;
use super::transport::Limits;

struct Query;

/// A node that leads to itself.
#[Object]
impl Query {
    async fn l(&self, x: Option<Vec<Vec<i32>>>) -> bool {
        x.is_none()
    }

    async fn node(&self) -> Query {
        Query
    }

    async fn items(&self, first: Option<u64>) -> Vec<Query> {
        first.map_or_else(Vec::new, |_| vec![Query])
    }
}

const CODES: [&str; 8] = [
    "DOCUMENT_TOO_LONG",
    "DOCUMENT_TOO_MANY_TOKENS",
    "DOCUMENT_TOO_DEEP",
    "DOCUMENT_TOO_COSTLY",
    "DOCUMENT_TOO_MANY_FIELDS",
    "DOCUMENT_INVALID",
    "DUPLICATE_INPUT_FIELD",
    "DIRECTIVE_INVALID",
];

/// The code with which the guards refuse a document, in the order of the transport.
fn refusal_of(document: &str, variables: &str) -> Option<&'static str> {
    let limits = Limits::default();
    let variables = match strict_json::parse(variables.as_bytes(), &limits.json) {
        Ok(variables) => Variables::from_value(variables),
        Err(refusal) => return Some(refusal.code.as_str()),
    };
    if let Err(located) = lexical::check_document(document, &limits.lexical) {
        return Some(located.refusal.code.as_str());
    }
    let Ok(parsed) = parse_query(document) else { return Some("DOCUMENT_INVALID") };
    let is_paged = |field: &str| field == "items";
    document::check(&parsed, &variables, is_paged, &limits.document).err().map(|located| located.refusal.code.as_str())
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    open.repeat(times) + inner + &close.repeat(times)
}

fn repeated(times: usize, part: impl Fn(usize) -> String) -> String {
    (0..times).fold(String::new(), |mut text, at| {
        let _ = write!(text, "{} ", part(at));
        text
    })
}

/// Fragments that each spread the next so many times.
fn doubling(fragments: usize, times: usize) -> String {
    let chain =
        repeated(fragments, |at| format!("fragment F{at} on Query {{{}}}", format!(" ...F{}", at + 1).repeat(times)));
    format!("{{ ...F0 }} {chain} fragment F{fragments} on Query {{ l }}")
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn bombs() -> Vec<(&'static str, String, &'static str)> {
    let inputs = repeated(2_000, |at| format!("a{at}: 1"));
    vec![
        ("lists 1 500 deep", format!("{{ l(x: {}) }}", nested("[", "", "]", 1_500)), "DOCUMENT_TOO_DEEP"),
        ("lists 30 000 deep, never closed", format!("{{ l(x: {}", "[".repeat(30_000)), "DOCUMENT_TOO_DEEP"),
        ("objects 1 500 deep", format!("{{ l(x: {}) }}", nested("{a:", "1", "}", 1_500)), "DOCUMENT_TOO_DEEP"),
        (
            "lists hidden behind a broken block string",
            format!("{{ l(x: [\"\"\"a\" {}", "[".repeat(1_500)),
            "DOCUMENT_INVALID",
        ),
        ("types 1 500 deep", format!("query ($a: {}) {{ l }}", nested("[", "Int", "]", 1_500)), "DOCUMENT_TOO_DEEP"),
        (
            "a default value 1 500 deep",
            format!("query ($a: Int = {}) {{ l }}", nested("[", "", "]", 1_500)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "a directive's argument 1 500 deep",
            format!("{{ l @skip(if: {}) }}", nested("[", "", "]", 1_500)),
            "DOCUMENT_TOO_DEEP",
        ),
        ("selections 1 500 deep", nested("{ node ", "{ l }", "}", 1_500), "DOCUMENT_TOO_DEEP"),
        ("selections 20 deep", nested("{ node ", "{ l }", "}", 20), "DOCUMENT_TOO_DEEP"),
        ("inline fragments 1 500 deep", nested("{ ... ", "{ l }", "}", 1_500), "DOCUMENT_TOO_DEEP"),
        ("25 fragments spread twice", doubling(25, 2), "DOCUMENT_TOO_MANY_FIELDS"),
        ("60 fragments spread twice", doubling(60, 2), "DOCUMENT_TOO_DEEP"),
        ("20 fragments spread 100 times", doubling(20, 100), "DOCUMENT_TOO_MANY_FIELDS"),
        ("a chain of 900 fragments", doubling(900, 1), "DOCUMENT_TOO_DEEP"),
        ("a chain of 900 unused fragments", doubling(900, 1).replacen("...F0", "l", 1), "DOCUMENT_INVALID"),
        (
            "a fragment that spreads itself",
            "{ ...A } fragment A on Query { node { ...A } }".to_owned(),
            "DOCUMENT_INVALID",
        ),
        (
            "a cycle of fragments",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { l ...A }".to_owned(),
            "DOCUMENT_INVALID",
        ),
        (
            "an unused cycle",
            "{ l } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(),
            "DOCUMENT_INVALID",
        ),
        (
            "1 000 operations that share a fragment",
            repeated(1_000, |at| format!("query Q{at} {{ ...F }}"))
                + &format!("fragment F on Query {{ node {{ {} }} }}", "l ".repeat(500)),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        ("10 000 root fields", format!("{{ {} }}", "l ".repeat(10_000)), "DOCUMENT_TOO_MANY_TOKENS"),
        ("7 000 root fields", format!("{{ {} }}", "l ".repeat(7_000)), "DOCUMENT_TOO_MANY_FIELDS"),
        (
            "17 root fields in a fragment",
            format!("{{ ...F }} fragment F on Query {{ {} }}", "l ".repeat(17)),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "2 000 aliases",
            format!("{{ node {{ {} }} }}", repeated(2_000, |at| format!("a{at}: l"))),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "8 aliases spread 16 times",
            format!(
                "{{ {} }} fragment F on Query {{ {} }}",
                repeated(16, |_| "node { ...F }".to_owned()),
                repeated(8, |at| format!("a{at}: l"))
            ),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        ("1 100 directives on a field", format!("{{ l {} }}", "@skip(if: false) ".repeat(1_100)), "DIRECTIVE_INVALID"),
        (
            "directives on many fields",
            format!("{{ node {{ {} }} }}", "l @skip(if: false) ".repeat(800)),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        ("an unknown directive", "{ l @unknown }".to_owned(), "DIRECTIVE_INVALID"),
        (
            "an unknown directive in an unused fragment",
            "{ l } fragment F on Query { l @unknown }".to_owned(),
            "DIRECTIVE_INVALID",
        ),
        ("a directive on an operation", "query @skip(if: true) { l }".to_owned(), "DIRECTIVE_INVALID"),
        ("a schema directive", "{ l @deprecated }".to_owned(), "DIRECTIVE_INVALID"),
        ("a directive on a variable", "query ($a: Int @include(if: true)) { l }".to_owned(), "DIRECTIVE_INVALID"),
        ("a directive without condition", "{ l @include }".to_owned(), "DIRECTIVE_INVALID"),
        ("2 001 input fields, one twice", format!("{{ l(x: {{ {inputs} a1999: 2 }}) }}"), "DUPLICATE_INPUT_FIELD"),
        ("a name of 60 000 letters", format!("{{ {} }}", "a".repeat(60_000)), "DOCUMENT_INVALID"),
        ("a string of 70 000 letters", format!("{{ l(x: \"{}\") }}", "a".repeat(70_000)), "DOCUMENT_TOO_LONG"),
        ("a comment of 70 000 letters", format!("{{ l }} # {}", "a".repeat(70_000)), "DOCUMENT_TOO_LONG"),
        ("40 000 quotes", "\"".repeat(40_001), "DOCUMENT_INVALID"),
        ("60 000 backslashes in a string", format!("{{ l(x: \"{}", "\\".repeat(60_000)), "DOCUMENT_INVALID"),
        ("a page of billions", "{ items(first: 18446744073709551615) { l } }".to_owned(), "DOCUMENT_TOO_COSTLY"),
        (
            "pages within pages",
            "{ items(first: 100) { items(first: 100) { items { l } } } }".to_owned(),
            "DOCUMENT_TOO_COSTLY",
        ),
        (
            "default pages within pages",
            "{ items { items { items { items { l } } } } }".to_owned(),
            "DOCUMENT_TOO_COSTLY",
        ),
        (
            "a page in a default",
            "query ($n: Int = 50000) { ...F } fragment F on Query { items(first: $n) { l } }".to_owned(),
            "DOCUMENT_TOO_COSTLY",
        ),
        (
            "deep introspection",
            format!("{{ __schema {{ types {} }} }}", nested("{ fields { type ", "{ name }", "} }", 8)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "wide introspection",
            format!(
                "{{ {} }} fragment T on __Type {{ {} }}",
                "__schema { types { ...T } } ".repeat(16),
                "fields { name type { name } } ".repeat(200)
            ),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        ("a lone surrogate escape", "{ l(x: \"\\uD800\") }".to_owned(), "DOCUMENT_INVALID"),
        ("control characters", "{ l \u{0} }".to_owned(), "DOCUMENT_INVALID"),
        ("nothing", String::new(), "DOCUMENT_INVALID"),
    ]
}

#[test]
fn every_bomb_is_refused_at_once() {
    let mut wrong = Vec::new();
    for (name, document, expected) in bombs() {
        let started = Instant::now();
        let refused = refusal_of(&document, "{}");
        let took = started.elapsed();
        println!("{took:>12.3?} {expected:<26} {name}");
        assert!(CODES.contains(&expected));
        if refused != Some(expected) || took > Duration::from_millis(50) {
            wrong.push((name, refused, took));
        }
    }
    assert!(wrong.is_empty(), "let through, or slow to refuse: {wrong:#?}");
}

#[test]
fn variables_are_bombs_too() {
    let deep = format!("{{\"a\": {}}}", nested("[", "", "]", 100_000));
    let objects = format!("{{\"a\": {}}}", nested("{\"b\":", "1", "}", 10_000));
    for (variables, code) in
        [(deep.as_str(), "JSON_TOO_DEEP"), (&objects, "JSON_TOO_DEEP"), ("{\"n\": 50000}", "DOCUMENT_TOO_COSTLY")]
    {
        let started = Instant::now();
        assert_eq!(refusal_of("query ($n: Int) { items(first: $n) { l } }", variables), Some(code));
        assert!(started.elapsed() < Duration::from_millis(50));
    }
}

#[test]
fn the_introspection_query_of_graphiql_passes() {
    let query = include_str!("../../../tests/support/introspection.graphql");
    assert_eq!(refusal_of(query, "{}"), None);
}

#[test]
fn what_costs_is_counted() {
    let cost = |document: &str| {
        let parsed = parse_query(document).unwrap();
        let paged = |field: &str| field == "items";
        document::check(&parsed, &Variables::default(), paged, &Limits::default().document).unwrap().0
    };
    assert_eq!(cost("{ l }"), 1);
    assert_eq!(cost("{ node { l l } }"), 3);
    assert_eq!(cost("{ items { l } }"), 21);
    assert_eq!(cost("{ items(first: 3) { l node { l } } }"), 10);
    assert_eq!(cost("query A { l } query B { node { ...F } } fragment F on Query { l node { l } }"), 4);
}

/// What the guards let pass may cost async-graphql's validation no more than a moment.
#[test]
fn what_passes_is_validated_in_time() {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    assert!(TypeCatalogue::from_sdl(&schema.sdl()).unwrap().is_paged("items"));
    let unknown = repeated(2_400, |at| format!("unknown{at}"));
    let lists = format!("{{ l(x: [{}]) }}", "[1] ".repeat(2_000));
    for document in [format!("{{ node {{ {unknown} }} }}"), format!("{{ node {{ {} }} }}", "l ".repeat(4_900)), lists] {
        assert_eq!(refusal_of(&document, "{}"), None);
        let started = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _ = runtime.block_on(schema.execute(document.as_str()));
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
}
