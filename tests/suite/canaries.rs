//! Five thousand identities pushed into every place, right and wrong, of a service that logs all it can: afterwards
//! they are in no file of its data or of its database server, in no log, in no answer, in no export, in no encoding.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use faisceau::access::operations::{at_the_console, issue_token_at_the_console};
use faisceau::access::role::Role;
use faisceau::clock::Clock;
use serde_json::json;

use crate::support::World;
use crate::support::console::Console;
use crate::support::database::on_postgresql;
use crate::support::dump::dump;
use crate::support::places::{Pen, WRONG_HEADS, WRONG_PLACES};
use crate::support::raw::{Raw, bearer};
use crate::support::seek::{Canary, Seeker, files_of};
use crate::support::statement::{SUBMIT, action, justified, present, submission};

/// Numbers without order, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// How many canaries there are.
const MANY: usize = 5000;

/// AGDREF numbers, as many NIRs with their keys (Corsicans among them), and half as many numbers of the programme.
pub fn canaries() -> Vec<Canary> {
    let mut dice = Dice(7);
    let mut canaries = Vec::new();
    for at in 0..MANY {
        let (scheme, value) = match at % 12 {
            0..=4 => ("AGDREF", format!("75{at:04}{:04}", dice.roll(10_000))),
            5..=9 => ("NIR", nir(&mut dice, at)),
            _ => ("PROGRAMME", format!("QX{at:05}-KZ{:05}", dice.roll(100_000))),
        };
        canaries.push(Canary { scheme, value });
    }
    canaries
}

fn nir(dice: &mut Dice, at: usize) -> String {
    let department = match at % 12 {
        5 => "2A".to_owned(),
        6 => "2B".to_owned(),
        _ => format!("{:02}", 21 + dice.roll(70)),
    };
    let (sex, year, month) = (1 + dice.roll(2), 50 + dice.roll(50), 1 + dice.roll(12));
    let start = format!("{sex}{year:02}{month:02}{department}{:03}{:03}", dice.roll(1000), dice.roll(1000));
    let number: u64 = start.replace("2A", "19").replace("2B", "18").parse().unwrap();
    format!("{start}{:02}", 97 - number % 97)
}

/// The service as a process of its own, its log in a file.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn serve(world: &World, log: &Path, temporary: &Path) -> Self {
        let output = File::create(log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_faisceau"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", world.database.url(), "--keys"])
            .arg(world.database.keys())
            .args(["--public-url", &world.url])
            .env("RUST_LOG", "trace")
            // What it might put aside is looked through with the rest.
            .env("TMPDIR", temporary)
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let (mut process, started) = (Self { child, url: String::new() }, Instant::now());
        loop {
            let text = std::fs::read_to_string(log).unwrap_or_default();
            if let Some((_, rest)) = text.split_once("address=") {
                let address = rest.split(char::is_whitespace).next().unwrap().to_owned();
                process.url = format!("http://{address}");
                return process;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "the service does not serve: {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A statement with an identity in its right place for every canary, so that each becomes a person.
fn right_places(pen: &Pen<'_>, canaries: &[Canary]) -> Raw {
    let participations = canaries.iter().enumerate().map(|(at, canary)| {
        let mut participation = present(&format!("C-{at}"), "9903017421", "2023-02-01");
        participation["identity"] = json!({ "number": { "scheme": canary.scheme, "value": canary.value } });
        participation
    });
    let input = justified(submission(&pen.project, "2024-Q1", 0, participations.collect()));
    pen.ask(&pen.partner, SUBMIT, &json!({ "input": input }))
}

fn folder_of_results() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The files of the PostgreSQL server that are about this database: its tables, the write-ahead log, the server's log. What
/// may not be read here is left out; on SQLite there is none.
fn files_of_the_server(world: &World) -> Vec<PathBuf> {
    if !on_postgresql() {
        return Vec::new();
    }
    let one = |sql: &str| world.database.sql(sql).remove(0);
    let data = PathBuf::from(one("SELECT setting AS value FROM pg_settings WHERE name = 'data_directory'"));
    let own = one("SELECT CAST(oid AS TEXT) AS value FROM pg_database WHERE datname = current_database()");
    world.database.execute("CHECKPOINT");
    let log = data.parent().map(|home| home.join("log"));
    let folders = [data.join("base").join(own), data.join("pg_wal")];
    let files = folders.iter().filter(|folder| folder.read_dir().is_ok()).flat_map(|folder| files_of(folder));
    let mut files: Vec<PathBuf> = files.chain(log).collect();
    // The newest part of the write-ahead log is this test's; all of it may be gigabytes.
    files.retain(|file| file.metadata().is_ok());
    let written = |file: &PathBuf| file.metadata().and_then(|of| of.modified()).ok();
    let recent = files.iter().filter_map(written).max();
    files.retain(|file| written(file).zip(recent).is_some_and(|(at, newest)| at + Duration::from_secs(600) > newest));
    files
}

#[test]
fn identities_pushed_anywhere_are_nowhere_afterwards() {
    let world = World::with_projects();
    let results = folder_of_results();
    let log: PathBuf = results.path().join("log");
    let temporary = world.database.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let process = Process::serve(&world, &log, &temporary);
    let now = world.desk.with_clock(Clock::System);
    let token = |client: &str| {
        bearer(Some(&issue_token_at_the_console(&now, &at_the_console(Role::Operator), client, 3600).unwrap()))
    };
    let alpha = world.project("ALPHA");
    let mut pen = Pen {
        url: &process.url,
        partner: token("partner-alpha"),
        officer: token("officer-one"),
        project: alpha.id.to_string(),
        report: String::new(),
        programme: alpha.programme.to_string(),
        organisation: alpha.details.lead.to_string(),
    };
    let canaries = canaries();
    let seeker = Seeker::of(&canaries);
    let (mut told, mut answers) = (Vec::new(), 0);
    let mut hear = |place: &str, answered: &Raw| {
        answers += 1;
        let heard = [answered.head.as_bytes(), b"\n", &answered.body].concat();
        told.extend(seeker.seek(&heard).into_iter().map(|what| format!("the answer about {place}: {what}")));
    };

    let submitted = right_places(&pen, &canaries);
    let report = submitted.json()["data"]["reportSubmit"]["report"]["id"].clone();
    pen.report = report.as_str().unwrap_or_else(|| panic!("{}", submitted.text())).to_owned();
    hear("a statement", &submitted);
    let review = json!({ "input": { "report": pen.report, "version": 1 } });
    hear("a review", &pen.ask(&pen.officer, &action("reportStartReview"), &review));
    for (at, canary) in canaries.iter().filter(|canary| canary.scheme != "PROGRAMME").enumerate() {
        // Each once: in the body of a request, or outside of it.
        let (places, step) = if at % 2 == 0 { (WRONG_PLACES, 1) } else { (WRONG_HEADS, 2) };
        let at = at / 2;
        let (place, write) = places[at % places.len()];
        // Every other time as people write it.
        let spaced = canary.scheme == "NIR" && (at / places.len() + step) % 2 == 0 && place != "length";
        let text =
            if spaced { format!("{} {}", &canary.value[..13], &canary.value[13..]) } else { canary.value.clone() };
        hear(place, &write(&pen, &text));
    }
    // Numbers of the programme have no form of their own: they are tried where nothing is ever repeated.
    for (at, canary) in canaries.iter().filter(|canary| canary.scheme == "PROGRAMME").enumerate() {
        let (place, write) = WRONG_HEADS[at % WRONG_HEADS.len()];
        hear(place, &write(&pen, &canary.value));
    }
    hear("a version", &pen.ask(&pen.partner, "{ projects { nodes { id versions { nodes { participations(first: 200) { nodes { reference } } findings { nodes { path message } } } } } } }", &json!({})));

    let log_text = std::fs::read(&log).unwrap();
    let answered = log_text.windows(8).filter(|bytes| bytes == b"answered").count();
    assert!(answered > 3500 && answers > 4900, "{answered} answers logged of {answers}: the log was not heard");
    for line in log_text.split(|byte| *byte == b'\n') {
        let found = seeker.seek(line).into_iter();
        told.extend(found.map(|what| format!("the log: {what} in {}", String::from_utf8_lossy(line))));
    }
    let (in_files, files, size) = seeker.seek_in_files(world.database.folder());
    told.extend(in_files);
    assert!(on_postgresql() || (files >= 3 && size > 200_000), "{files} files of {size} bytes: too little was read");
    let rows = dump(&world.database).join("\n");
    assert!(rows.len() > 100_000, "{} bytes of rows", rows.len());
    told.extend(seeker.seek(rows.as_bytes()).into_iter().map(|what| format!("the tables: {what}")));
    // An export of somebody by number, and what the console prints; then the process ends, and its last words are heard.
    let console = Console(&world.database);
    let export = ["person", "export", "--programme", "TEST", "--reason", "Request 1.", "--scheme", "AGDREF"];
    for canary in canaries.iter().filter(|canary| canary.scheme == "AGDREF").take(3) {
        let printed = console.run_with(&export, &canary.value);
        let said = [printed.out, printed.err].concat();
        assert!(said.contains("birthYear"), "{said}");
        told.extend(seeker.seek(said.as_bytes()).into_iter().map(|what| format!("an export: {what}")));
    }
    drop(process);
    for file in files_of_the_server(&world) {
        told.extend(seeker.seek_in_file(&file).0);
    }
    assert!(told.is_empty(), "{} leaks:\n{}", told.len(), told.join("\n"));
    let persons = world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM person_links");
    assert_eq!(persons, [canaries.len().to_string()], "every canary was linked to a person, once");
}

#[test]
fn the_search_finds_a_canary_in_every_encoding() {
    let canaries = canaries();
    let seeker = Seeker::of(&canaries);
    let folder = folder_of_results();
    for canary in [&canaries[0], &canaries[5], &canaries[6], &canaries[10]] {
        for (encoding, pattern) in canary.encodings() {
            let file = folder.path().join("leak");
            std::fs::write(&file, [&b"\x00prefix "[..], &pattern, b" suffix"].concat()).unwrap();
            let (found, ..) = seeker.seek_in_files(folder.path());
            let expected = format!("leak: {} {} as {encoding}", canary.scheme, canary.value);
            assert!(found.contains(&expected), "{expected}: {found:?}");
        }
        for before in ["", "a", "ab", "abc"] {
            let text = data_encoding::BASE64.encode(format!("{before}{}, and more", canary.value).as_bytes());
            assert!(!seeker.seek(text.as_bytes()).is_empty(), "{} behind {before}", canary.value);
        }
    }
    assert!(seeker.seek(&vec![b'7'; 100_000]).is_empty());
}
