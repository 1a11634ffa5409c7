//! The walls of the house, held by reading its sources: who may know whom, and what stands where.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use faisceau::api::graphql::schema;
use faisceau::api::rest::documents;

/// The longest file of `src/`, in lines.
const LONGEST_FILE: usize = 400;

/// Files that are longer, each with its reason. Better to split a file than to explain it here.
const LONGER_FILES: &[(&str, &str)] =
    &[("storage/schema.rs", "the tables as diesel sees them: a list, compared with the database as one")];

/// The capabilities, each of which may import those before it.
const CAPABILITIES: [&str; 5] = ["access", "directory", "reporting", "consolidation", "api"];

/// A source file: its path from `src/` and its lines of code, without comments.
struct Source {
    path: String,
    line_count: usize,
    code: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    files_below(&root().join(folder), &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let code = |line: &str| line.split("//").next().unwrap_or("").trim_end().to_owned();
        Source {
            path: path.strip_prefix(root().join(folder)).unwrap().to_string_lossy().replace('\\', "/"),
            line_count: text.lines().count(),
            code: text.lines().map(code).collect(),
        }
    };
    let sources: Vec<Source> = paths.iter().map(read).collect();
    assert!(!sources.is_empty());
    sources
}

impl Source {
    /// The lines that use a name as a word.
    fn lines_with(&self, word: &str) -> Vec<String> {
        let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let names = |line: &str| {
            line.match_indices(word).any(|(at, _)| {
                !part_of_word(line[..at].chars().next_back()) && !part_of_word(line[at + word.len()..].chars().next())
            })
        };
        let named = self.code.iter().enumerate().filter(|(_, line)| names(line));
        named.map(|(place, line)| format!("src/{}:{}: {}", self.path, place + 1, line.trim())).collect()
    }

    /// What it imports of the crate: the names after `crate::`, also within braces.
    fn imports(&self) -> BTreeSet<String> {
        let code = self.code.join(" ");
        let mut names = BTreeSet::new();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
            match rest.strip_prefix('{') {
                Some(list) => {
                    let mut depth = 0;
                    let mut start = true;
                    for (place, c) in list.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => start = true,
                            c if start && c.is_alphanumeric() => {
                                names.insert(word(&list[place..]));
                                start = false;
                            }
                            _ => {}
                        }
                    }
                }
                None => {
                    names.insert(word(rest));
                }
            }
        }
        names
    }

    fn room(&self) -> &str {
        self.path.split('/').next().unwrap()
    }
}

#[test]
fn capabilities_know_only_those_before_them_and_storage_knows_none() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let imports = source.imports();
        let place = CAPABILITIES.iter().position(|capability| source.room() == *capability);
        let forbidden: &[&str] = match (source.room(), place) {
            ("storage", _) => &CAPABILITIES,
            (_, Some(place)) => &CAPABILITIES[place + 1..],
            ("cli" | "demo" | "main.rs" | "lib.rs", None) => &[],
            // What everybody uses uses nobody.
            _ => &["access", "directory", "reporting", "consolidation", "api", "storage"],
        };
        let outer: &[&str] = if matches!(source.room(), "cli" | "main.rs" | "lib.rs") { &[] } else { &["cli", "demo"] };
        for name in forbidden.iter().chain(outer.iter().filter(|outer| **outer != source.room())) {
            if imports.contains(*name) {
                wrong.push(format!("src/{} imports crate::{name}", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn imports_and_names_are_found_where_they_stand() {
    let source = |text: &str| Source { path: "x.rs".into(), line_count: 1, code: vec![text.to_owned()] };
    let names = |text: &str| source(text).imports().into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::access::{Desk, Scope};"), ["access"]);
    assert_eq!(names("use crate::{access::{Desk, Scope}, clock, directory};"), ["access", "clock", "directory"]);
    assert_eq!(names("fn f(x: &mut crate::storage::AnyConnection) {}"), ["storage"]);
    assert_eq!(source("let x = dieselengine;").lines_with("diesel"), Vec::<String>::new());
    assert_eq!(source("use diesel::prelude::*;").lines_with("diesel").len(), 1);
}

#[test]
fn each_library_is_named_only_where_it_belongs() {
    let is_store = |path: &str| path.starts_with("storage/") || path.ends_with("/store.rs") || path.contains("/store/");
    let belongs = |library: &str, path: &str| match library {
        "diesel" | "diesel_migrations" => is_store(path),
        "actix_web" | "async_graphql" | "async_graphql_value" | "utoipa" => path.starts_with("api/"),
        // Requests made elsewhere hand the same cryptography to rustls.
        "aws_lc_rs" => path.starts_with("access/") || path == "outgoing.rs",
        "rustls" | "rustls_native_certs" => path.starts_with("cli/") || path == "outgoing.rs",
        "ureq" => path.starts_with("cli/") || path == "outgoing.rs" || path == "access/oidc/http.rs",
        "argon2" => path == "access/password.rs",
        "jsonwebtoken" | "aes_siv" => path.starts_with("access/"),
        _ => path.starts_with("cli/"),
    };
    let libraries = [
        "diesel",
        "diesel_migrations",
        "actix_web",
        "async_graphql",
        "async_graphql_value",
        "utoipa",
        "jsonwebtoken",
        "aws_lc_rs",
        "aes_siv",
        "argon2",
        "clap",
        "indicatif",
        "comfy_table",
        "tracing_subscriber",
        "ureq",
        "rustls",
        "rustls_native_certs",
    ];
    let sources = sources("src");
    for library in libraries {
        let named: Vec<&Source> = sources.iter().filter(|source| !source.lines_with(library).is_empty()).collect();
        assert!(!named.is_empty(), "{library} is used nowhere: the list above is old");
        let strays = named.iter().filter(|source| !belongs(library, &source.path));
        let strays: Vec<String> = strays.flat_map(|source| source.lines_with(library)).collect();
        assert_eq!(strays, Vec::<String>::new(), "{library}");
    }
}

/// Transactions that work for nobody, each with its reason: on PostgreSQL they see nothing that belongs to anybody.
const FOR_NOBODY: &[(&str, &str)] = &[
    ("reporting/operations/rotate.rs", "the one row that names the deployment key belongs to nobody"),
    ("access/recognition.rs", "the one row that holds the epoch belongs to nobody"),
    ("api/rest/health.rs", "the journal's head belongs to nobody"),
    ("api/edge/operations.rs", "the journal's head belongs to nobody"),
];

#[test]
fn every_transaction_says_for_whom_it_works() {
    let verbs = ["read", "look", "glance", "write", "write_alone", "rehearse", "rehearse_alone"];
    let is_for_nobody = |line: &String| verbs.iter().any(|verb| line.contains(&format!("desk.store.{verb}(")));
    let found: Vec<(String, Vec<String>)> = sources("src")
        .into_iter()
        .map(|source| (source.path.clone(), source.lines_with("store").into_iter().filter(is_for_nobody).collect()))
        .filter(|(_, lines): &(String, Vec<String>)| !lines.is_empty())
        .collect();
    let strays: Vec<&String> = found
        .iter()
        .filter(|(path, _)| FOR_NOBODY.iter().all(|(known, _)| known != path))
        .flat_map(|(_, lines)| lines)
        .collect();
    assert_eq!(strays, Vec::<&String>::new(), "use `Desk::read`, `Desk::write` or `Desk::store_for`");
    assert_eq!(found.len(), FOR_NOBODY.len(), "the list above is old: {found:?}");
}

#[test]
fn nothing_is_unsafe_unfinished_or_ignored_without_a_reason() {
    let mut wrong = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests")).filter(|source| source.path != "suite/walls.rs") {
        for word in ["todo!", "unimplemented!", "dbg!"] {
            wrong.extend(source.lines_with(word.trim_end_matches('!')).into_iter().filter(|line| line.contains(word)));
        }
        wrong.extend(source.lines_with("unsafe"));
        wrong.extend(source.lines_with("ignore").into_iter().filter(|line| line.contains("#[ignore]")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_source_file_is_longer_than_can_be_read_at_once() {
    let long: Vec<String> = sources("src")
        .into_iter()
        .filter(|source| source.line_count > LONGEST_FILE)
        .filter(|source| LONGER_FILES.iter().all(|(path, _)| *path != source.path))
        .map(|source| format!("src/{}: {} lines", source.path, source.line_count))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn the_schema_in_the_repository_is_the_one_served() {
    let kept = std::fs::read_to_string(root().join("schema.graphql")).unwrap();
    assert!(kept == schema::sdl(), "schema.graphql is old: run `faisceau schema > schema.graphql`");
}

#[test]
fn the_openapi_document_in_the_repository_is_the_one_served() {
    let kept = std::fs::read_to_string(root().join("docs/openapi.json")).unwrap_or_default();
    assert!(kept == documents::openapi_text(), "docs/openapi.json is old: run `faisceau openapi > docs/openapi.json`");
}

#[test]
fn everything_in_the_schema_has_a_description() {
    let query = "{ __schema { types { name description kind \
        fields(includeDeprecated: true) { name description args { name description } } \
        inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }";
    let introspected = data_of(schema::build().execute(query));
    let types = introspected["__schema"]["types"].as_array().unwrap();
    assert!(types.len() > 50);
    // The language's own scalar, and Relay's connections, to which the library lets nobody give a text.
    let given = |name: &str| name == "ID" || (name.ends_with("Connection") && !name.contains('.'));
    let mut silent = Vec::new();
    let mut look = |what: String, described: &serde_json::Value| {
        let described = described["description"].as_str().is_some_and(|text| !text.trim().is_empty());
        if !described && !given(&what) {
            silent.push(what);
        }
    };
    for of in types.iter().filter(|of| !of["name"].as_str().unwrap().starts_with("__")) {
        let name = of["name"].as_str().unwrap();
        look(name.to_owned(), of);
        for list in ["fields", "inputFields", "enumValues"] {
            for part in of[list].as_array().into_iter().flatten() {
                let part_name = format!("{name}.{}", part["name"].as_str().unwrap());
                look(part_name.clone(), part);
                for argument in part["args"].as_array().into_iter().flatten() {
                    look(format!("{part_name}({}:)", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

/// Waits for an introspection, which needs nothing of a request.
fn data_of(asked: impl Future<Output = async_graphql::Response>) -> serde_json::Value {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(asked);
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}
