//! Submissions that take longer than their sender waits: their job, its answer, its cancellation.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::formats::route;
use crate::support::{Answered, Caller, World};

/// A table of so many participations without identities.
pub fn table(count: usize) -> String {
    let mut table = String::from(
        "reference,entry_on,sex,birth_year,protection_status,french_at_entry,education,labour_status,residence_department\n",
    );
    for number in 0..count {
        let _ = writeln!(table, "P-{number:06},2023-01-{:02},F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69", 1 + number % 28);
    }
    table
}

fn job_of(partner: &Caller, id: &str) -> Value {
    partner.get(&format!("/v1/jobs/{id}")).body
}

fn ended(partner: &Caller, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let job = job_of(partner, id);
        if job["state"] != "RUNNING" {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{job}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn deferred(partner: &Caller, project: &str, table: &str) -> Answered {
    let warnings = ["TARGET_EXCEEDED", "FIELD_NEVER_COLLECTED", "IDENTITY_MISSING_MANY", "BIRTH_YEARS_HEAPED"];
    let answers: String = warnings.iter().map(|code| format!("&justification={code}:Checked.")).collect();
    let parameters = &format!("baseVersion=0{answers}");
    let headers = [("content-type", "text/csv"), ("prefer", "respond-async")];
    partner.send(&route(project, "2023-Q1", parameters), &headers, table.as_bytes())
}

#[test]
fn long_work_becomes_a_job_with_the_answer_that_would_have_come_at_once() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let accepted = deferred(&partner, &project, &table(2000));
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    let id = accepted.body["job"]["id"].as_str().unwrap();
    let job = ended(&partner, id);
    assert_eq!((&job["state"], &job["answer"]["status"]), (&json!("DONE"), &json!(201)), "{job}");
    assert_eq!(job["answer"]["body"]["participationCount"], 2000);
    assert_eq!(job["answer"]["body"]["version"]["number"], 1);
    // Nobody else's partner sees it, nor can stop it; nor can anybody once it has ended.
    let foreign = world.caller("partner-beta");
    let cancel = |caller: &Caller, id: &str| caller.send(&format!("/v1/jobs/{id}/cancellation"), &[], b"");
    assert_eq!(foreign.get(&format!("/v1/jobs/{id}")), foreign.get("/v1/jobs/job_00000000000000000000000000000000"));
    assert_eq!(cancel(&foreign, id), cancel(&foreign, "job_00000000000000000000000000000000"));
    let late = cancel(&partner, id);
    assert_eq!((late.status, &late.body["code"]), (409, &json!("JOB_ENDED")), "{}", late.text);
}

#[test]
fn a_job_that_findings_block_tells_every_line() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let mut table = table(40);
    table = table.replace("P-000007,2023-01-08", "P-000007,2022-12-31");
    let accepted = deferred(&partner, &project, &table);
    let answer = match accepted.status {
        202 => ended(&partner, accepted.body["job"]["id"].as_str().unwrap())["answer"].clone(),
        status => json!({ "status": status, "body": accepted.body }),
    };
    assert_eq!(answer["status"], 422, "{answer}");
    let finding = &answer["body"]["findings"][0];
    assert_eq!((&finding["code"], &finding["line"]), (&json!("ENTRY_OUTSIDE_AGREEMENT"), &json!(9)), "{finding}");
    assert_eq!(answer["body"]["code"], "FINDINGS_BLOCK");
}

#[test]
fn a_cancelled_job_stores_nothing() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let accepted = deferred(&partner, &project, &table(30_000));
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    let id = accepted.body["job"]["id"].as_str().unwrap();
    let begun = Instant::now();
    let cancelled = loop {
        let answered = partner.send(&format!("/v1/jobs/{id}/cancellation"), &[], b"");
        if answered.status != 503 || begun.elapsed() > Duration::from_secs(30) {
            break answered;
        }
    };
    let job = ended(&partner, id);
    let versions = world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions");
    match cancelled.status {
        202 if job["state"] == "CANCELLED" => assert_eq!(versions, ["0"], "{job}"),
        // The version was stored before anybody could stop it: then its answer says so.
        202 | 409 => assert_eq!((versions, &job["answer"]["status"]), (vec!["1".to_owned()], &json!(201)), "{job}"),
        _ => panic!("{}", cancelled.text),
    }
}

#[test]
fn a_body_that_breaks_off_stores_nothing_and_is_told() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let text = table(500);
    // Whole lines arrive; only the announced length tells that there was more.
    let sent: String = text.split_inclusive('\n').take(100).collect();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: {}\r\n\r\n",
        route(&project, "2023-Q1", "baseVersion=0"),
        partner.token(),
        text.len()
    );
    let mut stream = TcpStream::connect(world.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent.as_bytes())).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.contains("BODY_INCOMPLETE"), "{answer}");
    let versions = world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions");
    assert_eq!(versions, ["0"]);
}
