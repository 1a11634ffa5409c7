//! A whole directory as a folder of CSV files, as spreadsheets write them: `;`, `,` or tab, with or without a byte-order
//! mark. Headers are the names of the JSON members; an empty cell is an absent member.
//!
//! `programme.csv` has one row. `calls.csv`, `periods.csv`, `organisations.csv`, `projects.csv`, `members.csv`,
//! `amendments.csv`, `payments.csv` and `targets.csv` may be missing.

use std::collections::HashMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::import::project_code;
use super::organisations::OrganisationInput;
use super::payments::{PaymentInput, TargetInput};
use super::programmes::ProgrammeInput;
use super::projects::{AmendmentInput, ProjectInput};
use crate::api::graphql::inputs::Reader;
use crate::api::rest::request::from_members;
use crate::directory::import::{DirectoryImport, Placed, inside};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::intake::delimiter_of;

/// Columns that hold whole numbers.
const NUMBERS: [&str; 3] = ["disclosureThreshold", "targetParticipants", "number"];

/// Columns that hold yes or no.
const FLAGS: [&str; 3] = ["esus", "sandbox", "certification"];

/// A directory read from files, with where each record of it stands.
pub struct Folder {
    /// The directory, as far as it could be read.
    pub document: DirectoryImport,
    /// File and line of each record, by its path in the document.
    lines: Vec<(String, &'static str, u64)>,
}

/// A row of a file.
struct Row {
    line: u64,
    members: Map<String, Value>,
}

/// Reads a folder; fails only if it cannot be read at all.
pub fn read_folder(folder: &Path) -> Outcome<Folder> {
    let mut files = Files { folder, reader: Reader::default(), lines: Vec::new() };
    let mut programme_rows = files.rows("programme.csv", "programme")?.into_iter();
    let (first, more) = (programme_rows.next(), programme_rows.next());
    let code = first.as_ref().and_then(|row| row.members.get("code")).cloned();
    let programme = match (first, more) {
        (Some(row), None) => files.programme(row)?,
        _ => {
            files.reader.refuse(Refusal::new(Code::RequestMalformed).at("programme"));
            None
        }
    };
    let organisations =
        files.records("organisations.csv", "organisations", |reader, input: OrganisationInput, at| {
            input.read_at(reader, at)
        })?;
    let projects = files.projects(code)?;
    let amendments = files.records("amendments.csv", "amendments", |reader, input: AmendmentInput, at| {
        let project = project_code(reader, at, &input.project);
        let amendment = input.read_at(reader, at);
        project.zip(amendment)
    })?;
    let payments = files.records("payments.csv", "payments", |reader, input: PaymentInput, at| {
        let project = project_code(reader, at, &input.project);
        let payment = input.read_at(reader, at);
        project.zip(payment)
    })?;
    let targets = files.records("targets.csv", "targets", |reader, input: TargetInput, at| {
        let project = project_code(reader, at, &input.project);
        let target = input.read_at(reader, at);
        project.zip(target)
    })?;
    let problems = files.reader.refusals();
    let document = DirectoryImport { programme, organisations, projects, amendments, payments, targets, problems };
    Ok(Folder { document, lines: files.lines })
}

impl Folder {
    /// Where in the files a path of the document lies, such as `payments.csv line 3, amount`.
    pub fn locate(&self, path: &str) -> String {
        let within = |record: &str| path.strip_prefix(record).filter(|rest| rest.is_empty() || rest.starts_with('.'));
        let found = self.lines.iter().filter_map(|(record, file, line)| Some((within(record)?, record, file, line)));
        match found.max_by_key(|(_, record, _, _)| record.len()) {
            Some(("", _, file, line)) => format!("{file} line {line}"),
            Some((column, _, file, line)) => format!("{file} line {line}, {}", &column[1..]),
            None => path.to_owned(),
        }
    }
}

struct Files<'a> {
    folder: &'a Path,
    reader: Reader,
    lines: Vec<(String, &'static str, u64)>,
}

impl Files<'_> {
    /// Reads each row of a file on its own; what could not be read leaves its place empty.
    fn records<I: DeserializeOwned, T>(
        &mut self,
        file: &'static str,
        list: &str,
        read: impl FnMut(&mut Reader, I, &str) -> Option<T>,
    ) -> Outcome<Vec<Placed<T>>> {
        let rows = self.rows(file, list)?;
        Ok(self.placed(rows, file, list, read))
    }

    fn placed<I: DeserializeOwned, T>(
        &mut self,
        rows: Vec<Row>,
        file: &'static str,
        list: &str,
        mut read: impl FnMut(&mut Reader, I, &str) -> Option<T>,
    ) -> Vec<Placed<T>> {
        let mut placed = Vec::with_capacity(rows.len());
        for (place, row) in rows.into_iter().enumerate() {
            self.lines.push((format!("{list}[{place}]"), file, row.line));
            match from_members(row.members) {
                Ok(input) => {
                    let item = read(&mut self.reader, input, &format!("{list}[{place}]."));
                    placed.extend(item.map(|item| Placed { place, item }));
                }
                Err(refusal) => self.reader.refuse(inside(refusal, list, place)),
            }
        }
        placed
    }

    fn programme(&mut self, mut row: Row) -> Outcome<Option<crate::directory::programme::ProgrammeDetails>> {
        self.lines.push(("programme".to_owned(), "programme.csv", row.line));
        for (list, file) in [("calls", "calls.csv"), ("periods", "periods.csv")] {
            let path = format!("programme.{list}");
            let mut items = Vec::new();
            for (place, item) in self.rows(file, &path)?.into_iter().enumerate() {
                self.lines.push((format!("{path}[{place}]"), file, item.line));
                items.push(Value::Object(item.members));
            }
            row.members.insert(list.to_owned(), items.into());
        }
        Ok(match from_members::<ProgrammeInput>(row.members) {
            Ok(input) => input.read_at(&mut self.reader, "programme."),
            Err(mut refusal) => {
                let path = refusal.path.take().unwrap_or_default();
                self.reader.refuse(refusal.at(format!("programme.{path}")));
                None
            }
        })
    }

    /// Reads the projects with their members; each belongs to the programme of the folder.
    fn projects(&mut self, programme: Option<Value>) -> Outcome<Vec<Placed<super::projects::Registered>>> {
        let mut rows = self.rows("projects.csv", "projects")?;
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, row) in rows.iter_mut().enumerate() {
            if let Some(code) = &programme {
                row.members.entry("programme").or_insert_with(|| code.clone());
            }
            if let Some(Value::String(code)) = row.members.get("code") {
                places.entry(code.clone()).or_insert(place);
            }
        }
        let mut members: Vec<Vec<Value>> = rows.iter().map(|_| Vec::new()).collect();
        for (at, mut row) in self.rows("members.csv", "members")?.into_iter().enumerate() {
            let project = row.members.remove("project");
            let place = project.as_ref().and_then(Value::as_str).and_then(|code| places.get(code));
            let Some(place) = place else {
                self.lines.push((format!("members[{at}]"), "members.csv", row.line));
                self.reader.refuse(Refusal::new(Code::NotFound).at(format!("members[{at}].project")));
                continue;
            };
            let record = format!("projects[{place}].members[{}]", members[*place].len());
            self.lines.push((record, "members.csv", row.line));
            members[*place].push(Value::Object(row.members));
        }
        for (row, members) in rows.iter_mut().zip(members) {
            row.members.insert("members".to_owned(), members.into());
        }
        Ok(self.placed(rows, "projects.csv", "projects", |reader, input: ProjectInput, at| input.read_at(reader, at)))
    }

    /// The rows of a file; none if it is missing. What is wrong with the file itself is refused at the list.
    fn rows(&mut self, file: &'static str, list: &str) -> Outcome<Vec<Row>> {
        let text = match std::fs::read(self.folder.join(file)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Failure::fault(format!("cannot read {file}: {error}"))),
        };
        let Ok(text) = std::str::from_utf8(&text) else {
            self.refuse_file(file, list, 1, Code::EncodingNotUtf8.into());
            return Ok(Vec::new());
        };
        // With plain line ends, since `csv` counts a line late behind the others.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(delimiter_of(text.as_bytes()))
            .flexible(true)
            .from_reader(text.as_bytes());
        let headers = csv.headers().map_err(|_| Failure::fault(format!("cannot read the header of {file}")))?.clone();
        let mut rows = Vec::new();
        for row in csv.records() {
            let row = row.map_err(|_| Failure::fault(format!("cannot read {file}")))?;
            let line = row.position().map_or(0, csv::Position::line);
            if row.len() != headers.len() {
                let ragged = Refusal::new(Code::RowRagged).with("found", row.len()).with("expected", headers.len());
                self.refuse_file(file, list, line, ragged);
                continue;
            }
            let cells = headers.iter().zip(&row).map(|(header, cell)| (header.trim(), cell.trim()));
            let members = cells.filter(|(_, cell)| !cell.is_empty());
            let members = members.map(|(header, cell)| (header.to_owned(), member(header, cell))).collect();
            rows.push(Row { line, members });
        }
        Ok(rows)
    }

    /// Refuses a line of a file that is no record of the document.
    fn refuse_file(&mut self, file: &'static str, list: &str, line: u64, refusal: Refusal) {
        // A place of its own, so that the list counts as unread.
        let record = format!("{list}[line {line}]");
        self.reader.refuse(refusal.at(&record));
        self.lines.push((record, file, line));
    }
}

/// A cell as the JSON value that its column holds; a cell that does not fit stays text, and is refused as such.
fn member(header: &str, cell: &str) -> Value {
    if NUMBERS.contains(&header) {
        return cell.parse::<i64>().map_or_else(|_| cell.into(), Value::from);
    }
    if FLAGS.contains(&header) {
        return match cell.to_lowercase().as_str() {
            "true" | "yes" | "oui" | "1" => true.into(),
            "false" | "no" | "non" | "0" => false.into(),
            _ => cell.into(),
        };
    }
    cell.into()
}
