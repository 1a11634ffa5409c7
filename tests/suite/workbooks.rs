//! Workbooks: the template filled in ends as the same version as a table; what is none, or a bomb, is refused at once.

use std::io::{Cursor, Write};

use calamine::{Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bad_files::{Case, tried};
use crate::formats::{route, stated};
use crate::support::dump::dump;
use crate::support::raw::request;
use crate::support::world::Answered;
use crate::support::{Caller, World};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn send(partner: &Caller, project: &str, kind: &str, body: &[u8]) -> Answered {
    partner.send(&route(project, "2023-Q1", "baseVersion=0"), &[("content-type", kind)], body)
}

/// A cell as somebody fills it in.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    Number(f64),
    Day(u16, u8, u8),
    Formula(&'static str),
    Nothing,
}

const HEADERS: [&str; 12] = [
    "Référence",
    "Date d'entrée",
    "sexe",
    "annee_naissance",
    "statut_protection",
    "francais_entree",
    "niveau_formation",
    "situation_emploi",
    "departement_residence",
    "qpv",
    "date_sortie",
    "situation_sortie",
];

/// The same two stays as a table and as cells of every kind.
const TABLE: &str = "reference,entry_on,sex,birth_year,protection_status,french_at_entry,education,labour_status,\
residence_department,priority_district,exit_on,exit_situation\n\
A-1,2023-01-10,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69,YES,,\n\
17,2023-01-12,M,UNKNOWN,REFUGEE,A2,LEVEL_3,UNEMPLOYED,01,,2023-03-10,SEEKING\n";

fn rows() -> [[Cell; 12]; 2] {
    use Cell::{Day, Nothing, Number, Text};
    let common = [Text("Réfugié"), Text("A2"), Text("Niveau 3, CAP"), Text("UNEMPLOYED")];
    let [refugee, french, level, labour] = common;
    [
        [
            Text("A-1"),
            Day(2023, 1, 10),
            Text("Femme"),
            Number(1990.0),
            refugee,
            french,
            level,
            labour,
            Number(69.0),
            Text("oui"),
            Nothing,
            Nothing,
        ],
        [
            Number(17.0),
            Text("12/01/2023"),
            Text("M"),
            Text("Inconnu"),
            refugee,
            french,
            level,
            labour,
            Text("01"),
            Nothing,
            Day(2023, 3, 10),
            Text("SEEKING"),
        ],
    ]
}

fn workbook(rows: &[(u32, [Cell; 12])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write(0, column, header).unwrap();
    }
    for (row, cells) in rows {
        for (column, cell) in (0..).zip(cells) {
            match *cell {
                Cell::Text(text) => sheet.write(*row, column, text).map(drop),
                Cell::Number(number) => sheet.write(*row, column, number).map(drop),
                Cell::Day(y, m, d) => {
                    let at = ExcelDateTime::from_ymd(y, m, d).unwrap();
                    sheet.write_with_format(*row, column, &at, &day).map(drop)
                }
                Cell::Formula(formula) => sheet.write_formula(*row, column, Formula::new(formula)).map(drop),
                Cell::Nothing => Ok(()),
            }
            .unwrap();
        }
    }
    workbook.add_worksheet().write(0, 0, "not read").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn numbered() -> Vec<(u32, [Cell; 12])> {
    (1..).zip(rows()).collect()
}

#[test]
fn a_workbook_ends_as_the_same_version_as_a_table() {
    let (by_table, by_workbook) = (World::with_projects(), World::with_projects());
    for (world, kind, body) in
        [(&by_table, "text/csv", TABLE.as_bytes()), (&by_workbook, WORKBOOK, &workbook(&numbered()))]
    {
        let answered = send(&world.caller("partner-alpha"), world.project("ALPHA").id.as_str(), kind, body);
        assert_eq!((answered.status, &answered.body["participationCount"]), (201, &json!(2)), "{}", answered.text);
    }
    assert_eq!(stated(&by_workbook, "ALPHA"), stated(&by_table, "ALPHA"));
    let channel = by_workbook.database.sql("SELECT channel AS value FROM report_versions");
    assert_eq!(channel, ["XLSX"]);
}

#[test]
fn what_is_wrong_stands_at_the_row_that_a_spreadsheet_shows() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let [mut first, mut second] = rows();
    first[1] = Cell::Formula("=TODAY()");
    second[4] = Cell::Text("Jeanne-Marie7");
    // Rows 2 and 3 of the sheet are empty.
    let answered = send(&partner, &project, WORKBOOK, &workbook(&[(3, first), (4, second)]));
    let errors = answered.body["errors"].as_array().unwrap_or_else(|| panic!("{}", answered.text));
    let found: Vec<_> = errors.iter().map(|e| (e["line"].as_u64().unwrap(), e["code"].as_str().unwrap())).collect();
    let expected = [(4, "CELL_IS_FORMULA"), (4, "FIELD_MISSING"), (5, "CODE_UNKNOWN")];
    assert_eq!(found, expected, "{}", answered.text);
    assert!(!answered.text.contains("Jeanne-Marie7"));
}

/// An archive of files, each a text over and over.
fn archive(files: &[(&str, &str, usize)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text, times) in files {
        archive.start_file(*name, options).unwrap();
        let block = text.repeat(1000.min(*times));
        for _ in 0..times.div_ceil(1000) {
            archive.write_all(block.as_bytes()).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of one sheet whose cells are this XML.
fn sheet(cells: &str) -> Vec<u8> {
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let root = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
        Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
        Target=\"xl/workbook.xml\"/></Relationships>";
    let book = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let links = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
        Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
        Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{cells}</sheetData>\
         </worksheet>"
    );
    archive(&[
        ("[Content_Types].xml", types, 1),
        ("_rels/.rels", root, 1),
        ("xl/workbook.xml", book, 1),
        ("xl/_rels/workbook.xml.rels", links, 1),
        ("xl/worksheets/sheet1.xml", &sheet, 1),
    ])
}

fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// Workbooks that are none, or that are made to hurt.
pub fn bombs() -> Vec<Case> {
    let good = workbook(&numbered());
    let row = |number: u64, cells: &str| format!("<row r=\"{number}\">{cells}</row>");
    let far = format!("{}{}", whole_head(), row(1_000_000, &text("A1000000", "A-1")));
    let wide = format!("{}{}", whole_head(), row(2, &text("XFD2", "A-1")));
    let beyond = format!("{}{}", whole_head(), row(2, &text("ZZZZ2", "A-1")));
    let back = format!("{}{}{}", whole_head(), row(7, &text("A7", "A-1")), row(3, &text("A3", "A-2")));
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let names: Vec<String> = (0..1000).map(|number| format!("xl/{number}.xml")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "", 0)).collect();
    let sheets = archive(&[("xl/worksheets/sheet1.xml", "<row/>  ", 134_000_000)]);
    let texts = archive(&[("xl/sharedStrings.xml", "<si><t/></si>", 8_000_000)]);
    let long = row(1, &text("A1", &"x".repeat(1 << 20)));
    let case = |name, body: Vec<u8>, status, code, line| (name, WORKBOOK, body, status, code, line);
    vec![
        case("nothing", Vec::new(), 400, "WORKBOOK_UNREADABLE", None),
        case("a table under another name", TABLE.into(), 400, "WORKBOOK_UNREADABLE", None),
        case("cut in two", good[..good.len() / 2].to_vec(), 400, "WORKBOOK_UNREADABLE", None),
        case("an archive of a letter", archive(&[("letter.txt", "Hello", 1)]), 400, "WORKBOOK_UNREADABLE", None),
        case("a gigabyte of sheet", sheets, 413, "WORKBOOK_TOO_LARGE", None),
        case("texts without end", texts, 413, "WORKBOOK_TOO_LARGE", None),
        case("files without end", archive(&many), 400, "WORKBOOK_UNREADABLE", None),
        case("a million empty rows", sheet(&far), 400, "EMPTY_LINES_MANY", None),
        case("a cell far away", sheet(&wide), 422, "ROW_RAGGED", Some(2)),
        case("a cell beyond every sheet", sheet(&beyond), 400, "WORKBOOK_UNREADABLE", None),
        case("rows that run back", sheet(&back), 400, "WORKBOOK_UNREADABLE", None),
        case("a cell without end", sheet(&long), 400, "LINE_TOO_LONG", None),
        case("entities", sheet(&format!("{entities}{}", row(1, &text("A1", "&b;")))), 400, "WORKBOOK_UNREADABLE", None),
        case("more than any workbook", vec![b'P'; 17 << 20], 413, "BODY_TOO_LARGE", None),
    ]
}

#[test]
fn what_is_no_workbook_and_what_is_a_bomb_are_refused_at_once_and_nothing_is_stored() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let before = dump(&world.database);
    assert_eq!(tried(&world.caller("partner-alpha"), &project, bombs()), Vec::<String>::new());
    assert_eq!(dump(&world.database), before);
}

/// The first row of a sheet with every required header.
fn whole_head() -> String {
    let places = ["A1", "B1", "C1", "D1", "E1", "F1", "G1", "H1", "I1"];
    let cells: String = places.iter().zip(HEADERS).map(|(place, header)| text(place, header)).collect();
    format!("<row r=\"1\">{cells}</row>")
}

#[test]
fn templates_come_without_a_token_and_their_workbooks_can_be_filled_in() {
    let world = World::with_projects();
    let get = |path: &str, accept: &str| request(&world.url, &format!("GET {path}"), accept, b"");
    for (file, written) in [("template.csv", "docs/template.csv"), ("modele.csv", "docs/modele.csv")] {
        let answered = get(&format!("/v1/templates/{file}"), "");
        let kept = std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(written)).unwrap();
        assert_eq!((answered.status, answered.body), (200, kept), "{file}");
        assert!(answered.head.contains(&format!("filename=\"{file}\"")), "{}", answered.head);
    }
    for (file, header, sheet, label) in [
        ("template.xlsx", "entry_on", "code lists", "Female"),
        ("modele.xlsx", "date_entree", "nomenclatures", "Femme"),
    ] {
        let answered = get(&format!("/v1/templates/{file}"), "");
        assert!(answered.head.contains(WORKBOOK), "{}", answered.head);
        let mut opened = Xlsx::new(Cursor::new(answered.body)).unwrap();
        let table = opened.worksheet_range("participations").unwrap();
        assert_eq!((table.height(), table.get_value((0, 1)).unwrap().to_string()), (1, header.to_owned()));
        let lists = opened.worksheet_range(sheet).unwrap();
        assert!(lists.used_cells().any(|(_, _, cell)| cell.to_string().contains(label)), "{file} offers {label}");
    }
    // A header alone is a statement without participations.
    let template = get("/v1/templates/modele.xlsx", "").body;
    let project = world.project("ALPHA").id.to_string();
    let empty = send(&world.caller("partner-alpha"), &project, WORKBOOK, &template);
    assert_eq!((empty.status, &empty.body["participationCount"]), (201, &json!(0)), "{}", empty.text);

    assert_eq!(get("/v1/templates/other.csv", "").code(), "NOT_FOUND");
    let fields = get("/v1/fields", "").json();
    assert_eq!(
        fields[0],
        json!({ "name": "reference", "header": "reference", "headerFr": "reference", "required": true, "codeList": null })
    );
    let as_table = get("/v1/fields", "Accept: text/csv\r\n");
    assert_eq!(as_table.text().lines().count(), fields.as_array().unwrap().len() + 1);
    assert!(get("/docs/fields", "").text().starts_with("# Files"));
}
