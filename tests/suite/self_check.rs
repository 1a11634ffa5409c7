//! The self-check: on any difference between figures and stored reports nothing is published, and it says so.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::image::{SPOILABLE, segment};
use faisceau::consolidation::self_check::{Pace, SelfChecked, verify_figures};
use serde_json::json;

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::cast::peopled;
use crate::support::console::Console;
use crate::support::statement::{justified, left, other, permanent, present, submission};
use crate::support::world::agent;

const TOTALS: &str = "/v1/programmes/TEST/totals";

/// The column of the days of entry.
const ENTRY: usize = 0;

fn check(world: &World) -> SelfChecked {
    let auditor = at_the_console(Role::Auditor);
    world.consolidation.check_itself(&world.desk, &auditor, &Pace::at_once()).unwrap()
}

fn health(world: &World) -> (u16, serde_json::Value) {
    let config = agent();
    let mut response = config.get(format!("{}/health", world.url)).call().unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

/// What is published answers 503 with the remedy, everywhere; what is not goes on.
fn assert_nothing_is_published(world: &World) {
    let analyst = world.caller("analyst");
    let table = "/v1/programmes/TEST/table?groupBy=REGION";
    let formats = |target: &str, sign: char| ["json", "csv", "xlsx"].map(|name| format!("{target}{sign}format={name}"));
    for target in [formats(TOTALS, '?'), formats(table, '&')].concat() {
        let answered = analyst.get(&target);
        assert_eq!((answered.status, &answered.body["code"]), (503, &json!("SELF_CHECK_FAILED")), "{target}");
        assert!(answered.body["remedy"].as_str().unwrap().contains("faisceau verify"), "{}", answered.text);
    }
    let graphql = analyst.post("{ programme(code: \"TEST\") { consolidation { position } } }", json!({}));
    assert_eq!(graphql.body["errors"][0]["extensions"]["code"], "SELF_CHECK_FAILED", "{}", graphql.text);
    let nobody = "/v1/closings/cls_01a205faedb076b181ca59ec06b54602/publication";
    for (target, body) in [("/v1/programmes/TEST/closings", json!({ "name": "Spring" })), (nobody, json!({}))] {
        let headers = [("content-type", "application/json")];
        let answered = world.caller("officer-one").send(target, &headers, body.to_string().as_bytes());
        assert_eq!((answered.status, &answered.body["code"]), (503, &json!("SELF_CHECK_FAILED")), "{target}");
    }
    let (status, problem) = health(world);
    assert_eq!((status, &problem["code"]), (503, &json!("SELF_CHECK_FAILED")));
    let projects = world.caller("partner-alpha").post("{ projects { nodes { code } } }", json!({}));
    assert!(projects.body["errors"].is_null(), "partners go on: {}", projects.text);
}

fn assert_published(world: &World) {
    assert_eq!(world.caller("analyst").get(TOTALS).status, 200);
    assert_eq!(health(world).0, 200);
}

#[test]
fn a_sound_node_passes_and_says_when() {
    let world = peopled();
    assert_eq!(health(&world).1["selfCheck"], json!(null));
    let checked = check(&world);
    assert!(checked.holds(), "{checked:#?}");
    for (name, part) in &checked.parts {
        assert!(part.checked_count > 0, "{name} compared nothing");
    }
    assert_published(&world);
    let said = health(&world).1["selfCheck"].clone();
    assert_eq!(said["position"], checked.position.to_string());
    assert_eq!(
        world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM self_checks"),
        ["0"],
        "only turns are kept"
    );
}

#[test]
fn one_cell_of_the_image_stops_publishing_until_the_image_is_made_anew() {
    let world = peopled();
    assert_published(&world);
    assert!(world.consolidation.spoil_a_cell(ENTRY));
    assert_published(&world);
    let checked = check(&world);
    assert_eq!(checked.failed().first(), Some(&"image"), "{checked:#?}");
    assert_nothing_is_published(&world);
    // A check that finds it still wrong heals nothing, nor does a new position.
    assert!(!check(&world).holds());
    assert_nothing_is_published(&world);
    assert_eq!(world.database.sql("SELECT failed AS value FROM self_checks ORDER BY at_us"), ["image"]);

    // A restart heals the image, but publishes only once a check has found that.
    let world = world.restarted();
    assert!(!world.consolidation.heed_the_last_check(&world.desk).unwrap());
    assert_nothing_is_published(&world);
    let checked = check(&world);
    assert!(checked.holds(), "{checked:#?}");
    assert_published(&world);
    assert!(world.consolidation.heed_the_last_check(&world.desk).unwrap());
}

#[test]
fn each_column_is_compared() {
    // In one of them the last participation is of a person met twice, which is compared in two ways.
    let worlds = [crate::slices::world(), with_money()];
    let mut compared = [0; segment::SPOILABLE];
    for world in &worlds {
        assert!(check(world).holds());
        for (column, compared) in compared.iter_mut().enumerate() {
            if !world.consolidation.spoil_a_cell(column) {
                continue;
            }
            *compared += 1;
            let checked = check(world);
            assert!(checked.failed().contains(&"image"), "column {column}: {checked:#?}");
            assert!(world.consolidation.spoil_a_cell(column));
            assert!(check(world).holds(), "column {column} was put right again");
        }
        assert_published(world);
    }
    assert_eq!(compared[ENTRY], 2);
    assert!(compared.iter().all(|count| *count > 0), "{compared:?}");
}

/// Two projects with grants, payments (one cancelled) and spending, which one of them has stated twice.
fn with_money() -> World {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let record = |code: &str, amount: &str, paid_on: &str| {
        let id = world.project(code).id.to_string();
        let input = json!({ "project": id, "kind": "ADVANCE", "amount": amount, "paidOn": paid_on });
        let document = "mutation M($input: PaymentRecordInput!) { paymentRecord(input: $input) { payment { id } } }";
        let done = officer.ask(document, json!({ "input": input }));
        (id, done["paymentRecord"]["payment"]["id"].clone())
    };
    let (project, payment) = record("ALPHA", "300.01", "2023-03-01");
    let input = json!({ "project": project, "payment": payment, "reason": "Paid twice." });
    let document = "mutation M($input: PaymentCancelInput!) { paymentCancel(input: $input) { userErrors { code } } }";
    assert_eq!(officer.ask(document, json!({ "input": input }))["paymentCancel"]["userErrors"], json!([]));
    record("ALPHA", "300.01", "2023-03-01");
    record("BETA", "77.77", "2024-01-31");
    let came = |agdref: &str| left(present("A-1", agdref, "2023-01-16"), permanent("2023-03-31"));
    // Two of three: a rate that must be rounded.
    let gone = left(present("A-0", "9903017403", "2023-01-16"), other("2023-03-31", "SEEKING"));
    for (code, period, base, agdref, spending) in [
        ("ALPHA", "2023-Q2", 0, "9903017401", Some("1000.00")),
        ("ALPHA", "2023-Q4", 1, "9903017401", Some("2500.10")),
        ("BETA", "2023-Q4", 0, "9903017402", None),
    ] {
        let partner = world.caller(&format!("partner-{}", code.to_lowercase()));
        let project = world.project(code).id.to_string();
        let mut input = submission(&project, period, base, vec![came(agdref)]);
        if code == "ALPHA" {
            input["participations"].as_array_mut().unwrap().push(gone.clone());
        }
        if let Some(spending) = spending {
            input["finance"] = json!({ "spending": spending });
        }
        let (report, version) = submit(&partner, justified(input));
        approve(&world, &report, version);
    }
    world
}

#[test]
fn each_amount_is_compared_and_money_is_counted_a_second_time() {
    let world = with_money();
    let checked = check(&world);
    assert!(checked.holds(), "{checked:#?}");
    for column in segment::SPOILABLE..SPOILABLE {
        assert!(world.consolidation.spoil_a_cell(column), "no amount of sort {column}");
        let checked = check(&world);
        assert_eq!(checked.failed(), ["image", "answers"], "sort {column}: {checked:#?}");
        assert_nothing_is_published(&world);
        assert!(world.consolidation.spoil_a_cell(column));
        assert!(check(&world).holds(), "sort {column} was put right again");
    }
    assert_published(&world);
}

#[test]
fn one_cell_of_the_tables_stops_publishing_and_a_restart_does_not_heal_it() {
    let world = peopled();
    assert!(check(&world).holds());
    let cell = "WHERE reference = 'ALPHA-LEFT'";
    let was = world.database.sql(&format!("SELECT exit_on AS value FROM participations {cell}"));
    world.database.execute(&format!("UPDATE participations SET exit_on = '2023-03-11' {cell}"));
    let checked = check(&world);
    assert!(checked.failed().contains(&"image"), "{checked:#?}");
    assert_nothing_is_published(&world);

    let world = world.restarted();
    assert!(!world.consolidation.heed_the_last_check(&world.desk).unwrap());
    let checked = check(&world);
    assert_eq!(checked.failed(), ["versions"], "image and tables agree, and the version's digest tells: {checked:#?}");
    assert_nothing_is_published(&world);

    world.database.execute(&format!("UPDATE participations SET exit_on = '{}' {cell}", was[0]));
    let world = world.restarted();
    assert!(check(&world).holds());
    assert_published(&world);
}

#[test]
fn what_cannot_be_read_is_a_difference_too() {
    let world = peopled();
    assert!(check(&world).holds());
    world.database.execute("UPDATE participations SET entry_on = 'soon' WHERE reference = 'BETA-LEFT'");
    let checked = check(&world);
    assert!(!checked.holds(), "{checked:#?}");
    assert_nothing_is_published(&world);
}

#[test]
fn a_serving_process_checks_by_itself_and_starts_silent_after_a_difference() {
    let world = peopled();
    assert_published(&world);
    assert!(world.consolidation.spoil_a_cell(ENTRY));
    assert!(!check(&world).holds());
    // Its image is made from the tables, so the check that it makes at once finds nothing.
    let server = Console(&world.database).serve_with(&[("FAISCEAU_SELF_CHECK_MINUTES", "0")]);
    let healed = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        agent().get(format!("{}/health", server.url)).call().unwrap().status() == 200
    });
    assert!(healed, "the check at the start did not publish again");
    let kept = world.database.sql("SELECT failed AS value FROM self_checks ORDER BY at_us");
    assert_eq!(kept, ["image", ""]);
}

#[test]
fn figures_are_verified_from_outside_by_a_second_route() {
    let world = peopled();
    let auditor = at_the_console(Role::Auditor);
    let checked = verify_figures(&world.desk, &auditor).unwrap();
    assert!(checked.holds() && checked.checked_count > 100, "{checked:#?}");
    let console = Console(&world.database);
    let said = console.run(&["verify"]).out;
    for name in ["journal", "versions", "figures"] {
        assert!(said.contains(&format!("holds  {name}: ")), "{said}");
    }
    world.database.execute("UPDATE participations SET sex = 'M' WHERE reference = 'ALPHA-LEFT'");
    let told = console.command(&["verify", "--json"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let broken = |told: &serde_json::Value, name: &str| {
        let found = told["checks"].as_array().unwrap().iter().find(|check| check["check"] == name).unwrap();
        (found["holds"] == false, found["problems"].clone())
    };
    assert_eq!(told["holds"], false);
    // The record does not have its hash; the digest, over hashes, stands, and the figures are those of the row as it is.
    assert_eq!(broken(&told, "versions"), (true, json!(1)), "{told:#}");
    assert!(!broken(&told, "figures").0, "{told:#}");
    assert!(console.refused(&["verify", "--only", "luck"]).contains("versions"));
}
