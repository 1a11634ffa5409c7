//! Every request that can be made, over the identifiers of somebody: from the list of GraphQL's operations, which is held
//! against the schema, and from the route table. A route whose parameters or body nothing here knows fails the test.

use faisceau::api::routes::{Entry, ROUTES};
use serde_json::{Value, json};

use crate::support::operations::{Ids, OPEN, Operation, all, programme_input, project_input};
use crate::support::statement::{present, submission};

/// A request to be made.
pub struct Asked {
    /// Method and target.
    pub start: String,
    /// What is sent, JSON or nothing.
    pub body: String,
}

/// A request, over the identifiers of whomever it will be about.
pub struct Request {
    pub name: String,
    pub entry: Entry,
    make: Make,
}

enum Make {
    Document(fn(&Ids) -> (String, Value)),
    Cursor(&'static str, fn(&Ids) -> &str),
    Route(&'static str, &'static str, &'static str),
}

impl Request {
    /// The request about somebody's things.
    pub fn about(&self, ids: &Ids) -> Asked {
        match &self.make {
            Make::Document(document) => {
                let (document, variables) = document(ids);
                asked_of_graphql(&document, &variables)
            }
            Make::Cursor(list, key) => {
                let cursor = data_encoding::BASE64URL_NOPAD.encode(key(ids).as_bytes());
                let document = format!("{{ {list}(first: 200, after: \"{cursor}\") {{ nodes {{ id }} }} }}");
                asked_of_graphql(&document, &json!({}))
            }
            Make::Route(method, path, query) => {
                let start = format!("{method} {}{}", filled(path, ids), filled(query, ids));
                let body = if *method == "GET" { String::new() } else { body(method, path, ids).to_string() };
                Asked { start, body }
            }
        }
    }
}

fn asked_of_graphql(document: &str, variables: &Value) -> Asked {
    let body = json!({ "query": document, "variables": variables }).to_string();
    Asked { start: "POST /graphql".to_owned(), body }
}

/// No identifiers at all, where identifiers are expected.
pub fn malformed() -> Ids {
    let [organisation, project, report, version] =
        ["org_'--", "prj_%00", "rep_☃", "ver_"].map(|text| text.replace('%', "%25").replace('☃', "%E2%98%83"));
    Ids { programme: "prg_x".to_owned(), organisation, project, project_code: "A B".to_owned(), report, version }
}

/// What is asked of some routes beyond their path: filters, cuts and formats.
const QUERIES: &[(&str, &[&str])] = &[
    (
        "/v1/programmes/{code}/table",
        &[
            "?groupBy=REGION",
            "?groupBy=REGION&projects={project}",
            "?groupBy=PROJECT&organisations={organisation}",
            "?groupBy=SEX&projects={project}&format=csv",
            "?groupBy=REGION&format=csv-fr",
            "?groupBy=REGION&format=xlsx",
            "?groupBy=REGION&format=ndjson",
        ],
    ),
    ("/v1/programmes/{code}/totals", &["", "?format=ndjson"]),
    ("/v1/programmes/{code}/figures/{indicator}/explanation", &["", "?project={project}"]),
    ("/v1/programmes/{code}/figures/{indicator}/changes", &["?since=12", "?since=12&project={project}"]),
    ("/v1/programmes/{code}/obligations", &["?period=2023-Q1&first=200"]),
    ("/v1/projects/{id}/differences", &["?from=1&to=1"]),
    ("/v1/changes", &["?first=200", "?first=200&after={project}"]),
];

/// Lists whose cursors are the keys of their items.
const CURSORS: &[(&str, fn(&Ids) -> &str)] =
    &[("organisations", |ids| &ids.organisation), ("projects", |ids| &ids.project), ("reports", |ids| &ids.report)];

/// Every request.
pub fn every_request() -> Vec<Request> {
    let document = |entry| {
        move |(name, make): &Operation| Request { name: format!("graphql {name}"), entry, make: Make::Document(*make) }
    };
    let mut requests: Vec<Request> = all().map(document(Entry::Token)).collect();
    requests.extend(OPEN.iter().map(document(Entry::PerField)));
    requests.extend(CURSORS.iter().map(|(list, key)| {
        let make = Make::Cursor(list, *key);
        Request { name: format!("graphql {list} after a cursor"), entry: Entry::Token, make }
    }));
    for (method, path, entry) in ROUTES.iter().filter(|(_, path, _)| path.starts_with("/v1/")) {
        let known = QUERIES.iter().find(|(known, _)| known == path);
        for query in known.map_or(&[""][..], |(_, queries)| queries) {
            let make = Make::Route(method.as_str(), path, query);
            requests.push(Request { name: format!("{method} {path}{query}"), entry: *entry, make });
        }
    }
    requests
}

/// A path or query with somebody's identifiers in place of its parameters.
fn filled(template: &str, ids: &Ids) -> String {
    let mut text = template.to_owned();
    while let Some((before, rest)) = text.split_once('{') {
        let (parameter, after) = rest.split_once('}').expect("a closed parameter");
        let value = match parameter {
            "code" if template.starts_with("/v1/code-lists/") => "SEX",
            // Both open to whoever may read the directory.
            "code" | "programme" => "TEST",
            "project" => &ids.project,
            "id" if template.starts_with("/v1/projects/") => &ids.project,
            "id" if template.starts_with("/v1/versions/") => &ids.version,
            "report" => &ids.report,
            "organisation" => &ids.organisation,
            "period" => "2023-Q1",
            "indicator" => "SUPPORTED",
            "definition" => "V1",
            "table" => "PERSONS",
            "file" => "modele.xlsx",
            // Things of the service itself; nobody's.
            "client" => "nobody-here",
            "account" => "acc_00000000000000000000000000000000",
            "closing" => "cls_00000000000000000000000000000000",
            "job" => "job_00000000000000000000000000000000",
            "payment" => "pay_00000000000000000000000000000001",
            "waiver" => "wvr_00000000000000000000000000000000",
            "credential" => "secret-1",
            other => panic!("no value for the parameter {other} of {template}"),
        };
        text = format!("{before}{value}{after}");
    }
    text
}

/// What is sent to a route that does something: such that whoever may do it is told why it cannot be done, or that
/// nothing comes of it that others see.
fn body(method: &str, path: &str, ids: &Ids) -> Value {
    let reason = "Please.";
    match (method, path.trim_start_matches("/v1")) {
        ("POST", "/programmes") => programme_input("TEST"),
        ("POST", "/directory") => json!({ "programme": programme_input("TEST") }),
        ("POST", "/organisations") => json!({ "siret": "12345678901234", "name": "Another" }),
        ("POST", "/projects") => project_input("ALPHA", &ids.programme, &ids.organisation),
        ("POST", "/programmes/{programme}/calls") => json!({ "code": "CALL", "nameEn": "Wave", "nameFr": "Vague" }),
        ("POST", "/programmes/{programme}/periods") => json!({ "code": "2023-Q1", "dueOn": "2023-04-30" }),
        ("PATCH", "/programmes/{programme}/periods/{period}") => json!({ "dueOn": "2023-01-30" }),
        ("POST", "/programmes/{programme}/closings") => json!({ "name": "Figures", "position": "99999999" }),
        ("POST", "/programmes/{programme}/definitions") => json!({
            "code": "V1", "basedOn": "V1", "standing": false, "reason": reason, "nameEn": "Again", "nameFr": "Encore",
        }),
        ("POST", "/projects/{project}/amendments") => {
            json!({ "number": 99, "signedOn": "2023-06-01", "reason": reason })
        }
        ("POST", "/projects/{project}/payments") => json!({ "kind": "ADVANCE", "amount": "x", "paidOn": "2023-06-01" }),
        ("PUT", "/projects/{project}/targets/{indicator}" | "/projects/{project}/targets/{indicator}/{period}") => {
            json!({ "value": "x" })
        }
        ("POST", "/projects/{project}/transfer") => json!({ "lead": ids.organisation, "reason": reason }),
        ("POST", "/projects/{project}/waivers") => {
            json!({ "rule": "AGE_OUT_OF_RANGE", "reason": reason, "expiresOn": "2023-04-30" })
        }
        ("POST", "/projects/{project}/reports/{period}/extensions") => {
            json!({ "dueOn": "2023-04-30", "reason": reason })
        }
        ("POST", "/projects/{project}/reports/{period}/submissions") => {
            let mut body = submission("", "", 99, vec![present("X-1", "9903017499", "2023-02-01")]);
            let fields = body.as_object_mut().expect("an object");
            fields.remove("project");
            fields.remove("period");
            body
        }
        ("POST", "/reports/{report}/return" | "/reports/{report}/reopening" | "/reports/{report}/annulment") => {
            json!({ "version": 99, "reason": reason })
        }
        ("POST", path) if path.starts_with("/reports/") => json!({ "version": 99 }),
        ("POST", "/clients") => json!({ "name": "two words", "role": "ANALYST" }),
        ("POST", "/clients/{client}/keys") => json!({ "key": "x" }),
        ("POST", "/accounts") => json!({ "name": "two words", "role": "ANALYST" }),
        (
            "POST",
            "/projects/{project}/payments/{payment}/cancellation"
            | "/projects/{project}/waivers/{waiver}/revocation"
            | "/closings/{closing}/cancellation",
        ) => json!({ "reason": reason }),
        (
            "PATCH",
            "/programmes/{programme}" | "/organisations/{organisation}" | "/clients/{client}" | "/accounts/{account}",
        )
        | (
            "POST",
            "/clients/{client}/suspension"
            | "/clients/{client}/resumption"
            | "/clients/{client}/revocation"
            | "/clients/{client}/secrets"
            | "/clients/{client}/credentials/{credential}/end"
            | "/accounts/{account}/suspension"
            | "/accounts/{account}/resumption"
            | "/accounts/{account}/password"
            | "/accounts/{account}/sessions/end"
            | "/closings/{closing}/review"
            | "/closings/{closing}/publication"
            | "/jobs/{job}/cancellation",
        ) => json!({}),
        (method, path) => panic!("no body for {method} {path}"),
    }
}
