//! Exports read back: each format as rows of texts by column, and what an answer in JSON says as such rows.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::support::raw::{Raw, bearer, request};
use crate::support::{Caller, World};

pub fn get(world: &World, caller: &Caller, target: &str, headers: &str) -> Raw {
    let headers = format!("{headers}{}", bearer(Some(&caller.token())));
    let answered = request(&world.url, &format!("GET {target}"), &headers, b"");
    assert_eq!(answered.status, 200, "{}", answered.text());
    let is_chunked = answered.head.to_lowercase().contains("transfer-encoding: chunked");
    let body = if is_chunked { whole(&answered.body) } else { answered.body };
    Raw { body, ..answered }
}

/// A body that came in pieces; the last one says that it is whole.
pub fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = chunks.windows(2).position(|two| two == b"\r\n").expect("the size of a piece");
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..line]).unwrap(), 16).unwrap();
        let piece = &chunks[line + 2..];
        if size == 0 {
            assert_eq!(piece, b"\r\n");
            return body;
        }
        body.extend_from_slice(&piece[..size]);
        chunks = &piece[size + 2..];
    }
}

/// A row of a document by column, as text; numbers as decimal text, nothing as empty.
pub type Row = std::collections::BTreeMap<String, String>;

pub fn from_csv(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

pub fn by_key(lines: Vec<Vec<String>>, keys: &[String]) -> Vec<Row> {
    lines.into_iter().map(|line| keys.iter().cloned().zip(line).collect()).collect()
}

pub fn from_ndjson(text: &[u8]) -> Vec<Row> {
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

pub fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    for formulas in book.sheet_names().iter().map(|name| book.worksheet_formula(name).unwrap()).collect::<Vec<_>>() {
        assert!(formulas.used_cells().next().is_none(), "a workbook has a formula");
    }
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// A cell of a workbook as the other formats write it.
pub fn plain(cell: &Data) -> String {
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
pub fn same(one: &str, other: &str) -> bool {
    one == other || matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
}

pub fn assert_same(rows: &[Row], expected: &[Row], what: &str) {
    assert_eq!(rows.len(), expected.len(), "{what}");
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(row.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
        for (key, value) in row {
            assert!(same(value, &expected[key]), "{what}, {key}: {value} is not {}", expected[key]);
        }
    }
}

/// What the totals in JSON say, as rows.
pub fn rows_of_totals(json: &Value) -> Vec<Row> {
    let members = ["indicator", "version", "name", "unit", "numerator", "denominator", "display"];
    let row = |figure: &Value| members.map(|member| (member.to_owned(), text_of(&figure[member]))).into();
    json["figures"].as_array().unwrap().iter().map(row).collect()
}

/// What a table in JSON says, as rows.
pub fn rows_of_table(json: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    let list = |value: &Value| value.as_array().unwrap().clone();
    for row in [vec![json["total"].clone()], list(&json["rows"])].concat() {
        for (place, indicator) in list(&json["indicators"]).iter().enumerate() {
            let mut said = Row::from([("indicator".to_owned(), text_of(indicator))]);
            for (column, member) in [("value", "values"), ("numerator", "numerators"), ("denominator", "denominators")]
            {
                said.insert(column.to_owned(), text_of(&row[member][place]));
            }
            for (axis, dimension) in list(&json["dimensions"]).iter().enumerate() {
                let key = text_of(dimension).to_lowercase();
                said.insert(format!("{key}_label"), text_of(&row["labels"][axis]));
                said.insert(key, text_of(&row["keys"][axis]));
            }
            said.insert("unit".to_owned(), text_of(&json["unit"]));
            rows.push(said);
        }
    }
    rows
}

pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub fn from_csv_flexible(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}
