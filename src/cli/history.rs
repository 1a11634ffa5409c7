//! `faisceau import-history`: a funder's past approved versions from files, all of them or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;

use super::Place;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::{Desk, Manner};
use crate::refusal::{Failure, Language, Outcome, Refusal};
use crate::reporting::operations::import_past;
use crate::reporting::past::{Past, PastFormat, PastOutcome, PastVersion};
use crate::reporting::rules::{JustifiedWarning, Severity};
use crate::reporting::statement::parse_day;

/// How many lines are printed; the others are in the file of `--findings`.
const PRINTED: usize = 40;

/// The manifest's name in a folder.
const MANIFEST: &str = "history.json";

#[derive(Args)]
pub(super) struct HistoryArguments {
    /// The manifest, or a folder that holds it as history.json.
    manifest: PathBuf,
    /// Do everything, tell what would come of it, and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write everything that was found to a CSV file.
    #[arg(long, value_name = "FILE.csv")]
    findings: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// The manifest: what is stated of each version, beside its file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Manifest {
    programme: String,
    source: String,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Version {
    project: String,
    period: String,
    /// Beside the manifest or below it: `.csv`, or JSON lines.
    file: PathBuf,
    /// A file of the form `{"CODE": "text"}`.
    justifications: Option<PathBuf>,
    submitted_on: String,
    approved_on: String,
    approved_by: String,
}

pub(super) fn import(arguments: &HistoryArguments) -> Outcome<ExitCode> {
    let folder = arguments.manifest.is_dir();
    let path = if folder { arguments.manifest.join(MANIFEST) } else { arguments.manifest.clone() };
    let manifest = Manifest::read(&path)?;
    let root = path.parent().unwrap_or(Path::new(""));
    let past = manifest.past(root)?;
    let desk = arguments.place.desk()?;
    let desk = desk.with_manner(Manner { dry_run: arguments.dry_run, ..Manner::default() });
    let (outcomes, refusal) = take_in(&desk, &past, &manifest, root)?;
    let told = told(&manifest, &outcomes);
    if let Some(path) = &arguments.findings {
        write(path, &told).map_err(|_| Failure::fault(format!("cannot write {}", path.display())))?;
    }
    print(&told, arguments.findings.is_some());
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    let participations: u64 = outcomes.iter().map(|outcome| u64::from(outcome.participation_count)).sum();
    println!(
        "{} {} approved versions with {participations} participations.",
        if arguments.dry_run { "Nothing was stored. It would take in" } else { "Took in" },
        outcomes.len()
    );
    Ok(ExitCode::SUCCESS)
}

fn take_in(desk: &Desk, past: &Past, manifest: &Manifest, root: &Path) -> Outcome<(Vec<PastOutcome>, Option<Refusal>)> {
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} versions");
    let bar =
        ProgressBar::new(past.versions.len() as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let open = |place: usize| -> Outcome<Box<dyn Read>> {
        let path = root.join(&manifest.versions[place].file);
        Ok(Box::new(File::open(&path).map_err(|error| unreadable(&path, &error))?))
    };
    let progress = |done: usize| bar.set_position(done as u64);
    let taken = import_past(desk, &at_the_console(Role::Officer), past, &open, &progress);
    bar.finish_and_clear();
    taken
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::fault(format!("cannot read {}: {}", path.display(), error.kind()))
}

impl Manifest {
    fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        serde_json::from_slice(&text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Failure::fault(format!("{} is not a manifest of past versions: see {place}", path.display()))
        })
    }

    /// What the manifest states, read; the first thing that does not hold is told with its place.
    fn past(&self, root: &Path) -> Outcome<Past> {
        let at = |path: &'static str| move |refusal: Refusal| Failure::from(refusal.at(path));
        let version = |(place, version): (usize, &Version)| {
            version.read(root).map_err(|what| Failure::fault(format!("versions[{place}] of the manifest: {what}")))
        };
        Ok(Past {
            programme: self.programme.parse().map_err(at("programme"))?,
            source: self.source.parse().map_err(at("source"))?,
            versions: self.versions.iter().enumerate().map(version).collect::<Outcome<_>>()?,
        })
    }
}

impl Version {
    fn read(&self, root: &Path) -> Result<PastVersion, String> {
        let told = |name: &'static str| move |refusal: Refusal| format!("{name}: {}", refusal.message(Language::En));
        let day = |name: &str, text: &str| parse_day(text).ok_or_else(|| format!("{name} is not a day"));
        let format = match self.file.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => PastFormat::Csv,
            Some("ndjson" | "jsonl") => PastFormat::Lines,
            _ => return Err("file ends neither in .csv nor in .ndjson".to_owned()),
        };
        for path in [Some(&self.file), self.justifications.as_ref()].into_iter().flatten() {
            if !path.components().all(|part| matches!(part, Component::Normal(_))) {
                return Err("a file does not lie below the manifest's folder".to_owned());
            }
        }
        Ok(PastVersion {
            project: self.project.parse().map_err(told("project"))?,
            period: self.period.parse().map_err(told("period"))?,
            format,
            submitted_on: day("submittedOn", &self.submitted_on)?,
            approved_on: day("approvedOn", &self.approved_on)?,
            approved_by: self.approved_by.parse().map_err(told("approvedBy"))?,
            justifications: self.answers(root)?,
        })
    }

    fn answers(&self, root: &Path) -> Result<Vec<JustifiedWarning>, String> {
        let Some(path) = &self.justifications else { return Ok(Vec::new()) };
        let text = std::fs::read(root.join(path)).map_err(|error| format!("justifications: {}", error.kind()))?;
        let read: BTreeMap<String, String> = serde_json::from_slice(&text)
            .map_err(|_| "justifications: not a JSON object of the form {\"CODE\": \"text\"}".to_owned())?;
        let answer = |(code, text): (String, String)| {
            let text = text.parse().map_err(|_| format!("justifications: the text for {code} does not hold"))?;
            Ok(JustifiedWarning { code, path: None, text })
        };
        read.into_iter().map(answer).collect()
    }
}

/// A line of what was found.
struct Found {
    file: String,
    line: Option<u32>,
    severity: &'static str,
    code: &'static str,
    path: String,
    message: String,
    remedy: String,
    justified: bool,
}

/// Everything that was found, version by version.
fn told(manifest: &Manifest, outcomes: &[PastOutcome]) -> Vec<Found> {
    let mut told = Vec::new();
    for (version, outcome) in manifest.versions.iter().zip(outcomes) {
        let file = version.file.display().to_string();
        told.extend(outcome.refusals.iter().map(|refused| Found {
            file: file.clone(),
            line: refused.line,
            severity: Severity::Error.code(),
            code: refused.refusal.code.as_str(),
            path: refused.refusal.path.clone().unwrap_or_default(),
            message: refused.refusal.message(Language::En),
            remedy: refused.refusal.remedy(Language::En),
            justified: false,
        }));
        told.extend(outcome.findings.iter().map(|(line, finding)| Found {
            file: file.clone(),
            line: *line,
            severity: finding.rule.severity.code(),
            code: finding.rule.code,
            path: finding.path.clone(),
            message: finding.message(Language::En),
            remedy: finding.rule.remedy(Language::En).to_owned(),
            justified: finding.justification.is_some(),
        }));
    }
    told
}

/// Prints the gravest of what was found.
fn print(told: &[Found], is_written: bool) {
    let errors = || told.iter().filter(|found| found.severity == Severity::Error.code());
    for found in errors().take(PRINTED) {
        let line = found.line.map_or_else(String::new, |line| format!(", line {line}"));
        println!("{}{line}: {} {} {} {}", found.file, found.code, found.path, found.message, found.remedy);
    }
    let (errors, others) = (errors().count(), told.len() - errors().count());
    if told.is_empty() {
        return;
    }
    let more = if is_written { "" } else { " --findings FILE.csv writes them line by line." };
    println!("{errors} errors, and {others} findings that block nothing of the past.{more}");
}

fn write(path: &Path, told: &[Found]) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(["file", "line", "severity", "code", "path", "message", "remedy", "justified"])?;
    for found in told {
        let line = found.line.map_or_else(String::new, |line| line.to_string());
        let justified = if found.justified { "true" } else { "false" };
        file.write_record([
            &found.file,
            &line,
            found.severity,
            found.code,
            &found.path,
            &found.message,
            &found.remedy,
            justified,
        ])?;
    }
    file.flush()?;
    Ok(())
}
