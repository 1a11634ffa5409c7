//! Neighbours that submit at once, each for its own project: all are taken in, each once, whoever loses a race.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::directory::operations as directory;
use faisceau::directory::organisation::OrganisationDetails;
use serde_json::json;

use crate::first_steps::submit;
use crate::support::World;
use crate::support::database::on_postgresql;
use crate::support::statement::{justified, present, submission};
use crate::support::world::{project, some_siret};

const PARTNERS: u32 = 8;

const PERIODS: [&str; 5] = ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1"];

#[test]
fn neighbours_that_submit_at_once_are_all_taken_in_once() {
    let world = World::with_projects();
    let operator = at_the_console(Role::Operator);
    let programme = world.project("ALPHA").programme;
    let organisation = |number: u32, name: String| {
        let name = name.parse().unwrap();
        let details = OrganisationDetails { siret: some_siret(number), name, esus: false, sandbox: false };
        directory::register_organisation(&world.desk, &operator, details).unwrap().id
    };
    let funder = organisation(700, "Second funder".to_owned());
    let callers: Vec<_> = (0..PARTNERS)
        .map(|number| {
            let lead = organisation(701 + number, format!("Partner {number}"));
            let details = project(&format!("P-{number}"), &lead, &funder, "69", 20_000_000, 10_000_000);
            let id = directory::register_project(&world.desk, &operator, &programme, details).unwrap().id;
            let caller = world.register_client(&format!("partner-{number}"), Role::Partner, Some(&lead));
            // Tokens are had before, so that all begin at once.
            caller.ask("{ programmes { code } }", json!({}));
            (caller, id.to_string())
        })
        .collect();
    std::thread::scope(|scope| {
        for (number, (caller, project)) in callers.iter().enumerate() {
            scope.spawn(move || {
                for (base, period) in PERIODS.into_iter().enumerate() {
                    let came = present(&format!("R-{base}"), &format!("990{number}{base}17421"), "2023-02-01");
                    let mut input = submission(project, period, u32::try_from(base).unwrap(), vec![came]);
                    input["mode"] = json!(if base == 0 { "REPLACE" } else { "UPSERT" });
                    input["idempotencyKey"] = json!(format!("{number}-{period}"));
                    submit(caller, justified(input));
                }
            });
        }
    });
    let count = |query: &str| world.database.sql(query).remove(0);
    let versions = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions WHERE number = participation_count";
    assert_eq!(count(versions), "40", "every submission is there, on top of the one before");
    let steps = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_transitions t \
                 JOIN reports r ON r.id = t.report_id AND r.state = t.to_state AND r.current_version = t.version \
                 WHERE t.place = 1 AND t.from_state = 'DRAFT' AND t.to_state = 'SUBMITTED' AND r.changed_at_us = t.at_us";
    assert_eq!(count(steps), "40", "every report stands where its one step led");
    assert_eq!(count("SELECT CAST(COUNT(*) AS TEXT) AS value FROM idempotency_keys"), "40", "each once");
    // PostgreSQL may find some at odds; on SQLite they stand in a queue.
    assert!(on_postgresql() || world.desk.store.races_lost() == 0);
}
