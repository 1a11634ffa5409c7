//! A write that lasts, here or elsewhere on the database server, does not keep others from writing.

use std::sync::mpsc::channel;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::directory::operations as directory;
use faisceau::directory::organisation::OrganisationDetails;

use crate::support::database::on_postgresql;
use crate::support::world::some_siret;
use crate::support::{Database, World};

/// More than PostgreSQL remembers one by one while a serializable transaction lasts (ten for each connection that it
/// allows); what it remembers in summary only makes it refuse writes that were never at odds.
const REMEMBERED: u32 = 2_600;

#[test]
fn a_long_write_of_a_neighbour_on_the_server_stops_nobody() {
    let world = World::empty();
    let neighbour = Database::create();
    let mut elsewhere = on_postgresql().then(|| PgConnection::establish(neighbour.url()).unwrap());
    if let Some(connection) = &mut elsewhere {
        connection
            .batch_execute(
                "BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE long_work (id BIGINT); SELECT 1 FROM long_work",
            )
            .unwrap();
    }
    let operator = at_the_console(Role::Operator);
    let count = if on_postgresql() { REMEMBERED } else { 10 };
    for number in 0..count {
        let details = OrganisationDetails {
            siret: some_siret(number),
            name: "One".parse().unwrap(),
            esus: false,
            sandbox: false,
        };
        let written = directory::register_organisation(&world.desk, &operator, details);
        assert!(written.is_ok(), "write {number}: {written:?}");
    }
    if let Some(connection) = &mut elsewhere {
        connection.batch_execute("COMMIT").unwrap();
    }
}

#[test]
fn while_a_write_works_alone_others_are_told_so_and_readers_are_served() {
    let world = World::with_projects();
    let operator = world.caller("operator");
    let input = |number| serde_json::json!({ "siret": some_siret(number).to_string(), "name": "One", "esus": false });
    let (began, begun) = channel();
    let (finish, finished) = channel::<()>();
    let store = world.desk.store.clone();
    let alone = std::thread::spawn(move || {
        store.write_alone(|_| {
            began.send(()).unwrap();
            finished.recv().unwrap();
            Ok(())
        })
    });
    begun.recv().unwrap();
    let body = input(100).to_string();
    let refused = operator.send("/v1/organisations", &[("content-type", "application/json")], body.as_bytes());
    assert_eq!((refused.status, &refused.body["code"]), (503, &serde_json::json!("BUSY")), "{}", refused.text);
    assert_eq!(world.caller("analyst").get("/v1/programmes/TEST/totals").status, 200);
    finish.send(()).unwrap();
    alone.join().unwrap().unwrap();
    let written = operator.send("/v1/organisations", &[("content-type", "application/json")], body.as_bytes());
    assert_eq!(written.status, 201, "{}", written.text);
}

#[test]
fn writes_that_lose_every_race_are_done_alone() {
    // Two totals of one table, each written by whoever read the other: at odds whenever they overlap.
    let world = World::empty();
    world.database.execute("CREATE TABLE totals (name TEXT PRIMARY KEY, total BIGINT NOT NULL)");
    world.database.execute("INSERT INTO totals VALUES ('a', 0), ('b', 0)");
    if on_postgresql() {
        world.database.execute("GRANT SELECT, UPDATE ON totals TO faisceau_application");
    }
    let add = |connection: &mut faisceau::storage::AnyConnection, to: &str| {
        // What was read is written elsewhere after a while, so that another write surely comes between.
        let sum = diesel::sql_query("SELECT CAST(SUM(total) AS BIGINT) AS value FROM totals")
            .get_result::<Sum>(connection)?
            .value;
        std::thread::sleep(std::time::Duration::from_millis(2));
        let set = format!(
            "UPDATE totals SET total = {} - (SELECT SUM(total) FROM totals WHERE name <> '{to}') WHERE name = '{to}'",
            sum + 1
        );
        diesel::sql_query(set).execute(connection)?;
        Ok(())
    };
    std::thread::scope(|scope| {
        for to in ["a", "b", "a", "b", "a", "b"] {
            let store = world.desk.store.patient();
            scope.spawn(move || (0..20).for_each(|_| store.write(|connection| add(connection, to)).unwrap()));
        }
    });
    assert_eq!(world.database.sql("SELECT CAST(SUM(total) AS TEXT) AS value FROM totals"), ["120"], "none is lost");
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}
