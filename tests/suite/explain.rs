//! Why a figure is what it is, and what changed it: one sentence, the versions behind it, and differences that sum exactly.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::console::Console;
use crate::support::statement::{fixed_term, left, other, permanent, present, submission};
use crate::support::world::Caller;

/// A world whose ALPHA and BETA each have an approved version with three people, one of them in both.
fn two_reports() -> World {
    let world = World::with_projects();
    for (code, partner, own) in [("ALPHA", "partner-alpha", 1), ("BETA", "partner-beta", 2)] {
        let shared = present("S-1", "9903017400", "2023-02-01");
        let gone = left(
            present("S-2", &format!("990301741{own}"), "2023-02-01"),
            fixed_term("2023-03-31", "2023-04-01", "2023-08-31"),
        );
        // A stay of no day is a warning, which has to be justified.
        let short = left(present("S-3", &format!("990301742{own}"), "2023-02-01"), other("2023-02-01", "SEEKING"));
        let mut input = submission(world.project(code).id.as_str(), "2023-Q1", 0, vec![shared, gone, short]);
        input["justifications"] = json!([{ "code": "STAY_BELOW_ONE_DAY", "text": "Left at once." }]);
        let (report, version) = submit(&world.caller(partner), input);
        approve(&world, &report, version);
    }
    world
}

fn consolidation(caller: &Caller, arguments: &str, selection: &str) -> Value {
    let document = format!("{{ programme(code: \"TEST\") {{ consolidation{arguments} {{ {selection} }} }} }}");
    caller.ask(&document, json!({}))["programme"]["consolidation"].clone()
}

fn position(caller: &Caller) -> i64 {
    consolidation(caller, "", "position")["position"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_figure_says_in_a_sentence_what_it_counts() {
    let world = two_reports();
    let analyst = world.caller("analyst");
    let now = position(&analyst);
    let asked = "(window: { from: \"2023-01-01\", to: \"2023-03-31\" }, filter: { regions: [\"84\"], sexes: [F] })";
    let selection = "explanation(indicator: \"SUPPORTED\") { en: sentence(language: EN) fr: sentence(language: FR) }";
    let told = consolidation(&analyst, asked, selection)["explanation"].clone();
    assert_eq!(
        told["en"],
        format!(
            "Persons supported between 1 January 2023 and 31 March 2023 in Auvergne-Rhône-Alpes, women only, counted once \
             however many projects, as approved up to position {now}."
        )
    );
    assert_eq!(
        told["fr"],
        format!(
            "Personnes accompagnées entre le 1er janvier 2023 et le 31 mars 2023 en Auvergne-Rhône-Alpes, femmes \
             seulement, comptées une fois quel que soit le nombre de projets, selon ce qui était approuvé à la position \
             {now}."
        )
    );
    let rate = "explanation(indicator: \"TRAINING_RATE\", unit: PARTICIPATION) { sentence(language: EN) }";
    let window = "(window: { from: \"2023-01-01\", to: \"2023-03-31\" })";
    assert_eq!(
        consolidation(&analyst, window, rate)["explanation"]["sentence"],
        format!(
            "Participations ended (class of exit: Qualifying training, Other training), divided by participations ended \
             (class of exit other than: Neutralised), between 1 January 2023 and 31 March 2023, each participation \
             counted, as approved up to position {now}."
        )
    );
}

#[test]
fn a_figure_names_the_versions_behind_it_and_what_was_justified_in_them() {
    let world = two_reports();
    let analyst = world.caller("analyst");
    let selection = "explanation(indicator: \"SUPPORTED\") { excess figure { numerator indicator { version definition } } \
        coverage { expected inForce partial missing late } contributions { nodes { \
        contribution { project { code } version digest late figure { numerator } } \
        reportVersion { digest ruleSet } standingFindings { code justifiedCount waivedCount } } } }";
    let told = consolidation(&analyst, "", selection)["explanation"].clone();
    assert_eq!((&told["figure"]["numerator"], &told["excess"]), (&json!("5"), &json!("1")), "one person is in both");
    assert_eq!(told["figure"]["indicator"], json!({ "version": 1, "definition": "V1" }));
    let nodes = told["contributions"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2);
    for node in nodes {
        assert_eq!(node["contribution"]["figure"]["numerator"], "3", "{node}");
        assert_eq!(node["contribution"]["digest"], node["reportVersion"]["digest"]);
        assert!(node["reportVersion"]["ruleSet"].as_u64().unwrap() > 0);
        let standing = json!([{ "code": "STAY_BELOW_ONE_DAY", "justifiedCount": 1, "waivedCount": 0 }]);
        assert_eq!(node["standingFindings"], standing);
    }
    // REST and the console say the same.
    let rest = world.caller("auditor").get("/v1/programmes/TEST/figures/SUPPORTED/explanation").body;
    assert_eq!((&rest["figure"]["numerator"], &rest["excess"]), (&json!("5"), &json!("1")));
    assert_eq!(rest["contributions"][0]["digest"], nodes[0]["contribution"]["digest"]);
    assert_eq!(rest["contributions"][0]["standingFindings"][0]["justifiedCount"], 1);
    let position = rest["position"].as_str().unwrap();
    let arguments = ["explain", "SUPPORTED", "--programme", "TEST", "--json", "--position", position];
    let console: Value = serde_json::from_str(&Console(&world.database).run(&arguments).out).unwrap();
    assert_eq!(console["contributions"], rest["contributions"]);
    // A partner explains figures of its own project, and of no other.
    let own = format!("/v1/programmes/TEST/figures/SUPPORTED/explanation?project={}", world.project("ALPHA").id);
    assert_eq!(world.caller("partner-alpha").get(&own).body["figure"]["numerator"], "3");
    assert_eq!(world.caller("partner-beta").get(&own).status, 404);
    assert_eq!(world.caller("partner-alpha").get("/v1/programmes/TEST/figures/SUPPORTED/explanation").status, 403);
    assert_eq!(analyst.get("/v1/programmes/TEST/figures/NOTHING/explanation").body["code"], "CODE_UNKNOWN");
}

/// What happens to the figures of [`two_reports`]: an amendment, an annulment, a correction, another definition.
fn much_happens(world: &World) {
    let officer = world.caller("officer-one");
    let done = |document: &str, input: Value| {
        let told = officer.ask(document, json!({ "input": input }));
        let (_, payload) = told.as_object().unwrap().iter().next().unwrap();
        assert_eq!(payload["userErrors"], json!([]), "{told}");
    };
    let amendment = json!({
        "project": world.project("BETA").id, "number": 1, "signedOn": "2023-06-01", "reason": "More money.",
        "grant": "150000.00",
    });
    done(
        "mutation ($input: ProjectAmendInput!) { projectAmend(input: $input) { userErrors { code path } } }",
        amendment,
    );
    let stay = left(present("S-4", "9903017431", "2023-05-01"), permanent("2023-06-30"));
    let mut input = submission(world.project("ALPHA").id.as_str(), "2023-Q2", 1, vec![stay]);
    input["mode"] = "UPSERT".into();
    input["justifications"] = json!([{ "code": "STAY_BELOW_ONE_DAY", "text": "Left at once." }]);
    let (report, version) = submit(&world.caller("partner-alpha"), input);
    approve(world, &report, version);
    let reports = officer.ask("{ reports(first: 50) { nodes { id project { code } currentVersion } } }", json!({}));
    let of_beta = reports["reports"]["nodes"].as_array().unwrap().iter().find(|one| one["project"]["code"] == "BETA");
    let of_beta = of_beta.unwrap();
    done(
        "mutation ($input: ReportReasonInput!) { reportAnnul(input: $input) { userErrors { code path } } }",
        json!({ "report": of_beta["id"], "version": of_beta["currentVersion"], "reason": "Another project's." }),
    );
    let four_months = json!({
        "programme": "TEST", "code": "V2", "basedOn": "V1", "standing": true, "reason": "The call was amended.",
        "nameEn": "Sustainable from four months on", "nameFr": "Durable à partir de quatre mois",
        "outcomes": [
            { "situations": ["EMPLOYMENT"], "contracts": ["PERMANENT"], "class": "SUSTAINABLE_EMPLOYMENT" },
            { "situations": ["EMPLOYMENT"], "lasting": { "operator": "AT_LEAST", "months": 4 },
              "class": "SUSTAINABLE_EMPLOYMENT" },
            { "situations": ["EMPLOYMENT"], "class": "TRANSITION_EMPLOYMENT" },
            { "situations": ["TRAINING"], "class": "QUALIFYING_TRAINING" },
            { "situations": ["HEALTH", "MATERNITY", "DEATH"], "class": "NEUTRALISED" },
            { "situations": ["SEEKING", "INACTIVE", "DROPPED_OUT", "MOVED", "EXCLUDED", "UNKNOWN"], "class": "OTHER" },
        ],
    });
    done(
        "mutation ($input: DefinitionAddInput!) { definitionAdd(input: $input) { userErrors { code path } } }",
        four_months,
    );
}

const CHANGES: &str = "from { position day figure { numerator denominator } } to { position day figure { numerator denominator } } \
    changeCount changes(first: 200) { nodes { cause event position project { code } version digest definition \
    numeratorChange denominatorChange before { numerator denominator } after { numerator denominator } } }";

#[test]
fn what_changed_a_figure_sums_exactly_and_names_each_cause() {
    let world = two_reports();
    let analyst = world.caller("analyst");
    let start = position(&analyst);
    much_happens(&world);
    let changed = |indicator: &str, from: i64| {
        let selection =
            format!("whatChanged(indicator: \"{indicator}\", from: {{ position: \"{from}\" }}) {{ {CHANGES} }}");
        consolidation(&analyst, "", &selection)["whatChanged"].clone()
    };
    let whole = |value: &Value| -> i128 {
        value.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap_or_else(|_| panic!("{value}")))
    };
    let causes = |told: &Value| -> Vec<String> {
        let nodes = told["changes"]["nodes"].as_array().unwrap().iter();
        let cause = |node: &Value| {
            let project = node["project"]["code"].as_str().unwrap_or_default();
            format!("{} {project} {}", node["cause"].as_str().unwrap(), node["numeratorChange"].as_str().unwrap_or("-"))
        };
        nodes.map(cause).collect()
    };
    let asked = [
        "SUPPORTED",
        "EXITS",
        "PRESENT",
        "SUSTAINABLE_EXITS",
        "EMPLOYMENT_RATE",
        "SUSTAINABLE_RATE_OF_EMPLOYMENT",
        "GRANTS",
        "INTERVENTION_RATE",
        "GRANT_EACH",
        "TARGET_ACHIEVEMENT",
        "EECO02",
        "EECR04",
    ];
    for code in asked {
        for from in [0, start - 3, start, start + 1].into_iter().filter(|from| *from >= start - 3) {
            let told = changed(code, from);
            let nodes = told["changes"]["nodes"].as_array().unwrap();
            assert_eq!(told["changeCount"], nodes.len(), "{code}");
            for (part, change) in [("numerator", "numeratorChange"), ("denominator", "denominatorChange")] {
                let difference = whole(&told["to"]["figure"][part]) - whole(&told["from"]["figure"][part]);
                let sum: i128 = nodes.iter().map(|node| whole(&node[change])).sum();
                assert_eq!(sum, difference, "{code} from {from}, {part}: {told:#}");
                // No gap between steps, and the ends are the answers themselves.
                let mut at = whole(&told["from"]["figure"][part]);
                for node in nodes {
                    assert_eq!(whole(&node["before"][part]), at, "{code} from {from}");
                    at = whole(&node["after"][part]);
                }
            }
            let parameters = format!("asOf={from}&day={}", told["from"]["day"].as_str().unwrap());
            let then = analyst.get(&format!("/v1/programmes/TEST/totals?{parameters}")).body;
            let mut figures = then["figures"].as_array().unwrap().iter();
            let figure = figures.find(|figure| figure["indicator"] == code && figure["unit"] == "PERSON").unwrap();
            assert_eq!(figure["numerator"], told["from"]["figure"]["numerator"], "{code} from {from}");
        }
    }
    assert_eq!(causes(&changed("GRANTS", start)), ["DIRECTORY BETA 30000.00"]);
    assert_eq!(causes(&changed("SUPPORTED", start)), ["APPROVAL ALPHA 1", "ANNULMENT BETA -2"]);
    let sustainable = changed("SUSTAINABLE_EXITS", start);
    assert_eq!(causes(&sustainable), ["APPROVAL ALPHA 1", "DEFINITION  1"]);
    let definition = &sustainable["changes"]["nodes"][1];
    assert_eq!(definition["definition"], "V2");
    assert_eq!(definition["digest"], analyst.get("/v1/programmes/TEST/definitions/V2").body["digest"]);
    // REST and the console say the same.
    let rest = analyst.get(&format!("/v1/programmes/TEST/figures/SUPPORTED/changes?since={start}")).body;
    let changes: Vec<&Value> = rest["changes"].as_array().unwrap().iter().map(|one| &one["numeratorChange"]).collect();
    assert_eq!(changes, ["1", "-2"]);
    let since = start.to_string();
    let arguments = ["explain", "SUPPORTED", "--programme", "TEST", "--since", &since, "--json"];
    let console: Value = serde_json::from_str(&Console(&world.database).run(&arguments).out).unwrap();
    assert_eq!(console["changes"].as_array().unwrap().len(), 2, "{console}");
}

#[test]
fn a_window_that_moves_with_the_day_is_a_cause_of_its_own() {
    let world = two_reports();
    let analyst = world.caller("analyst");
    let now = position(&analyst);
    let from = format!("from: {{ position: \"{now}\", day: \"2023-02-28\" }}");
    let selection = format!("whatChanged(indicator: \"EXITS\", {from}) {{ {CHANGES} }}");
    let told = consolidation(&analyst, "", &selection)["whatChanged"].clone();
    let nodes = told["changes"]["nodes"].as_array().unwrap();
    assert_eq!((nodes.len(), &nodes[0]["cause"], &nodes[0]["numeratorChange"]), (1, &json!("WINDOW"), &json!("2")));
    let ahead = format!("/v1/programmes/TEST/figures/EXITS/changes?since={now}&asOf={}", now - 1);
    assert_eq!(analyst.get(&ahead).body["code"], "AS_OF_INVALID");
}
