//! Individual records go when their time has passed; what was published and the proofs stay.

use jiff::civil::date;
use serde_json::json;

use super::{supported, with_nadia};
use crate::chain::check;
use crate::support::console::Console;
use crate::support::dump::dump;

#[test]
fn records_are_purged_when_their_months_after_the_agreement_have_passed() {
    let world = with_nadia();
    let set = |months: i32| {
        let document = "mutation ($input: ProgrammeSetRetentionInput!) { programmeSetRetention(input: $input) \
            { programme { code } userErrors { code path } } }";
        let programme = world.project("ALPHA").programme.to_string();
        let input = json!({ "programme": programme, "months": months });
        world.caller("officer-one").ask(document, json!({ "input": input }))["programmeSetRetention"].clone()
    };
    assert_eq!(set(0)["userErrors"][0]["code"], "PARAMETER_INVALID");
    assert_eq!(set(6)["programme"]["code"], "TEST");
    let operator = faisceau::access::operations::at_the_console(faisceau::access::role::Role::Operator);
    let purge = |only_ask: bool| {
        let purges = faisceau::reporting::operations::purge_past_retention(&world.desk, &operator, only_ask).unwrap();
        purges.into_iter().map(|purge| purge.project.to_string()).collect::<Vec<_>>()
    };
    // The agreements end on 2024-12-31; 2025-06-30 is still within six months.
    world.turn_to(date(2025, 6, 30));
    assert_eq!(purge(false), Vec::<String>::new());
    assert_eq!(supported(&world, ""), ("3".to_owned(), false));
    world.turn_to(date(2025, 7, 1));
    assert_eq!(purge(true), ["ALPHA", "BETA"], "asked only");
    assert_eq!(supported(&world, ""), ("3".to_owned(), false));
    assert_eq!(purge(false), ["ALPHA", "BETA"]);
    assert_eq!(purge(false), Vec::<String>::new(), "once");
    assert_eq!(supported(&world, ""), ("0".to_owned(), true));
    let rows = dump(&world.database).join("\n");
    for trace in ["NADIA", "ZOE-9", "OTHER-1", "Nadia"] {
        assert!(!rows.contains(trace), "{}", rows.lines().find(|row| row.contains(trace)).unwrap());
    }
    let count = |table: &str| world.database.sql(&format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}"));
    assert_eq!((count("participations"), count("person_links")), (vec!["0".to_owned()], vec!["0".to_owned()]));
    assert_eq!(count("report_versions"), ["3"], "versions with their digests stay");
    assert_eq!(count("journal WHERE kind = 'records.purged'"), ["2"]);
    let checked = check(&world, &[]);
    assert!(checked.holds(), "{checked:?}");
}

#[test]
fn the_command_sets_lists_and_purges() {
    let world = with_nadia();
    let console = Console(&world.database);
    let said = console.run(&["retention"]).out;
    assert!(said.contains("TEST: individual records are kept as long as the programme."), "{said}");
    // By the machine's clock the agreements ended long ago.
    let said = console.run(&["retention", "--programme", "TEST", "--months", "1"]).out;
    assert!(said.contains("kept 1 months after") && said.contains("Past its retention: TEST/ALPHA."), "{said}");
    let said = console.run(&["retention", "--run"]).out;
    assert!(said.contains("Purged 4 records and 2 links of TEST/ALPHA"), "{said}");
    assert!(console.run(&["retention", "--run"]).out.contains("Nothing is past its retention."));
    assert!(console.refused(&["retention", "--programme", "TEST", "--months", "0"]).contains("PARAMETER_INVALID"));
}
