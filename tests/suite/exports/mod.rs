//! Any answer in any format: cell by cell what the API says, and never a formula.

mod reading;

use calamine::Data;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::api::tables::answer::{Asked, BOTH, table};
use faisceau::api::tables::{Cell, Format, Table};
use faisceau::consolidation::operations::Consolidation;
use faisceau::consolidation::question::{Dimension, Question};
use faisceau::directory::operations as directory;
use faisceau::refusal::Language;
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::reading::{
    Row, assert_same, by_key, from_csv, from_csv_flexible, from_ndjson, get, plain, rows_of_table, rows_of_totals,
    same, sheet, text_of,
};
use crate::support::cast::peopled;
use crate::support::console::Console;
use crate::support::raw::{bearer, request};
use crate::support::world::project;
use crate::support::{Caller, World};

const TOTALS: &str = "/v1/programmes/TEST/totals";
const TABLE: &str = "/v1/programmes/TEST/table";

/// What begins a formula somewhere.
const HOSTILE: [&str; 8] = [
    "=HYPERLINK(\"http://example.org\";\"click\")",
    "+33",
    "-2+3",
    "@SUM(A1)",
    "Atelier;=1+1",
    "Atelier,=1+1",
    "\"=1+1\"",
    "＝1+1",
];

/// Holds an answer in each format against the answer in JSON, cell by cell; gives the rows.
fn assert_each_format(world: &World, target: &str, expected: impl Fn(&Value) -> Vec<Row>) -> Vec<Row> {
    let analyst = world.caller("analyst");
    let json = analyst.get(target).body;
    let sign = if target.contains('?') { '&' } else { '?' };
    let document = |format: &str| get(world, &analyst, &format!("{target}{sign}format={format}"), "");
    let ndjson = document("ndjson");
    let rows = from_ndjson(&ndjson.body);
    let expected = expected(&json);
    assert_eq!(rows.len(), expected.len());
    assert!(rows.len() > 20 && expected.iter().any(|row| row["numerator"].parse::<f64>().is_ok_and(|n| n > 0.0)));
    for (row, expected) in rows.iter().zip(&expected) {
        for (column, said) in expected {
            assert!(same(&row[column], said), "{column} of {expected:?}: {}", row[column]);
        }
        for member in ["position", "day", "definition"] {
            assert_eq!(row[member], json[member].as_str().unwrap(), "{member}");
        }
        let [from, to] = ["from", "to"].map(|member| text_of(&json[member]));
        assert!(from <= row["from"] && row["from"] <= row["to"] && row["to"] <= to, "{row:?}");
        let number = row["display"].split(' ').next().unwrap().replace('\u{202f}', "");
        assert!(row["display"] == "not applicable" || same(&number, &row["value"]), "{row:?}");
    }
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&ndjson.body));

    let csv = document("csv");
    let mut lines = from_csv(&csv.body, b',');
    let keys = lines.remove(0);
    assert_same(&by_key(lines, &keys), &rows, "csv");

    let french = document("csv-fr");
    let text = french.body.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let number = |key: &str| ["numerator", "denominator", "value"].contains(&key);
    let points = |line: Vec<String>| {
        let cells = line.into_iter().zip(&keys);
        cells.map(|(cell, key)| if number(key) { cell.replace(',', ".") } else { cell }).collect()
    };
    let lines = from_csv(text, b';').into_iter().skip(1).map(points).collect();
    assert_same(&by_key(lines, &keys), &rows, "csv-fr");
    let points = from_csv(text, b';').into_iter().skip(1).flat_map(|line| line.into_iter().zip(&keys));
    assert!(points.filter(|(_, key)| number(key)).all(|(cell, _)| !cell.contains('.')), "numbers have decimal commas");

    let xlsx = document("xlsx");
    let figures = sheet(&xlsx.body, "Figures");
    for (place, key) in keys.iter().enumerate() {
        let mut cells = figures[1..].iter().map(|row| &row[place]).filter(|cell| **cell != Data::Empty);
        match key.as_str() {
            "numerator" | "denominator" | "value" | "position" | "version" => {
                assert!(cells.all(|cell| matches!(cell, Data::Float(_) | Data::Int(_))), "{key} has typed cells");
            }
            "from" | "to" | "day" => assert!(cells.all(|cell| matches!(cell, Data::DateTime(_))), "{key} is typed"),
            _ => assert!(cells.all(|cell| matches!(cell, Data::String(_))), "{key} is text"),
        }
    }
    let lines = figures[1..].iter().map(|row| row.iter().map(plain).collect()).collect();
    assert_same(&by_key(lines, &keys), &rows, "xlsx");
    let about = sheet(&xlsx.body, "About");
    let said = |heading: &str| {
        let row = about.iter().find(|row| plain(&row[0]) == heading).unwrap_or_else(|| panic!("{heading}: {about:?}"));
        plain(&row[1])
    };
    for (heading, member) in [("Position", "position"), ("As of day", "day"), ("From", "from"), ("To", "to")] {
        assert_eq!(said(heading), json[member].as_str().unwrap());
    }
    assert_eq!(said("SHA-256 of the definitions"), json["definitionDigest"].as_str().unwrap());
    assert_eq!(said("Number of rows"), rows.len().to_string());
    assert_eq!(said("SHA-256 of the rows (NDJSON export)"), digest);
    let definitions = sheet(&xlsx.body, "Definitions");
    assert!(definitions.iter().any(|row| plain(&row[0]) == "POSITIVE_EXIT_RATE" && plain(&row[2]).len() > 20));

    for answered in [&ndjson, &csv, &french, &xlsx] {
        for said in [
            format!("x-position: {}", json["position"].as_str().unwrap()),
            format!("x-rows-digest: sha-256={digest}"),
            "content-disposition: attachment; filename=\"TEST-".to_lowercase(),
            "cache-control: no-store".to_owned(),
        ] {
            assert!(answered.head.to_lowercase().contains(&said), "{said} in {}", answered.head);
        }
    }
    // The question written into the workbook gives the same answer for ever, and the same file.
    let again = said("Question, to be asked again");
    assert_eq!(analyst.get(&again).body, json);
    assert!(
        get(world, &analyst, &format!("{again}&format=xlsx"), "").body == xlsx.body,
        "the same answer, another file: {again}"
    );
    rows
}

#[test]
fn each_format_of_totals_says_cell_by_cell_what_json_says() {
    let world = peopled();
    assert_each_format(&world, TOTALS, rows_of_totals);
    let ndjson = get(&world, &world.caller("analyst"), &format!("{TOTALS}?format=ndjson"), "");
    assert!(ndjson.text().contains("\"numerator\":220000.00,"), "amounts are exact, with both decimals");
}

#[test]
fn each_format_of_any_slice_says_cell_by_cell_what_json_says() {
    let world = crate::slices::world();
    let quarters = "groupBy=REGION,QUARTER&from=2023-01-16&to=2023-12-31";
    let rows = assert_each_format(&world, &format!("{TABLE}?{quarters}"), rows_of_table);
    let of = |quarter: &str| rows.iter().find(|row| row["quarter"] == quarter).unwrap();
    assert_eq!([&of("2023-Q1")["from"], &of("2023-Q1")["to"]], ["2023-01-16", "2023-03-31"], "each row has its window");
    let cumulative = format!("{TABLE}?{quarters}&series=CUMULATIVE&unit=PARTICIPATION");
    let rows = assert_each_format(&world, &cumulative, rows_of_table);
    let of = rows.iter().find(|row| row["quarter"] == "2023-Q2").unwrap();
    assert_eq!([&of["from"], &of["to"]], ["2023-01-16", "2023-06-30"]);
    for question in [
        "groupBy=PROJECT&sexes=F,M&definition=V1_MORE_THAN_SIX_MONTHS",
        "groupBy=SUPPORT_KIND,AGE_BAND,SEX&residenceRegions=84",
        "groupBy=SECTOR&sector=B%C3%A2timent%20%26%20co&indicators=SUPPORTED,POSITIVE_EXIT_RATE",
        "indicators=POSITIVE_EXIT_RATE,GRANTS",
    ] {
        let target = format!("{TABLE}?{question}");
        if question.contains("indicators") {
            let analyst = world.caller("analyst");
            let json = analyst.get(&target).body;
            let rows = from_ndjson(&get(&world, &analyst, &format!("{target}&format=ndjson"), "").body);
            let expected = rows_of_table(&json);
            assert_eq!(rows.len(), expected.len());
            let holds = |(row, expected): (&Row, &Row)| expected.iter().all(|(key, said)| same(&row[key], said));
            assert!(rows.iter().zip(&expected).all(holds), "{question}");
        } else {
            assert_each_format(&world, &target, rows_of_table);
        }
    }
}

#[test]
fn a_figure_explained_and_what_changed_it_come_in_each_format_too() {
    let world = peopled();
    let auditor = world.caller("auditor");
    let figure = "/v1/programmes/TEST/figures/SUPPORTED";
    let explained = ["project", "version", "period", "digest", "ruleSet", "late", "approvedPosition", "numerator"];
    let changed = ["position", "at", "cause", "event", "project", "version", "digest", "numeratorChange"];
    for (target, list, members) in [
        (format!("{figure}/explanation?asOf=999999"), "", explained),
        (format!("{figure}/explanation?unit=PERSON"), "contributions", explained),
        (format!("{figure}/changes?since=1"), "changes", changed),
    ] {
        if list.is_empty() {
            assert_eq!(auditor.get(&format!("{target}&format=csv")).body["code"], "AS_OF_INVALID");
            continue;
        }
        let json = auditor.get(&target).body;
        let expected = json[list].as_array().unwrap();
        assert_eq!(expected.len(), 2, "{json}");
        let document = |format: &str| get(&world, &auditor, &format!("{target}&format={format}"), "").body;
        let rows = from_ndjson(&document("ndjson"));
        assert_eq!(rows.len(), expected.len());
        for (row, expected) in rows.iter().zip(expected) {
            for member in members {
                assert!(same(&row[&snake(member)], &text_of(&expected[member])), "{member} of {expected}: {row:?}");
            }
            assert_eq!(row["title"], world.project(&row["project"]).details.title.as_str());
        }
        let mut lines = from_csv(&document("csv"), b',');
        let keys = lines.remove(0);
        assert_same(&by_key(lines, &keys), &rows, "csv");
        let book = document("xlsx");
        let lines = sheet(&book, "Figures")[1..].iter().map(|row| row.iter().map(plain).collect()).collect();
        assert_same(&by_key(lines, &keys), &rows, "xlsx");
        let about = sheet(&book, "About");
        assert!(about.iter().any(|row| plain(&row[0]) == "Indicator" && plain(&row[1]) == "SUPPORTED"), "{about:?}");
    }
}

fn snake(member: &str) -> String {
    let word = |c: char| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.to_string() };
    member.chars().map(word).collect()
}

#[test]
fn the_format_is_asked_for_by_name_or_by_accept_and_only_with_the_right_role() {
    let world = peopled();
    let analyst = world.caller("analyst");
    for (accept, content_type) in [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.openxml"),
        ("application/json, text/csv", "application/json"),
    ] {
        let answered = get(&world, &analyst, TOTALS, &format!("Accept: {accept}\r\n"));
        assert!(answered.head.to_lowercase().contains(&format!("content-type: {content_type}")), "{}", answered.head);
    }
    let refused = |caller: &Caller, target: &str, headers: &str| {
        let headers = format!("{headers}{}", bearer(Some(&caller.token())));
        let answered = request(&world.url, &format!("GET {target}"), &headers, b"");
        (answered.status, answered.code())
    };
    let unknown = refused(&analyst, &format!("{TOTALS}?format=pdf"), "");
    assert_eq!(unknown, (400, "PARAMETER_INVALID".to_owned()));
    assert_eq!(refused(&analyst, TOTALS, "Accept: application/pdf\r\n"), (406, "NOT_ACCEPTABLE".to_owned()));
    for (route, format) in [TOTALS, TABLE].into_iter().flat_map(|route| Format::ALL.map(|format| (route, format))) {
        let target = format!("{route}?format={}", format.name());
        assert_eq!(refused(&world.caller("partner-alpha"), &target, ""), (403, "FORBIDDEN".to_owned()));
    }
    let own = format!("{TABLE}?projects={}&format=csv", world.project("ALPHA").id);
    assert_eq!(refused(&world.caller("partner-alpha"), &own, "").0, 200, "a partner exports its own figures");
    assert_eq!(refused(&world.caller("partner-beta"), &own, "").0, 404);
}

/// Whether a spreadsheet that splits at a delimiter would find a formula anywhere.
fn has_formula(text: &str, delimiter: u8) -> Option<String> {
    let lines = from_csv_flexible(text.as_bytes(), delimiter);
    let number = |cell: &str| cell.replace(',', ".").parse::<f64>().is_ok();
    let begins = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    lines.into_iter().flatten().find(|cell| begins(cell) && !number(cell))
}

#[test]
fn what_people_wrote_never_becomes_a_formula() {
    let world = World::with_projects();
    let (auditor, operator) = (at_the_console(Role::Auditor), at_the_console(Role::Operator));
    let (alpha, programme) = (world.project("ALPHA"), world.project("ALPHA").programme);
    for (place, title) in HOSTILE.iter().enumerate() {
        let mut details = project(&format!("H{place}"), &alpha.details.lead, &alpha.details.lead, "69", 200, 100);
        details.title = title.parse().unwrap();
        directory::register_project(&world.desk, &operator, &programme, details).unwrap();
    }
    let question = Question { group_by: vec![Dimension::Project], ..Question::of("TEST".parse().unwrap()) };
    let answer = Consolidation::new().answer(&world.desk, &auditor, &question).unwrap();
    let asked = Asked { question, units: BOTH, address: ("table", String::new()) };
    let table = table(&asked, answer, Language::Fr);
    for title in HOSTILE {
        let kept = table.source.rows().any(|row| row[1] == Cell::from(title));
        assert!(kept, "{title} is among the labels");
        for format in [Format::Csv, Format::CsvFrench] {
            let text = String::from_utf8(table.to_bytes(format).unwrap()).unwrap();
            for delimiter in *b",;\t" {
                assert_eq!(has_formula(&text, delimiter), None, "{title} in {format:?} split at {delimiter}");
            }
            // Nothing else of the text is lost.
            let letters = |text: &str| text.replace(['\'', '"'], "");
            assert!(letters(&text).contains(&letters(title)), "{title}: {text}");
        }
        let rows = sheet(&table.to_bytes(Format::Xlsx).unwrap(), "Chiffres");
        assert!(rows.iter().any(|row| row[1] == Data::String(title.to_owned())), "{title} stands as it was written");
        let ndjson = from_ndjson(&table.to_bytes(Format::Ndjson).unwrap());
        assert!(ndjson.iter().any(|row| row["project_label"] == title));
    }
}

#[test]
fn a_large_table_comes_in_pieces_and_whole() {
    let rows = |count: i64| (0..count).map(|number| vec![Cell::Whole(number), Cell::from("é;,\"\n")]).collect();
    let table = Table::plain("large", &["number", "text"], rows(20_000));
    for (format, delimiter) in [(Format::Csv, b','), (Format::CsvFrench, b';')] {
        let lines = from_csv(&table.to_bytes(format).unwrap(), delimiter);
        assert_eq!(lines.len(), 20_001);
        assert_eq!(lines[20_000], ["19999", "é;,\"\n"]);
    }
    assert_eq!(from_ndjson(&table.to_bytes(Format::Ndjson).unwrap()).len(), 20_000);
    assert_eq!(sheet(&table.to_bytes(Format::Xlsx).unwrap(), "Figures").len(), 20_001);
}

#[test]
fn a_workbook_that_would_be_too_large_is_refused_and_its_rows_come_as_csv() {
    let world = World::with_projects();
    let analyst = world.caller("analyst");
    let target = format!("{TABLE}?groupBy=RESIDENCE_REGION,FRENCH_LEVEL,LABOUR_STATUS");
    let answered = analyst.get(&format!("{target}&format=xlsx"));
    assert_eq!((answered.status, &answered.body["code"]), (413, &"EXPORT_TOO_LARGE".into()), "{}", answered.text);
    let csv = get(&world, &analyst, &format!("{target}&format=csv"), "");
    let (groups, indicators) =
        (21 * 11 * 8, from_ndjson(&get(&world, &analyst, &format!("{TABLE}?format=ndjson"), "").body));
    assert_eq!(from_csv(&csv.body, b',').len(), 1 + (1 + groups) * indicators.len());
}

#[test]
fn the_console_writes_the_same_documents() {
    let world = peopled();
    let position = world.caller("analyst").get(TOTALS).body["position"].as_str().unwrap().to_owned();
    let console = Console(&world.database);
    let ndjson = console.run(&["totals", "--programme", "TEST", "--position", &position, "--format", "ndjson"]).out;
    let file = world.database.folder().join("totals.xlsx");
    let written = ["totals", "--programme", "TEST", "--position", &position, "--format", "xlsx", "--output"];
    console.run(&[&written[..], &[file.to_str().unwrap()]].concat());
    let rows = from_ndjson(ndjson.as_bytes());
    let figures = sheet(&std::fs::read(file).unwrap(), "Figures");
    assert_eq!(rows.len() + 1, figures.len());
    assert!(rows.iter().zip(&figures[1..]).all(|(row, cells)| same(&row["numerator"], &plain(&cells[4]))));
    let refused = console.refused(&["totals", "--programme", "TEST", "--format", "pdf"]);
    assert!(refused.contains("csv, csv-fr, xlsx, ndjson"), "{refused}");
}
