//! Pseudonyms computed at the partner: the published vectors, and the command on files, through the built binary.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use faisceau::access::keys::parse_programme_key;
use faisceau::reporting::identity::{Identity, Scheme, pseudonymise};
use serde_json::Value;
use tempfile::TempDir;

use crate::canaries::canaries;
use crate::formats::route;
use crate::support::World;
use crate::support::seek::{Canary, Seeker};
use crate::support::statement::present;

const VECTORS: &str = include_str!("../../docs/pseudonymisation-vectors.json");

fn vectors() -> (String, Vec<Value>) {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    (file["key"].as_str().unwrap().to_owned(), file["vectors"].as_array().unwrap().clone())
}

/// Stage one of a number under the published key.
fn stage_one(scheme: &str, value: &str) -> String {
    let key = parse_programme_key(&vectors().0).unwrap();
    match pseudonymise(Scheme::of_code(scheme).unwrap(), value, &key) {
        Identity::Known(stage_one) => stage_one.hexadecimal(),
        other => panic!("{other:?}"),
    }
}

/// A folder with the published key in it, and what the command makes there.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), format!("{}\n", vectors().0)).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, content: &[u8], arguments: &[&str]) -> Output {
        std::fs::write(self.path("in"), content).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
        command.current_dir(self.0.path()).args(["pseudonymise", "in"]).args(arguments);
        command.output().unwrap()
    }

    /// What is printed for a file, and the exit code.
    fn printed(&self, content: &str) -> (String, i32) {
        let output = self.run(content.as_bytes(), &["--key", "key"]);
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_published_vectors_are_what_the_code_does() {
    let (key, vectors) = vectors();
    let key = parse_programme_key(&key).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for vector in &vectors {
        let text = |member: &str| vector[member].as_str();
        let scheme = Scheme::of_code(text("scheme").unwrap()).unwrap();
        let outcome = match pseudonymise(scheme, text("value").unwrap(), &key) {
            Identity::Known(stage_one) => {
                assert_eq!(text("stageOne"), Some(stage_one.hexadecimal().as_str()), "{vector}");
                let again = pseudonymise(scheme, text("number").unwrap(), &key);
                assert_eq!(again, Identity::Known(stage_one), "what is keyed is normalised: {vector}");
                "STAGE_ONE"
            }
            Identity::Placeholder => "PLACEHOLDER",
            Identity::Malformed => "MALFORMED",
            other => panic!("{other:?}"),
        };
        assert_eq!(text("outcome"), Some(outcome), "{vector}");
        seen.insert((scheme.code(), outcome));
    }
    assert_eq!(seen.len(), 9, "every scheme with every outcome: {seen:?}");
}

#[test]
fn identity_columns_become_stage_one_and_every_other_byte_stays() {
    let desk = Desk::new();
    let known = stage_one("AGDREF", "9903017422");
    let (printed, code) = desk.printed(
        "\u{feff}reference;\"identity_scheme\";identity_value;note;city\r\n\
         \"A-1\";AGDREF;99 0301 7422;\"says \"\"hello\"\";\nand leaves\"; Lyon \r\n\
         A-2;;;;\r\n\
         \r\n\
         ;;;;\r\n\
         A-3;agdref;\"9903017422\";3,5;L'Isle-d'Abeau",
    );
    let expected = format!(
        "\u{feff}reference;stage_one;note;city\r\n\
         \"A-1\";{known};\"says \"\"hello\"\";\nand leaves\"; Lyon \r\n\
         A-2;;;\r\n\
         \r\n\
         ;;;;\r\n\
         A-3;{known};3,5;L'Isle-d'Abeau"
    );
    assert_eq!((printed, code), (expected, 0));
}

#[test]
fn each_kind_of_heading_is_understood() {
    let desk = Desk::new();
    for (heading, row, scheme, value) in [
        ("identite_schema,identite_valeur,x", "NIR,184127645108946,1", "NIR", "1841276451089"),
        ("Identité valeur,Identité schéma,x", "9903017422,AGDREF,1", "AGDREF", "9903017422"),
        ("agdref,x", "912345670,1", "AGDREF", "0912345670"),
        ("NIR,x", "182022A12345635,1", "NIR", "182022A123456"),
        ("numero_programme,x", "PIC-2021-00417,1", "PROGRAMME", "PIC202100417"),
        ("agdref,nir,x", ",1841276451089,1", "NIR", "1841276451089"),
    ] {
        let (printed, code) = desk.printed(&format!("{heading}\n{row}\n"));
        assert_eq!((printed, code), (format!("stage_one,x\n{},1\n", stage_one(scheme, value)), 0), "{heading}");
    }
    let (printed, _) = desk.printed("x\tagdref\ry\t9903017422\r");
    assert_eq!(printed, format!("x\tstage_one\ry\t{}\r", stage_one("AGDREF", "9903017422")));
}

#[test]
fn identities_of_json_lines_become_stage_one_and_every_other_byte_stays() {
    let desk = Desk::new();
    let (known, own) = (stage_one("NIR", "1841276451089"), stage_one("AGDREF", "9903017422"));
    let (printed, code) = desk.printed(&format!(
        "{{ \"reference\":\"A-1\",  \"identity\" : {{\"number\": {{\"scheme\":\"NIR\",\"value\":\"1 84 12 76 451 089 46\"}}}} , \"x\":1.50 }}\r\n\
         \n\
         {{\"reference\":\"A-2\"}}\n\
         {{\"identity\":null,\"reference\":\"\\u0041-3\"}}\n\
         {{\"\\u0069dentity\":{{\"number\":{{\"value\":\"9903017422\",\"scheme\":\"AGDREF\"}}}}}}\n\
         {{\"finance\":{{\"spending\":\"1.00\"}}}}\n\
         {{\"identity\":{{\"stageOne\":\"{own}\"}}}}"
    ));
    let expected = format!(
        "{{ \"reference\":\"A-1\",  \"identity\" : {{\"stageOne\":\"{known}\"}} , \"x\":1.50 }}\r\n\
         \n\
         {{\"reference\":\"A-2\"}}\n\
         {{\"identity\":null,\"reference\":\"\\u0041-3\"}}\n\
         {{\"\\u0069dentity\":{{\"stageOne\":\"{own}\"}}}}\n\
         {{\"finance\":{{\"spending\":\"1.00\"}}}}\n\
         {{\"identity\":{{\"stageOne\":\"{own}\"}}}}"
    );
    assert_eq!((printed, code), (expected, 0));
}

#[test]
fn what_cannot_be_used_is_told_by_its_line_and_gets_no_identity() {
    let desk = Desk::new();
    let output = desk.run(
        b"reference;agdref\nA-1;0000000000\nA-2;\"99\n03\"\nA-3;12\nA-4;9903017422\nA-5;=\"0903017422\"\n",
        &["--key", "key"],
    );
    let known = stage_one("AGDREF", "9903017422");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("reference;stage_one\nA-1;\nA-2;\nA-3;\nA-4;{known}\nA-5;\n")
    );
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(told(&output), @r"
    line 2: the number is a placeholder, or its key is wrong; the row gets no identity
    line 3: the identity is not of the form of its scheme; the row gets none
    line 5: the identity is not of the form of its scheme; the row gets none
    line 7: the identity is not of the form of its scheme; the row gets none
    turned into stage one: 1; stage one already: 0; without identity: 0; placeholders: 1; malformed: 3
    ");

    let lines = "{\"identity\":{\"number\":{\"scheme\":\"AGDREF\",\"value\":\"1111111111\"}}}\n\
        {\"identity\":{\"number\":{\"scheme\":\"PASSPORT\",\"value\":\"9903017422\"}}}\n\
        {\"identity\":{\"number\":{\"scheme\":\"AGDREF\",\"value\":9903017422}}}\n\
        {\"identity\":{\"stageOne\":\"9903017422\"}}\n\
        {\"identity\":\"9903017422\"}\n";
    let output = desk.run(lines.as_bytes(), &["--key", "key"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"identity\":null}\n".repeat(5));
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(told(&output), @r"
    line 1: the number is a placeholder, or its key is wrong; the row gets no identity
    line 2: the identity is not of the form of its scheme; the row gets none
    line 3: the identity is not of the form of its scheme; the row gets none
    line 4: the identity is not of the form of its scheme; the row gets none
    line 5: the identity is not of the form of its scheme; the row gets none
    turned into stage one: 0; stage one already: 0; without identity: 0; placeholders: 1; malformed: 4
    ");
}

#[test]
fn the_output_is_its_owners_and_never_written_over() {
    let desk = Desk::new();
    let content = b"reference,agdref\nA-1,9903017422\n";
    let done = desk.run(content, &["--key", "key", "-o", "out"]);
    assert_eq!((done.status.code(), done.stdout.len()), (Some(0), 0), "{}", told(&done));
    let written = std::fs::read_to_string(desk.path("out")).unwrap();
    assert_eq!(written, format!("reference,stage_one\nA-1,{}\n", stage_one("AGDREF", "9903017422")));
    let mode = std::fs::metadata(desk.path("out")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for taken in ["out", "in"] {
        let refused = desk.run(content, &["--key", "key", "-o", taken]);
        assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
    }
    assert_eq!(std::fs::read_to_string(desk.path("out")).unwrap(), written);
    assert_eq!(std::fs::read(desk.path("in")).unwrap(), content);
}

#[test]
fn what_fails_midway_leaves_nothing_behind() {
    let desk = Desk::new();
    let rows = |end: &str| format!("reference;agdref;note\n{}{end}", "A-1;9903017422;x\n".repeat(5000));
    let line = "{\"identity\":{\"number\":{\"scheme\":\"AGDREF\",\"value\":\"9903017422\"}}}\n";
    let lines = |end: &str| format!("{}{end}", line.repeat(5000));
    for (what, content) in [
        ("a ragged row", rows("A-2;9903017422\n")),
        ("an open quote", rows("A-2;9903017422;\"x\nA-3;9903017422;x\n")),
        ("text behind a quote", rows("A-2;9903017422;\"x\"y\n")),
        ("a long line", rows(&format!("A-2;9903017422;{}\n", "x".repeat(70_000)))),
        ("no identity column", "reference;note\nA-1;9903017422\n".to_owned()),
        ("a scheme without value", "reference;identity_scheme\nA-1;AGDREF\n".to_owned()),
        ("a column twice", "agdref;AGDREF\n9903017422;9903017422\n".to_owned()),
        ("stage one already", "agdref;stage_one\n9903017422;\n".to_owned()),
        ("nothing", String::new()),
        ("a line that is no object", lines("9903017422\n")),
        ("a line cut short", lines("{\"identity\":{\"number\":")),
        ("two identities", lines("{\"identity\":null,\"identity\":\"9903017422\"}\n")),
        ("an identity elsewhere", lines("{\"agdref\":\"9903017422\"}\n")),
        ("a flat identity", lines("{\"identity.number.value\":\"9903017422\"}\n")),
        (
            "a whole document",
            "{\"participations\":[{\"identity\":{\"number\":{\"scheme\":\"AGDREF\",\"value\":\"9903017422\"}}}]}"
                .to_owned(),
        ),
        ("a document over lines", "{\n\"identity\":null\n}\n".to_owned()),
    ] {
        let failed = desk.run(content.as_bytes(), &["--key", "key", "-o", "out"]);
        assert_eq!(failed.status.code(), Some(2), "{what}: {}", told(&failed));
        assert!(!desk.path("out").exists(), "{what}");
        assert!(!told(&failed).contains("9903017422") && failed.stdout.is_empty(), "{what}: {}", told(&failed));
    }
}

#[test]
fn no_number_is_in_anything_that_the_command_writes_or_says() {
    let canaries = canaries();
    let seeker = Seeker::of(&canaries);
    let (mut csv, mut lines) = ("reference,identity_scheme,identity_value,x\n".to_owned(), String::new());
    for (at, Canary { scheme, value }) in canaries.iter().enumerate() {
        let _ = writeln!(lines, r#"{{"identity":"{value}"}}"#);
        // Each right, with a sign too many, under a scheme that there is not, and with a wrong key where it has one.
        for (scheme, value) in [
            (*scheme, value.clone()),
            (scheme, format!("{value}_")),
            ("PASSPORT", value.clone()),
            ("NIR", format!("{value}00")),
        ] {
            let _ = writeln!(csv, "A-{at},{scheme},\"{value}\",1");
            let _ = writeln!(lines, r#"{{"identity":{{"number":{{"scheme":"{scheme}","value":"{value}"}}}},"x":1}}"#);
        }
    }
    assert!(!seeker.seek(csv.as_bytes()).is_empty(), "the search finds them where they are");
    let desk = Desk::new();
    for (content, broken) in
        [(&csv, "A-1,NIR,184127645108946\n"), (&lines, "{\"identity\":{\"number\":\"184127645108946\n")]
    {
        for end in ["", broken] {
            let output = desk.run(format!("{content}{end}").as_bytes(), &["--key", "key"]);
            let said = [output.stdout.as_slice(), &output.stderr].concat();
            assert_eq!(seeker.seek(&said), Vec::<String>::new());
            let code = if end.is_empty() { 1 } else { 2 };
            assert!(output.status.code() == Some(code) && !String::from_utf8_lossy(&said).contains("1841276451089"));
            let turned = format!("turned into stage one: {}; ", canaries.len());
            assert!(!end.is_empty() || told(&output).contains(&turned), "{}", told(&output));
        }
    }
}

#[test]
fn a_number_and_its_stage_one_are_the_same_person() {
    let world = World::with_projects();
    let raw: String = ["9903017422", "9903017430"]
        .iter()
        .enumerate()
        .map(|(at, number)| format!("{}\n", present(&format!("A-{at}"), number, "2023-02-01")))
        .collect();
    let key = world.database.keys().join("programme-TEST.key");
    let turned = Desk::new().run(raw.as_bytes(), &["--key", key.to_str().unwrap()]);
    assert_eq!(turned.status.code(), Some(0), "{}", told(&turned));
    for (client, project, content) in
        [("partner-alpha", "ALPHA", raw.as_bytes()), ("partner-beta", "BETA", &turned.stdout)]
    {
        let project = world.project(project).id.to_string();
        let route = route(&project, "2023-Q1", "baseVersion=0&recordCount=2");
        let sent = world.caller(client).send(&route, &[("content-type", "application/x-ndjson")], content);
        assert_eq!(sent.status, 201, "{}", sent.text);
        let persons = world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM person_links");
        assert_eq!(persons, ["2"], "after {client}");
    }
}

#[test]
fn the_key_comes_from_a_file_or_a_variable() {
    let desk = Desk::new();
    std::fs::write(desk.path("in"), "agdref,x\n9903017422,1\n").unwrap();
    let run = |arguments: &[&str], variable: Option<(&str, String)>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
        command.current_dir(desk.0.path()).env_remove("FAISCEAU_PROGRAMME_KEY");
        command.envs(variable).args(["pseudonymise", "in"]).args(arguments).output().unwrap()
    };
    let by_file = run(&["--key", "key"], None);
    assert_eq!(by_file.status.code(), Some(0));
    for (arguments, name) in [(&[][..], "FAISCEAU_PROGRAMME_KEY"), (&["--key-variable", "MY_KEY"][..], "MY_KEY")] {
        let by_variable = run(arguments, Some((name, vectors().0)));
        assert_eq!(by_variable.stdout, by_file.stdout, "{name}: {}", told(&by_variable));
    }
    std::fs::write(desk.path("short"), &vectors().0[..62]).unwrap();
    for arguments in
        [&[][..], &["--key", "missing"][..], &["--key", "short"][..], &["--key", "key", "--key-variable", "X"][..]]
    {
        let refused = run(arguments, None);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0), "{arguments:?}");
        assert!(!told(&refused).contains(&vectors().0[..62]), "{}", told(&refused));
    }
}
