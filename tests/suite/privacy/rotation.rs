//! The deployment key rotated under a service that goes on: persons stay who they are, whatever is cut short.

use std::time::Instant;

use faisceau::access::Desk;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::reporting::operations as reporting;

use crate::first_steps::submit;
use crate::support::World;
use crate::support::console::Console;
use crate::support::database::on_postgresql;
use crate::support::statement::{justified, present, submission};

fn report(world: &World, project: &str, period: &str, base_version: u32, persons: &[(&str, &str)]) {
    let id = world.project(project).id.to_string();
    let stays = persons.iter().map(|(reference, number)| present(reference, number, "2023-02-01")).collect();
    let partner = world.caller(&format!("partner-{}", project.to_lowercase()));
    submit(&partner, justified(submission(&id, period, base_version, stays)));
}

fn persons(world: &World, reference: &str) -> Vec<String> {
    world
        .database
        .sql(&format!("SELECT DISTINCT person_id AS value FROM participations WHERE reference = '{reference}'"))
}

fn count(world: &World, what: &str) -> u64 {
    world.database.sql(&format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {what}"))[0].parse().unwrap()
}

/// A desk of another process: its keys read from the folder as they now are.
fn another(world: &World) -> Desk {
    let keys = std::sync::Arc::new(KeyRing::load(&world.database.keys()).unwrap());
    let store = faisceau::storage::Store::open(world.database.location()).unwrap();
    Desk::new(store, faisceau::clock::Clock::System, keys)
}

#[test]
fn a_person_stays_the_same_before_during_and_after_a_rotation() {
    let world = World::with_projects();
    reporting::adopt_key(&world.desk).unwrap();
    report(&world, "ALPHA", "2023-Q1", 0, &[("A-1", "9903017421"), ("A-2", "9903017422")]);
    let operator = at_the_console(Role::Operator);

    // Begun, and cut short before any link was sealed anew: the running server holds the old key only.
    let other = another(&world);
    assert!(other.keys.deployment.begin_rotation().unwrap());
    reporting::begin_rotation(&other, &operator).unwrap();
    report(&world, "BETA", "2023-Q1", 0, &[("B-1", "9903017421"), ("B-3", "9903017423")]);
    assert_eq!(persons(&world, "A-1"), persons(&world, "B-1"), "known under the key before");
    assert_eq!(count(&world, "person_links"), 3, "nobody was made twice");
    let by_key = "person_links WHERE key_id = (SELECT key_id FROM privacy_head)";
    assert_eq!(count(&world, by_key), 1, "whoever is new is sealed with the new key");

    // Taken up again by another process.
    let third = another(&world);
    assert!(!third.keys.deployment.begin_rotation().unwrap(), "no third key is made");
    assert_eq!(reporting::reseal_links(&third, &operator, &mut |_| {}).unwrap(), 2);
    assert_eq!(count(&world, by_key), 3);
    report(&world, "ALPHA", "2023-Q2", 1, &[("A-1", "9903017421"), ("A-2", "9903017422"), ("A-3", "9903017423")]);
    assert_eq!(persons(&world, "A-3"), persons(&world, "B-3"));
    let kept = third.keys.deployment.end_rotation().unwrap().expect("the key before is kept under a name");
    assert!(kept.exists() && another(&world).keys.deployment.id_before().is_none());
    report(&world, "BETA", "2023-Q2", 1, &[("B-1", "9903017421"), ("B-2", "9903017422")]);
    assert_eq!(persons(&world, "B-2"), persons(&world, "A-2"));
    assert_eq!((persons(&world, "A-1").len(), count(&world, "person_links")), (1, 3));
}

#[test]
fn a_server_with_another_key_than_the_database_goes_by_says_so_and_links_nobody() {
    let world = World::with_projects();
    reporting::adopt_key(&world.desk).unwrap();
    let file = world.database.keys().join("deployment.key");
    std::fs::write(&file, "ab".repeat(64)).unwrap();
    let wrong = another(&world);
    let failure = reporting::adopt_key(&wrong).unwrap_err();
    assert!(format!("{failure:?}").contains("not the one that seals this database"), "{failure:?}");
    let refused = Console(&world.database).refused(&["keys", "rotate-deployment"]);
    assert!(refused.contains("not the one that seals this database"), "{refused}");
}

/// Ten thousand generated links, or as many as `FAISCEAU_TEST_LINKS` says: cut short in the middle, then resealed by the
/// command; every one of them still opens. `docs/privacy.md` has what a million took.
#[test]
fn a_rotation_that_was_killed_goes_on_and_loses_nothing() {
    let world = World::with_projects();
    let many: u64 = std::env::var("FAISCEAU_TEST_LINKS").map_or(12_000, |many| many.parse().unwrap());
    reporting::adopt_key(&world.desk).unwrap();
    let programme = world.project("ALPHA").programme.to_string();
    let stage_one = |at: u64| {
        let mut bytes = [7_u8; 32];
        bytes[..8].copy_from_slice(&at.to_be_bytes());
        bytes
    };
    let sealed = |desk: &Desk, at: u64| data_encoding::HEXLOWER.encode(&desk.keys.deployment.seal(&stage_one(at)));
    let literal = |hex: String| if on_postgresql() { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") };
    let person = |at: u64| format!("{:016x}-{at:08}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for from in (0..many).step_by(5000) {
        let rows: Vec<String> = (from..many.min(from + 5000))
            .map(|at| format!("('{programme}', {}, '{}', '')", literal(sealed(&world.desk, at)), person(at)))
            .collect();
        world.database.execute(&format!("INSERT INTO person_links VALUES {}", rows.join(", ")));
    }
    let operator = at_the_console(Role::Operator);
    let other = another(&world);
    other.keys.deployment.begin_rotation().unwrap();
    reporting::begin_rotation(&other, &operator).unwrap();
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        reporting::reseal_links(&other, &operator, &mut |_| panic!("killed"))
    }));
    assert!(killed.is_err());
    assert_eq!(count(&world, "person_links WHERE key_id <> ''"), 5000, "cut short after the first write");
    let started = Instant::now();
    let said = Console(&world.database).run(&["keys", "rotate-deployment"]).out;
    println!("{} links sealed anew in {:?}", many - 5000, started.elapsed());
    assert!(
        said.contains("Going on with key") && said.contains(&format!("Sealed {} links anew.", many - 5000)),
        "{said}"
    );
    assert!(started.elapsed().as_secs() < 600, "{:?}", started.elapsed());
    assert_eq!(count(&world, "person_links"), many);
    let after = another(&world);
    assert!(after.keys.deployment.id_before().is_none());
    for at in (0..many).step_by(usize::try_from(many / 97).unwrap()) {
        let query =
            format!("SELECT person_id AS value FROM person_links WHERE sealed = {}", literal(sealed(&after, at)));
        assert_eq!(world.database.sql(&query), [person(at)], "link {at}");
    }
}
