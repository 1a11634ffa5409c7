//! Any answer in any format: cell by cell what the API says, and never a formula.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::api::tables::answer::table;
use faisceau::api::tables::{Cell, Format, Table};
use faisceau::consolidation::operations::Consolidation;
use faisceau::consolidation::question::{Dimension, Question};
use faisceau::directory::operations as directory;
use faisceau::refusal::Language;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::cast::peopled;
use crate::support::console::Console;
use crate::support::raw::{Raw, bearer, request};
use crate::support::world::project;
use crate::support::{Caller, World};

const TOTALS: &str = "/v1/programmes/TEST/totals";

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

fn get(world: &World, caller: &Caller, target: &str, headers: &str) -> Raw {
    let headers = format!("{headers}{}", bearer(Some(&caller.token())));
    let answered = request(&world.url, &format!("GET {target}"), &headers, b"");
    assert_eq!(answered.status, 200, "{}", answered.text());
    answered
}

/// A row of a document by column, as text; numbers as decimal text, nothing as empty.
type Row = std::collections::BTreeMap<String, String>;

fn from_csv(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn by_key(lines: Vec<Vec<String>>, keys: &[String]) -> Vec<Row> {
    lines.into_iter().map(|line| keys.iter().cloned().zip(line).collect()).collect()
}

fn from_ndjson(text: &[u8]) -> Vec<Row> {
    let text = std::str::from_utf8(text).unwrap();
    let row = |line: &str| {
        let object: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let value = |value: Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        };
        object.into_iter().map(|(key, cell)| (key, value(cell))).collect()
    };
    text.lines().map(row).collect()
}

fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    for formulas in book.sheet_names().iter().map(|name| book.worksheet_formula(name).unwrap()).collect::<Vec<_>>() {
        assert!(formulas.used_cells().next().is_none(), "a workbook has a formula");
    }
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// A cell of a workbook as the other formats write it.
fn plain(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(day) => {
            let days = i64::from(day.as_f64() as i32);
            (jiff::civil::date(1899, 12, 30) + jiff::Span::new().days(days)).to_string()
        }
        other => panic!("{other:?}"),
    }
}

/// Equal as numbers if both are; `12.5` in a workbook is `12.50` elsewhere.
fn same(one: &str, other: &str) -> bool {
    one == other || matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
}

fn assert_same(rows: &[Row], expected: &[Row], what: &str) {
    assert_eq!(rows.len(), expected.len(), "{what}");
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(row.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
        for (key, value) in row {
            assert!(same(value, &expected[key]), "{what}, {key}: {value} is not {}", expected[key]);
        }
    }
}

#[test]
fn each_format_says_cell_by_cell_what_json_says() {
    let world = peopled();
    let analyst = world.caller("analyst");
    let json = analyst.get(TOTALS).body;
    let document = |format: &str| get(&world, &analyst, &format!("{TOTALS}?format={format}"), "");
    let ndjson = document("ndjson");
    let rows = from_ndjson(&ndjson.body);
    let figures = json["figures"].as_array().unwrap();
    assert_eq!(rows.len(), figures.len());
    assert!(figures.len() > 20 && figures.iter().any(|figure| figure["numerator"] != "0"));
    for (row, figure) in rows.iter().zip(figures) {
        for member in ["indicator", "name", "unit", "numerator", "denominator", "display"] {
            let said = figure[member].as_str().unwrap_or_default();
            assert!(same(&row[member], said), "{member} of {figure}: {}", row[member]);
        }
        for member in ["position", "day", "from", "to", "definition"] {
            assert_eq!(row[member], json[member].as_str().unwrap(), "{member}");
        }
        assert!(row["display"].starts_with(&row["value"]) || row["display"].contains(['\u{202f}', 'n']), "{row:?}");
    }
    assert!(ndjson.text().contains("\"numerator\":220000.00,"), "amounts are exact, with both decimals");
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&ndjson.body));

    let csv = document("csv");
    let mut lines = from_csv(&csv.body, b',');
    let keys = lines.remove(0);
    assert_same(&by_key(lines, &keys), &rows, "csv");

    let french = document("csv-fr");
    let text = french.body.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let decimal_points = |mut row: Vec<String>| {
        for place in [5, 6, 7] {
            row[place] = row[place].replace(',', ".");
        }
        row
    };
    let lines = from_csv(text, b';').into_iter().skip(1).map(decimal_points).collect();
    assert_same(&by_key(lines, &keys), &rows, "csv-fr");
    assert!(french.text().contains(",00;"), "amounts have decimal commas");

    let xlsx = document("xlsx");
    let figures = sheet(&xlsx.body, "Figures");
    assert!(
        figures[1..]
            .iter()
            .all(|row| matches!(row[10], Data::Float(_) | Data::Int(_) | Data::DateTime(_) | Data::String(_)))
    );
    let numbers = figures[1..].iter().filter(|row| matches!(row[5], Data::Float(_) | Data::Int(_))).count();
    assert!(numbers > 20, "numerators are typed cells");
    assert!(matches!(figures[1][9], Data::DateTime(_)), "days are typed cells: {:?}", figures[1][9]);
    let lines = figures[1..].iter().map(|row| row.iter().map(plain).collect()).collect();
    assert_same(&by_key(lines, &keys), &rows, "xlsx");
    let about = sheet(&xlsx.body, "About");
    let said = |heading: &str| {
        let row = about.iter().find(|row| plain(&row[0]) == heading).unwrap_or_else(|| panic!("{heading}: {about:?}"));
        plain(&row[1])
    };
    assert_eq!(said("Position"), json["position"].as_str().unwrap());
    assert_eq!(said("As of day"), json["day"].as_str().unwrap());
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
    // The question written into the workbook gives the same figures for ever, and the same file.
    let again = said("Question, to be asked again");
    assert_eq!(analyst.get(&again).body["figures"], json["figures"]);
    assert!(
        get(&world, &analyst, &format!("{again}&format=xlsx"), "").body == xlsx.body,
        "the same answer, another file"
    );
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
    for format in Format::ALL {
        let target = format!("{TOTALS}?format={}", format.name());
        assert_eq!(refused(&world.caller("partner-alpha"), &target, ""), (403, "FORBIDDEN".to_owned()));
    }
}

/// Whether a spreadsheet that splits at a delimiter would find a formula anywhere.
fn has_formula(text: &str, delimiter: u8) -> Option<String> {
    let lines = from_csv_flexible(text.as_bytes(), delimiter);
    let number = |cell: &str| cell.replace(',', ".").parse::<f64>().is_ok();
    let begins = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    lines.into_iter().flatten().find(|cell| begins(cell) && !number(cell))
}

fn from_csv_flexible(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
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
    let question = Question { group_by: Some(Dimension::Project), ..Question::of("TEST".parse().unwrap()) };
    let answer = Consolidation::new().answer(&world.desk, &auditor, &question).unwrap();
    let table = table(&question, answer, Language::Fr);
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
        assert!(ndjson.iter().any(|row| row["group_label"] == title));
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
    assert!(rows.iter().zip(&figures[1..]).all(|(row, cells)| same(&row["numerator"], &plain(&cells[5]))));
    let refused = console.refused(&["totals", "--programme", "TEST", "--format", "pdf"]);
    assert!(refused.contains("csv, csv-fr, xlsx, ndjson"), "{refused}");
}
