//! Migrations: the same on both databases, undone and run again with data in the tables, and what diesel believes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use faisceau::storage::{Location, Store, migrations};

use crate::first_steps::{approve, submit};
use crate::support::database::on_postgresql;
use crate::support::statement::{present, submission};
use crate::support::{Database, World};

/// The migration that only PostgreSQL has something of: row-level security.
const WALL: &str = "0018_wall";

/// Those that have more on PostgreSQL: row-level security of what they add.
const WITH_POLICIES: [&str; 2] = ["0019_ownership", "0020_programme_roles"];

fn folder(dialect: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect)
}

fn names(dialect: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(dialect)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|n| !n.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// What the database says that its tables, columns, constraints and indexes are; nothing of the migrations' own table.
fn tables(database: &Database) -> Vec<String> {
    let queries: &[&str] = if on_postgresql() {
        &[
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || \
             COALESCE(column_default, '') AS value FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE '%diesel%' ORDER BY table_name, ordinal_position",
            "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS value \
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
             AND conrelid::regclass::text NOT LIKE '%diesel%' ORDER BY 1",
            "SELECT tablename || ' ' || policyname || ' ' || roles::text || ' ' || cmd AS value FROM pg_policies ORDER BY 1",
            "SELECT relname || ' forced' AS value FROM pg_class WHERE relforcerowsecurity ORDER BY 1",
            "SELECT proname::text AS value FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
            "SELECT indexdef AS value FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '%diesel%' \
             ORDER BY indexname",
        ]
    } else {
        &["SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS value FROM sqlite_master \
           WHERE tbl_name NOT LIKE '%diesel%' ORDER BY type, name"]
    };
    queries.iter().flat_map(|query| database.sql(query)).collect()
}

#[test]
fn both_folders_hold_the_same_migrations_each_with_a_way_back() {
    let (sqlite, postgresql) = (names("sqlite"), names("postgresql"));
    assert_eq!(sqlite, postgresql);
    assert!(sqlite.len() >= 4);
    let numbers: Vec<u32> = sqlite.iter().map(|name| name.split_once('_').unwrap().0.parse().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "every number once: {sqlite:?}");
    for name in &sqlite {
        for file in ["up.sql", "down.sql"] {
            let text = |dialect: &str| std::fs::read_to_string(folder(dialect).join(name).join(file)).unwrap();
            if name == WALL {
                continue;
            }
            let (sqlite, postgresql) = (text("sqlite").replace("BLOB", "BYTEA"), text("postgresql"));
            if WITH_POLICIES.contains(&&**name) {
                assert!(postgresql.contains(sqlite.trim()), "{name}/{file}");
                continue;
            }
            assert_eq!(sqlite, postgresql, "{name}/{file}");
            assert!(!text("sqlite").contains("BYTEA") && !text("sqlite").trim().is_empty(), "{name}/{file}");
        }
    }
}

#[test]
fn every_migration_is_undone_and_run_again_with_data_in_the_tables() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let stay = present("A-1", "9903017421", "2023-02-01");
    let (report, version) = submit(&world.caller("partner-alpha"), submission(&project, "2023-Q1", 0, vec![stay]));
    approve(&world, &report, version);

    let fresh = tables(&world.database);
    let location = world.database.location();
    let all = names("sqlite");
    assert_eq!(migrations::pending(&location).unwrap(), Vec::<String>::new());
    let mut before = fresh.len();
    for (place, name) in all.iter().enumerate().rev() {
        assert_eq!(migrations::undo_last(&location).unwrap(), *name);
        assert_eq!(migrations::pending(&location).unwrap(), all[place..], "after undoing {name}");
        let left = tables(&world.database).len();
        assert!(left < before || name == WALL && !on_postgresql(), "undoing {name} removed nothing");
        before = left;
    }
    assert_eq!(tables(&world.database), Vec::<String>::new(), "something is left behind");
    assert!(migrations::undo_last(&location).is_err(), "nothing is left to undo");

    assert_eq!(migrations::run(&location).unwrap(), all);
    assert_eq!(tables(&world.database), fresh);
    assert_eq!(migrations::run(&location).unwrap(), Vec::<String>::new(), "a second run does nothing");
    let head = Store::open(location).unwrap().read(faisceau::storage::journal::head).unwrap();
    assert_eq!(head.0.0, 0, "the journal begins anew");
}

#[test]
fn a_service_does_not_start_on_a_database_that_lacks_a_migration() {
    let database = Database::migrated();
    faisceau::access::keys::KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    migrations::undo_last(&database.location()).unwrap();
    let run = |command: &[&str]| {
        let mut faisceau = std::process::Command::new(env!("CARGO_BIN_EXE_faisceau"));
        faisceau.args(command).args(["--database-url", database.url(), "--keys"]).arg(database.keys());
        let output = faisceau.output().unwrap();
        assert!(!output.status.success());
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let said = run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("lacks 1 migrations; run `faisceau migrate`"), "{said}");
    let said = run(&["doctor"]);
    assert!(said.contains("UNFIT migrations: not run yet: "), "{said}");
}

/// Column name, type and whether it may be null, by table, as `src/storage/schema.rs` has them.
fn believed() -> BTreeMap<String, Vec<(String, String, bool)>> {
    let text = include_str!("../../src/storage/schema.rs");
    let mut tables = BTreeMap::new();
    for table in text.split("diesel::table! {").skip(1) {
        let (head, rest) = table.split_once('{').unwrap();
        let name = head.split_whitespace().next().unwrap().to_owned();
        let columns = rest.split_once('}').unwrap().0.lines().filter_map(|line| {
            let (column, kind) = line.trim().trim_end_matches(',').split_once(" -> ")?;
            let inner = kind.strip_prefix("Nullable<").map(|kind| kind.trim_end_matches('>'));
            Some((column.to_owned(), inner.unwrap_or(kind).to_owned(), inner.is_some()))
        });
        tables.insert(name, columns.collect());
    }
    tables
}

#[test]
fn what_diesel_believes_of_the_tables_is_what_they_are() {
    let database = Database::migrated();
    let believed = believed();
    let query = if on_postgresql() {
        "SELECT table_name AS value FROM information_schema.tables WHERE table_schema = 'public' \
         AND table_name NOT LIKE '%diesel%'"
    } else {
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%diesel%'"
    };
    let real: BTreeSet<String> = database.sql(query).into_iter().collect();
    assert_eq!(real, believed.keys().cloned().collect(), "tables");
    for (table, columns) in believed {
        let query = if on_postgresql() {
            format!(
                "SELECT column_name || ' ' || data_type || ' ' || is_nullable AS value \
                 FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
            )
        } else {
            format!(
                "SELECT name || ' ' || lower(type) || ' ' || CASE \"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS value \
                 FROM pragma_table_info('{table}') ORDER BY cid"
            )
        };
        let kind = |kind: &str| match kind {
            "BigInt" => "bigint",
            "Text" => "text",
            "Bool" => "boolean",
            "Binary" if on_postgresql() => "bytea",
            "Binary" => "blob",
            other => panic!("{other}: say here what it is in each database"),
        };
        let expected: Vec<String> = columns
            .iter()
            .map(|(name, of, null)| format!("{name} {} {}", kind(of), if *null { "YES" } else { "NO" }))
            .collect();
        assert_eq!(database.sql(&query), expected, "{table}");
    }
}

#[test]
fn a_database_url_chooses_its_engine_and_is_never_shown() {
    let postgresql = Location::parse("postgres://user:secret@host/db");
    assert_eq!(format!("{postgresql:?}"), "PostgreSQL");
    assert!(matches!(Location::parse("postgresql://h/db"), Location::Postgresql(_)));
    assert_eq!(Location::parse("sqlite:some/file.db"), Location::parse("some/file.db"));
}
