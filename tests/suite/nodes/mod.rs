//! Several servers on one database: what one has acknowledged is in the next answer of all, and each answer is of one
//! position. On PostgreSQL three processes; the embedded database has one, asked by as many threads.

mod proxy;
mod scene;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use self::proxy::Proxy;
use self::scene::{Said, Scene};
use crate::support::console::{Console, Server};
use crate::support::database::on_postgresql;
use crate::support::world::agent;

/// How many versions each project brings into force.
const VERSIONS: u64 = 12;

fn start(scene: &Scene) -> Vec<Server> {
    let count = if on_postgresql() { 3 } else { 1 };
    (0..count).map(|_| serve(scene, scene.database.url())).collect()
}

/// A node of the one service whose tokens everybody has.
fn serve(scene: &Scene, database: &str) -> Server {
    Console(&scene.database).serve_with(&[("DATABASE_URL", database), ("FAISCEAU_PUBLIC_URL", "http://127.0.0.1:8080")])
}

/// Asks a server again at each point that was answered: figures, groups and coverage must be the same.
fn asked_again(scene: &Scene, node: &str, answers: &[Said]) {
    for said in answers {
        let again = scene.ask(node, Some((said.position, &said.day))).unwrap();
        assert_eq!(again.whole, said.whole, "an answer mixed positions, or a position changed");
    }
}

#[test]
fn an_approval_acknowledged_by_one_node_is_in_the_next_answer_of_all() {
    let scene = Scene::set();
    let servers = start(&scene);
    let nodes: Vec<&str> = servers.iter().map(|server| server.url.as_str()).collect();
    let answers = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for partner in &scene.projects {
            let (scene, nodes, answers) = (&scene, &nodes, &answers);
            threads.spawn(move || {
                scene.report(partner, 1..=VERSIONS, nodes, |number| {
                    for node in nodes {
                        let said = scene.ask(node, None).unwrap();
                        let shown = said.versions[partner.code];
                        assert!(shown >= number, "version {number} is approved; {node} shows {shown}");
                        answers.lock().unwrap().push(said);
                    }
                });
            });
        }
    });
    let answers = answers.into_inner().unwrap();
    // One that starts late knows it all, and one that lived through it gives the same.
    let late = serve(&scene, scene.database.url());
    for node in nodes.iter().chain([&late.url.as_str()]) {
        let said = scene.ask(node, None).unwrap();
        assert!(said.versions.values().all(|version| *version == VERSIONS), "{:?}", said.versions);
    }
    asked_again(&scene, &late.url, &answers);
    asked_again(&scene, nodes[0], &answers);
}

#[test]
fn many_threads_that_ask_one_node_never_see_less_than_was_acknowledged_before() {
    let scene = Scene::set();
    let server = serve(&scene, scene.database.url());
    let (partner, other) = (&scene.projects[0], &scene.projects[1]);
    let acknowledged = Mutex::new(0_u64);
    let done = std::sync::atomic::AtomicBool::new(false);
    let asked = std::thread::scope(|threads| {
        let askers: Vec<_> = (0..8)
            .map(|_| {
                threads.spawn(|| {
                    let mut count = 0;
                    while !done.load(std::sync::atomic::Ordering::SeqCst) {
                        let before = *acknowledged.lock().unwrap();
                        let said = scene.ask(&server.url, None).unwrap();
                        let shown = said.versions[partner.code];
                        assert!(shown >= before, "version {before} was approved before; {shown} is shown");
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let beside = threads.spawn(|| scene.report(other, 1..=VERSIONS, &[&server.url], |_| {}));
        scene.report(partner, 1..=VERSIONS, &[&server.url], |number| *acknowledged.lock().unwrap() = number);
        beside.join().unwrap();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        askers.into_iter().map(|asker| asker.join().unwrap()).sum::<u64>()
    });
    assert!(asked > VERSIONS, "{asked} answers are too few to show anything");
}

#[test]
fn a_node_that_loses_the_database_says_so_instead_of_something_old_and_catches_up() {
    if !on_postgresql() {
        // The embedded database cannot be lost: it is part of the process.
        return;
    }
    let scene = Scene::set();
    let (before, database) = scene.database.url().rsplit_once('/').unwrap();
    let (user, server) = before.rsplit_once('@').unwrap();
    let proxy = Proxy::before(server);
    let well = serve(&scene, scene.database.url());
    let far = serve(&scene, &format!("{user}@127.0.0.1:{}/{database}", proxy.port));
    let partner = &scene.projects[0];
    let mut answers = Vec::new();
    for round in 0..3 {
        let (first, last) = (1 + round * 2, 2 + round * 2);
        scene.report(partner, first..=first, &[&well.url, &far.url], |_| {});
        let said = scene.ask(&far.url, None).unwrap();
        assert_eq!(said.versions[partner.code], first);
        let known = (said.position, said.day.clone());
        answers.push(said);

        proxy.cut();
        scene.report(partner, last..=last, &[&well.url], |_| {});
        let cut_since = Instant::now();
        for _ in 0..3 {
            assert_eq!(scene.ask(&far.url, None).unwrap_err(), "BUSY");
        }
        // It has this one in memory, but may not know what was erased since.
        assert_eq!(scene.ask(&far.url, Some((known.0, &known.1))).unwrap_err(), "BUSY");
        for path in ["/v1/programmes/TEST/totals", "/health"] {
            let request = agent().get(format!("{}{path}", far.url));
            let response = request.header("authorization", format!("Bearer {}", scene.analyst)).call().unwrap();
            assert_eq!(response.status(), 503, "{path}");
            assert!(response.headers().contains_key("retry-after"), "{path}");
        }
        assert!(cut_since.elapsed() < Duration::from_secs(20), "a lost database keeps askers waiting");

        proxy.mend();
        let said = scene.ask(&far.url, None).unwrap();
        assert_eq!(said.versions[partner.code], last, "the first answer after the loss has all of it");
        answers.push(said);
    }
    asked_again(&scene, &well.url, &answers);
}
