//! One submission from its file to its answer, on a thread of its own.

use std::io::Read;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::answer::{self, Lines};
use super::parameters::{Asked, Format};
use super::pipe::Pipe;
use crate::access::once::RequestKey;
use crate::access::{Desk, Manner, Scope};
use crate::consolidation::operations as consolidation;
use crate::refusal::{Code, Language, Outcome, Refusal};
use crate::reporting::intake::{self, FileRefusal, Intake};
use crate::reporting::jobs::JobAnswer;
use crate::reporting::operations::{self as reporting, Mode, Submission, Submitted};
use crate::reporting::version::{Channel, Digest};
use crate::watch::{Stage, Watch};

/// The largest JSON document, in bytes; larger statements come as lines or tables.
const LARGEST_DOCUMENT: usize = 16 * 1024 * 1024;

/// Everything that a submission needs besides its body.
pub struct Work {
    /// The caller.
    pub scope: Scope,
    /// What was asked.
    pub asked: Asked,
    /// The code of the programme, whose key makes pseudonyms.
    pub programme: String,
    /// The idempotency key, if one was sent.
    pub key: Option<String>,
    /// Method, path and parameters, which belong to what must be the same when it comes again.
    pub route: String,
    /// The language of the answer.
    pub language: Language,
    /// Who watches.
    pub watch: Watch,
}

/// What a document says beside the statement.
#[derive(Default)]
struct Beside {
    base_version: Option<u32>,
    mode: Option<Mode>,
    check: Option<Digest>,
    dry_run: bool,
}

impl Work {
    /// Reads the body, checks or submits, and answers.
    pub fn run(self, desk: &Desk, pipe: Pipe) -> JobAnswer {
        let language = self.language;
        self.answer(desk, pipe).unwrap_or_else(|failure| answer::failed(&failure, language))
    }

    fn answer(self, desk: &Desk, mut pipe: Pipe) -> Outcome<JobAnswer> {
        self.watch.enter(Stage::Reading, 0)?;
        let (intake, beside) = self.read(desk, &mut pipe)?;
        if let Some(refusal) = pipe.refusal() {
            // Whatever was read of it, the body did not come whole.
            return Err(refusal.clone().into());
        }
        let refusals = self.refusals(intake.refusals.clone(), &intake);
        if !refusals.is_empty() {
            return Ok(answer::unreadable(&refusals, self.language));
        }
        let lines = lines_of(&intake);
        let missing = || Refusal::new(Code::FieldMissing).at("baseVersion");
        let mut content = intake.content;
        content.mode = self.asked.mode.or(beside.mode).unwrap_or_default();
        let mut justifications = self.asked.justifications;
        justifications.extend(intake.justifications);
        let mut answers = self.asked.answers;
        answers.extend(intake.answers);
        let submission = Submission {
            project: self.asked.project,
            period: self.asked.period,
            base_version: self.asked.base_version.or(beside.base_version).ok_or_else(missing)?,
            content,
            justifications,
            answers,
            check: self.asked.check.or(beside.check),
            channel: match self.asked.format {
                Format::Json => Channel::Json,
                Format::Ndjson => Channel::Ndjson,
                Format::Csv => Channel::Csv,
                Format::Xlsx => Channel::Xlsx,
            },
        };
        let body_hash = pipe.finish()?;
        let key = self.key.map(|key| {
            let mut mac = desk.keys.request_mac(b"request");
            mac.update(self.route.as_bytes());
            mac.update(&body_hash);
            RequestKey::of_hash(&desk.keys, &key, "", mac.finish())
        });
        let dry_run = self.asked.dry_run || beside.dry_run;
        let desk = desk.with_manner(Manner { dry_run, key: key.transpose()?, watch: self.watch });
        if dry_run {
            let (assessment, effects) = consolidation::check_with_effects(&desk, &self.scope, submission)?;
            return Ok(answer::checked(&assessment, &effects, &lines, self.language));
        }
        Ok(match reporting::submit(&desk, &self.scope, submission)? {
            Submitted::Accepted(receipt) => {
                let link = reporting::find_link(&desk, &self.scope, &receipt.version)?;
                answer::accepted(&receipt, link, &lines, self.language)
            }
            Submitted::Blocked(assessment, refusal) => answer::blocked(&assessment, &refusal, &lines, self.language),
        })
    }

    /// What reading refused, and a number of records that is not the one announced.
    fn refusals(&self, mut refusals: Vec<FileRefusal>, intake: &Intake) -> Vec<FileRefusal> {
        let found = intake.content.participations.len();
        if let Some(expected) = self.asked.record_count
            && refusals.is_empty()
            && usize::try_from(expected) != Ok(found)
        {
            let refusal = Refusal::new(Code::RecordCountDiffers).with("found", found).with("expected", expected);
            refusals.push(FileRefusal { line: None, refusal });
        }
        refusals
    }

    fn read(&self, desk: &Desk, pipe: &mut Pipe) -> Outcome<(Intake, Beside)> {
        let key = desk.keys.programme(&self.programme)?;
        let mut step = |done| self.watch.step(done);
        match self.asked.format {
            Format::Csv => Ok((intake::read_csv(pipe, key, &mut step)?, Beside::default())),
            Format::Xlsx => {
                let workbook = read_whole(pipe, intake::LARGEST_WORKBOOK)?;
                Ok((intake::read_workbook(&workbook, key, &mut step)?, Beside::default()))
            }
            Format::Ndjson => Ok((intake::read_lines(pipe, key, &mut step)?, Beside::default())),
            Format::Json => {
                let document = read_json(pipe)?;
                let beside = beside(&document)?;
                Ok((intake::read_document(&document, key), beside))
            }
        }
    }
}

fn lines_of(intake: &Intake) -> Lines {
    let references = intake.content.participations.iter().map(|p| p.reference.to_string());
    references.zip(intake.lines.iter().copied()).collect()
}

/// A body that has to be there whole before it is read, within a limit.
fn read_whole(pipe: &mut Pipe, limit: usize) -> Outcome<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::new());
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    if pipe.by_ref().take(most.saturating_add(1)).read_to_end(&mut content).is_err() {
        return Err(pipe.refusal().cloned().unwrap_or_else(|| Code::BodyIncomplete.into()).into());
    }
    if content.len() > limit {
        return Err(Refusal::new(Code::BodyTooLarge).with("limit", limit).into());
    }
    Ok(content)
}

/// A JSON document within limits, with no member named twice.
fn read_json(pipe: &mut Pipe) -> Outcome<Map<String, Value>> {
    let text = read_whole(pipe, LARGEST_DOCUMENT)?;
    match intake::parse_strictly(&text)? {
        Value::Object(document) => Ok(document),
        _ => Err(Code::RequestMalformed.into()),
    }
}

/// What a document says beside the statement; other members than known ones are refused.
fn beside(document: &Map<String, Value>) -> Result<Beside, Refusal> {
    let mut beside = Beside::default();
    for (name, value) in document {
        let wrong = |name: &str| Refusal::new(Code::RequestMalformed).at(name);
        match name.as_str() {
            "baseVersion" => {
                let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
                beside.base_version = Some(number.ok_or_else(|| wrong("baseVersion"))?);
            }
            "mode" => beside.mode = Some(value.as_str().and_then(Mode::of_code).ok_or_else(|| wrong("mode"))?),
            "check" if value.is_null() => {}
            "check" => {
                let check = value.as_str().and_then(|text| text.parse().ok());
                beside.check = Some(check.ok_or_else(|| wrong("check"))?);
            }
            "dryRun" => beside.dry_run = value.as_bool().ok_or_else(|| wrong("dryRun"))?,
            known if intake::is_statement_member(known) => {}
            _ => return Err(Code::MemberUnknown.into()),
        }
    }
    Ok(beside)
}
