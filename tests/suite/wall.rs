//! The second wall. On PostgreSQL what belongs to an organisation is behind row-level security, whatever the program asks for;
//! here it is asked past every filter. SQLite has no such wall: there these tests say so and hold what does hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::Text;
use faisceau::access::client::Client;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations::{self as access, recognise};
use faisceau::access::role::Role;
use faisceau::access::{Desk, Scope};
use faisceau::clock::Clock;
use faisceau::storage::schema::projects;
use faisceau::storage::wall::OPEN_TABLES;
use faisceau::storage::{Location, Party, Store, migrations};

use crate::support::cast::{ids, peopled, secrets_of_beta};
use crate::support::database::on_postgresql;
use crate::support::raw::{bearer, request};
use crate::support::{Database, World};

/// Unique keys that begin with neither an organisation nor what belongs to one, each with the reason why it tells nothing.
const OTHER_KEYS: &[(&str, &str)] = &[
    ("accounts_identity_hash_key", "a keyed hash; only sign-in and operators insert"),
    ("accounts_pkey", "a random identifier"),
    ("clients_pkey", "names are given by operators, who see all of them"),
    ("closings_pkey", "a random identifier"),
    ("journal_by_sequence", "numbers are given by consolidation, after the commit"),
    ("journal_pkey", "a random identifier"),
    ("journal_position_key", "positions are given by the one row of journal_head"),
    ("organisations_pkey", "a random identifier"),
    ("organisations_siret_key", "only staff inserts, and sees all of them"),
    ("person_links_pkey", "the one table without a tenant, open to a role of its own"),
    ("programme_roles_pkey", "names and identifiers of callers are given by operators and sign-in"),
    ("projects_pkey", "a random identifier"),
    ("projects_programme_id_code_key", "only staff inserts, and sees all of them"),
    ("report_versions_id_key", "a random identifier"),
    ("reports_pkey", "a random identifier"),
    ("self_checks_pkey", "a random identifier"),
    ("sessions_pkey", "a keyed hash; only sign-in inserts"),
    ("sign_in_failures_pkey", "a keyed hash; only sign-in inserts"),
    ("used_sign_ins_pkey", "a keyed hash; only sign-in inserts"),
];

/// What belongs to one organisation, by the names of columns.
const TENANTS: [&str; 7] = ["project_id", "organisation_id", "report_id", "closing_id", "client_id", "chain", "owner"];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Whether there is a wall to test; says so where there is none.
fn has_wall(world: &World) -> bool {
    let said = world.desk.store.check_wall().unwrap();
    if !on_postgresql() {
        assert!(said.starts_with("SQLite has no second wall"), "{said}");
        println!("{said}");
    }
    on_postgresql()
}

fn tables(world: &World) -> Vec<String> {
    let query = "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public' \
                 AND tablename NOT LIKE '%diesel%' ORDER BY 1";
    world.database.sql(query)
}

fn scope_of(world: &World, client: &str) -> Scope {
    recognise(&world.desk, &world.caller(client).token()).unwrap()
}

/// Every row of a table that a store sees, or how the database refuses.
fn read(store: &Store, table: &str) -> Result<Vec<String>, String> {
    let query = format!("SELECT t::text AS value FROM {table} t");
    let read = store.read(|connection| Ok(diesel::sql_query(query).load::<Row>(connection))).unwrap();
    read.map(|rows| rows.into_iter().map(|row| row.value).collect()).map_err(|error| error.to_string())
}

/// How many rows a statement wrote, or how the database refuses; nothing is kept.
fn write(store: &Store, statement: &str) -> Result<usize, String> {
    let written = store.rehearse(|connection| Ok(diesel::sql_query(statement).execute(connection)));
    written.unwrap().map_err(|error| error.to_string())
}

#[test]
fn every_table_of_tenant_data_is_behind_the_wall() {
    let world = World::empty();
    if !has_wall(&world) {
        return;
    }
    let forced: BTreeSet<String> = world
        .database
        .sql("SELECT relname::text AS value FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        .into_iter()
        .collect();
    let open: Vec<String> = tables(&world).into_iter().filter(|table| !forced.contains(table)).collect();
    assert_eq!(open, OPEN_TABLES);

    // Who may do what, table by table: a change of it is looked at.
    let policies = "SELECT tablename || ': ' || policyname || CASE permissive WHEN 'PERMISSIVE' THEN '' ELSE ' (and)' END \
                    || ' for ' || cmd || ' to ' || array_to_string(roles, ', ') \
                    || COALESCE(' using ' || qual, '') || COALESCE(' check ' || with_check, '') AS value \
                    FROM pg_policies ORDER BY tablename, policyname";
    let grants = "SELECT relname || ': ' || grantee::regrole || ' may ' || string_agg(privilege_type, ', ' ORDER BY privilege_type) \
                  AS value FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace \
                  AND grantee IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'faisceau\\_%') GROUP BY relname, grantee \
                  UNION ALL \
                  SELECT relname || '(' || attname || '): ' || grantee::regrole || ' may ' || privilege_type \
                  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl) \
                  WHERE relnamespace = 'public'::regnamespace ORDER BY 1";
    let lines: Vec<String> = [policies, grants].iter().flat_map(|query| world.database.sql(query)).collect();
    insta::assert_snapshot!("wall", lines.join("\n"));
}

#[test]
fn every_unique_key_begins_with_its_tenant_or_tells_nothing() {
    let world = World::empty();
    if !has_wall(&world) {
        return;
    }
    let keys = world.database.sql(
        "SELECT i.relname || ' ' || a.attname AS value FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid \
         JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
         WHERE x.indisunique AND t.relrowsecurity ORDER BY 1",
    );
    let others: Vec<&str> = keys
        .iter()
        .filter_map(|key| key.split_once(' '))
        .filter(|(_, first)| !TENANTS.contains(first))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(others, OTHER_KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>());
}

#[test]
fn an_organisation_reads_nothing_of_another_past_the_program() {
    let world = peopled();
    if !has_wall(&world) {
        return;
    }
    let secrets = secrets_of_beta(&world);
    let tells = |rows: &[String]| rows.iter().any(|row| secrets.iter().any(|secret| row.contains(secret)));
    let alpha = world.desk.store_for(&scope_of(&world, "partner-alpha"));
    let staff = world.desk.store_for(&scope_of(&world, "auditor"));
    let (mut refused, mut own, mut told_to_staff) = (Vec::new(), 0, 0);
    for table in tables(&world) {
        match read(&alpha, &table) {
            Ok(rows) => {
                assert!(!tells(&rows), "{table} tells: {rows:?}");
                own += usize::from(!rows.is_empty() && !OPEN_TABLES.contains(&&*table));
            }
            Err(_) => refused.push(table.clone()),
        }
        told_to_staff += usize::from(read(&staff, &table).is_ok_and(|rows| tells(&rows)));
        let nobody = read(&world.desk.store, &table);
        assert!(OPEN_TABLES.contains(&&*table) || nobody.is_err() || nobody == Ok(Vec::new()), "{table}: {nobody:?}");
    }
    assert_eq!(refused, ["person_links", "self_checks", "sign_in_failures", "used_assertions", "used_sign_ins"]);
    assert!(own > 12 && told_to_staff > 12, "{own} tables hold something of ALPHA, {told_to_staff} of BETA");
}

#[test]
fn each_role_knows_its_own_tables_only() {
    let world = peopled();
    if !has_wall(&world) {
        return;
    }
    let readable = |party: Party| -> BTreeSet<String> {
        let store = world.desk.store.on_behalf_of(party);
        tables(&world).into_iter().filter(|table| read(&store, table).is_ok_and(|rows| !rows.is_empty())).collect()
    };
    let figures = readable(Party::Consolidation);
    for table in ["participations", "report_versions", "projects", "journal"] {
        assert!(figures.contains(table), "{figures:?}");
    }
    let callers = readable(Party::Recognition);
    for table in ["person_links", "clients", "client_credentials", "accounts", "sessions", "idempotency_keys"] {
        assert!(!figures.contains(table), "{table}");
    }
    for table in ["person_links", "participations", "reports", "projects", "organisations", "journal", "findings"] {
        assert!(!callers.contains(table), "{table}");
    }
    assert!(callers.contains("clients") && callers.contains("client_credentials"), "{callers:?}");
    // What is in the journal stays there, for everybody.
    for party in [Party::Staff(None), Party::Recognition, Party::Consolidation] {
        let store = world.desk.store.on_behalf_of(party.clone());
        for statement in ["UPDATE journal SET actor = 'somebody'", "DELETE FROM journal", "DELETE FROM report_versions"]
        {
            assert!(write(&store, statement).is_err(), "{party:?}: {statement}");
        }
    }
}

#[test]
fn an_organisation_writes_nothing_of_another_past_the_program() {
    let world = peopled();
    if !has_wall(&world) {
        return;
    }
    let alpha = world.desk.store_for(&scope_of(&world, "partner-alpha"));
    let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let with_project = world.database.sql(
        "SELECT table_name::text AS value FROM information_schema.columns WHERE table_schema = 'public' \
         AND column_name = 'project_id' ORDER BY 1",
    );
    assert!(with_project.len() > 14, "{with_project:?}");
    let mut refused = 0;
    for table in &with_project {
        for statement in [
            format!("UPDATE {table} SET project_id = '{}' WHERE project_id = '{}'", own.project, foreign.project),
            format!("DELETE FROM {table} WHERE project_id = '{}'", foreign.project),
        ] {
            let written = write(&alpha, &statement);
            assert!(written.as_ref().map_or(true, |rows| *rows == 0), "{statement}: {written:?}");
        }
        // A row of one's own with the other one's project in it.
        let copied = format!(
            "INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) || '{{\"project_id\": \"{}\"}}')).* \
             FROM {table} t WHERE project_id = '{}' LIMIT 1",
            foreign.project, own.project
        );
        match write(&alpha, &copied) {
            Ok(rows) => assert_eq!(rows, 0, "{copied}"),
            Err(why) => {
                assert!(why.contains("row-level security") || why.contains("permission denied"), "{why}");
                refused += 1;
            }
        }
    }
    assert!(refused > 8, "{refused} tables held a row to try it with");
    for statement in [
        format!(
            "INSERT INTO journal (id, at_us, kind, actor, organisation_id, subject, detail) \
             VALUES ('x', 0, 'x', 'x', '{}', 'x', '{{}}')",
            foreign.organisation
        ),
        format!("INSERT INTO projects SELECT 'x', programme_id, 'X', '{}' FROM projects", foreign.organisation),
        format!("INSERT INTO payments VALUES ('{}', 'x', 0, 'ADVANCE', 1, '2024-01-01')", own.project),
    ] {
        assert!(write(&alpha, &statement).unwrap_err().contains("row-level security"), "{statement}");
    }
}

#[test]
fn a_connection_serves_one_after_the_other_and_mixes_nothing_up() {
    let world = peopled();
    if !has_wall(&world) {
        return;
    }
    let [alpha, beta] = ["ALPHA", "BETA"].map(|code| ids(&world, code));
    let own = |ids: &crate::support::operations::Ids| Party::Organisation(ids.organisation.clone(), None);
    let held = |ids: &crate::support::operations::Ids| Some([ids.project.clone()].into());
    let turns = [
        (own(&alpha), vec![&alpha.project]),
        (Party::Consolidation, vec![&alpha.project, &beta.project]),
        (own(&beta), vec![&beta.project]),
        (Party::Nobody, vec![]),
        (Party::Staff(None), vec![&alpha.project, &beta.project]),
        (Party::Staff(held(&beta)), vec![&beta.project]),
        (Party::Organisation(alpha.organisation.clone(), held(&beta)), vec![]),
        (Party::Organisation(alpha.organisation.clone(), held(&alpha)), vec![&alpha.project]),
    ];
    // The same prepared statement over and over: its plan is made again where the role is another.
    for turn in 0..80 {
        let (party, expected) = &turns[turn % turns.len()];
        let store = world.desk.store.on_behalf_of(party.clone());
        let found: Vec<String> = store
            .read(|connection| Ok(projects::table.select(projects::id).order(projects::id).load(connection)?))
            .unwrap();
        let mut expected: Vec<&String> = expected.clone();
        expected.sort();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{party:?}");
    }
}

#[test]
fn a_gap_in_the_wall_is_found_before_anything_is_served() {
    let world = World::empty();
    if !has_wall(&world) {
        return;
    }
    for (gap, said) in [
        ("ALTER TABLE findings NO FORCE ROW LEVEL SECURITY", "table findings is not behind forced row-level security"),
        ("CREATE TABLE more (project_id TEXT)", "table more is not behind forced row-level security"),
    ] {
        world.database.execute(gap);
        let refused = format!("{:?}", world.desk.store.check_wall().unwrap_err());
        assert!(refused.contains(said) && refused.contains("faisceau migrate --roles"), "{refused}");
    }
    let mut doctor = std::process::Command::new(env!("CARGO_BIN_EXE_faisceau"));
    doctor.args(["doctor", "--database-url", world.database.url(), "--keys"]).arg(world.database.keys());
    let said = String::from_utf8_lossy(&doctor.output().unwrap().stdout).into_owned();
    assert!(said.contains("UNFIT second wall: the wall between organisations has a gap: table findings"), "{said}");
}

#[test]
fn an_owner_migrates_and_a_login_that_owns_nothing_serves() {
    let world = World::empty();
    if !has_wall(&world) {
        return;
    }
    let database = Database::create();
    let (_, place) = database.url().rsplit_once('@').unwrap();
    let (_, name) = place.rsplit_once('/').unwrap();
    let [owner, server] = ["owner", "server"].map(|login| format!("{login}_of_{name}"));
    let location = |login: &str| Location::parse(&format!("postgres://{login}:test@{place}"));
    database.execute(&format!(
        "CREATE ROLE {owner} LOGIN PASSWORD 'test'; CREATE ROLE {server} LOGIN NOINHERIT PASSWORD 'test'; \
         ALTER DATABASE {name} OWNER TO {owner}"
    ));
    let refused = format!("{:?}", migrations::run(&location(&owner)).unwrap_err());
    assert!(refused.contains("is no member of role") && refused.contains("faisceau migrate --roles"), "{refused}");
    let taken = "faisceau_application, faisceau_access, faisceau_consolidation, faisceau_links";
    database.execute(&format!("GRANT {taken}, faisceau_ownership TO {owner}"));
    assert_eq!(migrations::run(&location(&owner)).unwrap()[0], "0018_wall");

    let store = Store::open(location(&server)).unwrap();
    let refused = format!("{:?}", store.check_wall().unwrap_err());
    assert!(refused.contains("this login may not take role faisceau_links"), "{refused}");
    assert!(store.read(|_| Ok(())).is_err(), "nothing is read without a role");
    database.execute(&format!("GRANT {taken} TO {server}"));
    assert_eq!(migrations::pending(&location(&server)).unwrap(), Vec::<String>::new());
    let store = Store::open(location(&server)).unwrap();
    assert!(store.check_wall().unwrap().ends_with("every transaction takes a role behind it"));
    let mut plain = PgConnection::establish(&format!("postgres://{server}:test@{place}")).unwrap();
    assert!(diesel::sql_query("SELECT 1 FROM clients").execute(&mut plain).is_err(), "it has rights of its own");

    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    let keys = Arc::new(KeyRing::load(&database.keys()).unwrap());
    let desk = Desk::new(store, Clock::System, keys);
    let operator = access::at_the_console(Role::Operator);
    let client = Client::new("somebody".parse().unwrap(), Role::Auditor, None);
    access::register_client(&desk, &operator, client).unwrap();
    assert!(access::find_client(&desk, &operator, "somebody").unwrap().is_some());
    assert_eq!(desk.number().unwrap().0, 1, "the registration is numbered");
    drop((desk, plain, database));
    world.database.execute(&format!("DROP ROLE {owner}; DROP ROLE {server}"));
}

#[test]
fn with_neither_filter_nor_wall_everything_is_told() {
    if std::env::var_os("FAISCEAU_TEST_WITHOUT_FILTER").is_none() {
        println!("the filter is in its place: `./task check` runs this again without it");
        return;
    }
    let world = peopled();
    if !has_wall(&world) {
        return;
    }
    let (foreign, secrets) = (ids(&world, "BETA"), secrets_of_beta(&world));
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let ask = || request(&world.url, &format!("GET /v1/projects/{}", foreign.project), &token, b"");
    let told =
        |text: &str| secrets.iter().filter(|secret| **secret != foreign.project && text.contains(*secret)).count();
    let behind = ask();
    assert_eq!((behind.status, told(&behind.text())), (404, 0), "{}", behind.text());
    for table in tables(&world) {
        world.database.execute(&format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"));
    }
    let open = ask();
    assert!(open.status == 200 && told(&open.text()) > 1, "the removal of the filter removes nothing: {}", open.text());
}
