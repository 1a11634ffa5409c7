//! One person erased: nothing of them is left, everything else still checks, and whoever comes again is somebody new.

use serde_json::{Value, json};

use super::{NADIA, erase, supported, with_nadia};
use crate::chain::check;
use crate::first_steps::submit;
use crate::support::console::Console;
use crate::support::database::on_postgresql;
use crate::support::dump::dump;
use crate::support::statement::{justified, present, submission};

#[test]
fn nothing_is_left_of_an_erased_person_and_everything_else_still_checks() {
    let world = with_nadia();
    let persons = world.database.sql("SELECT person_id AS value FROM participations WHERE reference = 'NADIA-7701'");
    let person = persons[0].clone();
    assert_eq!(supported(&world, ""), ("3".to_owned(), false));
    let position =
        world.caller("analyst").get("/v1/programmes/TEST/totals").body["position"].as_str().unwrap().to_owned();
    let rows = dump(&world.database).join("\n");
    for trace in [person.as_str(), "NADIA-7701", "NADIA-B-7701", "Nadia came later."] {
        assert!(rows.contains(trace), "{trace} is there before");
    }

    let erased = erase(&world, "ALPHA", "NADIA-7701");
    assert_eq!(erased["userErrors"], json!([]), "{erased:#}");
    let erased = &erased["erasure"];
    assert_eq!((&erased["recordCount"], &erased["linkCount"]), (&json!(3), &json!(1)), "{erased}");

    let rows = dump(&world.database).join("\n");
    for trace in [person.as_str(), "NADIA", "Nadia", NADIA] {
        assert!(
            !rows.contains(trace),
            "{trace} is there after: {}",
            rows.lines().find(|row| row.contains(trace)).unwrap()
        );
    }
    if !on_postgresql() {
        for file in ["faisceau.db", "faisceau.db-wal"] {
            let bytes = std::fs::read(world.database.folder().join(file)).unwrap_or_default();
            for trace in [person.as_bytes(), b"NADIA"] {
                assert!(!bytes.windows(trace.len()).any(|window| window == trace), "{file} keeps a trace");
            }
        }
    }
    let checked = check(&world, &[]);
    assert!(checked.holds(), "{checked:?}");

    // Figures are computed without the records, at every position, and say so; those of nobody erased do not.
    assert_eq!(supported(&world, ""), ("2".to_owned(), true));
    assert_eq!(supported(&world, &format!("?asOf={position}")), ("2".to_owned(), true));
    let fresh = crate::support::World::over(world.database);
    fresh.turn_to(jiff::civil::date(2024, 5, 15));
    assert_eq!(supported(&fresh, ""), ("2".to_owned(), true), "a node that starts afterwards says the same");

    let proofs = fresh.database.sql(
        "SELECT kind || ' ' || actor || ' ' || COALESCE(reason, '') || ' ' || detail AS value FROM journal \
         WHERE kind IN ('person.erased', 'records.erased') ORDER BY kind, organisation_id",
    );
    assert_eq!(proofs.len(), 3, "one for the person, one for each project: {proofs:?}");
    assert!(proofs[0].starts_with("person.erased officer-one Request 12. "), "{proofs:?}");
    assert!(proofs[0].contains(erased["proof"].as_str().unwrap()), "{proofs:?}");
    let feed = fresh.caller("partner-alpha").get("/v1/changes?first=200").text;
    assert!(feed.contains("records.erased"), "the partner's copy learns that it must let go: {feed}");
}

#[test]
fn a_tampered_remainder_of_an_erased_record_is_found() {
    let world = with_nadia();
    erase(&world, "ALPHA", "NADIA-7701");
    assert!(check(&world, &[]).holds());
    world.database.execute("CREATE TABLE kept AS SELECT * FROM erased_records");
    let other = if on_postgresql() { "sha256('x')" } else { "randomblob(32)" };
    for statement in [
        format!("UPDATE erased_records SET record_hash = {other} WHERE version = 1"),
        "UPDATE erased_records SET place = 2 WHERE version = 2".to_owned(),
        "DELETE FROM erased_records WHERE version = 2".to_owned(),
    ] {
        world.database.execute(&statement);
        assert!(!check(&world, &[]).holds(), "{statement}");
        world.database.execute("DELETE FROM erased_records; INSERT INTO erased_records SELECT * FROM kept");
        assert!(check(&world, &[]).holds());
    }
}

#[test]
fn several_are_erased_one_after_another_and_every_digest_still_checks() {
    let world = with_nadia();
    for (place, reference) in ["ZOE-9", "NADIA-7701", "OTHER-1"].into_iter().enumerate() {
        let erased = erase(&world, "ALPHA", reference);
        assert_eq!(erased["userErrors"], json!([]), "{erased:#}");
        let checked = check(&world, &[]);
        assert!(checked.holds(), "after {}: {checked:?}", place + 1);
    }
    assert_eq!(supported(&world, ""), ("0".to_owned(), true));
    assert_eq!(erase(&world, "ALPHA", "ZOE-9")["userErrors"][0]["code"], "NOT_FOUND");
}

#[test]
fn whoever_is_reported_again_is_a_new_person() {
    let world = with_nadia();
    let person = || world.database.sql("SELECT person_id AS value FROM participations WHERE reference = 'NADIA-7701'");
    let before = person();
    erase(&world, "ALPHA", "NADIA-7701");
    assert_eq!(person(), Vec::<String>::new());
    let alpha = world.project("ALPHA").id.to_string();
    let stays = ["NADIA-7701", "OTHER-1"].into_iter().zip([NADIA, "9903017422"]);
    let stays = stays.map(|(reference, number)| present(reference, number, "2023-02-01")).collect();
    submit(&world.caller("partner-alpha"), justified(submission(&alpha, "2023-Q2", 2, stays)));
    let after = person();
    assert_eq!(after.len(), 1);
    assert!(!before.contains(&after[0]), "the link is not resurrected");
    assert!(check(&world, &[]).holds());
}

#[test]
fn a_dry_run_erases_nobody_and_others_may_not() {
    let world = with_nadia();
    let before = dump(&world.database);
    let document = "mutation ($input: PersonEraseInput!) { personErase(input: $input) { \
        erasure { recordCount } userErrors { code } } }";
    let mut input = json!({ "project": world.project("ALPHA").id.as_str(), "reference": "NADIA-7701",
        "reason": "Request 12.", "dryRun": true });
    let data = world.caller("officer-one").ask(document, json!({ "input": input }));
    assert_eq!(data["personErase"]["erasure"]["recordCount"], 3, "{data}");
    input["dryRun"] = false.into();
    for caller in ["partner-alpha", "analyst", "auditor"] {
        let refused = world.caller(caller).post(document, json!({ "input": input }));
        assert_eq!(refused.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{caller}: {}", refused.text);
    }
    input["reason"] = "She is 9903017421".into();
    let refused = world.caller("officer-one").post(document, json!({ "input": input }));
    assert_eq!(refused.body["data"]["personErase"]["userErrors"][0]["code"], "TEXT_HOLDS_IDENTITY", "{}", refused.text);
    assert!(!refused.text.contains(NADIA));
    assert!(dump(&world.database) == before, "something was stored");
}

#[test]
fn a_person_sees_all_that_is_held_on_them_and_the_look_is_journalled() {
    let world = with_nadia();
    let console = Console(&world.database);
    let arguments = ["person", "export", "--programme", "TEST", "--reason", "Request 11."];
    let by_reference = [&arguments[..], &["--project", "ALPHA", "--reference", "NADIA-7701"]].concat();
    let by_number = [&arguments[..], &["--scheme", "AGDREF"]].concat();
    let first: Value = serde_json::from_str(&console.run(&by_reference).out).unwrap();
    let second: Value = serde_json::from_str(&console.run_with(&by_number, "99 0301 7421\n").out).unwrap();
    assert_eq!(first, second, "the same person either way");
    let held = first["held"].as_array().unwrap();
    assert_eq!(held.len(), 2, "{first:#}");
    let of = |project: &str| held.iter().find(|one| one["project"] == project).unwrap();
    assert_eq!(of("ALPHA")["records"].as_array().unwrap().len(), 2, "both states: {first:#}");
    assert_eq!(of("ALPHA")["records"][1]["fields"]["entryOn"], "2023-02-03", "{first:#}");
    assert!(of("ALPHA")["findings"].to_string().contains("Nadia came later."), "{first:#}");
    assert_eq!(of("BETA")["reference"], "NADIA-B-7701");
    assert!(!first.to_string().contains(NADIA), "the number itself is held nowhere");
    let looks = world.database.sql("SELECT actor || ' ' || reason AS value FROM journal WHERE kind = 'person.seen'");
    assert_eq!(looks, vec!["console Request 11."; 4], "one per project and time");
    let refused = console.run_with_refused(&by_number, "9903017499\n");
    assert!(refused.contains("NOT_FOUND") && !refused.contains("9903017499"), "{refused}");
    let erased = console.run_with(&[&["person", "erase"], &by_number[2..]].concat(), "9903017421\n").out;
    assert!(erased.contains("Erased 3 records and 1 links"), "{erased}");
    assert_eq!(supported(&world, ""), ("2".to_owned(), true));
}
