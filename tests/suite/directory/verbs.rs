//! Each verb through GraphQL, REST and the command line: the same stored thing.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{mutate, send, stored};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::world::some_siret;

/// A verb: its mutation, its REST route, what stands in that route's path, and what is sent.
struct Verb {
    mutation: &'static str,
    method: &'static str,
    path: String,
    place: Value,
    body: Value,
}

type Written = fn(&World) -> Verb;

fn alpha(world: &World) -> String {
    world.project("ALPHA").id.to_string()
}

/// Every verb, in an order in which each can be done.
const VERBS: &[Written] = &[
    |_| Verb {
        mutation: "programmeRegister",
        method: "POST",
        path: "/v1/programmes".to_owned(),
        place: json!({}),
        body: json!({
            "code": "NEW/1", "nameEn": "New", "nameFr": "Nouveau", "envelope": "5.50", "firstOn": "2024-01-01",
            "certification": true, "calls": [{ "code": "B", "nameEn": "b", "nameFr": "b" }],
            "periods": [{ "code": "2024-Q2", "dueOn": "2024-07-30" }, { "code": "2024-Q1", "dueOn": "2024-04-30" }],
        }),
    },
    |_| Verb {
        mutation: "programmeRevise",
        method: "PATCH",
        path: "/v1/programmes/NEW%2F1".to_owned(),
        place: json!({ "programme": "NEW/1" }),
        body: json!({ "nameFr": "Renommé", "envelope": "7.00", "disclosureThreshold": 11, "certification": false }),
    },
    |_| Verb {
        mutation: "callAdd",
        method: "POST",
        path: "/v1/programmes/NEW%2F1/calls".to_owned(),
        place: json!({ "programme": "NEW/1" }),
        body: json!({ "code": "A", "nameEn": "a", "nameFr": "à" }),
    },
    |_| Verb {
        mutation: "periodAdd",
        method: "POST",
        path: "/v1/programmes/TEST/periods".to_owned(),
        place: json!({ "programme": "TEST" }),
        body: json!({ "code": "2025-Q1", "dueOn": "2025-04-30" }),
    },
    |_| Verb {
        mutation: "periodReschedule",
        method: "PATCH",
        path: "/v1/programmes/TEST/periods/2024-Q1".to_owned(),
        place: json!({ "programme": "TEST", "period": "2024-Q1" }),
        body: json!({ "dueOn": "2024-05-31" }),
    },
    |_| Verb {
        mutation: "organisationRegister",
        method: "POST",
        path: "/v1/organisations".to_owned(),
        place: json!({}),
        body: json!({ "siret": some_siret(60).as_str(), "name": "Les toits" }),
    },
    |_| Verb {
        mutation: "organisationRevise",
        method: "PATCH",
        path: format!("/v1/organisations/{}", some_siret(60)),
        place: json!({ "organisation": some_siret(60).as_str() }),
        body: json!({ "name": "Les grands toits", "esus": true }),
    },
    |_| Verb {
        mutation: "projectRegister",
        method: "POST",
        path: "/v1/projects".to_owned(),
        place: json!({}),
        body: json!({
            "programme": "TEST", "code": "GAMMA", "title": "Third", "call": "CALL", "lead": some_siret(60).as_str(),
            "members": [{ "organisation": some_siret(1).as_str(), "role": "HOUSING" }], "department": "2A",
            "sector": "Roofs", "agreementFrom": "2023-01-01", "agreementTo": "2024-12-31", "targetParticipants": 3,
            "eligibleCost": "20.00", "grant": "10.00",
        }),
    },
    |world| Verb {
        mutation: "projectAmend",
        method: "POST",
        path: format!("/v1/projects/{}/amendments", alpha(world)),
        place: json!({ "project": alpha(world) }),
        body: json!({
            "number": 1, "signedOn": "2024-05-01", "reason": "Six more months.", "agreementTo": "2025-06-30",
            "members": [], "grant": "110000.00", "targetParticipants": 60, "title": "Longer", "department": "38",
        }),
    },
    |world| Verb {
        mutation: "projectTransfer",
        method: "POST",
        path: format!("/v1/projects/{}/transfer", world.project("BETA").id),
        place: json!({ "project": world.project("BETA").id }),
        body: json!({ "lead": some_siret(60).as_str(), "transferredOn": "2024-05-02", "reason": "It merged." }),
    },
    |world| Verb {
        mutation: "paymentRecord",
        method: "POST",
        path: format!("/v1/projects/{}/payments", alpha(world)),
        place: json!({ "project": alpha(world) }),
        body: json!({ "kind": "ADVANCE", "amount": "110000.00", "paidOn": "2024-05-15" }),
    },
    |world| {
        let payment = world.database.sql("SELECT id AS value FROM payments").remove(0);
        Verb {
            mutation: "paymentCancel",
            method: "POST",
            path: format!("/v1/projects/{}/payments/{payment}/cancellation", alpha(world)),
            place: json!({ "project": alpha(world), "payment": payment }),
            body: json!({ "reason": "Paid to another account." }),
        }
    },
    |world| Verb {
        mutation: "targetSet",
        method: "PUT",
        path: format!("/v1/projects/{}/targets/SUPPORTED", alpha(world)),
        place: json!({ "project": alpha(world), "indicator": "SUPPORTED" }),
        body: json!({ "value": "60" }),
    },
    |world| Verb {
        mutation: "targetSet",
        method: "PUT",
        path: format!("/v1/projects/{}/targets/SUPPORTED/2024-Q4", alpha(world)),
        place: json!({ "project": alpha(world), "indicator": "SUPPORTED", "period": "2024-Q4" }),
        body: json!({ "value": "12.5" }),
    },
];

impl Verb {
    /// What is sent, with what REST has in its path.
    fn whole(&self) -> Value {
        let mut whole = self.body.clone();
        whole.as_object_mut().unwrap().extend(self.place.as_object().unwrap().clone());
        whole
    }

    fn by_graphql(&self, world: &World, dry_run: bool) {
        let mut input = self.whole();
        input["dryRun"] = dry_run.into();
        let payload = mutate(&world.caller("officer-one"), self.mutation, "__typename", &input);
        assert_eq!(payload["userErrors"], json!([]), "{}", self.mutation);
    }

    fn by_rest(&self, world: &World, dry_run: bool) -> Value {
        let query = if dry_run { "?dryRun=true" } else { "" };
        let start = format!("{} {}{query}", self.method, self.path);
        let answered = send(world, &world.caller("officer-one"), &start, "", &self.body);
        let makes = !self.path.ends_with("cancellation") && !self.path.ends_with("transfer");
        let done = if self.method == "POST" && makes && !dry_run { 201 } else { 200 };
        assert_eq!(answered.status, done, "{start}: {}", answered.text());
        answered.json()
    }

    fn by_console(&self, world: &World, dry_run: bool) -> Value {
        let verb = self.mutation.replace(|c: char| c.is_ascii_uppercase(), "-$");
        let letters = self.mutation.chars().filter(char::is_ascii_uppercase).map(|c| c.to_ascii_lowercase());
        let verb = letters.fold(verb, |verb, letter| verb.replacen('$', &letter.to_string(), 1));
        let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
        command.args(["directory", &verb, "-", "--database-url", world.database.url(), "--keys"]);
        command.arg(world.database.keys()).args(dry_run.then_some("--dry-run"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(self.whole().to_string().as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{verb}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn each_verb_stores_the_same_through_every_door() {
    let [by_graphql, by_rest, by_console] = [(); 3].map(|()| World::with_projects());
    for verb in VERBS {
        verb(&by_graphql).by_graphql(&by_graphql, false);
        let answered = verb(&by_rest).by_rest(&by_rest, false);
        let printed = verb(&by_console).by_console(&by_console, false);
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&answered), names(&printed), "REST and the console answer the same resource");
        let expected = stored(&by_graphql);
        assert_eq!(stored(&by_rest), expected);
        assert_eq!(stored(&by_console), expected);
    }
    let journal = |world: &World| {
        world
            .database
            .sql("SELECT kind || ' at ' || position AS value FROM journal WHERE position > 6 ORDER BY position")
    };
    assert_eq!(journal(&by_graphql), journal(&by_rest));
    assert_eq!(journal(&by_graphql), journal(&by_console));
    assert_eq!(journal(&by_graphql).len(), VERBS.len(), "each change takes one position");
}

#[test]
fn a_dry_run_of_any_verb_stores_nothing() {
    let world = World::with_projects();
    for verb in VERBS {
        let verb = verb(&world);
        let before = dump(&world.database);
        verb.by_graphql(&world, true);
        verb.by_rest(&world, true);
        verb.by_console(&world, true);
        assert_eq!(dump(&world.database), before, "{}", verb.mutation);
        verb.by_rest(&world, false);
        assert_ne!(dump(&world.database), before, "{}", verb.mutation);
    }
}

#[test]
fn what_was_written_is_read_back() {
    let world = World::with_projects();
    for verb in VERBS {
        verb(&world).by_rest(&world, false);
    }
    let (officer, project) = (world.caller("officer-one"), alpha(&world));
    let found = |path: &str| {
        let answered = officer.get(path);
        assert_eq!(answered.status, 200, "{path}: {}", answered.text);
        answered.body
    };
    let programme = found("/v1/programmes/NEW%2F1");
    assert_eq!(
        (&programme["nameFr"], &programme["nameEn"], &programme["envelope"]["amount"], &programme["certification"]),
        (&json!("Renommé"), &json!("New"), &json!("7.00"), &json!(false))
    );
    assert_eq!(programme["calls"][0]["code"], "A");
    assert_eq!(programme["periods"][0]["code"], "2024-Q1");
    assert_eq!(found("/v1/programmes/NEW%2F1/calls")["items"].as_array().unwrap().len(), 2);
    assert_eq!(found("/v1/programmes/TEST/periods")["items"][4]["dueOn"], "2024-05-31");
    assert_eq!(found("/v1/programmes")["items"].as_array().unwrap().len(), 2);
    let organisation = found(&format!("/v1/organisations/{}", some_siret(60)));
    assert_eq!((&organisation["name"], &organisation["esus"]), (&json!("Les grands toits"), &json!(true)));
    let amended = found(&format!("/v1/projects/{project}"));
    assert_eq!(
        (&amended["title"], &amended["agreementTo"], &amended["members"], &amended["region"], &amended["sector"]),
        (&json!("Longer"), &json!("2025-06-30"), &json!([]), &json!("84"), &json!("Construction"))
    );
    let amendments = found(&format!("/v1/projects/{project}/amendments"));
    assert_eq!(amendments["items"], json!([{ "number": 1, "signedOn": "2024-05-01", "reason": "Six more months." }]));
    let payments = found(&format!("/v1/projects/{project}/payments"));
    assert_eq!(payments["items"][0]["cancellationReason"], "Paid to another account.");
    assert_eq!(payments["items"][0]["amount"], json!({ "amount": "110000.00", "currency": "EUR" }));
    assert_eq!(
        found(&format!("/v1/projects/{project}/targets"))["items"],
        json!([{ "indicator": "SUPPORTED", "value": "60.00" },
            { "indicator": "SUPPORTED", "period": "2024-Q4", "value": "12.50" }])
    );
    let document = "query ($id: ID!) { project(id: $id) { amendments { number } payments { kind cancelled } \
        targets { indicator { code } period value } programme { certification } } }";
    assert_eq!(
        officer.ask(document, json!({ "id": project }))["project"],
        json!({
            "amendments": [{ "number": 1 }], "payments": [{ "kind": "ADVANCE", "cancelled": true }],
            "targets": [{ "indicator": { "code": "SUPPORTED" }, "period": null, "value": "60.00" },
                { "indicator": { "code": "SUPPORTED" }, "period": "2024-Q4", "value": "12.50" }],
            "programme": { "certification": false },
        })
    );
}

#[test]
fn lists_are_paged_with_the_cursors_of_graphql() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let first = officer.get("/v1/projects?first=1").body;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["items"][0]["code"]), (1, &json!("ALPHA")));
    let cursor = first["next"].as_str().unwrap();
    let second = officer.get(&format!("/v1/projects?first=1&after={cursor}")).body;
    assert_eq!((&second["items"][0]["code"], &second["next"]), (&json!("BETA"), &Value::Null));
    let document = "query ($after: String) { projects(first: 1, after: $after) { nodes { code } } }";
    assert_eq!(officer.ask(document, json!({ "after": cursor }))["projects"]["nodes"][0]["code"], "BETA");
    assert_eq!(officer.get("/v1/organisations").body["items"].as_array().unwrap().len(), 3);
    for path in ["/v1/projects?first=0", "/v1/organisations?first=201", "/v1/projects?after=%21"] {
        let refused = officer.get(path);
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("PAGE_INVALID")), "{path}");
    }
}
