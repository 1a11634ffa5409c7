//! Slices as callers ask for them: the same through `groups`, `table` and REST, what is refused, cohorts, shared people.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::statement::{justified, left, other, permanent, present, submission};
use crate::support::{Caller, World};

/// One person of ALPHA has left; one is also in BETA, and has left there; one has no identity.
pub fn world() -> World {
    let world = World::with_projects();
    let mut unlinked = present("A-3", "", "2023-04-10");
    unlinked.as_object_mut().unwrap().remove("identity");
    let mut first = left(present("A-1", "9903017401", "2023-01-16"), permanent("2023-03-31"));
    first["supports"] = json!([{ "kind": "INTENSIVE_FRENCH", "quarter": "2023-Q1", "hours": 30 }]);
    let mut second = present("A-2", "9903017402", "2023-02-01");
    second["birthYear"] = "2000".into();
    let met_again = left(present("B-1", "9903017402", "2023-05-02"), other("2023-06-30", "SEEKING"));
    for (code, participations) in [("ALPHA", vec![first, second, unlinked]), ("BETA", vec![met_again])] {
        let partner = world.caller(&format!("partner-{}", code.to_lowercase()));
        let project = world.project(code).id.to_string();
        let (report, version) = submit(&partner, justified(submission(&project, "2023-Q4", 0, participations)));
        approve(&world, &report, version);
    }
    world
}

fn consolidation(caller: &Caller, arguments: &str, selection: &str) -> Value {
    let query = format!("{{ programme(code: \"TEST\") {{ consolidation{arguments} {{ {selection} }} }} }}");
    caller.ask(&query, json!({}))["programme"]["consolidation"].clone()
}

/// The code and the path of a refusal through GraphQL.
fn refusal(caller: &Caller, arguments: &str, selection: &str) -> [Value; 2] {
    let query = format!("{{ programme(code: \"TEST\") {{ consolidation{arguments} {{ {selection} }} }} }}");
    let body = caller.post(&query, json!({})).body;
    let extensions = &body["errors"][0]["extensions"];
    [extensions["code"].clone(), extensions["path"].clone()]
}

#[test]
fn groups_tables_and_rest_say_the_same() {
    let world = world();
    let analyst = world.caller("analyst");
    let arguments = "(groupings: [REGION, QUARTER], window: { from: \"2023-01-01\", to: \"2023-12-31\" }, \
        filter: { sexes: [F], residenceRegions: [\"84\"] })";
    let selection = "position day groupBy groupings series \
        groups { key keys { dimension key label } figures(indicators: [\"SUPPORTED\", \"EMPLOYMENT_RATE\", \"GRANTS\"]) \
          { value numerator denominator } } \
        table(indicators: [\"SUPPORTED\", \"EMPLOYMENT_RATE\", \"GRANTS\"]) { dimensions indicators { code } unit keys \
          labels values numerators denominators } \
        overlaps(indicators: [\"SUPPORTED\", \"EMPLOYMENT_RATE\", \"GRANTS\"]) { indicator { code } excess }";
    let answer = consolidation(&analyst, arguments, selection);
    assert_eq!(answer["groupBy"], Value::Null);
    assert_eq!(answer["groupings"], json!(["REGION", "QUARTER"]));
    let (groups, table) = (answer["groups"].as_array().unwrap(), &answer["table"]);
    assert_eq!(groups.len(), 8, "two regions and four quarters");
    for (place, group) in groups.iter().enumerate() {
        let keys: Vec<&Value> = group["keys"].as_array().unwrap().iter().map(|key| &key["key"]).collect();
        assert_eq!(json!(keys), table["keys"][place]);
        assert_eq!(group["key"], json!(format!("{}|{}", keys[0].as_str().unwrap(), keys[1].as_str().unwrap())));
        for (column, figure) in group["figures"].as_array().unwrap().iter().enumerate() {
            for (rows, value) in [("values", "value"), ("numerators", "numerator"), ("denominators", "denominator")] {
                assert_eq!(table[rows][place][column], figure[value], "{rows} of {keys:?}");
            }
        }
    }
    assert_eq!(table["values"][0], json!(["2", "100.0", null]), "Auvergne-Rhône-Alpes in the first quarter");
    let rest = "/v1/programmes/TEST/table?groupBy=REGION,QUARTER&from=2023-01-01&to=2023-12-31&sexes=F\
        &residenceRegions=84&indicators=SUPPORTED,EMPLOYMENT_RATE,GRANTS";
    let rest = analyst.get(rest).body;
    assert_eq!((&rest["position"], &rest["day"]), (&answer["position"], &answer["day"]));
    assert_eq!(rest["dimensions"], json!(["REGION", "QUARTER"]));
    for (place, row) in rest["rows"].as_array().unwrap().iter().enumerate() {
        for of in ["keys", "labels", "values", "numerators", "denominators"] {
            assert_eq!(row[of], table[of][place], "{of} of row {place}");
        }
    }
    // Three of ALPHA's in four quarters, met again in the other region: 3 persons, 1 + 2 + 2 + 2 + 2 quarters or so.
    let excess = |code: &str| {
        let overlaps = answer["overlaps"].as_array().unwrap();
        overlaps.iter().find(|overlap| overlap["indicator"]["code"] == code).map(|overlap| overlap["excess"].clone())
    };
    assert_eq!(excess("SUPPORTED"), Some(rest["overlaps"][0].clone()));
    assert_eq!((excess("EMPLOYMENT_RATE"), excess("GRANTS")), (None, None));
}

#[test]
fn quarters_flow_or_accumulate_and_one_request_stands_at_one_position() {
    let world = world();
    let analyst = world.caller("analyst");
    let query = "query { programme(code: \"TEST\") { \
        flow: consolidation(groupBy: QUARTER, window: { to: \"2023-12-31\" }) { position ...T } \
        sum: consolidation(groupBy: QUARTER, series: CUMULATIVE, window: { to: \"2023-12-31\" }) { position ...T } \
        years: consolidation(groupBy: YEAR, window: { to: \"2023-12-31\" }) { position ...T } } } \
        fragment T on Consolidation { table(indicators: [\"ENTRIES\"]) { keys values } overlaps(indicators: [\"ENTRIES\"]) \
        { excess } }";
    let programme = analyst.ask(query, json!({}))["programme"].clone();
    // The second person enters in two quarters.
    assert_eq!(programme["flow"]["table"]["values"], json!([["2"], ["2"], ["0"], ["0"]]));
    assert_eq!(programme["sum"]["table"]["values"], json!([["2"], ["3"], ["3"], ["3"]]));
    assert_eq!(programme["years"]["table"], json!({ "keys": [["2023"]], "values": [["3"]] }));
    assert_eq!(programme["flow"]["overlaps"][0]["excess"], "1");
    assert_eq!(programme["sum"]["overlaps"], json!([]), "what accumulates does not add up");
    assert_eq!(programme["flow"]["position"], programme["years"]["position"]);
}

#[test]
fn cohorts_are_followed_as_far_as_can_be_known() {
    let world = world();
    let analyst = world.caller("analyst");
    let selection = |unit: &str| {
        format!(
            "cohorts(unit: {unit}) {{ quarter entries left {{ months observable exits share byClass {{ class count }} }} }}"
        )
    };
    let window = "(window: { from: \"2023-01-01\", to: \"2024-05-15\" })";
    let persons = consolidation(&analyst, window, &selection("PERSON"))["cohorts"].clone();
    let exits = |cohort: &Value| -> Vec<Value> {
        cohort["left"].as_array().unwrap().iter().map(|left| left["exits"].clone()).collect()
    };
    assert_eq!(persons[0]["quarter"], "2023-Q1");
    assert_eq!(
        (&persons[0]["entries"], exits(&persons[0])),
        (&json!(2), vec![json!(1), json!(1), json!(1), json!(null)])
    );
    assert_eq!(persons[0]["left"][0]["share"], "50.0");
    assert_eq!(persons[0]["left"][0]["byClass"][0], json!({ "class": "SUSTAINABLE_EMPLOYMENT", "count": 1 }));
    assert_eq!(persons[0]["left"][3]["observable"], false);
    // Whoever came to BETA had entered before.
    assert_eq!(
        (&persons[1]["entries"], exits(&persons[1])),
        (&json!(1), vec![json!(0), json!(0), json!(null), json!(null)])
    );
    let stays = consolidation(&analyst, window, &selection("PARTICIPATION"))["cohorts"].clone();
    assert_eq!(
        (&stays[1]["entries"], exits(&stays[1])),
        (&json!(2), vec![json!(1), json!(1), json!(null), json!(null)])
    );
}

#[test]
fn shared_and_unlinked_people_are_told_to_staff_only() {
    let world = world();
    let analyst = world.caller("analyst");
    let answer =
        consolidation(&analyst, "", "sharing(by: PROJECT) { one other persons } unlinked { unlinked supported share }");
    assert_eq!(answer["sharing"], json!([{ "one": "ALPHA", "other": "BETA", "persons": 1 }]));
    assert_eq!(answer["unlinked"], json!({ "unlinked": 1, "supported": 4, "share": "25.0" }));
    let window = "(window: { to: \"2023-04-30\" })";
    assert_eq!(consolidation(&analyst, window, "sharing(by: REGION) { persons }")["sharing"], json!([]));
    let query = "query ($id: ID!) { project(id: $id) { consolidation { sharing(by: PROJECT) { persons } } } }";
    let project = world.project("ALPHA").id.to_string();
    let body = world.caller("partner-alpha").post(query, json!({ "id": project })).body;
    assert_eq!(body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{body}");
    let national = world.caller("partner-alpha").get("/v1/programmes/TEST/table");
    assert_eq!(national.status, 403);
    let own = world.caller("partner-alpha").get(&format!("/v1/programmes/TEST/table?projects={project}&groupBy=SEX"));
    assert_eq!(own.status, 200);
    let foreign = world.project("BETA").id.to_string();
    let foreign = world.caller("partner-alpha").get(&format!("/v1/programmes/TEST/table?projects={project},{foreign}"));
    assert_eq!(foreign.status, 404);
}

#[test]
fn slices_that_mean_nothing_are_refused_with_their_place() {
    let world = world();
    let analyst = world.caller("analyst");
    let cases = [
        ("(groupings: [SEX, REGION, PROJECT, CALL])", "GROUPING_INVALID", "groupBy"),
        ("(groupings: [SEX, SEX])", "GROUPING_INVALID", "groupBy"),
        ("(groupings: [YEAR, QUARTER])", "GROUPING_INVALID", "groupBy"),
        ("(groupBy: SEX, groupings: [SEX])", "PARAMETER_INVALID", "groupings"),
        ("(filter: { calls: [\"WAVE-9\"] })", "CODE_UNKNOWN", "filter.calls"),
        ("(filter: { departments: [\"20\"] })", "CODE_UNKNOWN", "filter.departments"),
        ("(filter: { residenceRegions: [\"69\"] })", "CODE_UNKNOWN", "filter.residenceRegions"),
        (
            "(filter: { organisations: [\"org_00000000000000000000000000000000\"] })",
            "NOT_FOUND",
            "filter.organisations",
        ),
        (
            "(window: { from: \"1900-01-01\", to: \"2100-12-31\" }, groupings: [QUARTER, RESIDENCE_REGION, EDUCATION])",
            "TOO_MANY_GROUPS",
            "groupBy",
        ),
    ];
    for (arguments, code, path) in cases {
        let refused = refusal(&analyst, arguments, "table(indicators: [\"SUPPORTED\"]) { values }");
        assert_eq!(refused, [json!(code), json!(path)], "{arguments}");
    }
    assert_eq!(refusal(&analyst, "", "sharing(by: SEX) { persons }")[0], "GROUPING_INVALID");
    let rest = [
        ("groupBy=COLOUR", 422, "CODE_UNKNOWN"),
        ("ageBands=OLD", 422, "CODE_UNKNOWN"),
        ("indicators=NOTHING", 422, "CODE_UNKNOWN"),
        ("unit=HEAD", 400, "PARAMETER_INVALID"),
        ("definition=V9", 422, "CODE_UNKNOWN"),
        ("colour=blue", 400, "PARAMETER_INVALID"),
        ("groupBy=QUARTER,RESIDENCE_REGION,EDUCATION&from=1900-01-01&to=2100-12-31", 413, "TOO_MANY_GROUPS"),
    ];
    for (query, status, code) in rest {
        let answered = analyst.get(&format!("/v1/programmes/TEST/table?{query}"));
        assert_eq!((answered.status, &answered.body["code"]), (status, &json!(code)), "{query}: {}", answered.text);
    }
}
