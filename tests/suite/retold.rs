//! The demo's history told once more from files: by partners that push them and officers that approve them, through a real
//! server; and as a past that a funder brings along. Both end in the figures of the story as it was played.
//!
//! The binary of this build retells what three projects reported; one that `FAISCEAU_TEST_BINARY` names (`./task check`
//! names the release build) retells everything.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use faisceau::access::role::Role;
use faisceau::cli::export;
use faisceau::cli::push::{Format, Interrupt, Mode, Order, Pushed, Reporter, push, read_justifications};
use faisceau::clock::Clock;
use faisceau::demo::{APPROVER, Export, REVIEWER, Story, partner_client};
use faisceau::refusal::Language;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::oracle::story::played;
use crate::support::console::{Console, Server, binary, is_another_binary};
use crate::support::dump::dump;
use crate::support::statement::action;
use crate::support::{Caller, Database};

const PROGRAMME: &str = "PIC-IPR";

/// Who report in a debug build: one that sends tables, one whose reports are sent back, and a small one.
const THREE: [&str; 3] = ["BOCAGE", "CHABLIS", "ALIZES"];

/// One push in so many goes through the real binary; the others through the same code in this process.
const BY_THE_BINARY: usize = 10;

/// The figures, groups and coverage that must be the same however the history came.
const ANSWERS: &str = "query Answers($code: String!) { programme(code: $code) { \
    total: consolidation(window: { from: \"2019-01-01\", to: \"2024-06-30\" }) { \
        persons: figures(unit: PERSON) { ...parts } stays: figures(unit: PARTICIPATION) { ...parts } \
        coverage { period expected inForce partial missing missingProjects { code } partialProjects { code } } } \
    regions: consolidation(groupBy: REGION, window: { from: \"2019-01-01\", to: \"2024-06-30\" }) { ...groups } \
    sexes: consolidation(groupBy: SEX, window: { from: \"2019-01-01\", to: \"2024-06-30\" }) { ...groups } \
    quarters: consolidation(groupBy: QUARTER, window: { from: \"2019-01-01\", to: \"2023-12-31\" }) { ...groups } } } \
    fragment parts on Figure { indicator { code } unit status numerator denominator display } \
    fragment groups on Consolidation { \
        groups { key persons: figures(unit: PERSON) { ...parts } stays: figures(unit: PARTICIPATION) { ...parts } } \
        overlaps { indicator { code } unit excess } }";

/// The story of the three, or nothing if another binary is to tell all of it.
fn story_of_three() -> Option<Story> {
    (!is_another_binary()).then(|| Story::tell().only(&THREE))
}

/// What the story as it was played answers, and how many reports were late.
fn as_played(story: Option<&Story>) -> (String, u64) {
    let told = |analyst: &Caller| (answers(analyst), late_count(analyst));
    if let Some(story) = story {
        let world = played(story);
        world.desk.clock.turn_to(Clock::System.now());
        return told(&world.register_client("analyst", Role::Analyst, None));
    }
    let database = Database::create();
    let console = Console(&database);
    let folder = database.folder().to_str().unwrap();
    console.run(&["demo", "--no-serve", "--data", folder, "--database-url", database.url()]);
    let server = console.serve();
    told(&server.caller("analyst", &console.client("analyst", "analyst", None)))
}

fn answers(caller: &Caller) -> String {
    caller.ask(ANSWERS, json!({ "code": PROGRAMME })).to_string()
}

/// How many reports in force were late: the same only where the days of then are stated.
fn late_count(caller: &Caller) -> u64 {
    let query = "query Late($code: String!) { programme(code: $code) { consolidation { coverage { late } } } }";
    let told = caller.ask(query, json!({ "code": PROGRAMME }));
    told["programme"]["consolidation"]["coverage"]["late"].as_u64().unwrap()
}

/// The story as files; gives a manifest.
fn exported(story: Option<&Story>, folder: &Path, manifest: &str) -> Value {
    match story {
        Some(story) => export::write(&Export::of(story), folder).unwrap(),
        None => {
            let written = Command::new(binary()).args(["demo", "--export"]).arg(folder).output().unwrap();
            assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        }
    }
    read(&folder.join(manifest))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// An empty deployment with a directory, served by the real binary.
struct Deployment<'a> {
    console: Console<'a>,
    server: Server,
    funder: String,
    leads: HashMap<String, String>,
}

impl<'a> Deployment<'a> {
    /// The directory comes over HTTP, entry by entry.
    fn of(database: &'a Database, directory: &Value) -> Self {
        Self::with(database, directory, |_, server, operator| register(&server.caller("operator", operator), directory))
    }

    /// The directory comes as the file that the export wrote, through `faisceau import`.
    fn imported(database: &'a Database, file: &Path) -> Self {
        Self::with(database, &read(file), |console, _, _| {
            let told = console.run(&["import", file.to_str().unwrap()]).out;
            let told: Value = serde_json::from_str(&told).expect("what was registered");
            assert_eq!(told["projects"].as_array().map(Vec::len), read(file)["projects"].as_array().map(Vec::len));
        })
    }

    fn with(database: &'a Database, directory: &Value, bring: impl FnOnce(&Console<'a>, &Server, &str)) -> Self {
        let console = Console(database);
        console.run(&["keys", "init", "--programme", PROGRAMME]);
        console.run(&["migrate"]);
        let operator = console.client("operator", "operator", None);
        let server = console.serve();
        bring(&console, &server, &operator);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let projects = directory["projects"].as_array().unwrap();
        let leads = projects.iter().map(|project| (text(&project["code"]), text(&project["lead"]))).collect();
        Self { console, server, funder: text(&directory["organisations"][0]["siret"]), leads }
    }

    fn officer(&self, name: &str) -> Caller {
        self.server.caller(name, &self.console.client(name, "officer", Some(&self.funder)))
    }

    fn analyst(&self) -> Caller {
        self.server.caller("analyst", &self.console.client("analyst", "analyst", None))
    }
}

/// Registers a whole directory over HTTP.
fn register(operator: &Caller, directory: &Value) {
    let mutate = |what: &str, of: &str, input: Value| {
        let document = format!(
            "mutation Register($input: {of}RegisterInput!) {{ {what}Register(input: $input) {{ \
             {what} {{ id }} userErrors {{ code path message }} }} }}"
        );
        let payload = operator.ask(&document, json!({ "input": input }))[format!("{what}Register")].clone();
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload[what]["id"].clone()
    };
    let programme = mutate("programme", "Programme", directory["programme"].clone());
    let organisations: HashMap<&str, Value> = directory["organisations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["siret"].as_str().unwrap(), mutate("organisation", "Organisation", one.clone())))
        .collect();
    for project in directory["projects"].as_array().unwrap() {
        let mut input = project.clone();
        input["programme"] = programme.clone();
        input["lead"] = organisations[project["lead"].as_str().unwrap()].clone();
        for member in input["members"].as_array_mut().unwrap() {
            member["organisation"] = organisations[member["organisation"].as_str().unwrap()].clone();
        }
        mutate("project", "Project", input);
    }
}

/// Everyone who pushes, each with its secret, and how far their reports are.
struct Retelling<'a> {
    deployment: &'a Deployment<'a>,
    folder: PathBuf,
    secrets: HashMap<String, String>,
    reports: HashMap<(String, String), String>,
    pushed_count: usize,
}

impl Retelling<'_> {
    /// The push of a moment, as the partner of its project.
    fn order(&mut self, moment: &Value) -> Order {
        let text = |name: &str| moment[name].as_str().unwrap().to_owned();
        let (project, file) = (text("project"), self.folder.join(text("file")));
        let client = partner_client(&project);
        let Deployment { console, server, leads, .. } = self.deployment;
        let secret = self
            .secrets
            .entry(project.clone())
            .or_insert_with(|| console.client(&client, "partner", Some(&leads[&project])));
        let justifications = moment["justifications"].as_str().map(|name| self.folder.join(name));
        Order {
            format: Format::of_file(&file).unwrap(),
            file,
            server: server.url.clone(),
            client,
            secret: SecretString::from(secret.clone()),
            programme: PROGRAMME.to_owned(),
            project,
            period: text("period"),
            mode: Mode::Replace,
            base_version: None,
            justifications: justifications.map_or_else(Vec::new, |path| read_justifications(&path).unwrap()),
            dry_run: false,
            language: Language::Fr,
        }
    }

    fn submit(&mut self, moment: &Value) {
        let order = self.order(moment);
        self.pushed_count += 1;
        let (report, version) = if self.pushed_count.is_multiple_of(BY_THE_BINARY) {
            by_the_binary(&order, moment["justifications"].as_str().map(|name| self.folder.join(name)))
        } else {
            match push(&order, &Interrupt::default(), &mut Reporter::silent()) {
                Ok(Pushed::Submitted(document)) => (document.report.unwrap().id, document.version.unwrap().number),
                other => panic!("{moment}: {other:?}"),
            }
        };
        assert_eq!(u64::from(version), moment["baseVersion"].as_u64().unwrap() + 1, "{moment}");
        self.reports.insert((order.project, order.period), report);
    }

    /// A step of the review, by an officer.
    fn review(&self, moment: &Value, officer: &Caller, name: &str, more: Value) {
        let text = |name: &str| moment[name].as_str().unwrap().to_owned();
        let report = &self.reports[&(text("project"), text("period"))];
        let mut input = json!({ "report": report, "version": moment["version"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let data = officer.ask(&action(name), json!({ "input": input }));
        assert_eq!(data[name]["userErrors"], json!([]), "{moment}: {data:#}");
    }
}

fn by_the_binary(order: &Order, justifications: Option<PathBuf>) -> (String, u32) {
    use secrecy::ExposeSecret;
    let mut command = Command::new(binary());
    command.arg("push").arg(&order.file).args(["--server", &order.server, "--client", &order.client]);
    command.args(["--programme", PROGRAMME, "--project", &order.project, "--period", &order.period, "--json"]);
    command.args(justifications.iter().flat_map(|path| [Path::new("--justifications"), path]));
    let output = command.env("FAISCEAU_CLIENT_SECRET", order.secret.expose_secret()).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!((output.status.code(), &told["outcome"]), (Some(0), &json!("SUBMITTED")), "{told:#}");
    let number = told["version"]["number"].as_u64().unwrap();
    (told["report"]["id"].as_str().unwrap().to_owned(), number.try_into().unwrap())
}

#[test]
fn the_history_pushed_from_files_gives_the_figures_of_the_story() {
    let story = story_of_three();
    let files = tempfile::tempdir().unwrap();
    let manifest = exported(story.as_ref(), files.path(), "manifest.json");
    let database = Database::create();
    let deployment = Deployment::of(&database, &read(&files.path().join("directory.json")));
    let (reviewer, approver) = (deployment.officer(REVIEWER), deployment.officer(APPROVER));
    let mut retelling = Retelling {
        deployment: &deployment,
        folder: files.path().to_owned(),
        secrets: HashMap::new(),
        reports: HashMap::new(),
        pushed_count: 0,
    };
    let moments = manifest["moments"].as_array().unwrap();
    for moment in moments {
        match moment["action"].as_str().unwrap() {
            "SUBMIT" => retelling.submit(moment),
            "RETURN" => {
                retelling.review(moment, &reviewer, "reportStartReview", json!({}));
                retelling.review(moment, &reviewer, "reportReturn", json!({ "reason": moment["reason"] }));
            }
            "APPROVE" => {
                retelling.review(moment, &reviewer, "reportStartReview", json!({}));
                retelling.review(moment, &approver, "reportApprove", json!({ "acknowledgeLate": true }));
            }
            other => panic!("{other}"),
        }
    }
    assert!(moments.iter().any(|moment| moment["action"] == "RETURN"), "some reports are sent back");
    assert!(moments.iter().any(|moment| moment["file"].as_str().is_some_and(|file| file.ends_with(".csv"))));
    let retold = answers(&deployment.analyst());
    assert!(retold == as_played(story.as_ref()).0, "pushed from files: {retold}");

    // Everything was sent already: the newest of each project is there, and nothing moves.
    let newest: HashMap<&str, &Value> = moments
        .iter()
        .filter(|moment| moment["action"] == "SUBMIT")
        .map(|moment| (moment["project"].as_str().unwrap(), moment))
        .collect();
    for (project, moment) in newest {
        let order = retelling.order(moment);
        let pushed = push(&order, &Interrupt::default(), &mut Reporter::silent());
        let number = moment["baseVersion"].as_u64().unwrap() + 1;
        let there = matches!(&pushed, Ok(Pushed::AlreadyThere { version, .. }) if u64::from(*version) == number);
        assert!(there, "{project}: {pushed:?}");
    }
}

#[test]
fn a_past_brought_along_gives_the_figures_of_the_story() {
    let story = story_of_three();
    let files = tempfile::tempdir().unwrap();
    let past = exported(story.as_ref(), files.path(), "history.json");
    let database = Database::create();
    let deployment = Deployment::imported(&database, &files.path().join("directory.json"));
    let (console, analyst) = (&deployment.console, deployment.analyst());
    let folder = files.path().to_str().unwrap();
    let before = dump(&database);

    // Rehearsed, and with a fault in the last file: nothing of it is stored.
    let said = console.run(&["import-history", folder, "--dry-run"]).out;
    assert!(said.contains("Nothing was stored"), "{said}");
    assert!(dump(&database) == before, "a dry run stores nothing");
    let versions = past["versions"].as_array().unwrap();
    let last = files.path().join(versions[versions.len() - 1]["file"].as_str().unwrap());
    let sound = std::fs::read_to_string(&last).unwrap();
    let (line, broken) = with_a_fault(&sound);
    std::fs::write(&last, broken).unwrap();
    let list = files.path().join("findings.csv");
    let said = console.refused(&["import-history", folder, "--findings", list.to_str().unwrap()]);
    assert!(said.contains("HISTORY_REFUSED"), "{said}");
    let listed = std::fs::read_to_string(&list).unwrap();
    assert!(listed.contains(&format!(",{line},ERROR,REFERENCE_TWICE,participations[reference=")), "{listed}");
    assert!(dump(&database) == before, "a fault in the last file stores nothing");
    std::fs::write(&last, sound).unwrap();

    let position = || {
        let query = "query At($code: String!) { programme(code: $code) { consolidation { position } } }";
        let told = analyst.ask(query, json!({ "code": PROGRAMME }));
        told["programme"]["consolidation"]["position"].as_str().unwrap().parse::<usize>().unwrap()
    };
    let empty_at = position();
    let said = console.run(&["import-history", folder]).out;
    assert!(said.contains(&format!("Took in {} approved versions", versions.len())), "{said}");
    let told = (answers(&analyst), late_count(&analyst));
    assert!(told == as_played(story.as_ref()), "brought along: {told:?}");
    assert_eq!(position(), empty_at + versions.len(), "each approval takes a position of today");
    let then = format!(
        "{{ programme(code: \"{PROGRAMME}\") {{ consolidation(asOf: {{ position: \"{empty_at}\" }}) {{ \
         figures(indicators: [\"SUPPORTED\", \"EXITS\"]) {{ numerator }} }} }} }}"
    );
    let figures = &analyst.ask(&then, json!({}))["programme"]["consolidation"]["figures"];
    assert_eq!(*figures, json!([{ "numerator": "0" }, { "numerator": "0" }]), "nothing was in force before");
    says_where_it_comes_from(&deployment, &versions[0]);

    // The same past does not come twice.
    let after = dump(&database);
    let said = console.refused(&["import-history", folder]);
    assert!(said.contains("HISTORY_REFUSED"), "{said}");
    assert!(dump(&database) == after, "what was refused stores nothing");
}

/// A file whose second line, a record in every format, stands once more at its end; and the line on which it stands.
fn with_a_fault(sound: &str) -> (usize, String) {
    let again = sound.lines().nth(1).expect("a file of records");
    (sound.lines().count() + 1, format!("{sound}{again}\n"))
}

/// A report that was brought along names its source, its approver and the days of then.
fn says_where_it_comes_from(deployment: &Deployment<'_>, version: &Value) {
    let auditor = deployment.server.caller("auditor", &deployment.console.client("auditor", "auditor", None));
    let query = "query Life($programme: String!, $project: String!) { projectByCode(programme: $programme, code: $project) { \
        reports(first: 1) { nodes { state newestVersion { channel late submittedBy } transitions { action actor reason } } } } }";
    let told = auditor.ask(query, json!({ "programme": PROGRAMME, "project": version["project"] }));
    let report = &told["projectByCode"]["reports"]["nodes"][0];
    assert_eq!((&report["state"], &report["newestVersion"]["channel"]), (&json!("APPROVED"), &json!("IMPORT")));
    let text = |name: &str| version[name].as_str().unwrap();
    let reason = format!(
        "Imported from Demonstration of Faisceau: submitted on {}, approved on {} by {APPROVER}.",
        text("submittedOn"),
        text("approvedOn")
    );
    let last = report["transitions"].as_array().unwrap().last().unwrap();
    assert_eq!(*last, json!({ "action": "APPROVE", "actor": "console", "reason": reason }));
}
