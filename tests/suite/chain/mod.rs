//! The journal's chains: what enters them, what a receipt is worth, and that whatever is tampered with is found.

mod looks;
mod tampered;

use faisceau::access::chain::{self, Checked};
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::reporting::operations as reporting;
use faisceau::storage::chain::Link;
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::console::Console;
use crate::support::statement::{SUBMIT, left, permanent, present, submission};

/// Two versions of ALPHA and one of BETA, one of them approved.
pub fn some_history() -> World {
    let world = World::with_projects();
    let alpha = world.project("ALPHA").id.to_string();
    let stays = |exit: bool| {
        let second = present("A-2", "9903017422", "2023-02-01");
        let second = if exit { left(second, permanent("2023-03-10")) } else { second };
        vec![present("A-1", "9903017421", "2023-02-01"), second, present("A-3", "9903017423", "2023-02-01")]
    };
    let mut first = submission(&alpha, "2023-Q1", 0, stays(false));
    first["narrative"] = json!({ "outlook": "All is well." });
    let (report, version) = submit(&world.caller("partner-alpha"), first);
    approve(&world, &report, version);
    submit(&world.caller("partner-alpha"), submission(&alpha, "2023-Q2", 1, stays(true)));
    let beta = world.project("BETA").id.to_string();
    submit(
        &world.caller("partner-beta"),
        submission(&beta, "2023-Q1", 0, vec![present("B-1", "9903017424", "2023-02-01")]),
    );
    world
}

/// Both checks of what is stored: the journal's and the versions'.
pub fn check(world: &World, heads: &[Link]) -> Checked {
    let auditor = at_the_console(Role::Auditor);
    let mut checked = chain::verify_journal(&world.desk, &auditor, heads).unwrap();
    let versions = reporting::verify_versions(&world.desk, &auditor).unwrap();
    checked.checked_count += versions.checked_count;
    checked.problem_count += versions.problem_count;
    checked.problems.extend(versions.problems);
    checked
}

#[test]
fn every_entry_is_linked_once_into_the_chain_of_its_organisation() {
    let world = some_history();
    let checked = check(&world, &[]);
    assert!(checked.holds(), "{checked:?}");
    let one = |sql: &str| world.database.sql(sql).join(",");
    let entries: u64 = one("SELECT CAST(COUNT(*) AS TEXT) AS value FROM journal").parse().unwrap();
    let links: u64 = one("SELECT CAST(COUNT(*) AS TEXT) AS value FROM journal_links").parse().unwrap();
    assert!(entries > 15 && entries == links && checked.checked_count > entries, "{entries} {links} {checked:?}");
    let chains = world.database.sql("SELECT chain AS value FROM chain_heads");
    assert!(chains.contains(&String::new()), "what concerns no organisation has a chain too: {chains:?}");
    assert!(chains.contains(&world.project("ALPHA").details.lead.to_string()), "{chains:?}");
    assert_eq!(
        one("SELECT CAST(COUNT(*) AS TEXT) AS value FROM journal_links l JOIN journal j ON j.id = l.entry_id \
             WHERE l.chain <> COALESCE(j.organisation_id, '')"),
        "0"
    );
}

#[test]
fn a_receipt_holds_a_link_that_stays_and_that_the_chain_is_held_to() {
    let world = World::with_projects();
    let alpha = world.project("ALPHA");
    let partner = world.caller("partner-alpha");
    let document = SUBMIT.replace("version { number", "version { journalLink { chain number hash } number");
    let input = submission(alpha.id.as_str(), "2023-Q1", 0, vec![present("A-1", "9903017421", "2023-02-01")]);
    let data = partner.ask(&document, json!({ "input": input }));
    let link = data["reportSubmit"]["version"]["journalLink"].clone();
    assert_eq!(link["chain"], alpha.details.lead.as_str(), "{data:#}");

    // By a file, the receipt has it as well; sent again with its key, it is the same.
    let file = json!({ "reference": "A-1", "entryOn": "2023-02-01", "sex": "F", "birthYear": "1990",
        "protectionStatus": "REFUGEE", "frenchAtEntry": "A2", "education": "LEVEL_3", "labourStatus": "UNEMPLOYED",
        "residenceDepartment": "69", "identity": { "number": { "scheme": "AGDREF", "value": "9903017421" } } });
    let path = format!("/v1/projects/{}/reports/2023-Q2/submissions?baseVersion=1", alpha.id);
    let headers = [("content-type", "application/x-ndjson"), ("idempotency-key", "once")];
    let answers = [0, 1].map(|_| partner.send(&path, &headers, file.to_string().as_bytes()));
    assert_eq!((answers[0].status, &answers[0].text), (201, &answers[1].text));
    let second = &answers[0].body["version"]["journalLink"];
    assert!(second["number"].as_i64() > link["number"].as_i64(), "{} {link}", answers[0].text);

    let kept = |link: &Value| {
        let line = format!("{} {} {}", link["chain"].as_str().unwrap(), link["number"], link["hash"].as_str().unwrap());
        chain::parse_head(&line).unwrap()
    };
    let receipts = [kept(&link), kept(second)];
    assert!(check(&world, &receipts).holds());
    let mut forged = receipts.clone();
    forged[0].hash[0] ^= 1;
    assert_eq!(check(&world, &forged).problem_count, 1);
    let version = "query ($id: ID!) { project(id: $id) { version(number: 1) { journalLink { chain number hash } } } }";
    let later = partner.ask(version, json!({ "id": alpha.id.as_str() }));
    assert_eq!(later["project"]["version"]["journalLink"], link, "a link stays what it was");
}

#[test]
fn what_was_there_before_the_chains_begins_them() {
    let world = some_history();
    world.database.execute(
        "DELETE FROM journal_links; DELETE FROM chain_heads; UPDATE sequence_head SET linked = 0, sequence = 0; \
         UPDATE journal SET sequence = NULL",
    );
    let checked = check(&world, &[]);
    assert!(checked.holds() && checked.checked_count > 15, "{checked:?}");
}

#[test]
fn the_command_tells_what_is_broken_and_fails() {
    let world = some_history();
    let console = Console(&world.database);
    let heads = console.run(&["verify", "--print-heads"]).out;
    assert!(heads.lines().count() >= 3, "{heads}");
    let file = world.database.folder().join("heads");
    std::fs::write(&file, &heads).unwrap();
    let file = file.to_str().unwrap();
    let told = console.run(&["verify", "--heads", file]).out;
    assert!(told.contains("holds  journal") && told.contains("holds  versions: 3 "), "{told}");
    world.database.execute("UPDATE participations SET sex = 'M' WHERE reference = 'A-1'");
    let (succeeded, printed) = console.try_run(&["verify", "--json"]);
    let answer: Value = serde_json::from_str(&printed.out).unwrap();
    assert!(!succeeded && answer["holds"] == false, "{}", printed.out);
    assert_eq!((&answer["checks"][0]["holds"], &answer["checks"][1]["holds"]), (&json!(true), &json!(false)));
    assert!(!printed.out.contains("A-1"), "no reference is told: {}", printed.out);
}
