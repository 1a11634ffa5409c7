//! The same content in every format ends as the same stored version; changes by reference end as the whole would.

use serde_json::{Value, json};

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::page::PageRequest;
use faisceau::reporting::operations as reporting;
use faisceau::reporting::record::canonical;
use faisceau::reporting::sections::Section;

use crate::support::World;
use crate::support::statement::{SUBMIT, fixed_term, left, other, present};

/// Where submissions for a period go.
pub fn route(project: &str, period: &str, parameters: &str) -> String {
    format!("/v1/projects/{project}/reports/{period}/submissions?{parameters}")
}

/// What the newest version of a project states, line by line, persons numbered in the order of their references.
pub fn stated(world: &World, project: &str) -> Vec<String> {
    let auditor = at_the_console(Role::Auditor);
    let project = world.project(project);
    let page = PageRequest::new(200, None).unwrap();
    let versions = reporting::list_versions(&world.desk, &auditor, &project, &page).unwrap().items;
    let newest = versions.last().unwrap();
    let records = reporting::list_records(&world.desk, &auditor, newest, &page).unwrap().items;
    let mut persons: Vec<String> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for record in &records {
        assert!(record.holds());
        let person = record.participation.person.as_ref().map_or(String::new(), |person| {
            let known = persons.iter().position(|one| *one == person.0);
            known
                .unwrap_or_else(|| {
                    persons.push(person.0.clone());
                    persons.len() - 1
                })
                .to_string()
        });
        lines.push(canonical(&record.participation, &person));
    }
    let sections = reporting::find_sections(&world.desk, &auditor, newest).unwrap();
    lines.extend(Section::ALL.into_iter().filter_map(|section| sections.text(section)));
    lines
}

fn participations() -> Vec<Value> {
    let mut trained = present("A-1", "9903017422", "2023-01-10");
    trained["supports"] = json!([
        { "kind": "TECHNICAL_TRAINING", "quarter": "2023-Q1", "hours": 60 },
        { "kind": "INTENSIVE_FRENCH", "quarter": "2023-Q1", "hours": 12 },
    ]);
    trained["priorityDistrict"] = "YES".into();
    let mut unknown = present("A-2", "9903017423", "2023-01-12");
    unknown["birthYear"] = "UNKNOWN".into();
    unknown["residenceDepartment"] = "NOT_COLLECTED".into();
    unknown["sex"] = "X".into();
    let mut anonymous = other_left();
    anonymous.as_object_mut().unwrap().remove("identity");
    vec![
        trained,
        unknown,
        left(present("A-3", "9903017424", "2023-01-15"), fixed_term("2023-03-01", "2023-03-02", "2023-09-30")),
        anonymous,
    ]
}

fn other_left() -> Value {
    let mut exit = other("2023-03-10", "SEEKING");
    exit["french"] = "B1".into();
    exit["housing"] = "STABLE".into();
    exit["financialAutonomy"] = "NO".into();
    left(present("A-4", "9903017425", "2023-02-01"), exit)
}

fn sections() -> Value {
    json!({
        "activities": [{ "reference": "S-1", "kind": "MANUAL_AND_CULTURAL", "on": "2023-02-10", "hours": 3, "headcount": 9 }],
        "finance": { "spending": "12000.50", "cofinancing": [{ "source": "REGION", "amount": "3000.00" }] },
        "declaredFigures": [{ "count": "ENTRIES", "value": 4 }, { "count": "EXITS", "value": 2 }],
        "narrative": { "achievements": "Première session ouverte." },
    })
}

fn document() -> Value {
    let mut document = sections();
    document["baseVersion"] = 0.into();
    document["participations"] = participations().into();
    document
}

fn lines() -> String {
    let mut lines: Vec<String> = participations().iter().map(Value::to_string).collect();
    for (name, section) in sections().as_object().unwrap() {
        lines.push(json!({ (name): section }).to_string());
    }
    lines.join("\n")
}

const CSV_EN: &str = "\
reference,identity_scheme,identity_value,entry_on,sex,birth_year,protection_status,french_at_entry,education,labour_status,residence_department,priority_district,supports,exit_on,exit_situation,exit_contract,contract_from,contract_to,french_at_exit,housing_at_exit,financial_autonomy
A-1,AGDREF,9903017422,2023-01-10,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69,YES,TECHNICAL_TRAINING:2023-Q1:60|INTENSIVE_FRENCH:2023-Q1:12,,,,,,,,
A-2,AGDREF,9903017423,2023-01-12,X,UNKNOWN,REFUGEE,A2,LEVEL_3,UNEMPLOYED,NOT_COLLECTED,,,,,,,,,,
A-3,AGDREF,9903017424,2023-01-15,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69,,,2023-03-01,EMPLOYMENT,FIXED_TERM,2023-03-02,2023-09-30,,,
A-4,,,2023-02-01,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69,,,2023-03-10,SEEKING,,,,B1,STABLE,NO
";

/// As a French spreadsheet writes it: byte-order mark, `;`, `\r\n`, labels, days, its own order of columns.
const CSV_FR: &str = "\u{feff}\
N° AGDREF;Référence;Date d'entrée;Sexe;Année de naissance;Statut de protection;Français entrée;Niveau formation;Situation emploi;Département de résidence;QPV;Accompagnements;Date de sortie;Situation sortie;Type contrat;Date début contrat;Date fin contrat;Français sortie;Logement sortie;Autonomie financière\r\n\
9903017422;A-1;10/01/2023;Femme;1990;Réfugié;A2;Niveau 3, CAP;Chômeur depuis moins de douze mois;69;oui;TECHNICAL_TRAINING:2023-Q1:60|INTENSIVE_FRENCH:2023-Q1:12;;;;;;;;\r\n\
9903017423;A-2;12/01/2023;Non binaire;Inconnu;Réfugié;a2;\"Niveau 3, CAP\";Chômeur depuis moins de douze mois;Non collecté;;;;;;;;;;\r\n\
9903017424;A-3;15/1/2023;femme;1990;Réfugié;A2;LEVEL_3;UNEMPLOYED;69;;;01/03/2023;Emploi;CDD;02/03/2023;30/09/2023;;;\r\n\
\r\n\
;A-4;01/02/2023;Femme;1990;REFUGEE;A2;Niveau 3, CAP;UNEMPLOYED;69;;;10/03/2023;Recherche d'emploi;;;;B1;Logement stable;Non\r\n\
;;;;;;;;;;;;;;;;;;;\r\n";

/// Submits the content in one format to a fresh world; gives what is then stated.
fn submitted(format: &str) -> Vec<String> {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let answered = match format {
        "GRAPHQL" => {
            let mut input = document();
            input["project"] = project.clone().into();
            input["period"] = "2023-Q1".into();
            let submitted = partner.ask(SUBMIT, json!({ "input": input }));
            assert_eq!(submitted["reportSubmit"]["version"]["number"], 1, "{submitted}");
            return stated(&world, "ALPHA");
        }
        "JSON" => partner.send(
            &route(&project, "2023-Q1", ""),
            &[("content-type", "application/json")],
            document().to_string().as_bytes(),
        ),
        "NDJSON" => partner.send(
            &route(&project, "2023-Q1", "baseVersion=0&recordCount=4"),
            &[("content-type", "application/x-ndjson")],
            lines().as_bytes(),
        ),
        csv => {
            let text = if csv == "CSV" { CSV_EN } else { CSV_FR };
            let kind = [("content-type", "text/csv; charset=utf-8")];
            let csv = partner.send(&route(&project, "2023-Q1", "baseVersion=0&recordCount=4"), &kind, text.as_bytes());
            assert_eq!(csv.status, 201, "{}", csv.text);
            // A table holds participations only; the sections come as changes, and the participations stay.
            let reports = "query R($p: ID) { reports(project: $p) { nodes { id } } }";
            let report = partner.ask(reports, json!({ "p": project }))["reports"]["nodes"][0]["id"].clone();
            let recall = json!({ "input": { "report": report, "version": 1 } });
            partner.ask(&crate::support::statement::action("reportRecall"), recall);
            let mut body = sections();
            body["baseVersion"] = 1.into();
            body["mode"] = "UPSERT".into();
            let kind = [("content-type", "application/json")];
            partner.send(&route(&project, "2023-Q1", ""), &kind, body.to_string().as_bytes())
        }
    };
    assert_eq!(answered.status, 201, "{format}: {}", answered.text);
    assert_eq!(answered.body["participationCount"], 4);
    stated(&world, "ALPHA")
}

#[test]
fn the_same_content_in_every_format_ends_as_the_same_version() {
    let expected = submitted("GRAPHQL");
    assert_eq!(expected.len(), 8, "four participations and four sections");
    for format in ["JSON", "NDJSON", "CSV", "CSV_FR"] {
        assert_eq!(submitted(format), expected, "{format}");
    }
}

#[test]
fn changes_by_reference_end_as_the_whole_statement_would() {
    let world = World::with_projects();
    let whole = World::with_projects();
    let kind = [("content-type", "application/json")];
    let mut changed = participations();
    changed[1]["sex"] = "F".into();
    changed.remove(3);
    changed.push(present("A-5", "9903017426", "2023-03-01"));
    for (world, second) in [
        (
            &world,
            json!({ "baseVersion": 1, "mode": "UPSERT", "participations": [changed[1], changed[3]], "removals": ["A-4"] }),
        ),
        (&whole, json!({ "baseVersion": 1, "participations": changed })),
    ] {
        let partner = world.caller("partner-alpha");
        let project = world.project("ALPHA").id.to_string();
        let first = partner.send(&route(&project, "2023-Q1", ""), &kind, document().to_string().as_bytes());
        assert_eq!(first.status, 201, "{}", first.text);
        let report = first.body["report"]["id"].clone();
        partner.ask(
            &crate::support::statement::action("reportRecall"),
            json!({ "input": { "report": report, "version": 1 } }),
        );
        let mut second = second;
        let corrected = ["REFERENCE_DISAPPEARED", "SEX_CHANGED", "DECLARED_DECREASED"];
        second["justifications"] =
            corrected.map(|code| json!({ "code": code, "text": "Entered by mistake." })).to_vec().into();
        let mut declared = sections()["declaredFigures"].clone();
        declared[1]["value"] = 1.into();
        second["declaredFigures"] = declared;
        let answered = partner.send(&route(&project, "2023-Q1", ""), &kind, second.to_string().as_bytes());
        assert_eq!(answered.status, 201, "{}", answered.text);
        assert_eq!(answered.body["participationCount"], 4);
    }
    let expected = stated(&whole, "ALPHA");
    assert_eq!(stated(&world, "ALPHA"), expected);
    assert_eq!(expected.len(), 8, "sections that are not sent stay");
}

#[test]
fn what_was_checked_is_committed_or_nothing() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let kind = [("content-type", "application/json")];
    let body = document().to_string();
    let checked = partner.send(&route(&project, "2023-Q1", "dryRun=true"), &kind, body.as_bytes());
    assert_eq!((checked.status, &checked.body["outcome"]), (200, &json!("CHECKED")), "{}", checked.text);
    let check = checked.body["check"].as_str().unwrap();
    let commit =
        |body: &str| partner.send(&route(&project, "2023-Q1", &format!("check={check}")), &kind, body.as_bytes());
    let other = body.replace("2023-01-12", "2023-01-13");
    let stale = commit(&other);
    assert_eq!((stale.status, &stale.body["code"]), (409, &json!("CHECK_STALE")), "other content");
    let committed = commit(&body);
    assert_eq!(committed.status, 201, "{}", committed.text);
    let again = commit(&body);
    assert_eq!((again.status, &again.body["code"]), (409, &json!("VERSION_CONFLICT")), "{}", again.text);
    assert_eq!(again.body["path"], "baseVersion");
}

#[test]
fn files_for_a_foreign_project_are_answered_like_those_for_none() {
    let world = World::with_projects();
    let beta = world.caller("partner-beta");
    let alpha = world.project("ALPHA").id.to_string();
    let kind = [("content-type", "text/csv")];
    for parameters in ["baseVersion=0", "baseVersion=0&dryRun=true", "baseVersion=7&mode=UPSERT"] {
        let foreign = beta.send(&route(&alpha, "2023-Q1", parameters), &kind, CSV_EN.as_bytes());
        let missing = "prj_00000000000000000000000000000000";
        assert_eq!(foreign.status, 404, "{}", foreign.text);
        assert_eq!(foreign, beta.send(&route(missing, "2023-Q1", parameters), &kind, CSV_EN.as_bytes()));
    }
    for caller in ["officer-one", "analyst", "auditor", "operator"] {
        let refused = world.caller(caller).send(&route(&alpha, "2023-Q1", "baseVersion=0"), &kind, CSV_EN.as_bytes());
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("FORBIDDEN")), "{caller}");
    }
}

#[test]
fn a_dry_run_tells_what_the_projects_figures_would_become() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let kind = [("content-type", "application/json")];
    let effect = |answered: &crate::support::Answered, indicator: &str| {
        let effects = answered.body["effects"].as_array().unwrap();
        let found = effects.iter().find(|one| one["indicator"] == indicator && one["unit"] == "PERSON").unwrap();
        (found["before"]["display"].clone(), found["after"]["display"].clone(), found["change"].clone())
    };
    let body = document().to_string();
    let dry = partner.send(&route(&project, "2023-Q1", "dryRun=true"), &kind, body.as_bytes());
    assert_eq!(effect(&dry, "SUPPORTED"), (json!("0"), json!("4"), json!("4")), "{}", dry.text);
    assert_eq!(effect(&dry, "EXITS"), (json!("0"), json!("2"), json!("2")));
    assert_eq!(effect(&dry, "POSITIVE_EXIT_RATE").1, json!("50.0 %"));
    let sent = partner.send(&route(&project, "2023-Q1", ""), &kind, body.as_bytes());
    let recall = json!({ "input": { "report": sent.body["report"]["id"], "version": 1 } });
    partner.ask(&crate::support::statement::action("reportRecall"), recall);
    // By reference: A-2 turns out to be the same person as A-1, who had left before.
    let mut first = participations().remove(0);
    first["exit"] = other("2023-01-11", "MOVED");
    let mut second = participations().remove(1);
    second["identity"]["number"]["value"] = "9903017422".into();
    let changes = json!({ "baseVersion": 1, "mode": "UPSERT", "participations": [first, second] }).to_string();
    let dry = partner.send(&route(&project, "2023-Q1", "dryRun=true"), &kind, changes.as_bytes());
    assert_eq!(effect(&dry, "SUPPORTED"), (json!("4"), json!("3"), json!("-1")), "{}", dry.text);
    let input = json!({ "project": project, "period": "2023-Q1", "baseVersion": 1, "mode": "UPSERT", "dryRun": true,
        "participations": [first, second] });
    let asked = "mutation D($input: ReportSubmitInput!) { reportSubmit(input: $input) { check \
        effects { indicator change before { display } after { display } } } }";
    let told = partner.ask(asked, json!({ "input": input }))["reportSubmit"].clone();
    assert_eq!(
        told["effects"][0],
        json!({
            "indicator": "SUPPORTED", "change": "-1", "before": { "display": "4" }, "after": { "display": "3" },
        }),
        "{told}"
    );
}

#[test]
fn a_base_that_is_not_the_newest_conflicts_in_every_mode() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    for mode in ["REPLACE", "UPSERT"] {
        let kind = [("content-type", "application/x-ndjson")];
        let route = route(&project, "2023-Q1", &format!("baseVersion=3&mode={mode}"));
        let answered = partner.send(&route, &kind, lines().as_bytes());
        assert_eq!((answered.status, &answered.body["code"]), (409, &json!("VERSION_CONFLICT")), "{mode}");
        assert!(answered.body["detail"].as_str().unwrap().contains("which is 0"), "{}", answered.text);
    }
}
