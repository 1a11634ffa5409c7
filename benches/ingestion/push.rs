//! Pushing and approving a report through HTTP, beside the same statements sent bare, a Node resolver and a bare commit.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::r2d2::ManageConnection;
use faisceau::api::server;
use faisceau::api::service::Service;
use faisceau::clock::Clock;
use faisceau::storage::connection::Manager;
use serde_json::Value;

use crate::bare::Bare;
use crate::calls::{APPROVE, REVIEW, act, submit};
use crate::copy::copy;
use crate::measure::{Limit, RUNS, Row, middle_ms, processor_ms, rate};
use crate::node::Node;
use crate::recording::{self, Statement};
use crate::server::Server;
use crate::support::Database;
use crate::support::database::on_postgresql;
use crate::support::world::agent;
use crate::world::{self, PUSHED, Project, World};

/// How many clients push at once, and how many reports they push in a run.
const CLIENTS: [(usize, usize); 3] = [(1, 60), (4, 100), (8, 100)];

/// How many reports are approved in a run.
const APPROVED: usize = 40;

/// How many pushes warm everything up.
const WARM_UP: usize = 30;

/// How many projects are needed.
pub fn project_count() -> usize {
    WARM_UP + RUNS * CLIENTS.iter().map(|(_, count)| count).sum::<usize>()
}

/// A report to push: the request through either skin, and what the service sends to its database for it.
struct Push {
    body: String,
    path: String,
    lines: String,
    token: String,
    statements: Vec<Statement>,
    rows: String,
    /// The report, once it was pushed to the measured service.
    report: std::sync::OnceLock<String>,
}

/// Processor time used by each way to push, in milliseconds. It says more than rates do on a machine that is not idle.
#[derive(Default)]
struct Used(BTreeMap<&'static str, f64>);

impl Used {
    fn by<T>(&mut self, way: &'static str, process: u32, work: impl FnOnce() -> T) -> T {
        let before = processor_ms(process);
        let done = work();
        *self.0.entry(way).or_default() += processor_ms(process) - before;
        done
    }

    fn written(&self, pushes: usize) -> String {
        let each = self.0.iter().map(|(way, ms)| format!("{way} {:.2} ms", ms / pushes as f64));
        let database = if on_postgresql() { " without PostgreSQL's own" } else { ", SQLite's included" };
        format!("Processor time per push{database}: {}.", each.collect::<Vec<_>>().join(", "))
    }
}

/// What was recorded: pushes, and what went to the database for each start of a review and each approval.
struct Recorded {
    pushes: Vec<Push>,
    reviews: Vec<Vec<Statement>>,
    approvals: Vec<Vec<Statement>>,
}

/// Measures everything; answers rows of the page and what is worth a remark.
pub fn measure(world: &World) -> (Vec<Row>, Vec<String>) {
    eprintln!("recording {} pushes …", world.projects.len());
    let Recorded { pushes, reviews, approvals } = record(world);
    let statements = pushes.last().map_or(0, |push| push.statements.len());
    let approval_statements = approvals.last().map_or(0, Vec::len);
    let body_kib = pushes.iter().map(|push| push.body.len()).sum::<usize>() / pushes.len() / 1024;
    let mut remarks = vec![format!(
        "A push by GraphQL is a request of {body_kib} KiB; it sends {statements} statements to the database, an approval {approval_statements} (`BEGIN` and `COMMIT` \
         included; the look of the pool whether a connection lives is not)."
    )];
    let [ours, by_rest, bare, rival] = [(); 4].map(|()| copy(&world.database));
    let (server, rest) = (Server::start(&ours), Server::start(&by_rest));
    // SQLite's log goes with the last connection; growing anew, it would make the rival slow.
    let _held = Bare::connect(&bare.location());
    let node = on_postgresql().then(|| Node::start(rival.url()));
    let (warm_up, mut left) = pushes.split_at(WARM_UP);
    rate(warm_up, 2, || pusher(&server.url));
    rate(warm_up, 2, || line_pusher(&rest.url));
    rate(warm_up, 1, || bare_sender(&bare));
    if let Some(node) = &node {
        rate(warm_up, 2, || node.client());
    }
    let (mut rows, mut used) = (Vec::new(), Used::default());
    for (clients, count) in CLIENTS {
        let [mut pushed, mut sent, mut resolved, mut committed, mut streamed] = [(); 5].map(|()| Vec::new());
        for run in 0..RUNS {
            let (now, later) = left.split_at(count);
            left = later;
            pushed.push(used.by("GraphQL", server.child.id(), || rate(now, clients, || pusher(&server.url))));
            streamed.push(used.by("REST", rest.child.id(), || rate(now, clients, || line_pusher(&rest.url))));
            sent.push(used.by("bare", std::process::id(), || rate(now, clients, || bare_sender(&bare))));
            if let Some(node) = &node {
                resolved.push(used.by("Node", node.child.id(), || rate(now, clients, || node.client())));
            }
            if clients == 1 {
                committed.push(rate(now, 1, || committer(&bare)));
            }
            eprintln!("{clients} at once, run {run}: {pushed:.0?} {streamed:.0?} {sent:.0?} {resolved:.0?}");
        }
        for (skin, ours) in [("GraphQL", pushed), ("REST, JSON lines", streamed)] {
            let row = |rival: &str, theirs: &[f64], limit| Row {
                work: format!("push of {PUSHED} participations by {skin}, {clients} at once"),
                rival: rival.to_owned(),
                unit: "/s",
                ours: ours.clone(),
                theirs: theirs.to_vec(),
                limit,
            };
            rows.push(row("the same statements bare", &sent, Limit::AtLeast(0.5)));
            if node.is_some() {
                rows.push(row("Node: one bare `INSERT … SELECT unnest`", &resolved, Limit::AtLeast(2.0)));
            }
            if clients == 1 {
                rows.push(row("commit of one row", &committed, Limit::None));
            }
        }
    }
    remarks.push(used.written(pushes.len() - WARM_UP));
    if on_postgresql() {
        remarks.push(format!(
            "Transactions that lost a race and were sent again: {} by GraphQL, {} by REST, {} bare, of {} each.",
            rolled_back(&ours),
            rolled_back(&by_rest),
            rolled_back(&bare),
            pushes.len()
        ));
    }
    rows.push(measure_approvals(world, &server, &bare, &pushes, &reviews, &approvals));
    (rows, remarks)
}

/// Pushes and approves everything once on a copy, one after another, listening to what goes to the database.
fn record(world: &World) -> Recorded {
    let copied = copy(&world.database);
    let listening = server::listen("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listening.address());
    let service = Service::new(world::desk(&copied, Clock::System)).unwrap();
    std::thread::spawn(move || listening.serve(service));
    let mut reader = recording::Reader::default();
    let agent = agent();
    let mut reports = Vec::new();
    let mut push = |project: &Project| {
        let body = world.push(project);
        let (report, statements) = recording::record(&mut reader, || submit(&agent, &url, &project.token, &body));
        reports.push(report);
        let rows = if on_postgresql() { rows_of(&statements) } else { String::new() };
        let (path, lines) = (world.path(project, 0), world.lines(project, PUSHED));
        Push { body, path, lines, token: project.token.clone(), statements, rows, report: std::sync::OnceLock::new() }
    };
    let pushes: Vec<Push> = world.projects.iter().map(&mut push).collect();
    let mut act = |name: &str| -> Vec<Vec<Statement>> {
        let some = &reports[..WARM_UP + RUNS * APPROVED];
        some.iter().map(|report| recording::record(&mut reader, || act(&agent, &url, world, report, name)).1).collect()
    };
    Recorded { pushes, reviews: act(REVIEW), approvals: act(APPROVE) }
}

/// The rows of participations as the Node rival takes them: the columns of the recorded insertion.
fn rows_of(statements: &[Statement]) -> String {
    use recording::Value::*;
    let insertion = statements.iter().find(|one| one.pieces[0].starts_with("INSERT INTO participations")).unwrap();
    let names = insertion.pieces[0].split(['(', ')']).nth(1).unwrap().split(", ");
    let hexadecimal = |bytes: &Vec<u8>| format!("\\x{}", data_encoding::HEXLOWER.encode(bytes));
    let columns = insertion.values.iter().map(|values| -> Vec<Value> {
        match values {
            Texts(texts) => texts.iter().map(|text| text.clone().into()).collect(),
            Numbers(numbers) => numbers.iter().map(|number| (*number).into()).collect(),
            ManyBytes(many) => many.iter().map(|bytes| hexadecimal(bytes).into()).collect(),
            other => panic!("no column: {other:?}"),
        }
    });
    let columns: Vec<(&str, Vec<Value>)> = names.zip(columns).collect();
    let row = |place: usize| -> Value {
        columns
            .iter()
            .map(|(name, values)| ((*name).to_owned(), values[place].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    Value::from((0..columns[0].1.len()).map(row).collect::<Vec<_>>()).to_string()
}

fn pusher(url: &str) -> impl FnMut(&Push) {
    let agent = agent();
    move |push| {
        let report = submit(&agent, url, &push.token, &push.body);
        let _ = push.report.set(report);
    }
}

fn line_pusher(url: &str) -> impl FnMut(&Push) {
    let agent = agent();
    move |push| {
        let mut response = agent
            .post(format!("{url}{}", push.path))
            .header("authorization", format!("Bearer {}", push.token))
            .header("content-type", "application/x-ndjson")
            .send(&push.lines)
            .unwrap();
        let answer = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status(), 201, "not accepted: {answer}");
    }
}

fn bare_sender(database: &Database) -> impl FnMut(&Push) {
    let mut bare = Bare::connect(&database.location());
    move |push| bare.send(&push.statements)
}

/// How many transactions were rolled back: those that lost a race, and each look before a report is refused.
fn rolled_back(database: &Database) -> String {
    database
        .sql("SELECT xact_rollback::text AS value FROM pg_stat_database WHERE datname = current_database()")
        .remove(0)
}

/// Commits one row, durably: what no write can be faster than.
fn committer(database: &Database) -> impl FnMut(&Push) {
    // A connection like the service's stands behind the wall: it makes no table.
    let granted = if on_postgresql() { "; GRANT INSERT ON bare_commit TO PUBLIC" } else { "" };
    database.execute(&format!("CREATE TABLE IF NOT EXISTS bare_commit (number BIGINT NOT NULL){granted}"));
    let mut connection = Manager::new(database.location(), false).connect().unwrap();
    move |_| connection.batch_execute("INSERT INTO bare_commit VALUES (1)").unwrap()
}

impl Node {
    fn client(&self) -> impl FnMut(&Push) {
        let (agent, url) = (agent(), self.url.clone());
        move |push| {
            let response = agent.post(&url).header("content-type", "application/json").send(&push.rows).unwrap();
            assert_eq!(response.status(), 200);
        }
    }
}

fn measure_approvals(
    world: &World,
    server: &Server,
    bare: &Database,
    pushes: &[Push],
    reviews: &[Vec<Statement>],
    approvals: &[Vec<Statement>],
) -> Row {
    let agent = agent();
    let mut bare = Bare::connect(&bare.location());
    for (place, review) in reviews.iter().enumerate() {
        act(&agent, &server.url, world, pushes[place].report.get().unwrap(), REVIEW);
        bare.send(review);
    }
    let places: Vec<usize> = (0..approvals.len()).collect();
    let mut approve = |place: &usize| act(&agent, &server.url, world, pushes[*place].report.get().unwrap(), APPROVE);
    let mut send = |place: &usize| bare.send(&approvals[*place]);
    places[..WARM_UP].iter().for_each(&mut approve);
    places[..WARM_UP].iter().for_each(&mut send);
    let runs = places[WARM_UP..].chunks(APPROVED);
    let (ours, theirs) = runs.map(|run| middle_ms(run, &mut approve, &mut send)).unzip();
    Row {
        work: "approval of a report".to_owned(),
        rival: "the same statements bare".to_owned(),
        unit: "ms",
        ours,
        theirs,
        limit: Limit::AtMost(1.5),
    }
}
