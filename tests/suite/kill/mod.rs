//! The real server process, killed without warning twenty times while partners submit and an officer approves.
//!
//! What was acknowledged is there after every restart, once; what was not is there whole or not at all. A lost power
//! supply is another matter, which no killed process can show: the settings that stand against it are held elsewhere.

mod audit;
mod server;

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use faisceau::access::role::Role;
use faisceau::clock::Clock;
use faisceau::directory::period::{Quarter, ReportingPeriod};
use faisceau::directory::programme::ProgrammeDetails;
use jiff::civil::date;
use serde_json::{Value, json};

use self::audit::{Acknowledged, Auditor};
use self::server::{Api, Server};
use crate::support::statement::{SUBMIT, action, justified, present, submission};
use crate::support::{Database, Stage, world};

const KILLS: u64 = 20;

/// The first and the last period: enough that none is reported twice for want of periods.
const YEARS: (i16, i16) = (1960, 2023);

/// A partner: its token and its project.
struct Partner {
    token: String,
    project: String,
}

#[test]
fn kill_20_times_during_concurrent_writes_and_everything_acknowledged_is_there_once() {
    let (database, partners, officer) = set_up();
    let acknowledged = Mutex::new(Vec::new());
    let mut auditor = Auditor::of(&database, partners.iter().map(|partner| partner.project.clone()).collect());
    for kill in 0..KILLS {
        let server = Server::start(&database);
        auditor.audit(&acknowledged.lock().unwrap());
        let known = acknowledged.lock().unwrap().len();
        write_until_killed(server, kill, &partners, &officer, &auditor, &acknowledged);
        assert!(acknowledged.lock().unwrap().len() > known, "nothing was acknowledged before kill {kill}");
    }
    let last = Server::start(&database);
    auditor.audit_from_the_start(&acknowledged.lock().unwrap());
    last.stop();
    let acknowledged = acknowledged.into_inner().unwrap();
    let submitted = acknowledged.iter().filter(|what| matches!(what, Acknowledged::Submitted { .. })).count();
    let approved = acknowledged.iter().filter(|what| matches!(what, Acknowledged::Approved { .. })).count();
    println!(
        "{submitted} submissions and {approved} approvals acknowledged; {} versions kept",
        auditor.version_count()
    );
    assert!(submitted > 20 && approved > 10, "too little was written to show anything");
}

fn set_up() -> (Database, Vec<Partner>, String) {
    let stage = Stage::empty(Clock::System);
    let periods = Quarter::new(YEARS.0, 1).unwrap().through(Quarter::new(YEARS.1, 4).unwrap());
    let due = |quarter: Quarter| quarter.next().first_day().last_of_month();
    let programme = stage.programme(ProgrammeDetails {
        first_on: date(YEARS.0, 1, 1),
        periods: periods.map(|quarter| ReportingPeriod::of_quarter(quarter, due(quarter))).collect(),
        ..world::programme()
    });
    let funder = stage.organisation(1);
    let partners = [("ALPHA", 2), ("BETA", 3)].map(|(code, number)| {
        let lead = stage.organisation(number);
        let mut details = world::project(code, &lead, &funder, "69", 200, 100);
        details.agreement_from = date(YEARS.0, 1, 1);
        let project = stage.project(&programme, details).id.to_string();
        let client = format!("partner-{code}");
        let _ = stage.client(&client, Role::Partner, Some(&lead));
        Partner { token: stage.token(&client), project }
    });
    let _ = stage.client("officer", Role::Officer, Some(&funder));
    let officer = stage.token("officer");
    // No connection of this process outlives this function: the server alone recovers the database.
    (stage.database, partners.into(), officer)
}

/// Lets everybody write until, after some time, the server is killed under them.
fn write_until_killed(
    server: Server,
    kill: u64,
    partners: &[Partner],
    officer: &str,
    auditor: &Auditor<'_>,
    acknowledged: &Mutex<Vec<Acknowledged>>,
) {
    std::thread::scope(|scope| {
        let (queue, queued) = channel();
        for partner in partners {
            let (api, queue) = (server.api(&partner.token), queue.clone());
            let (newest, period) = auditor.newest_version(&partner.project);
            scope.spawn(move || submit_on_and_on(&api, &partner.project, newest, period, &queue, acknowledged));
        }
        drop(queue);
        let api = server.api(officer);
        scope.spawn(move || review_on_and_on(&api, &queued, acknowledged));
        let known = acknowledged.lock().unwrap().len();
        while acknowledged.lock().unwrap().len() < known + 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(kill * 37 % 200));
        server.kill();
    });
}

type Submitted = (String, u64);

/// Submits version after version, period after period; takes some back and submits them again.
fn submit_on_and_on(
    api: &Api,
    project: &str,
    mut newest: u32,
    mut period: Quarter,
    queue: &Sender<Submitted>,
    acknowledged: &Mutex<Vec<Acknowledged>>,
) {
    loop {
        // Six stays, the oldest of which makes room for a new one each time; both projects know the same people.
        let stays = (newest..newest + 6).map(|number| {
            let mut stay = present(&format!("R-{number}"), &format!("99{:08}", 30_174_221 + number), "1960-01-15");
            stay["birthYear"] = "1935".into();
            stay
        });
        let input = justified(submission(project, &period.to_string(), newest, stays.collect()));
        let Some(data) = api.ask(SUBMIT, json!({ "input": input })) else { return };
        let payload = &data["reportSubmit"];
        if payload["userErrors"] != json!([]) {
            // The report of this period is with the officer: go on to the next one.
            assert_eq!(payload["userErrors"][0]["code"], "TRANSITION_REFUSED", "{payload:#}");
            period = period.next();
            continue;
        }
        let report = payload["report"]["id"].as_str().unwrap().to_owned();
        let number = payload["version"]["number"].as_u64().unwrap();
        acknowledged.lock().unwrap().push(Acknowledged::Submitted {
            project: project.to_owned(),
            number,
            digest: payload["version"]["digest"].as_str().unwrap().to_owned(),
            period: period.to_string(),
        });
        newest = u32::try_from(number).unwrap();
        if number.is_multiple_of(4) {
            let Some(done) = act(api, "reportRecall", &report, number) else { return };
            if done {
                acknowledged.lock().unwrap().push(Acknowledged::Recalled { report, number });
                continue;
            }
        } else {
            // The officer is gone when its last request failed; then so will ours.
            let _ = queue.send((report, number));
        }
        period = period.next();
    }
}

/// Reviews what comes in: returns some, approves the others.
fn review_on_and_on(api: &Api, queued: &Receiver<Submitted>, acknowledged: &Mutex<Vec<Acknowledged>>) {
    for (report, number) in queued {
        if act(api, "reportStartReview", &report, number).is_none() {
            return;
        }
        let verdict = if number.is_multiple_of(5) { "reportReturn" } else { "reportApprove" };
        let Some(done) = act(api, verdict, &report, number) else { return };
        assert!(done, "nobody else acts on a report under review");
        acknowledged.lock().unwrap().push(match verdict {
            "reportReturn" => Acknowledged::Returned { report, number },
            _ => Acknowledged::Approved { report, number },
        });
    }
}

/// Does something to a report; says whether it was done, or nothing if the server is gone.
fn act(api: &Api, name: &str, report: &str, version: u64) -> Option<bool> {
    let mut input = json!({ "report": report, "version": version });
    match name {
        "reportApprove" => input["acknowledgeLate"] = true.into(),
        "reportReturn" => input["reason"] = "Please check.".into(),
        _ => {}
    }
    let data: Value = api.ask(&action(name), json!({ "input": input }))?;
    Some(data[name]["userErrors"] == json!([]))
}
