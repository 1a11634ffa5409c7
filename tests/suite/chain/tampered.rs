//! Whoever changes something past the service is found out. Each change is made, must be found, and is taken back, which
//! must be found to hold again.

use faisceau::reporting::record::{Header, version_digest};
use faisceau::reporting::sections::Section;
use faisceau::storage::chain::{LinkedEntry, beginning, entries_after};
use faisceau::storage::{Party, Store};

use super::{check, some_history};
use crate::support::World;
use crate::support::database::on_postgresql;

const TABLES: [&str; 7] = [
    "journal",
    "journal_links",
    "chain_heads",
    "sequence_head",
    "report_versions",
    "participations",
    "report_sections",
];

fn keep(world: &World) {
    for table in TABLES {
        world.database.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }
}

fn put_back(world: &World) {
    for table in TABLES {
        world.database.execute(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"));
    }
}

/// Entries and links of the chain of ALPHA's lead, by their place; the last one is `-0`.
fn entry(world: &World, place: &str) -> String {
    let lead = world.project("ALPHA").details.lead.to_string();
    let number = match place.strip_prefix('-') {
        Some(back) => format!("(SELECT number - {back} FROM chain_heads WHERE chain = '{lead}')"),
        None => place.to_owned(),
    };
    world
        .database
        .sql(&format!("SELECT entry_id AS value FROM journal_links WHERE chain = '{lead}' AND number = {number}"))
        .remove(0)
}

#[test]
fn whatever_is_tampered_with_is_found() {
    let world = some_history();
    assert!(check(&world, &[]).holds());
    keep(&world);
    let lead = world.project("ALPHA").details.lead.to_string();
    let alpha = world.project("ALPHA").id.to_string();
    let (second, third, last) = (entry(&world, "2"), entry(&world, "3"), entry(&world, "-0"));
    let hash = if on_postgresql() { "'\\x00'::bytea" } else { "x'00'" };
    let of = |id: &str| format!("WHERE id = '{id}'");
    let tamper = [
        ("an entry's detail", format!("UPDATE journal SET detail = '{{\"version\":1}}' {}", of(&second))),
        ("an entry's actor", format!("UPDATE journal SET actor = 'somebody' {}", of(&second))),
        ("an entry's instant", format!("UPDATE journal SET at_us = at_us + 1 {}", of(&second))),
        ("an entry's reason", format!("UPDATE journal SET reason = 'because' {}", of(&second))),
        ("an entry's kind", format!("UPDATE journal SET kind = 'report.recalled' {}", of(&third))),
        ("an entry's organisation", format!("UPDATE journal SET organisation_id = NULL {}", of(&second))),
        ("an entry's position", format!("UPDATE journal SET position = 1000 {}", of(&second))),
        ("an entry removed", format!("DELETE FROM journal {}", of(&second))),
        (
            "an entry removed with its link",
            format!("DELETE FROM journal {}; DELETE FROM journal_links WHERE entry_id = '{second}'", of(&second)),
        ),
        ("the last entry removed", format!("DELETE FROM journal {}", of(&last))),
        (
            "the last entry removed with its link",
            format!("DELETE FROM journal {}; DELETE FROM journal_links WHERE entry_id = '{last}'", of(&last)),
        ),
        (
            "the last entry removed with its link, the head set back",
            format!(
                "DELETE FROM journal {}; DELETE FROM journal_links WHERE entry_id = '{last}'; \
             UPDATE chain_heads SET number = number - 1, hash = (SELECT hash FROM journal_links l \
             WHERE l.chain = '{lead}' ORDER BY number DESC LIMIT 1) WHERE chain = '{lead}'",
                of(&last)
            ),
        ),
        (
            "two entries exchanged",
            format!(
                "UPDATE journal_links SET entry_id = 'x' WHERE entry_id = '{second}'; \
             UPDATE journal_links SET entry_id = '{second}' WHERE entry_id = '{third}'; \
             UPDATE journal_links SET entry_id = '{third}' WHERE entry_id = 'x'"
            ),
        ),
        (
            "two sequences exchanged",
            format!(
                "UPDATE journal SET sequence = -sequence WHERE id IN ('{second}', '{third}'); \
                 UPDATE journal SET sequence = (SELECT k.sequence FROM kept_journal k WHERE k.id = '{third}') \
                 WHERE id = '{second}'; \
                 UPDATE journal SET sequence = (SELECT k.sequence FROM kept_journal k WHERE k.id = '{second}') \
                 WHERE id = '{third}'"
            ),
        ),
        (
            "a whole chain removed",
            format!(
                "DELETE FROM journal WHERE organisation_id = '{lead}'; DELETE FROM journal_links WHERE chain = '{lead}'; \
             DELETE FROM chain_heads WHERE chain = '{lead}'"
            ),
        ),
        ("a head removed", format!("DELETE FROM chain_heads WHERE chain = '{lead}'")),
        ("a link's hash", format!("UPDATE journal_links SET hash = {hash} WHERE entry_id = '{second}'")),
        ("a record", "UPDATE participations SET sex = 'M' WHERE reference = 'A-1'".to_owned()),
        ("a record's person", "UPDATE participations SET person_id = NULL WHERE reference = 'A-1'".to_owned()),
        (
            "a record's hash",
            format!(
                "UPDATE participations SET record_hash = {} WHERE reference = 'A-1'",
                if on_postgresql() { "sha256('x')" } else { "randomblob(32)" }
            ),
        ),
        ("a record removed", "DELETE FROM participations WHERE reference = 'A-3'".to_owned()),
        (
            "a record taken out of a later version",
            "UPDATE participations SET end_version = 2 WHERE reference = 'A-3'".to_owned(),
        ),
        (
            "a record put under another reference",
            "UPDATE participations SET reference = 'A-9' WHERE reference = 'A-3'".to_owned(),
        ),
        (
            "a record put into another project",
            format!("UPDATE participations SET project_id = '{alpha}' WHERE reference = 'B-1'"),
        ),
        ("a section", "UPDATE report_sections SET content = '{\"outlook\":\"Bad.\"}'".to_owned()),
        ("a section removed", "DELETE FROM report_sections".to_owned()),
        (
            "a version's digest",
            format!(
                "UPDATE report_versions SET digest = {} WHERE number = 2",
                if on_postgresql() { "sha256('x')" } else { "randomblob(32)" }
            ),
        ),
        (
            "a version's period",
            format!("UPDATE report_versions SET period = '2023-Q3' WHERE number = 2 AND project_id = '{alpha}'"),
        ),
        ("a version's count", "UPDATE report_versions SET participation_count = 4 WHERE number = 2".to_owned()),
        ("a version removed", format!("DELETE FROM report_versions WHERE number = 2 AND project_id = '{alpha}'")),
        (
            "an approval taken back",
            "UPDATE report_versions SET approved_position = NULL, approved_at_us = NULL, \
            approved_by = NULL WHERE number = 1"
                .to_owned(),
        ),
        (
            "an approval that nobody gave",
            "UPDATE report_versions SET approved_position = 5, approved_at_us = 5, \
            approved_by = 'officer-two' WHERE number = 2"
                .to_owned(),
        ),
        (
            "an annulment that nobody made",
            format!("UPDATE report_versions SET annulled_position = 7 WHERE number = 1 AND project_id = '{alpha}'"),
        ),
    ];
    let mut unfound = Vec::new();
    for (what, statements) in &tamper {
        world.database.execute(statements);
        if check(&world, &[]).holds() {
            unfound.push(*what);
        }
        put_back(&world);
        let checked = check(&world, &[]);
        assert!(checked.holds(), "after {what} was taken back: {checked:?}");
    }
    assert_eq!(unfound, Vec::<&str>::new());
    assert_eq!(tamper.len(), 33);
}

/// Somebody with the database and this program, but without the keys, computes every hash again.
#[test]
fn a_chain_that_was_computed_anew_lacks_the_seal() {
    let world = some_history();
    assert!(check(&world, &[]).holds());
    let lead = world.project("ALPHA").details.lead.to_string();
    let second = entry(&world, "2");
    world.database.execute(&format!("UPDATE journal SET actor = 'somebody' WHERE id = '{second}'"));
    let store = Store::open(world.database.location()).unwrap().on_behalf_of(Party::Consolidation);
    let mut entries: Vec<LinkedEntry> = store.read(|connection| entries_after(connection, 0)).unwrap();
    entries.retain(|entry| entry.chain() == lead);
    let mut hash = beginning(&lead);
    let literal = |hash: [u8; 32]| {
        let hex = data_encoding::HEXLOWER.encode(&hash);
        if on_postgresql() { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
    };
    for (number, entry) in (1..).zip(&entries) {
        hash = entry.hash_after(&hash);
        world.database.execute(&format!(
            "UPDATE journal_links SET hash = {} WHERE chain = '{lead}' AND number = {number}",
            literal(hash)
        ));
    }
    world.database.execute(&format!("UPDATE chain_heads SET hash = {} WHERE chain = '{lead}'", literal(hash)));
    let checked = check(&world, &[]);
    assert_eq!(checked.problems.len(), 1, "{checked:?}");
    assert!(checked.problems[0].contains("not sealed with this deployment's key"), "{checked:?}");
}

/// A whole database put back to what it was says nothing of itself; heads kept elsewhere do.
#[test]
fn a_database_put_back_is_found_by_heads_that_were_kept_elsewhere() {
    let world = some_history();
    assert!(check(&world, &[]).holds());
    keep(&world);
    world.caller("analyst").get("/v1/programmes/TEST/totals");
    world.desk.write_looks().unwrap();
    let auditor = faisceau::access::operations::at_the_console(faisceau::access::role::Role::Auditor);
    let heads = faisceau::access::chain::list_heads(&world.desk, &auditor).unwrap();
    assert!(check(&world, &heads).holds());
    put_back(&world);
    assert!(check(&world, &[]).holds(), "by itself it is whole");
    let checked = check(&world, &heads);
    assert!(checked.problems.iter().any(|problem| problem.contains("kept elsewhere")), "{checked:?}");
}

/// A record taken out, with count and digest made to fit: only the journal still knows what was submitted.
#[test]
fn a_version_that_was_made_to_fit_is_not_the_one_submitted() {
    let world = some_history();
    let alpha = world.project("ALPHA");
    world.database.execute("DELETE FROM participations WHERE reference = 'A-3'");
    let hex = if on_postgresql() { "encode(record_hash, 'hex')" } else { "lower(hex(record_hash))" };
    let hashes = world.database.sql(&format!(
        "SELECT {hex} AS value FROM participations WHERE project_id = '{}' AND first_version <= 2 \
         AND (end_version IS NULL OR end_version > 2) ORDER BY reference",
        alpha.id
    ));
    let hash = |hex: &String| data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap();
    let records = ["A-1", "A-2"].into_iter().zip(hashes.iter().map(hash)).collect();
    let auditor = faisceau::access::operations::at_the_console(faisceau::access::role::Role::Auditor);
    let version = faisceau::reporting::operations::find_version(&world.desk, &auditor, &alpha, 2).unwrap().unwrap();
    let header = Header { project: &alpha.id, number: 2, period: version.period, rule_set: version.rule_set };
    let narrative = world.database.sql(&format!("SELECT {hex} AS value FROM report_sections"));
    let sections = vec![(Section::Narrative, hash(&narrative[0]))];
    let digest = version_digest(&header, records, sections).to_string();
    let literal = if on_postgresql() { format!("'\\x{digest}'::bytea") } else { format!("x'{digest}'") };
    world.database.execute(&format!(
        "UPDATE report_versions SET digest = {literal}, participation_count = 2 WHERE number = 2 AND project_id = '{}'",
        alpha.id
    ));
    let checked = check(&world, &[]);
    let second: Vec<&String> = checked.problems.iter().filter(|problem| problem.contains("version 2")).collect();
    assert_eq!(second.len(), 1, "{checked:?}");
    assert!(second[0].contains("not the one that was submitted"), "{checked:?}");
}
