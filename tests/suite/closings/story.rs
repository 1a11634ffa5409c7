//! The demo's real grid against the attacker: the public, and every partner with its own figures; one closing, and a second
//! one after a late report.

use std::collections::BTreeSet;

use faisceau::access::Scope;
use faisceau::access::role::Role;
use faisceau::consolidation::closing::Revision;
use faisceau::consolidation::closing::links::join;
use faisceau::consolidation::closing::operations::{Preparation, prepare, publish, review};
use faisceau::consolidation::disclosure::suppress_small_cells_only;
use faisceau::consolidation::operations::Consolidation;
use faisceau::demo::Story;
use faisceau::id::ClosingId;

use super::attack::{Both, Case, case, exact, found, name, narrow};
use crate::oracle::story::{played, report_a_quarter};
use crate::support::World;

fn scope(world: &World, client: &str) -> Scope {
    let token = world.caller(client).token();
    faisceau::access::operations::recognise(&world.desk, &token).unwrap()
}

fn close(world: &World, name: &str, revises: Option<Revision>) -> ClosingId {
    let started = std::time::Instant::now();
    let preparation = Preparation {
        programme: "PIC-IPR".parse().unwrap(),
        name: name.parse().unwrap(),
        position: None,
        day: None,
        revises,
    };
    let closing = prepare(&world.desk, &scope(world, "closer-one"), &Consolidation::new(), &preparation).unwrap();
    println!("{name}: {} of {} suppressed in {:?}", closing.suppressed_count, closing.figure_count, started.elapsed());
    let two = scope(world, "closer-two");
    review(&world.desk, &two, &closing.id).unwrap();
    publish(&world.desk, &two, &Consolidation::new(), &closing.id).unwrap().id
}

/// Partners eliminate with their own figures, and those whose reports changed something bound the rest; all of them where a
/// binary is tested.
fn no_partner_finds_more(both: &Both<'_>) {
    let public = both.knowledge(None).eliminated();
    let thorough = std::env::var_os("FAISCEAU_TEST_BINARY").is_some();
    for (place, project) in both.now.regions.keys().enumerate() {
        let changes = both.own_changes(project);
        if !thorough && place % 6 != 0 && changes.is_empty() {
            continue;
        }
        let mut own = public.clone();
        for (cell, value) in both.before.own_cells(project).into_iter().chain(both.now.own_cells(project)) {
            own.add(&[(cell, 1)], value);
        }
        for (terms, by) in &changes {
            own.add(terms, *by);
        }
        let (solved, hidden) = (own.solved(), both.hidden(Some(project)));
        assert_eq!(hidden.iter().find(|cell| solved.contains_key(*cell)), None, "{project}");
        if thorough || !changes.is_empty() {
            assert_eq!(narrow(&both.knowledge(Some(project)), &hidden), None, "{project}");
        }
    }
}

#[test]
fn nobody_finds_what_the_closings_of_the_story_keep_back() {
    let story = Story::tell();
    let world = played(&story);
    world.register_client("analyst", Role::Analyst, None);
    for client in ["closer-one", "closer-two"] {
        world.register_client(client, Role::Officer, None);
    }
    let id = close(&world, "First", None);
    let first = case(&world, &id);
    let hidden = first.hidden(None);
    assert!(hidden.len() > 50, "{}", hidden.len());
    assert_eq!(found(&first.knowledge(None), &hidden, false), None);
    small_cells_alone_are_not_enough(&world, &id, first.clone());

    // A second one after a late report of one project, which changes a few counts by a few people: the public learns
    // nothing of these changes, nobody learns more than its own, and that the reporting project's partner does.
    report_a_quarter(&world, &story);
    let revision = Revision { closing: id, reason: "A report came late.".parse().unwrap() };
    let second = case(&world, &close(&world, "Second", Some(revision)));
    let both = Both { before: &first, now: &second };
    let hidden = both.hidden(None);
    assert_eq!(found(&both.knowledge(None), &hidden, true), None);
    no_partner_finds_more(&both);
    for (key, value) in &second.told {
        let earlier = first.told.get(key).copied().flatten();
        if let (Some(value), Some(earlier)) = (value, earlier) {
            assert!(!(1..5).contains(&(value - earlier).abs()), "{} changed by a few people", name(key));
        }
    }
    let conceded: Vec<(&String, usize)> = second
        .regions
        .keys()
        .map(|project| (project, both.conceded(project).len()))
        .filter(|(_, many)| *many > 0)
        .collect();
    assert!(matches!(conceded.as_slice(), [(project, many)] if *project == "POTAGERS" && *many > 10), "{conceded:?}");
}

/// With nothing hidden but what is small, the attacker succeeds.
fn small_cells_alone_are_not_enough(world: &World, id: &ClosingId, mut naive: Case) {
    let mut small = exact(world, id);
    let mask = suppress_small_cells_only(&join(&mut small, &[]));
    let cells = small.cells.iter().zip(&mask.hidden).filter(|(_, hidden)| !**hidden);
    let shown: BTreeSet<&str> = cells.map(|(cell, _)| cell.key.as_str()).collect();
    for (key, value) in &mut naive.told {
        if shown.contains(name(key).as_str()) {
            *value = naive.truth.get(&name(key)).copied();
        }
    }
    naive.shown = naive.told.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| name(key)).collect();
    let easy = found(&naive.knowledge(None), &naive.hidden(None), false);
    assert!(easy.is_some(), "hiding small cells alone protects nothing");
}
