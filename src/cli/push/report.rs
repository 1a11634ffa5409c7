//! What a push tells: progress while it runs, findings as a table that can be worked through, and how it ended.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::answer::{Document, Finding};
use super::conversation::{Pushed, Step};
use super::{PushArguments, Stop};
use crate::directory::period::Quarter;

/// How many lines of a file are named for one rule; the others are in the file of `--findings`.
const NAMED_LINES: usize = 6;

/// The width of tables where nobody says how wide the terminal is.
const USUAL_WIDTH: u16 = 120;

/// Tells a push to whoever started it.
pub struct Reporter {
    told: Told,
    ask: bool,
    findings: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Text,
    Json,
    Nothing,
}

impl Reporter {
    pub(super) fn new(arguments: &PushArguments) -> Self {
        let talks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        Self {
            told: if arguments.json { Told::Json } else { Told::Text },
            ask: talks && !arguments.yes && !arguments.json,
            findings: arguments.findings.clone(),
        }
    }

    /// Tells nothing, and asks nobody.
    pub fn silent() -> Self {
        Self { told: Told::Nothing, ask: false, findings: None }
    }

    /// A bar for an upload; on a terminal only.
    pub(super) fn upload(&self, length: u64, step: &Step) -> ProgressBar {
        let what = match step {
            Step::DryRun => "checking",
            Step::Commit(Some(_)) => "submitting",
            Step::Commit(None) => "looking for an earlier push",
        };
        let bar = self.bar("{bar:32} {bytes}/{total_bytes} {msg}");
        bar.set_length(length);
        bar.set_message(what);
        bar
    }

    /// A bar for a job; on a terminal only.
    pub(super) fn job(&self) -> ProgressBar {
        self.bar("{bar:32} {pos}/{len} {msg} (Ctrl-C cancels)")
    }

    fn bar(&self, template: &str) -> ProgressBar {
        let shown = self.told == Told::Text && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::with_draw_target(None, target).with_style(style)
    }

    /// Tells what was found, and asks whether to submit; yes where nobody can be asked.
    pub(super) fn agrees(&self, checked: &Document, project: &str, period: Quarter) -> bool {
        if !self.ask {
            return true;
        }
        print!("{}Submit {project}, {period}? [y/N] ", text(checked));
        let _ = std::io::stdout().flush();
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "o" | "oui")
    }

    /// Tells how it ended; gives the exit code.
    pub(super) fn end(&self, pushed: &Result<Pushed, Stop>) -> u8 {
        let mut code = pushed.as_ref().map_or_else(Stop::exit_code, Pushed::exit_code);
        if let (Some(path), Ok(pushed)) = (&self.findings, pushed)
            && let Some(document) = pushed.document()
            && write_findings(path, document).is_err()
        {
            eprintln!("faisceau: {} cannot be written", path.display());
            code = code.max(2);
        }
        match (self.told, pushed) {
            (Told::Nothing, _) => {}
            (Told::Json, _) => println!("{:#}", as_json(pushed, code)),
            (Told::Text, Ok(pushed)) => print!("{}", self.words(pushed)),
            (Told::Text, Err(stop)) => eprintln!("faisceau: {}", stop.words()),
        }
        code
    }

    fn words(&self, pushed: &Pushed) -> String {
        let known = |document: &Document| if self.ask { String::new() } else { text(document) };
        match pushed {
            Pushed::Submitted(document) => {
                let version = document.version.as_ref();
                let receipt = version.map_or_else(String::new, |version| {
                    let late = if version.late { ", after the due date" } else { "" };
                    format!(
                        "Submitted: version {}, {} participations{late}.\nDigest {}\n",
                        version.number, version.participation_count, version.digest
                    )
                });
                format!("{}{}", known(document), clean(&receipt))
            }
            Pushed::AlreadyThere { version, state } => {
                let more = match state.as_str() {
                    "RETURNED" => {
                        " It was sent back: push a corrected file, or name --base-version to submit it again."
                    }
                    _ => "",
                };
                format!("Already there, version {version}; its report is {}.{more}\n", clean(state))
            }
            Pushed::Checked(document) => {
                let justified = document.findings.iter().any(|finding| finding.justification.is_some());
                let note = if justified { " with the justifications given" } else { "" };
                format!("{}It would be accepted{note}. Nothing was stored.\n", text(document))
            }
            Pushed::Blocked(document) => format!("{}{}\n", text(document), self.what_to_do(document)),
            Pushed::Declined(_) => "Not submitted; nothing was stored.\n".to_owned(),
        }
    }

    fn what_to_do(&self, document: &Document) -> String {
        let unanswered: Vec<&str> = document
            .finding_counts
            .iter()
            .filter(|count| count.severity == "WARNING" && count.blocking_count > 0)
            .map(|count| count.code.as_str())
            .collect();
        let mut words = "Blocked; nothing was stored.".to_owned();
        if document.finding_counts.is_empty() && document.errors.is_empty() {
            words = format!("{words} {}", document.words());
        } else if document.finding_counts.iter().any(|count| count.severity == "ERROR") || !document.errors.is_empty() {
            words.push_str(" Correct the errors in the file and push it again.");
        }
        if let Some(code) = unanswered.first() {
            let others = if unanswered.len() > 1 { "; one for each code" } else { "" };
            words.push_str(&format!(
                " Correct what the warnings say, or answer them: --justify {}=\"…\"{others}.",
                clean(code)
            ));
        }
        if self.findings.is_none() && document.findings.len() + document.errors.len() > NAMED_LINES {
            words.push_str(" --findings FILE.csv writes them line by line.");
        }
        words
    }
}

impl Pushed {
    /// The document that it came with.
    fn document(&self) -> Option<&Document> {
        match self {
            Self::Submitted(document)
            | Self::Checked(document)
            | Self::Blocked(document)
            | Self::Declined(document) => Some(document),
            Self::AlreadyThere { .. } => None,
        }
    }
}

fn as_json(pushed: &Result<Pushed, Stop>, exit_code: u8) -> serde_json::Value {
    let mut told = match pushed {
        Ok(Pushed::AlreadyThere { version, state }) => json!({ "version": { "number": version }, "state": state }),
        Ok(pushed) => json!(pushed.document()),
        Err(stop) => json!({ "detail": stop.words() }),
    };
    told["outcome"] = json!(pushed.as_ref().map_or_else(Stop::outcome, Pushed::outcome));
    told["exitCode"] = json!(exit_code);
    told
}

/// Findings, errors and figures as tables; nothing where there are none.
fn text(document: &Document) -> String {
    let mut text = String::new();
    if !document.errors.is_empty() {
        text.push_str(&format!("{}\n", errors(document)));
    }
    if !document.finding_counts.is_empty() {
        text.push_str(&format!("{}\n", findings(document)));
    }
    let changed: Vec<_> = document.figures.iter().filter(|figure| figure.before != figure.after).collect();
    if !changed.is_empty() {
        let mut table = table(&["Figure", "Now", "Would be"]);
        for figure in changed {
            let name = if figure.name.is_empty() { &figure.indicator } else { &figure.name };
            table.add_row([clean(name), plain(&figure.before), plain(&figure.after)]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        text.push_str(&format!("{table}\n"));
    }
    text
}

fn table(header: &[&str]) -> Table {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(USUAL_WIDTH);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).set_header(header);
    table
}

/// Errors of the file, by code, with their lines.
fn errors(document: &Document) -> Table {
    let mut table = table(&["Error", "How many", "Lines", "For example", "What to do"]);
    let mut codes: Vec<&str> = Vec::new();
    for error in &document.errors {
        if codes.contains(&error.code.as_str()) {
            continue;
        }
        codes.push(&error.code);
        let same = || document.errors.iter().filter(|other| other.code == error.code);
        let place = error.path.as_ref().map_or_else(String::new, |path| format!("{path}: "));
        table.add_row([
            Cell::new(clean(&error.code)),
            Cell::new(same().count()).set_alignment(CellAlignment::Right),
            Cell::new(lines(same().map(|error| error.line))),
            Cell::new(clean(&format!("{place}{}", error.message))),
            Cell::new(clean(&error.remedy)),
        ]);
    }
    table
}

/// Findings by rule, the gravest first, as the server orders them.
fn findings(document: &Document) -> Table {
    let mut table = table(&["Gravity", "Rule", "How many", "Lines", "For example", "What to do"]);
    for count in &document.finding_counts {
        let same = || document.findings.iter().filter(|finding| finding.code == count.code);
        let first = same().next();
        let open = match (count.blocking_count, first.and_then(|finding| finding.justification.as_ref())) {
            (0, Some(_)) => "justified".to_owned(),
            (0, None) => String::new(),
            (blocking, _) if blocking == count.count => "blocks".to_owned(),
            (blocking, _) => format!("{blocking} block"),
        };
        let part = |take: fn(&Finding) -> &str| first.map_or_else(String::new, |finding| clean(take(finding)));
        table.add_row([
            Cell::new(clean(format!("{} {open}", count.severity.to_lowercase()).trim())),
            Cell::new(clean(&count.code)),
            Cell::new(count.count).set_alignment(CellAlignment::Right),
            Cell::new(lines(same().map(|finding| finding.line))),
            Cell::new(part(|finding| &finding.message)),
            Cell::new(part(|finding| &finding.remedy)),
        ]);
    }
    table
}

/// The first lines of some, and whether there are more.
fn lines(of: impl Iterator<Item = Option<u32>>) -> String {
    let mut known: Vec<u32> = of.flatten().collect();
    known.sort_unstable();
    known.dedup();
    let named: Vec<String> = known.iter().take(NAMED_LINES).map(u32::to_string).collect();
    let more = if known.len() > NAMED_LINES { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "—".to_owned(),
        serde_json::Value::String(text) => clean(text),
        other => clean(&other.to_string()),
    }
}

/// Writes errors and findings line by line.
fn write_findings(path: &Path, document: &Document) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(["severity", "code", "line", "path", "message", "remedy", "justification", "blocking"])?;
    let line = |line: Option<u32>| line.map_or_else(String::new, |line| line.to_string());
    for error in &document.errors {
        let path = error.path.as_deref().unwrap_or_default();
        file.write_record(["ERROR", &error.code, &line(error.line), path, &error.message, &error.remedy, "", "true"])?;
    }
    for one in &document.findings {
        let blocking = if one.blocking { "true" } else { "false" };
        let justification = one.justification.as_deref().unwrap_or_default();
        let place = line(one.line);
        file.write_record([
            &one.severity,
            &one.code,
            &place,
            &one.path,
            &one.message,
            &one.remedy,
            justification,
            blocking,
        ])?;
    }
    file.flush()?;
    Ok(())
}

/// Text of a server without what could steer a terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|sign| *sign == '\n' || !sign.is_control()).collect()
}
