//! Whoever is not known, lies about it, or belongs elsewhere: every operation and every route, one by one.

use std::collections::BTreeSet;

use faisceau::api::routes::{Entry, ROUTES};
use serde_json::{Value, json};

use crate::support::World;
use crate::support::cast::{compared, ids, missing, peopled, secrets_of_beta, told};
use crate::support::dump::dump;
use crate::support::forge::Forger;
use crate::support::operations::{ACTS, Ids, OPEN, PLAIN, READS, all};
use crate::support::raw::{bearer, graphql, request};

/// A request for every route, and the status that a stranger gets.
pub const VISITS: &[(&str, &str, &str, u16)] = &[
    ("GET", "/", "/", 200),
    ("GET", "/health", "/health", 200),
    ("GET", "/openapi.json", "/openapi.json", 200),
    ("GET", "/schema.graphql", "/schema.graphql", 200),
    ("GET", "/docs/errors", "/docs/errors", 200),
    ("GET", "/docs/rules", "/docs/rules", 200),
    ("GET", "/docs/code-lists", "/docs/code-lists", 200),
    ("GET", "/docs/fields", "/docs/fields", 200),
    ("GET", "/docs/indicators", "/docs/indicators", 200),
    ("GET", "/playground", "/playground", 200),
    ("GET", "/playground/examples.json", "/playground/examples.json", 200),
    ("GET", "/playground/{asset}", "/playground/graphiql.min.js", 200),
    ("POST", "/oauth/token", "/oauth/token", 400),
    ("POST", "/oauth/introspect", "/oauth/introspect", 400),
    ("POST", "/oauth/revoke", "/oauth/revoke", 400),
    ("GET", "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server", 200),
    ("GET", "/.well-known/jwks.json", "/.well-known/jwks.json", 200),
    ("GET", "/sign-in", "/sign-in", 200),
    ("POST", "/sign-in", "/sign-in", 415),
    ("GET", "/sign-in/provider", "/sign-in/provider", 404),
    ("GET", "/sign-in/callback", "/sign-in/callback?code=x&state=y", 404),
    ("POST", "/sign-out", "/sign-out", 401),
    ("GET", "/session", "/session", 401),
    ("GET", "/graphql", "/graphql?query=%7Bprogrammes%7Bid%7D%7D", 200),
    ("POST", "/graphql", "/graphql", 415),
    ("GET", "/v1/clients", "/v1/clients", 401),
    ("POST", "/v1/clients", "/v1/clients", 401),
    ("GET", "/v1/clients/{client}", "/v1/clients/analyst", 401),
    ("PATCH", "/v1/clients/{client}", "/v1/clients/analyst", 401),
    ("POST", "/v1/clients/{client}/suspension", "/v1/clients/analyst/suspension", 401),
    ("POST", "/v1/clients/{client}/resumption", "/v1/clients/analyst/resumption", 401),
    ("POST", "/v1/clients/{client}/revocation", "/v1/clients/analyst/revocation", 401),
    ("POST", "/v1/clients/{client}/secrets", "/v1/clients/analyst/secrets", 401),
    ("POST", "/v1/clients/{client}/keys", "/v1/clients/analyst/keys", 401),
    ("POST", "/v1/clients/{client}/credentials/{credential}/end", "/v1/clients/analyst/credentials/secret-1/end", 401),
    ("GET", "/v1/accounts", "/v1/accounts", 401),
    ("POST", "/v1/accounts", "/v1/accounts", 401),
    ("GET", "/v1/accounts/{account}", "/v1/accounts/acc_1", 401),
    ("PATCH", "/v1/accounts/{account}", "/v1/accounts/acc_1", 401),
    ("POST", "/v1/accounts/{account}/suspension", "/v1/accounts/acc_1/suspension", 401),
    ("POST", "/v1/accounts/{account}/resumption", "/v1/accounts/acc_1/resumption", 401),
    ("POST", "/v1/accounts/{account}/password", "/v1/accounts/acc_1/password", 401),
    ("POST", "/v1/accounts/{account}/sessions/end", "/v1/accounts/acc_1/sessions/end", 401),
    ("GET", "/v1/code-lists", "/v1/code-lists", 200),
    ("GET", "/v1/code-lists/{code}", "/v1/code-lists/REGION.csv", 200),
    ("GET", "/v1/fields", "/v1/fields", 200),
    ("GET", "/v1/templates/{file}", "/v1/templates/modele.xlsx", 200),
    ("GET", "/v1/programmes/{code}/table", "/v1/programmes/TEST/table", 401),
    ("GET", "/v1/programmes/{code}/totals", "/v1/programmes/TEST/totals", 401),
    ("GET", "/v1/programmes/{programme}/definitions", "/v1/programmes/TEST/definitions", 401),
    ("POST", "/v1/programmes/{programme}/definitions", "/v1/programmes/TEST/definitions", 401),
    ("GET", "/v1/programmes/{programme}/definitions/{definition}", "/v1/programmes/TEST/definitions/V1", 401),
    (
        "GET",
        "/v1/programmes/{code}/figures/{indicator}/explanation",
        "/v1/programmes/TEST/figures/SUPPORTED/explanation",
        401,
    ),
    (
        "GET",
        "/v1/programmes/{code}/figures/{indicator}/changes",
        "/v1/programmes/TEST/figures/SUPPORTED/changes?since=1",
        401,
    ),
    ("GET", "/v1/programmes", "/v1/programmes", 401),
    ("POST", "/v1/programmes", "/v1/programmes", 401),
    ("GET", "/v1/programmes/{programme}", "/v1/programmes/TEST", 401),
    ("PATCH", "/v1/programmes/{programme}", "/v1/programmes/TEST", 401),
    ("GET", "/v1/programmes/{programme}/calls", "/v1/programmes/TEST/calls", 401),
    ("POST", "/v1/programmes/{programme}/calls", "/v1/programmes/TEST/calls", 401),
    ("GET", "/v1/programmes/{programme}/periods", "/v1/programmes/TEST/periods", 401),
    ("POST", "/v1/programmes/{programme}/periods", "/v1/programmes/TEST/periods", 401),
    ("PATCH", "/v1/programmes/{programme}/periods/{period}", "/v1/programmes/TEST/periods/2023-Q1", 401),
    ("GET", "/v1/organisations", "/v1/organisations", 401),
    ("POST", "/v1/organisations", "/v1/organisations", 401),
    ("GET", "/v1/organisations/{organisation}", "/v1/organisations/org_1", 401),
    ("PATCH", "/v1/organisations/{organisation}", "/v1/organisations/org_1", 401),
    ("GET", "/v1/projects", "/v1/projects", 401),
    ("POST", "/v1/projects", "/v1/projects", 401),
    ("GET", "/v1/projects/{project}", "/v1/projects/prj_1", 401),
    ("GET", "/v1/projects/{project}/amendments", "/v1/projects/prj_1/amendments", 401),
    ("POST", "/v1/projects/{project}/amendments", "/v1/projects/prj_1/amendments", 401),
    ("GET", "/v1/projects/{project}/transfers", "/v1/projects/prj_1/transfers", 401),
    ("POST", "/v1/projects/{project}/transfer", "/v1/projects/prj_1/transfer", 401),
    ("GET", "/v1/projects/{project}/payments", "/v1/projects/prj_1/payments", 401),
    ("POST", "/v1/projects/{project}/payments", "/v1/projects/prj_1/payments", 401),
    (
        "POST",
        "/v1/projects/{project}/payments/{payment}/cancellation",
        "/v1/projects/prj_1/payments/pay_1/cancellation",
        401,
    ),
    ("GET", "/v1/projects/{project}/targets", "/v1/projects/prj_1/targets", 401),
    ("PUT", "/v1/projects/{project}/targets/{indicator}", "/v1/projects/prj_1/targets/SUPPORTED", 401),
    ("PUT", "/v1/projects/{project}/targets/{indicator}/{period}", "/v1/projects/prj_1/targets/SUPPORTED/2023-Q1", 401),
    ("POST", "/v1/directory", "/v1/directory", 401),
    (
        "POST",
        "/v1/projects/{project}/reports/{period}/submissions",
        "/v1/projects/prj_1/reports/2023-Q1/submissions",
        401,
    ),
    (
        "POST",
        "/v1/projects/{project}/reports/{period}/extensions",
        "/v1/projects/prj_1/reports/2023-Q1/extensions",
        401,
    ),
    ("GET", "/v1/reports/{report}", "/v1/reports/rep_1", 401),
    ("GET", "/v1/reports/{report}/return-reasons", "/v1/reports/rep_1/return-reasons", 401),
    ("POST", "/v1/reports/{report}/certification", "/v1/reports/rep_1/certification", 401),
    ("POST", "/v1/reports/{report}/recall", "/v1/reports/rep_1/recall", 401),
    ("POST", "/v1/reports/{report}/review", "/v1/reports/rep_1/review", 401),
    ("POST", "/v1/reports/{report}/return", "/v1/reports/rep_1/return", 401),
    ("POST", "/v1/reports/{report}/approval", "/v1/reports/rep_1/approval", 401),
    ("POST", "/v1/reports/{report}/reopening", "/v1/reports/rep_1/reopening", 401),
    ("POST", "/v1/reports/{report}/annulment", "/v1/reports/rep_1/annulment", 401),
    ("GET", "/v1/jobs/{job}", "/v1/jobs/job_1", 401),
    ("POST", "/v1/jobs/{job}/cancellation", "/v1/jobs/job_1/cancellation", 401),
    ("GET", "/v1/programmes/{code}/obligations", "/v1/programmes/TEST/obligations?period=2023-Q1", 401),
    ("GET", "/v1/programmes/{code}/review-queue", "/v1/programmes/TEST/review-queue", 401),
    ("GET", "/v1/projects/{id}/obligations", "/v1/projects/prj_1/obligations", 401),
    ("GET", "/v1/projects/{id}/differences", "/v1/projects/prj_1/differences?from=1&to=1", 401),
    ("GET", "/v1/projects/{project}/waivers", "/v1/projects/prj_1/waivers", 401),
    ("POST", "/v1/projects/{project}/waivers", "/v1/projects/prj_1/waivers", 401),
    ("POST", "/v1/projects/{project}/waivers/{waiver}/revocation", "/v1/projects/prj_1/waivers/wvr_1/revocation", 401),
    ("GET", "/v1/versions/{id}/findings", "/v1/versions/ver_1/findings", 401),
    ("GET", "/v1/versions/{id}/overlaps", "/v1/versions/ver_1/overlaps", 401),
    ("GET", "/v1/changes", "/v1/changes", 401),
    ("GET", "/v1/closings", "/v1/closings", 200),
    ("GET", "/v1/closings/{closing}", "/v1/closings/cls_1", 404),
    ("GET", "/v1/closings/{closing}/content", "/v1/closings/cls_1/content", 404),
    ("GET", "/v1/closings/{closing}/signature", "/v1/closings/cls_1/signature", 404),
    ("GET", "/v1/closings/{closing}/tables/{table}", "/v1/closings/cls_1/tables/PERSONS", 404),
    ("GET", "/v1/closings/{closing}/changes", "/v1/closings/cls_1/changes", 404),
    ("POST", "/v1/programmes/{programme}/closings", "/v1/programmes/TEST/closings", 401),
    ("POST", "/v1/closings/{closing}/review", "/v1/closings/cls_1/review", 401),
    ("POST", "/v1/closings/{closing}/publication", "/v1/closings/cls_1/publication", 401),
    ("POST", "/v1/closings/{closing}/cancellation", "/v1/closings/cls_1/cancellation", 401),
];

#[test]
fn every_operation_and_every_edge_has_a_row() {
    let world = World::empty();
    let query = "{ __schema { queryType { fields { name } } mutationType { fields { name } } \
        types { kind name fields { name type { ...T } } } } } \
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let schema = graphql(&world.url, "", query, &json!({})).json()["data"]["__schema"].clone();
    let names = |fields: &Value| -> BTreeSet<String> {
        fields.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut expected = names(&schema["queryType"]["fields"]);
    expected.extend(names(&schema["mutationType"]["fields"]));
    for (type_name, row) in
        [("Programme", "programme"), ("Project", "project"), ("Report", "report"), ("ReportVersion", "version")]
    {
        let found = schema["types"].as_array().unwrap().iter().find(|found| found["name"] == type_name).unwrap();
        for field in found["fields"].as_array().unwrap() {
            let mut leaf = &field["type"];
            while !leaf["ofType"].is_null() {
                leaf = &leaf["ofType"];
            }
            if leaf["kind"] == "OBJECT" {
                expected.insert(format!("{row}.{}", field["name"].as_str().unwrap()));
            }
        }
    }
    let rows = all().chain(OPEN).map(|(name, _)| name.split(' ').next().unwrap()).chain(PLAIN.iter().copied());
    let rows: BTreeSet<String> = rows.map(str::to_owned).collect();
    let without: Vec<_> = expected.difference(&rows).collect();
    assert!(expected.len() > 35 && without.is_empty(), "no row in support/operations.rs for {without:?}");
}

#[test]
fn every_route_is_visited_as_a_stranger_and_with_a_token_that_does_not_hold() {
    let world = World::with_projects();
    let routes: Vec<_> = ROUTES.iter().map(|(method, path, _)| (method.as_str(), *path)).collect();
    let visits: Vec<_> = VISITS.iter().map(|(method, path, _, _)| (*method, *path)).collect();
    assert_eq!(routes, visits, "every route needs a visit here, in the order of the table");
    for ((method, _, target, status), (_, _, entry)) in VISITS.iter().zip(ROUTES) {
        let start = format!("{method} {target}");
        let stranger = request(&world.url, &start, "", b"");
        assert_eq!(stranger.status, *status, "{start}: {}", stranger.text());
        let liar = request(&world.url, &start, "Authorization: Bearer x.y.z\r\n", b"");
        let expected = if *entry == Entry::Open { *status } else { 401 };
        assert_eq!(liar.status, expected, "{start} with a token that does not hold");
        assert!(*status != 401 || stranger.head.contains("www-authenticate: Bearer"), "{}", stranger.head);
    }
}

#[test]
fn without_a_token_no_operation_tells_or_does_anything() {
    let world = peopled();
    let (ids, before, secrets) = (ids(&world, "BETA"), dump(&world.database), secrets_of_beta(&world));
    for (name, document) in all() {
        let (document, variables) = document(&ids);
        let answered = graphql(&world.url, "", &document, &variables);
        let body = answered.json();
        let codes: Vec<_> = body["errors"].as_array().into_iter().flatten().collect();
        assert!(
            !codes.is_empty() && codes.iter().all(|e| e["extensions"]["code"] == "UNAUTHENTICATED"),
            "{name}: {body}"
        );
        let nothing = body["data"].as_object().is_none_or(|data| data.values().all(Value::is_null));
        assert!(answered.status == 200 && nothing, "{name}: {body}");
        assert_eq!(told(&answered, &secrets, &[]), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(dump(&world.database), before);
}

#[test]
fn a_token_that_does_not_hold_opens_no_operation() {
    let world = peopled();
    let (ids, before) = (ids(&world, "BETA"), dump(&world.database));
    // One lie of each sort; `forgeries` tells all of them, to every route.
    let forger = Forger::of(&world);
    let lies = forger.lies(&world.caller("partner-beta").token());
    for (lie, headers) in lies.iter().step_by(9) {
        for (name, document) in all().chain(OPEN) {
            let (document, variables) = document(&ids);
            let refused = graphql(&world.url, headers, &document, &variables);
            assert_eq!((refused.status, refused.code().as_str()), (401, "UNAUTHENTICATED"), "{name} with {lie}");
            assert!(refused.json().get("data").is_none(), "{name} with {lie}: {}", refused.text());
        }
    }
    assert_eq!(dump(&world.database), before);
}

#[test]
fn what_is_foreign_and_what_is_missing_are_alike_and_tell_nothing() {
    let world = peopled();
    let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let missing = missing(&own.programme);
    let (secrets, before) = (secrets_of_beta(&world), dump(&world.database));
    let sent = [&foreign.organisation, &foreign.project, &foreign.report, &foreign.version].map(String::as_str);
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let (mut wrong, mut seen_by_its_owner) = (Vec::new(), 0);
    for (name, document) in all() {
        let [of_own, of_foreign, of_missing] = [&own, &foreign, &missing].map(|ids| {
            let (document, variables) = document(ids);
            graphql(&world.url, &token, &document, &variables)
        });
        if compared(&of_foreign, &foreign) != compared(&of_missing, &missing) {
            wrong.push(format!("{name}\n  foreign {}\n  missing {}", of_foreign.text(), of_missing.text()));
        }
        for (answered, may_name) in [(&of_own, &[][..]), (&of_foreign, &[][..]), (&of_missing, &[][..])] {
            let told = told(answered, &secrets, may_name);
            if !told.is_empty() {
                wrong.push(format!("{name} tells {told:?}: {}", answered.text()));
            }
        }
        let (document, variables) = document(&foreign);
        let owner = bearer(Some(&world.caller("partner-beta").token()));
        let by_its_owner = graphql(&world.url, &owner, &document, &variables);
        seen_by_its_owner += usize::from(!told(&by_its_owner, &secrets, &sent).is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen_by_its_owner > 15,
        "the same documents tell their owner {seen_by_its_owner} times: too few to prove much"
    );
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn what_is_foreign_and_what_is_missing_are_alike_over_rest_too() {
    let world = peopled();
    let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let missing = missing(&own.programme);
    let (secrets, before) = (secrets_of_beta(&world), dump(&world.database));
    let sent = [&foreign.organisation, &foreign.project, &foreign.report, &foreign.version].map(String::as_str);
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let owner = bearer(Some(&world.caller("partner-beta").token()));
    let (mut wrong, mut seen_by_its_owner) = (Vec::new(), 0);
    for (name, path) in READS {
        let get = |ids: &Ids, token: &str| request(&world.url, &format!("GET {}", path(ids)), token, b"");
        let (of_foreign, of_missing) = (get(&foreign, &token), get(&missing, &token));
        if compared(&of_foreign, &foreign) != compared(&of_missing, &missing) {
            wrong.push(format!("{name}\n  foreign {}\n  missing {}", of_foreign.text(), of_missing.text()));
        }
        for answered in [&get(&own, &token), &of_foreign, &of_missing] {
            let told = told(answered, &secrets, &[]);
            if !told.is_empty() {
                wrong.push(format!("{name} tells {told:?}: {}", answered.text()));
            }
        }
        seen_by_its_owner += usize::from(!told(&get(&foreign, &owner), &secrets, &sent[..1]).is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen_by_its_owner > 2, "the same routes tell their owner {seen_by_its_owner} times: too few to prove much");
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn nobody_does_anything_with_reports_of_others_over_rest() {
    let world = peopled();
    let foreign = ids(&world, "BETA");
    let missing = missing(&foreign.programme);
    let (secrets, before) = (secrets_of_beta(&world), dump(&world.database));
    // An officer reaches every project; so it is partners that some of these routes are closed to, whatever they name.
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    for (name, act) in ACTS {
        let send = |ids: &Ids| {
            let (path, body) = act(ids);
            let headers = format!("{token}Content-Type: application/json\r\n");
            request(&world.url, &format!("POST {path}"), &headers, body.to_string().as_bytes())
        };
        let (of_foreign, of_missing) = (send(&foreign), send(&missing));
        assert!([403, 404].contains(&of_foreign.status), "{name}: {}", of_foreign.text());
        assert_eq!(compared(&of_foreign, &foreign), compared(&of_missing, &missing), "{name}");
        assert_eq!(told(&of_foreign, &secrets, &[]), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn what_belongs_to_others_is_not_in_figures_either() {
    let world = peopled();
    let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let missing = missing(&own.programme);
    let partner = bearer(Some(&world.caller("partner-alpha").token()));
    let ask = |filter: Value| {
        let document = "query Ask($filter: FilterInput) { programme(code: \"TEST\") { consolidation(filter: $filter) \
            { figures(indicators: [\"SUPPORTED\", \"PROJECTS\"]) { numerator } coverage { expected } \
              contributions(indicator: \"SUPPORTED\") { nodes { project { code } } } } } }";
        graphql(&world.url, &partner, document, &json!({ "filter": filter }))
    };
    for others in [&foreign, &missing] {
        for projects in [json!([others.project]), json!([own.project, others.project])] {
            let refused = ask(json!({ "projects": projects }));
            assert_eq!(refused.code(), "NOT_FOUND", "{}", refused.text());
            assert!(refused.json()["data"]["programme"].is_null(), "{}", refused.text());
        }
    }
    for filter in
        [json!(null), json!({}), json!({ "projects": [] }), json!({ "regions": ["93"] }), json!({ "sexes": ["F"] })]
    {
        assert_eq!(ask(filter.clone()).code(), "FORBIDDEN", "{filter}");
    }
    let figures = ask(json!({ "projects": [own.project] })).json()["data"]["programme"]["consolidation"].clone();
    assert_eq!(figures["coverage"]["expected"], 1, "{figures}");
    assert_eq!(figures["contributions"]["nodes"], json!([{ "project": { "code": "ALPHA" } }]));
    let elsewhere = ask(json!({ "projects": [own.project], "regions": ["93"] }));
    assert!(!elsewhere.text().contains("BETA"), "{}", elsewhere.text());
    for code in ["TEST", "NOWHERE"] {
        let totals = request(&world.url, &format!("GET /v1/programmes/{code}/totals"), &partner, b"");
        assert_eq!((totals.status, totals.code().as_str()), (403, "FORBIDDEN"), "{code}");
    }
}

#[test]
fn cursors_of_others_open_nothing() {
    let world = peopled();
    let (secrets, partner) = (secrets_of_beta(&world), bearer(Some(&world.caller("partner-alpha").token())));
    let missing = missing(&ids(&world, "ALPHA").programme);
    let before = |id: &str| id[..id.len() - 1].to_owned();
    let beta = ids(&world, "BETA");
    for (list, foreign, absent) in [
        ("organisations", beta.organisation, missing.organisation),
        ("projects", beta.project, missing.project),
        ("reports", beta.report, missing.report),
    ] {
        // After the foreign item, just before it, and after one that never was.
        let pages = [foreign.clone(), before(&foreign), absent].map(|key| {
            let cursor = data_encoding::BASE64URL_NOPAD.encode(key.as_bytes());
            let document = format!(
                "{{ {list}(first: 1, after: \"{cursor}\") {{ nodes {{ id }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} }} }}"
            );
            graphql(&world.url, &partner, &document, &json!({}))
        });
        for page in &pages {
            assert_eq!(told(page, &secrets, &[]), Vec::<&str>::new(), "{list}");
            assert_eq!(page.text(), pages[2].text(), "{list}");
            assert_eq!(page.json()["data"][list]["nodes"], json!([]), "{list}: {}", page.text());
        }
    }
}
