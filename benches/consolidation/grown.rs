//! Whole servers over databases of growing size: how long a start takes, what it weighs, and what an approval costs.
//!
//! S is the demo's history. M and L are S many times over, copied by the database itself: projects, reports, versions,
//! sections, links, and of every participation its first and its last stating. What the copies count must be that many
//! times what S counts. The journal stays that of S.

use std::time::Instant;

use serde_json::{Value, json};

use crate::calls::{APPROVE, REVIEW, act, submit};
use crate::client::Request;
use crate::copy::{copy, settle};
use crate::http::{FIGURES, SIDES, address_of};
use crate::measure::{Limit, RUNS, Row, memory_bytes, middle_ms};
use crate::server::Server;
use crate::slices::within;
use crate::support::Database;
use crate::support::database::on_postgresql;
use crate::support::world::agent;
use crate::world::World;

/// How many reports are approved in a run, and before the first.
const APPROVED: usize = 10;
const WARM_UP: usize = 5;

/// How many reports one comparison approves on either side.
const EACH: usize = WARM_UP + RUNS * APPROVED;

/// A size: how many times the projects, how many times the participations of each, and its limits.
struct Size {
    name: char,
    projects: usize,
    each: usize,
    most_seconds: f64,
    most_megabytes: f64,
}

const SIZES: [Size; 3] = [
    Size { name: 'S', projects: 1, each: 1, most_seconds: 0.3, most_megabytes: 60.0 },
    Size { name: 'M', projects: 21, each: 2, most_seconds: 2.0, most_megabytes: 150.0 },
    Size { name: 'L', projects: 85, each: 5, most_seconds: 20.0, most_megabytes: 800.0 },
];

/// Prints the starts and the approvals, on one database.
pub fn print() {
    let wanted = std::env::var("SIZES").unwrap_or_else(|_| "SML".to_owned());
    eprintln!("playing the demo …");
    let world = World::build((SIZES.len() - 1) * EACH);
    println!("## Whole servers of growing size, {}\n", SIDES[usize::from(on_postgresql())]);
    println!(
        "| size | projects | participations | statings | start to the first exact answer | limit | memory after it | limit |"
    );
    println!("| --- | --: | --: | --: | --: | --- | --: | --- |");
    let (_small, server) = start(&world, &SIZES[0]);
    let reports = push(&world, &server, 0..world.projects.len());
    let mut approvals = Vec::new();
    for (place, size) in SIZES[1..].iter().filter(|size| wanted.contains(size.name)).enumerate() {
        let (_grown, other) = start(&world, size);
        let own = place * EACH..(place + 1) * EACH;
        let pushed = push(&world, &other, own.clone());
        approvals.push(compare(&world, size, (&other, &pushed), (&server, &reports[own])));
    }
    println!(
        "\n| work | at that size | beside | | ratio | limit | reached |\n| --- | --: | --- | --: | --: | --- | --- |"
    );
    approvals.iter().for_each(|row| println!("{}", row.written()));
    println!();
}

/// Makes a database of a size, starts a server over it and prints what that took.
fn start(world: &World, size: &Size) -> (Database, Server) {
    let database = copy(&world.database);
    let times = size.projects * size.each;
    if times > 1 {
        eprintln!("{}: the demo {times} times over …", size.name);
        multiply(&database, size);
    }
    let begin = Instant::now();
    // A check in the background would be measured with the rest.
    let server = Server::start_with(&database, &[("FAISCEAU_SELF_CHECK_MINUTES", "0")]);
    let figures = Request::graphql(&json!({ "query": FIGURES }).to_string(), &world.officers[0]);
    let told = figures.once(&address_of(&server));
    let seconds = begin.elapsed().as_secs_f64();
    let megabytes = memory_bytes(server.child.id(), "VmRSS") / 1e6;
    let told: Value = serde_json::from_str(&told).unwrap();
    let supported = &told["data"]["programme"]["consolidation"]["figures"][0]["value"];
    assert_eq!(supported, &json!((23_000 * times).to_string()), "{told:#}");
    let count = |of: &str| database.sql(&format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {of}")).remove(0);
    println!(
        "| {} | {} | {} | {} | {seconds:.2} s | {} | {megabytes:.0} MB | {} |",
        size.name,
        count("projects WHERE code NOT LIKE 'BENCH-%'"),
        count("(SELECT DISTINCT project_id, reference FROM participations) AS stated"),
        count("participations"),
        within(seconds, size.most_seconds, "s"),
        within(megabytes, size.most_megabytes, "MB"),
    );
    (database, server)
}

/// Pushes the first reports of some projects and takes them into review; gives their identifiers.
fn push(world: &World, server: &Server, projects: std::ops::Range<usize>) -> Vec<String> {
    let agent = agent();
    let pushed = world.projects[projects].iter().map(|project| {
        let report = submit(&agent, &server.url, &project.token, &world.push(project));
        act(&agent, &server.url, world, &report, REVIEW);
        report
    });
    pushed.collect()
}

/// Approves the same reports at a size and at S, in turns.
fn compare(world: &World, size: &Size, grown: (&Server, &[String]), small: (&Server, &[String])) -> Row {
    let agent = agent();
    let approve = |(server, reports): (&Server, &[String]), place: usize| {
        act(&agent, &server.url, world, &reports[place], APPROVE);
    };
    let places: Vec<usize> = (0..EACH).collect();
    let in_turns = |places: &[usize]| middle_ms(places, |place| approve(grown, *place), |place| approve(small, *place));
    in_turns(&places[..WARM_UP]);
    let (ours, theirs) = places[WARM_UP..].chunks(APPROVED).map(in_turns).unzip();
    Row {
        work: format!("approval of a report at size {}", size.name),
        rival: "the same at size S".to_owned(),
        unit: "ms",
        ours,
        theirs,
        limit: if size.name == 'L' { Limit::AtMost(1.25) } else { Limit::None },
    }
}

/// The columns of a participation that every copy shares.
const STATED: &str = "entry_on, sex, birth_year, protection_status, french_at_entry, education, labour_status, \
    residence_department, priority_district, rural_area, disability, housing_at_entry, supports, exit_on, exit_situation, \
    exit_contract, exit_contract_from, exit_contract_to, exit_training, french_at_exit, housing_at_exit, \
    financial_autonomy, follow_up_on, follow_up_situation, salt, record_hash";

/// Copies the demo's projects and their participations within the database until it has a size.
fn multiply(database: &Database, size: &Size) {
    database.execute(&format!(
        "CREATE TABLE base AS SELECT * FROM projects WHERE code NOT LIKE 'BENCH-%'; \
         CREATE TABLE base_links AS SELECT * FROM person_links; \
         CREATE TABLE base_stated AS SELECT project_id, reference, first_version, \
         CASE WHEN first_version < newest THEN newest ELSE end_version END AS end_version, person_id, {STATED} \
         FROM participations JOIN (SELECT project_id AS of_project, reference AS of_reference, MIN(first_version) AS oldest, \
         MAX(first_version) AS newest FROM participations GROUP BY project_id, reference) AS known \
         ON project_id = of_project AND reference = of_reference \
         WHERE first_version IN (oldest, newest); \
         DELETE FROM participations;"
    ));
    for copy in 0..size.projects {
        let mut statements = if copy == 0 { String::new() } else { projects_copied(copy, size.each) };
        for time in 0..size.each {
            statements += &participations_copied(copy, time, copy * size.each + time);
        }
        let quickly = if on_postgresql() { "" } else { "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; " };
        database.execute(&format!("{quickly}BEGIN; {statements} COMMIT;"));
    }
    database.execute("DROP TABLE base; DROP TABLE base_links; DROP TABLE base_stated;");
    settle(database);
}

/// An identifier of a copy: the same one for the original.
fn copied(column: &str, copy: usize) -> String {
    if copy == 0 {
        column.to_owned()
    } else {
        format!("substr({column}, 1, 4) || 'f{copy:05x}' || substr({column}, 11)")
    }
}

fn projects_copied(copy: usize, each: usize) -> String {
    let (id, project, report) = (copied("id", copy), copied("project_id", copy), copied("report_id", copy));
    let of_base = "project_id IN (SELECT id FROM base)";
    format!(
        "INSERT INTO projects (id, programme_id, code, lead_organisation_id) \
         SELECT {id}, programme_id, code || '-{copy}', lead_organisation_id FROM base; \
         INSERT INTO project_revisions (project_id, position, title, call_code, department, sector, agreement_from, \
         agreement_to, target_participants, eligible_cost_cents, grant_cents, lead_organisation_id) \
         SELECT {project}, position, title, call_code, department, sector, agreement_from, agreement_to, \
         target_participants, eligible_cost_cents, grant_cents, lead_organisation_id FROM project_revisions WHERE {of_base}; \
         INSERT INTO project_members (project_id, position, organisation_id, role) \
         SELECT {project}, position, organisation_id, role FROM project_members WHERE {of_base}; \
         INSERT INTO reports (id, project_id, period, state, current_version, changed_at_us) \
         SELECT {id}, {project}, period, state, current_version, changed_at_us FROM reports WHERE {of_base}; \
         INSERT INTO report_versions (project_id, number, id, report_id, period, digest, participation_count, rule_set, \
         channel, submitted_at_us, submitted_by, submitted_by_organisation, late, approved_position, approved_at_us, \
         approved_by, annulled_position, received_at_us, certified_by) \
         SELECT {project}, number, {id}, {report}, period, digest, participation_count * {each}, rule_set, channel, \
         submitted_at_us, submitted_by, submitted_by_organisation, late, approved_position, approved_at_us, approved_by, \
         annulled_position, received_at_us, certified_by FROM report_versions WHERE {of_base}; \
         INSERT INTO report_sections (project_id, section, first_version, end_version, content, salt, record_hash) \
         SELECT {project}, section, first_version, end_version, content, salt, record_hash FROM report_sections \
         WHERE {of_base};"
    )
}

/// One time more the participations of a copy's projects, of people whom no other copy has met.
fn participations_copied(copy: usize, time: usize, number: usize) -> String {
    let project = copied("project_id", copy);
    let reference = if time == 0 { "reference".to_owned() } else { format!("reference || '-{time}'") };
    let another = |column: &str| {
        if number == 0 { column.to_owned() } else { format!("'{number:08x}' || substr({column}, 9)") }
    };
    let person = another("person_id");
    let mut statements = format!(
        "INSERT INTO participations (project_id, reference, first_version, end_version, person_id, {STATED}) \
         SELECT {project}, {reference}, first_version, end_version, {person}, {STATED} FROM base_stated \
         ORDER BY project_id, first_version;"
    );
    if number > 0 {
        let sealed = if on_postgresql() {
            format!("overlay(sealed PLACING convert_to('{number:08x}', 'UTF8') FROM 1 FOR 8)")
        } else {
            "randomblob(length(sealed))".to_owned()
        };
        statements += &format!(
            "INSERT INTO person_links (programme_id, sealed, person_id, key_id) \
             SELECT programme_id, {sealed}, {person}, key_id FROM base_links;"
        );
    }
    statements
}
