//! `faisceau push` as a partner runs it: against a real server, also through a network that loses things.

mod network;
mod tls;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use faisceau::cli::push::{Format, Interrupt, Mode, Order, Pushed, Reporter, Stop, push};
use faisceau::refusal::Language;
use serde_json::{Value, json};

use crate::first_steps::approve;
use crate::jobs::table;
use crate::support::World;
use crate::support::statement::{action, left, other, permanent, present};
use network::Network;

/// The warnings that plain files meet.
const ANSWERED: [&str; 4] = ["TARGET_EXCEEDED", "FIELD_NEVER_COLLECTED", "IDENTITY_MISSING_MANY", "BIRTH_YEARS_HEAPED"];

/// What a partner has: a folder with a file, and its credentials.
struct Desk<'a> {
    world: &'a World,
    server: String,
}

fn desk(world: &World) -> Desk<'_> {
    Desk { world, server: world.url.clone() }
}

impl Desk<'_> {
    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.world.database.folder().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs the real binary; gives exit code, output and what went to standard error.
    fn run(&self, file: &Path, more: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
        command.arg("push").arg(file).args(["--server", &self.server, "--programme", "TEST", "--project", "ALPHA"]);
        command.args(["--period", "2023-Q1", "--client", "partner-alpha"]).args(more);
        command.env("FAISCEAU_CLIENT_SECRET", &self.world.caller("partner-alpha").secret);
        let Output { status, stdout, stderr } = command.output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    fn order(&self, file: &Path) -> Order {
        Order {
            file: file.to_owned(),
            format: Format::of_file(file).unwrap(),
            server: self.server.clone(),
            client: "partner-alpha".to_owned(),
            secret: self.world.caller("partner-alpha").secret.into(),
            programme: "TEST".to_owned(),
            project: "ALPHA".to_owned(),
            period: "2023-Q1".to_owned(),
            mode: Mode::Replace,
            base_version: None,
            justifications: ANSWERED.map(|code| (code.to_owned(), "Checked.".to_owned())).to_vec(),
            dry_run: false,
            language: Language::En,
        }
    }

    fn push(&self, file: &Path) -> Result<Pushed, Stop> {
        push(&self.order(file), &Interrupt::default(), &mut Reporter::silent())
    }

    fn version_count(&self) -> i64 {
        let count = self.world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions");
        count[0].parse().unwrap()
    }
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// Two participations, and a section.
fn good() -> String {
    lines(&[
        present("A-1", "9903017422", "2023-01-10"),
        left(present("A-2", "9903017423", "2023-01-12"), permanent("2023-03-10")),
        json!({ "finance": { "spending": "12000.00" } }),
    ])
}

/// What the newest version of ALPHA's report is: its identifier and number.
fn report(world: &World) -> (String, u64) {
    let query = "{ projectByCode(programme: \"TEST\", code: \"ALPHA\") { reports { nodes { id currentVersion } } } }";
    let found = world.caller("auditor").ask(query, json!({}));
    let report = &found["projectByCode"]["reports"]["nodes"][0];
    (report["id"].as_str().unwrap().to_owned(), report["currentVersion"].as_u64().unwrap())
}

#[test]
fn a_file_is_checked_submitted_and_never_twice() {
    let world = World::with_projects();
    let desk = desk(&world);
    let file = desk.file("statement.ndjson", &good());
    let (code, out, err) = desk.run(&file, &["--dry-run"]);
    assert_eq!((code, desk.version_count()), (0, 0), "{out}{err}");
    assert!(out.contains("It would be accepted") && out.contains("Nothing was stored"), "{out}");
    let (code, out, err) = desk.run(&file, &[]);
    assert_eq!((code, desk.version_count()), (0, 1), "{out}{err}");
    assert!(out.contains("Submitted: version 1, 2 participations") && err.is_empty(), "{out}{err}");

    // Again, also once it was approved, and also by the version that it was built on.
    let there = |state: &str, more: &[&str]| {
        let (code, out, err) = desk.run(&file, more);
        assert_eq!((code, desk.version_count()), (0, 1), "{out}{err}");
        assert!(out.contains(&format!("Already there, version 1; its report is {state}")), "{out}");
    };
    there("SUBMITTED", &["--yes"]);
    let (id, version) = report(&world);
    approve(&world, &id, version);
    there("APPROVED", &[]);
    there("APPROVED", &["--base-version", "0", "--justify", "TARGET_EXCEEDED=Said once more."]);

    // Something else is refused as it stands, with the exit code of a conflict.
    let other_file = desk.file("other.ndjson", &lines(&[present("A-1", "9903017422", "2023-01-11")]));
    let (code, out, err) = desk.run(&other_file, &[]);
    assert_eq!((code, desk.version_count()), (3, 1), "{out}{err}");
    assert!(err.contains("TRANSITION_REFUSED"), "{err}");
}

#[test]
fn what_was_recalled_may_be_pushed_again() {
    let world = World::with_projects();
    let desk = desk(&world);
    let file = desk.file("statement.ndjson", &good());
    assert!(matches!(desk.push(&file), Ok(Pushed::Submitted(_))));
    let (report, version) = report(&world);
    let input = json!({ "input": { "report": report, "version": version } });
    world.caller("partner-alpha").ask(&action("reportRecall"), input);
    let Ok(Pushed::Submitted(document)) = desk.push(&file) else { panic!("it was taken back") };
    assert_eq!(document.version.unwrap().number, 2);
}

#[test]
fn findings_are_told_with_their_lines_and_block() {
    let world = World::with_projects();
    let desk = desk(&world);
    let mut doubtful = present("A-3", "0000000000", "2023-01-10");
    doubtful["birthYear"] = "1950".into();
    let file = desk.file(
        "statement.jsonl",
        &lines(&[
            left(present("A-1", "9903017422", "2023-01-10"), other("2023-01-09", "SEEKING")),
            left(present("A-2", "9903017423", "2023-01-12"), other("2023-01-11", "SEEKING")),
            doubtful,
        ]),
    );
    let list = desk.world.database.folder().join("findings.csv");
    let (code, out, err) = desk.run(&file, &["--findings", list.to_str().unwrap()]);
    assert_eq!((code, desk.version_count()), (1, 0), "{out}{err}");
    assert!(out.contains("EXIT_BEFORE_ENTRY") && out.contains("1, 2"), "lines are named: {out}");
    assert!(out.find("EXIT_BEFORE_ENTRY") < out.find("AGE_UNUSUAL"), "the gravest first: {out}");
    assert!(out.contains("--justify ") && out.contains("Correct the errors in the file"), "{out}");
    let kept = std::fs::read_to_string(list).unwrap();
    assert!(kept.contains("ERROR,EXIT_BEFORE_ENTRY,2,participations[reference=A-2].exit.on,"), "{kept}");
    assert!(!format!("{out}{err}{kept}").contains("990301742"), "nobody's number is told");

    let (code, out, _) = desk.run(&file, &["--json", "--french"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &told["outcome"], &told["exitCode"]), (1, &json!("BLOCKED"), &json!(1)), "{out}");
    assert_eq!(told["findings"][0]["line"], 1);
    assert!(told["findings"][0]["message"].as_str().unwrap().contains("sortie"), "in French: {out}");
}

#[test]
fn warnings_are_answered_from_the_command_line_or_from_a_file() {
    let world = World::with_projects();
    let desk = desk(&world);
    let mut doubtful = present("A-1", "0000000000", "2023-01-10");
    doubtful["birthYear"] = "1950".into();
    let file = desk.file("statement.ndjson", &lines(&[doubtful]));
    let age = "AGE_UNUSUAL=Née en 1950 : vérifié « sur pièce » & relu.";
    let (code, out, _) = desk.run(&file, &["--justify", age]);
    assert_eq!(code, 1, "{out}");
    let answers = desk.file("answers.json", "{\"IDENTITY_PLACEHOLDER\": \"No number yet.\"}");
    let (code, out, err) = desk.run(&file, &["--justify", age, "--justifications", answers.to_str().unwrap()]);
    assert_eq!((code, desk.version_count()), (0, 1), "{out}{err}");
    let kept = world.database.sql("SELECT justification AS value FROM findings ORDER BY code");
    assert_eq!(kept, ["Née en 1950 : vérifié « sur pièce » & relu.", "No number yet."]);
}

#[test]
fn errors_in_a_file_are_told_line_by_line() {
    let world = World::with_projects();
    let desk = desk(&world);
    let table = table(3).replace("P-000001,2023-01-02", "P-000001,02/13/2023");
    let (code, out, err) = desk.run(&desk.file("statement.csv", &table), &[]);
    assert_eq!((code, desk.version_count()), (1, 0), "{out}{err}");
    assert!(out.contains("DATE_INVALID") && out.contains("┆ 3 "), "{out}");
    let (code, out, err) = desk.run(&desk.file("empty.csv", ""), &[]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("FILE_EMPTY"), "{out}");
}

#[test]
fn changes_by_reference_build_on_what_is_there() {
    let world = World::with_projects();
    let desk = desk(&world);
    assert!(matches!(desk.push(&desk.file("statement.ndjson", &good())), Ok(Pushed::Submitted(_))));
    let (id, version) = report(&world);
    approve(&world, &id, version);
    let changes = [present("A-3", "9903017424", "2023-04-10"), json!({ "finance": { "spending": "21000.00" } })];
    let mut order = desk.order(&desk.file("changes.ndjson", &lines(&changes)));
    order.mode = Mode::Upsert;
    order.period = "2023-Q2".to_owned();
    let push = || push(&order, &Interrupt::default(), &mut Reporter::silent()).unwrap();
    let pushed = push();
    let Pushed::Submitted(document) = pushed else { panic!("{pushed:?}") };
    assert_eq!(document.participation_count, Some(3));
    assert!(matches!(push(), Pushed::AlreadyThere { version: 2, .. }));
    assert_eq!(desk.version_count(), 2);
    // The first file is there too, although a later period was reported since.
    assert!(matches!(desk.push(&desk.file("statement.ndjson", &good())), Ok(Pushed::AlreadyThere { version: 1, .. })));
}

#[test]
fn every_way_to_fail_has_its_exit_code() {
    let world = World::with_projects();
    let mut desk = desk(&world);
    let file = desk.file("statement.ndjson", &good());
    let code = |desk: &Desk<'_>, file: &Path, more: &[&str]| desk.run(file, more).0;
    assert_eq!(code(&desk, &desk.world.database.folder().join("missing.csv"), &[]), 2, "no such file");
    assert_eq!(code(&desk, &file, &["--period", "2023-13"]), 2, "given twice");
    assert_eq!(code(&desk, &file, &["--justify", "NOTHING"]), 2);
    let mut order = desk.order(&file);
    let ended = |order: &Order| push(order, &Interrupt::default(), &mut Reporter::silent()).unwrap_err().exit_code();
    order.period = "2023-13".to_owned();
    assert_eq!(ended(&order), 2, "not a period");
    let mut order = desk.order(&file);
    order.project = "BETA".to_owned();
    assert_eq!(ended(&order), 3, "somebody else's project");
    let mut order = desk.order(&file);
    order.secret = "wrong".to_owned().into();
    assert_eq!(ended(&order), 3, "a wrong secret");
    let mut order = desk.order(&file);
    order.base_version = Some(7);
    assert_eq!(ended(&order), 3, "not the newest version");
    let mut order = desk.order(&file);
    order.period = "2024-Q4".to_owned();
    assert_eq!(ended(&order), 3, "a period that has not ended");
    desk.server = "http://faisceau.example.org".to_owned();
    assert_eq!(code(&desk, &file, &[]), 2, "the secret would be seen on the way");
    desk.server = "http://127.0.0.1:9".to_owned();
    assert_eq!(code(&desk, &file, &[]), 4, "nobody listens");
    assert_eq!(world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions"), ["0"]);
}

#[test]
fn a_network_that_loses_the_answer_does_not_submit_twice() {
    let world = World::with_projects();
    let mut desk = desk(&world);
    let network = Network::before(&world.url);
    desk.server = network.url.clone();
    let file = desk.file("statement.ndjson", &good());
    network.lose_the_next_answer_to_a_commit();
    let Ok(Pushed::Submitted(document)) = desk.push(&file) else { panic!("it is sent again under the same key") };
    assert_eq!((document.version.unwrap().number, desk.version_count()), (1, 1));
    assert_eq!(network.lost_count(), 1, "the first answer was lost");

    network.be_busy(3);
    assert!(matches!(desk.push(&file), Ok(Pushed::AlreadyThere { version: 1, .. })));
    assert_eq!(network.busy_count(), 3, "it came back as often as it was told to");
}

#[test]
fn a_large_file_becomes_a_job_that_is_followed_or_cancelled() {
    let world = World::with_projects();
    let desk = desk(&world);
    let large = desk.file("large.csv", &table(20_000));
    assert!(large.metadata().unwrap().len() > 1024 * 1024);
    let interrupt = Interrupt::default();
    let wished = interrupt.clone();
    let order = desk.order(&large);
    std::thread::scope(|scope| {
        let pushing = scope.spawn(|| push(&order, &interrupt, &mut Reporter::silent()));
        // Once the dry run is a job, its sender has had enough.
        while world.database.sql("SELECT id AS value FROM jobs").is_empty() && !pushing.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        wished.wish();
        let stopped = pushing.join().unwrap().unwrap_err();
        assert_eq!(stopped.exit_code(), 130, "{stopped:?}");
    });
    assert_eq!(desk.version_count(), 0);
    let Ok(Pushed::Submitted(document)) = desk.push(&large) else { panic!("a job is followed to its end") };
    assert_eq!((document.participation_count, desk.version_count()), (Some(20_000), 1));
}
