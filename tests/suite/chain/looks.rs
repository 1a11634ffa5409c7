//! Who of the staff looked at which records, and why: one entry per look, written before anything is shown.

use serde_json::{Value, json};

use super::{check, some_history};
use crate::support::World;
use crate::support::raw::{bearer, graphql};

const RECORDS: &str = "query ($id: ID!) { project(id: $id) { version(number: 1) { \
    participations(first: 200) { nodes { reference } } } } }";

fn looks(world: &World, kind: &str) -> Vec<String> {
    world.database.sql(&format!(
        "SELECT actor || '|' || COALESCE(reason, '') || '|' || organisation_id AS value FROM journal \
         WHERE kind = '{kind}' ORDER BY at_us, id"
    ))
}

#[test]
fn each_look_of_staff_at_records_is_in_the_journal_with_its_reason() {
    let world = some_history();
    let alpha = world.project("ALPHA");
    let lead = alpha.details.lead.to_string();
    let ids = json!({ "id": alpha.id.as_str() });
    assert_eq!(looks(&world, "records.seen"), Vec::<String>::new());
    world.caller("partner-alpha").ask(RECORDS, ids.clone());
    assert_eq!(looks(&world, "records.seen"), Vec::<String>::new(), "a partner sees its own records");
    world.caller("auditor").ask(RECORDS, ids.clone());
    let headers = format!(
        "{}Access-Reason: Complaint 2024/17, see file.\r\n",
        bearer(Some(&world.caller("officer-one").token()))
    );
    let seen = graphql(&world.url, &headers, RECORDS, &ids);
    assert!(seen.text().contains("A-1"), "{}", seen.text());
    assert_eq!(
        looks(&world, "records.seen"),
        [format!("auditor||{lead}"), format!("officer-one|Complaint 2024/17, see file.|{lead}")]
    );

    let everything = "query ($id: ID!) { project(id: $id) { difference(from: 1, to: 2) { added } version(number: 2) { \
        overlaps { nodes { code } } findings { nodes { code } } } } }";
    world.caller("auditor").ask(everything, ids);
    for kind in ["difference.seen", "overlaps.seen"] {
        assert_eq!(looks(&world, kind), [format!("auditor||{lead}")], "{kind}");
    }
    assert!(check(&world, &[]).holds());

    // What somebody looked at is no change of it.
    let feed = world.caller("officer-one").get("/v1/changes?first=200").text;
    assert!(!feed.contains(".seen") && feed.contains("report.approved"), "{feed}");
}

#[test]
fn a_reason_with_an_identity_number_is_refused_unshown_and_nothing_is_shown() {
    let world = some_history();
    let ids = json!({ "id": world.project("ALPHA").id.as_str() });
    for reason in ["about 9903017499", "about 1 84 12 76 451 089 46", &"x".repeat(2001), "\u{1}"] {
        let headers = format!("{}Access-Reason: {reason}\r\n", bearer(Some(&world.caller("officer-one").token())));
        let refused = graphql(&world.url, &headers, RECORDS, &ids);
        assert!(!refused.text().contains("A-1") && !refused.text().contains("99030174"), "{}", refused.text());
    }
    assert_eq!(looks(&world, "records.seen"), Vec::<String>::new());
}

#[test]
fn questions_about_figures_are_counted_and_written_together() {
    let world = some_history();
    for _ in 0..3 {
        assert_eq!(world.caller("analyst").get("/v1/programmes/TEST/totals").status, 200);
    }
    world.caller("auditor").get("/v1/programmes/TEST/totals");
    let written = || {
        let rows = world
            .database
            .sql("SELECT actor || ' ' || detail AS value FROM journal WHERE kind = 'figures.seen' ORDER BY actor");
        let count = |row: String| {
            let (actor, detail) = row.split_once(' ').unwrap();
            let detail: Value = serde_json::from_str(detail).unwrap();
            (actor.to_owned(), detail["questions"].as_u64().unwrap())
        };
        rows.into_iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(written(), []);
    world.desk.write_looks().unwrap();
    let expected = [("analyst".to_owned(), 3), ("auditor".to_owned(), 1)];
    assert_eq!(written(), expected);
    world.desk.write_looks().unwrap();
    assert_eq!(written(), expected, "each once");
    assert!(check(&world, &[]).holds());
}
