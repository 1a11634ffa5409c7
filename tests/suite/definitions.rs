//! Versions of definitions: added by officers without a release, known from a position on, never changed; and what is
//! wrong in one is said with its place.

use faisceau::consolidation::definitions::built_in;
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::console::Console;
use crate::support::statement::{fixed_term, left, other, permanent, present, submission, training};
use crate::support::world::Caller;

const ADD: &str = "mutation Add($input: DefinitionAddInput!) { definitionAdd(input: $input) { \
    definition { code digest addition { basedOn standing by position } indicators { code version unit } } \
    userErrors { code path } } }";

/// A version that calls employment sustainable from four months on, and has an indicator of its own.
pub fn four_months() -> Value {
    json!({
        "programme": "TEST", "code": "V2", "basedOn": "V1", "standing": true, "reason": "The call was amended.",
        "nameEn": "Sustainable from four months on", "nameFr": "Durable à partir de quatre mois",
        "outcomes": [
            { "situations": ["EMPLOYMENT"], "contracts": ["PERMANENT"], "class": "SUSTAINABLE_EMPLOYMENT" },
            { "situations": ["EMPLOYMENT"], "lasting": { "operator": "AT_LEAST", "months": 4 },
              "class": "SUSTAINABLE_EMPLOYMENT" },
            { "situations": ["EMPLOYMENT"], "class": "TRANSITION_EMPLOYMENT" },
            { "situations": ["TRAINING"], "class": "QUALIFYING_TRAINING" },
            { "situations": ["HEALTH", "MATERNITY", "DEATH"], "class": "NEUTRALISED" },
            { "situations": ["UNKNOWN"], "class": "UNKNOWN" },
            { "situations": ["SEEKING", "INACTIVE", "DROPPED_OUT", "MOVED", "EXCLUDED"], "class": "OTHER" },
        ],
        "indicators": [{
            "code": "LASTING_EXITS", "nameEn": "Lasting exits", "nameFr": "Sorties stables", "unit": "COUNT",
            "textEn": "Left to sustainable employment or qualifying training.",
            "textFr": "Sortis vers un emploi durable ou une formation qualifiante.", "source": "Amendment of May",
            "numerator": [
                { "count": { "event": "EXITS", "where": [
                    { "in": { "attribute": "OUTCOME_CLASS", "codes": ["SUSTAINABLE_EMPLOYMENT", "QUALIFYING_TRAINING"] } },
                ] } },
            ],
        }],
        "withdrawn": ["OTHER_TRAINING_EXITS"],
    })
}

/// A world whose ALPHA has five exits: two permanent, five months of contract, a training, one seeking.
fn world_with_exits() -> World {
    let world = World::with_projects();
    let exits = [
        permanent("2023-06-30"),
        permanent("2023-06-30"),
        fixed_term("2023-06-30", "2023-07-01", "2023-11-30"),
        training("2023-06-30"),
        other("2023-06-30", "SEEKING"),
    ];
    let stays = exits
        .into_iter()
        .enumerate()
        .map(|(place, exit)| left(present(&format!("A-{place}"), &format!("99030174{place:02}"), "2023-02-01"), exit));
    let input = submission(world.project("ALPHA").id.as_str(), "2023-Q2", 0, stays.collect());
    let (report, version) = submit(&world.caller("partner-alpha"), input);
    approve(&world, &report, version);
    world
}

/// Adds a version; gives the payload.
pub fn add(caller: &Caller, input: &Value) -> Value {
    caller.ask(ADD, json!({ "input": input }))["definitionAdd"].clone()
}

fn totals(caller: &Caller, parameters: &str) -> Value {
    let answered = caller.get(&format!("/v1/programmes/TEST/totals?{parameters}"));
    assert_eq!(answered.status, 200, "{}", answered.text);
    answered.body
}

fn figure<'a>(totals: &'a Value, indicator: &str) -> Option<&'a Value> {
    let mut figures = totals["figures"].as_array().unwrap().iter();
    figures.find(|figure| figure["indicator"] == indicator && figure["unit"] == "PERSON")
}

#[test]
fn what_comes_with_the_program_never_changes() {
    let known: Vec<[String; 2]> =
        built_in::all().iter().map(|set| [set.code.to_string(), set.digest.to_string()]).collect();
    let released = [
        ["V1", "85d7faf45d5051498f08e46c4a2a208c4dd587de27d3e2b138aef99dcf4d53b2"],
        ["V1_MORE_THAN_SIX_MONTHS", "9b77755cf83df1f57cdaceecb5ae16b501a22c0198b0fa5bbbc018a79428eb37"],
    ];
    assert_eq!(known, released, "a released version changed: add another one instead");
}

#[test]
fn an_officer_adds_a_version_and_earlier_positions_keep_theirs() {
    let world = world_with_exits();
    let (officer, analyst) = (world.caller("officer-one"), world.caller("analyst"));
    let before = totals(&analyst, "");
    assert_eq!(before["definition"], "V1");
    assert_eq!(figure(&before, "SUSTAINABLE_EXITS").unwrap()["numerator"], "2");

    let mut dry = four_months();
    dry["dryRun"] = true.into();
    assert_eq!(add(&officer, &dry)["definition"]["code"], "V2");
    assert_eq!(totals(&analyst, "")["definition"], "V1", "a dry run stores nothing");

    let mut once = four_months();
    once["idempotencyKey"] = "a-key".into();
    let added = add(&officer, &once);
    assert_eq!(added["userErrors"], json!([]), "{added}");
    assert_eq!(add(&officer, &once), added, "sent again, it is the same answer");
    let addition = &added["definition"]["addition"];
    assert_eq!([&addition["basedOn"], &addition["by"]], ["V1", "officer-one"]);
    let version = |code: &str| {
        let indicators = added["definition"]["indicators"].as_array().unwrap();
        indicators.iter().find(|indicator| indicator["code"] == code).map(|indicator| indicator["version"].clone())
    };
    assert_eq!(version("SUPPORTED"), Some(json!(1)), "what says the same keeps its version");
    assert_eq!(version("SUSTAINABLE_EXITS"), Some(json!(3)), "1 and 2 come with the program");
    assert_eq!((version("LASTING_EXITS"), version("OTHER_TRAINING_EXITS")), (Some(json!(1)), None));

    let after = totals(&analyst, "");
    assert_eq!((&after["definition"], &after["definitionDigest"]), (&json!("V2"), &added["definition"]["digest"]));
    assert_eq!(figure(&after, "SUSTAINABLE_EXITS").unwrap()["numerator"], "3");
    assert_eq!(figure(&after, "SUSTAINABLE_EXITS").unwrap()["version"], 3);
    assert_eq!(figure(&after, "LASTING_EXITS").unwrap()["numerator"], "4");
    assert!(figure(&after, "OTHER_TRAINING_EXITS").is_none());

    // An earlier position is asked under what stood then, and knows nothing of what came later.
    let (position, day) = (before["position"].as_str().unwrap(), before["day"].as_str().unwrap());
    assert_eq!(totals(&analyst, &format!("asOf={position}&day={day}")), before);
    let ahead = analyst.get(&format!("/v1/programmes/TEST/totals?asOf={position}&definition=V2"));
    assert_eq!((ahead.status, &ahead.body["code"]), (422, &json!("CODE_UNKNOWN")), "{}", ahead.text);

    // And a version that is named answers, also after a restart.
    let world = world.restarted();
    let analyst = world.caller("analyst");
    let named = totals(&analyst, "definition=V1");
    assert_eq!(named["figures"], before["figures"]);
    assert_eq!(totals(&analyst, "")["figures"], after["figures"]);
    let document = "{ programme(code: \"TEST\") { consolidation(definition: V2) { definition definitionDigest } } }";
    assert_eq!(analyst.ask(document, json!({}))["programme"]["consolidation"]["definition"], "V2");
}

#[test]
fn a_version_that_does_not_stand_answers_where_it_is_named() {
    let world = world_with_exits();
    let officer = world.caller("officer-one");
    let mut aside = four_months();
    aside["standing"] = false.into();
    assert_eq!(add(&officer, &aside)["userErrors"], json!([]));
    assert_eq!(totals(&officer, "")["definition"], "V1");
    assert_eq!(figure(&totals(&officer, "definition=V2"), "LASTING_EXITS").unwrap()["numerator"], "4");
}

#[test]
fn every_door_shows_the_same_versions() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let listed = officer.get("/v1/programmes/TEST/definitions").body;
    let codes = |listed: &Value| -> Vec<String> {
        listed["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&listed), ["V1", "V1_MORE_THAN_SIX_MONTHS"]);
    let file = world.database.folder().join("definition.json");
    std::fs::write(&file, four_months().to_string()).unwrap();
    Console(&world.database).run(&["definitions", "add", file.to_str().unwrap()]);
    assert_eq!(codes(&officer.get("/v1/programmes/TEST/definitions").body), ["V1", "V1_MORE_THAN_SIX_MONTHS", "V2"]);
    let rest = officer.get("/v1/programmes/TEST/definitions/V2").body;
    let shown = Console(&world.database).run(&["definitions", "show", "V2", "--programme", "TEST"]).out;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), rest);
    let document = "{ programme(code: \"TEST\") { definition(code: \"V2\") { digest indicators { code numerator } \
        outcomes { situations class lasting { operator months } } } } }";
    let graphql = officer.ask(document, json!({}))["programme"]["definition"].clone();
    assert_eq!(graphql["digest"], rest["digest"]);
    for (one, other) in graphql["indicators"].as_array().unwrap().iter().zip(rest["indicators"].as_array().unwrap()) {
        assert_eq!([&one["code"], &one["numerator"]], [&other["code"], &other["numerator"]]);
    }
    assert_eq!(graphql["outcomes"][1]["lasting"], json!({ "operator": "AT_LEAST", "months": 4 }));
    assert_eq!(officer.get("/v1/programmes/TEST/definitions/V9").status, 404);
    // Sent through REST, the same version under another code has the same digest.
    let mut again = four_months();
    again["code"] = "V3".into();
    again["basedOn"] = "V1".into();
    let headers = [("content-type", "application/json")];
    let sent = officer.send("/v1/programmes/TEST/definitions", &headers, again.to_string().as_bytes());
    assert_eq!((sent.status, &sent.body["digest"]), (201, &rest["digest"]), "{}", sent.text);
}

#[test]
fn what_is_wrong_in_a_version_is_said_with_its_place_and_nothing_is_stored() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    type Change = fn(&mut Value);
    let count = |at: &str| format!("indicators[0].numerator[0].count{at}");
    let cases: Vec<(Change, &str, String)> = vec![
        (|v| v["code"] = "V1".into(), "ALREADY_REGISTERED", "code".into()),
        (|v| v["code"] = "V 2".into(), "SHORT_CODE_INVALID", "code".into()),
        (|v| v["basedOn"] = "V9".into(), "CODE_UNKNOWN", "basedOn".into()),
        (|v| v["programme"] = "NONE".into(), "NOT_FOUND", "programme".into()),
        (|v| v["nameFr"] = "".into(), "TEXT_TOO_LONG", "nameFr".into()),
        (|v| v["outcomes"] = json!([]), "DEFINITION_SIZE", "outcomes".into()),
        (|v| drop(v["outcomes"].as_array_mut().unwrap().pop()), "DEFINITION_UNCLASSED", "outcomes".into()),
        (|v| v["outcomes"][2] = v["outcomes"][0].clone(), "DEFINITION_UNCLASSED", "outcomes".into()),
        (|v| v["outcomes"][0]["contracts"] = json!([]), "DEFINITION_ROW_IDLE", "outcomes[1]".into()),
        (|v| v["outcomes"][0]["contracts"] = json!(["CDI"]), "CODE_UNKNOWN", "outcomes[0].contracts[0]".into()),
        (
            |v| v["outcomes"][3]["contracts"] = json!(["PERMANENT"]),
            "DEFINITION_CONDITION",
            "outcomes[3].contracts".into(),
        ),
        (|v| v["outcomes"][1]["lasting"]["months"] = 7.into(), "CODE_UNKNOWN", "outcomes[1].lasting.months".into()),
        (
            |v| v["outcomes"][1]["lasting"]["operator"] = ">".into(),
            "CODE_UNKNOWN",
            "outcomes[1].lasting.operator".into(),
        ),
        (|v| v["outcomes"][5]["class"] = "GOOD".into(), "CODE_UNKNOWN", "outcomes[5].class".into()),
        (|v| v["withdrawn"] = json!(["NOTHING"]), "CODE_UNKNOWN", "withdrawn[0]".into()),
        (|v| v["indicators"][0]["unit"] = "PERCENT".into(), "DEFINITION_UNIT", "indicators[0].unit".into()),
        (|v| v["indicators"][0]["unit"] = "EURO".into(), "CODE_UNKNOWN", "indicators[0].unit".into()),
        (|v| v["indicators"][0]["numerator"] = json!([]), "DEFINITION_SIZE", "indicators[0].numerator".into()),
        (
            |v| v["indicators"][0]["numerator"][0] = json!("money"),
            "DEFINITION_EXPRESSION",
            "indicators[0].numerator[0]".into(),
        ),
        (
            |v| v["indicators"][0]["numerator"][0]["count"]["event"] = "LEFT".into(),
            "DEFINITION_EXPRESSION",
            count(".event"),
        ),
        (
            |v| v["indicators"][0]["numerator"][0]["count"]["where"][0]["in"]["codes"][0] = "GOOD".into(),
            "DEFINITION_EXPRESSION",
            count(".where[0].in"),
        ),
        (
            |v| v["indicators"][0]["numerator"][0]["count"]["event"] = "SUPPORTED".into(),
            "DEFINITION_CONDITION",
            count(".where"),
        ),
        (
            |v| v["indicators"][0]["numerator"][0]["count"]["where"][0] = json!({ "age": { "from": 30, "to": 20 } }),
            "DEFINITION_CONDITION",
            count(".where"),
        ),
        (
            |v| {
                let terms = v["indicators"][0]["numerator"].as_array_mut().unwrap();
                terms.push(json!({ "count": { "event": "EXITS" } }));
            },
            "DEFINITION_TERMS",
            "indicators[0].numerator[1]".into(),
        ),
        (
            |v| {
                let again = v["indicators"][0].clone();
                v["indicators"].as_array_mut().unwrap().push(again);
            },
            "ALREADY_REGISTERED",
            "indicators[1].code".into(),
        ),
    ];
    for (change, code, path) in cases {
        let mut input = four_months();
        change(&mut input);
        let errors = add(&officer, &input)["userErrors"].clone();
        assert_eq!(errors, json!([{ "code": code, "path": format!("input.{path}") }]), "{input}");
    }
    // Everything is said at once.
    let mut input = four_months();
    input["nameEn"] = "".into();
    input["outcomes"][5]["class"] = "GOOD".into();
    input["indicators"][0]["unit"] = "PERCENT".into();
    assert_eq!(add(&officer, &input)["userErrors"].as_array().unwrap().len(), 3);
    let listed = officer.get("/v1/programmes/TEST/definitions").body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "nothing is stored");
}
