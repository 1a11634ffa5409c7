//! The conversation of a push: where things stand, a dry run, and the submission that commits exactly what was checked.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::ProgressBar;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use ureq::SendBody;

use super::agent::{Agent, Answered, refused};
use super::answer::{Document, Job};
use super::file::{Content, Format};
use super::report::Reporter;
use super::{Interrupt, Mode, Stop};
use crate::directory::period::Quarter;
use crate::refusal::{Code, Language};
use crate::reporting::lifecycle::State;

/// How often a job is asked how far it is.
const ASK_JOB_EVERY: Duration = Duration::from_millis(700);

/// A file of this many bytes becomes a job at once, so that its sender sees how far it is.
const LARGE: u64 = 1024 * 1024;

/// How often a submission whose job was lost with its process is sent again.
const SENT_AGAIN: u32 = 3;

/// Everything that a push is told.
pub struct Order {
    /// The file.
    pub file: PathBuf,
    /// How it is written.
    pub format: Format,
    /// The server's address, without a slash at its end.
    pub server: String,
    /// The client's name.
    pub client: String,
    /// The client's secret.
    pub secret: SecretString,
    /// The programme's code.
    pub programme: String,
    /// The project's code.
    pub project: String,
    /// The period.
    pub period: String,
    /// What the participations are to those that are there.
    pub mode: Mode,
    /// The version that it builds on; the newest if absent.
    pub base_version: Option<u32>,
    /// Answers to warnings, by the codes of their rules.
    pub justifications: Vec<(String, String)>,
    /// Whether only to check.
    pub dry_run: bool,
    /// The language of findings.
    pub language: Language,
}

/// What came of a push.
#[derive(Clone, Debug)]
pub enum Pushed {
    /// A version was frozen.
    Submitted(Document),
    /// The same content is there already, as the version of this number.
    AlreadyThere {
        /// The version's number.
        version: u32,
        /// Where its report stands.
        state: String,
    },
    /// It was checked, as was asked, and nothing blocks it.
    Checked(Document),
    /// Findings or errors in the file block it.
    Blocked(Document),
    /// Whoever was asked said no.
    Declined(Document),
}

/// Where things stand at the server.
struct Standing {
    project: String,
    newest: u32,
    /// The report of the period: the number of its newest version, and its state.
    report: Option<(u32, String)>,
}

/// Checks a file and submits it.
pub fn push(order: &Order, interrupt: &Interrupt, reporter: &mut Reporter) -> Result<Pushed, Stop> {
    let period: Quarter =
        order.period.parse().map_err(|_| Stop::Usage("--period takes a period such as 2024-Q3".to_owned()))?;
    let content = Content::read(&order.file)?;
    let agent = Agent::new(&order.server, &order.client, &order.secret, order.language, interrupt);
    let standing = stand(&agent, order, period)?;
    let push = Push { order, interrupt, content, agent, period, standing };
    push.run(reporter)
}

struct Push<'a> {
    order: &'a Order,
    interrupt: &'a Interrupt,
    content: Content,
    agent: Agent<'a>,
    period: Quarter,
    standing: Standing,
}

impl Push<'_> {
    fn run(&self, reporter: &mut Reporter) -> Result<Pushed, Stop> {
        let base = self.order.base_version.unwrap_or(self.standing.newest);
        if !self.order.dry_run
            && let Some(there) = self.find_earlier(reporter)?
        {
            return Ok(there);
        }
        let checked = match self.exchange(reporter, base, Step::DryRun)? {
            (200, document) if document.blocked != Some(true) => document,
            (200, document) => return Ok(Pushed::Blocked(document)),
            (status, document) => return self.unwanted(status, document),
        };
        if self.order.dry_run {
            return Ok(Pushed::Checked(checked));
        }
        if !reporter.agrees(&checked, &self.order.project, self.period) {
            return Ok(Pushed::Declined(checked));
        }
        let check = checked.check.clone().unwrap_or_default();
        match self.exchange(reporter, base, Step::Commit(Some(check)))? {
            (201, document) => Ok(Pushed::Submitted(document)),
            (status, document) => self.unwanted(status, document),
        }
    }

    /// The version that an earlier push of the same content made. Every push names its content and its base in its
    /// idempotency key: sent again as it must have been sent then, it gets that answer. A base that is no longer the
    /// newest version can have no other effect: the server refuses it.
    fn find_earlier(&self, reporter: &mut Reporter) -> Result<Option<Pushed>, Stop> {
        // What was recalled is not there any more.
        let Some((number, state)) = self.standing.report.as_ref().filter(|(_, state)| state != State::Draft.code())
        else {
            return Ok(None);
        };
        let base = self.order.base_version.unwrap_or(number.saturating_sub(1));
        if base >= self.standing.newest {
            return Ok(None);
        }
        let there = |version| Some(Pushed::AlreadyThere { version, state: state.clone() });
        let (status, document) = self.exchange(reporter, base, Step::Commit(None))?;
        match (status, document.code.as_deref()) {
            (201, _) => Ok(there(document.version.map_or(base + 1, |version| version.number))),
            // The key is known, and was then sent with a check, which is not known any more.
            (_, Some(code)) if code == Code::IdempotencyKeyReused.as_str() => Ok(there(base + 1)),
            (_, Some(code)) if code == Code::VersionConflict.as_str() && self.order.base_version.is_none() => Ok(None),
            (_, Some(code)) if code == Code::LaterPeriodReported.as_str() => Ok(None),
            _ => self.unwanted(status, document).map(Some),
        }
    }

    /// What is neither a check nor a version: something wrong with the file, or a refusal.
    fn unwanted(&self, status: u16, document: Document) -> Result<Pushed, Stop> {
        let about_the_file = [Code::BodyTooLarge, Code::TooManyRecords, Code::FindingsBlock].map(Code::as_str);
        let code = document.code.as_deref().unwrap_or_default();
        if !document.errors.is_empty() || !document.findings.is_empty() || about_the_file.contains(&code) {
            return Ok(Pushed::Blocked(document));
        }
        Err(refused(status, &document.words()))
    }

    /// Sends the file and waits for the answer, also if it becomes a job; a job lost with its process is sent again.
    fn exchange(&self, reporter: &mut Reporter, base: u32, step: Step) -> Result<(u16, Document), Stop> {
        for _ in 0..SENT_AGAIN {
            let bar = reporter.upload(self.content.length(), &step);
            let answered = self.agent.send(&mut |token| {
                let mut reader = self.content.reader(&bar, self.interrupt)?;
                self.request(token, base, &step).send(SendBody::from_reader(&mut reader))
            });
            bar.finish_and_clear();
            let (status, document) = parse(&answered?)?;
            match document.job {
                Some(job) if status == 202 => {
                    if let Some(answer) = self.follow(*job, &reporter.job())? {
                        return Ok(answer);
                    }
                }
                _ => return Ok((status, document)),
            }
        }
        Err(Stop::Unreachable("the server was restarted again and again before it was done".to_owned()))
    }

    fn request(&self, token: &str, base: u32, step: &Step) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let path = format!("/v1/projects/{}/reports/{}/submissions", self.standing.project, self.period);
        let mode = self.order.mode.code();
        let mut request = self
            .agent
            .post(&path, token)
            .header("content-type", self.order.format.content_type())
            .header("content-length", self.content.length().to_string())
            .query("baseVersion", base.to_string())
            .query("mode", mode);
        if self.content.length() >= LARGE {
            request = request.header("prefer", "respond-async");
        }
        for (code, text) in &self.order.justifications {
            request = request.query("justification", format!("{code}:{text}"));
        }
        match step {
            Step::DryRun => request.query("dryRun", "true"),
            Step::Commit(check) => {
                if let Some(check) = check {
                    request = request.query("check", check);
                }
                let key = self.content.key(&self.standing.project, &self.period.to_string(), base, mode);
                request.header("idempotency-key", key)
            }
        }
    }

    /// Waits for a job's answer; nothing if it was lost with its process. A wish to stop cancels it.
    fn follow(&self, mut job: Job, bar: &ProgressBar) -> Result<Option<(u16, Document)>, Stop> {
        let path = format!("/v1/jobs/{}", job.id);
        let mut cancelled = false;
        loop {
            bar.set_length(job.total_count.unwrap_or(0));
            bar.set_position(job.done_count);
            bar.set_message(super::report::clean(&job.stage.to_lowercase()));
            match (job.state.as_str(), job.answer) {
                ("DONE", Some(answer)) => {
                    bar.finish_and_clear();
                    return Ok(Some((answer.status, answer.body)));
                }
                ("INTERRUPTED", _) => return Ok(None),
                ("CANCELLED", _) => return Err(Stop::Interrupted("cancelled; nothing was stored".to_owned())),
                _ => {}
            }
            if !self.interrupt.wait(ASK_JOB_EVERY) {
                if !cancelled {
                    cancelled = true;
                    bar.println("Cancelling …");
                    // Refused if it has ended meanwhile, which the next look tells.
                    let _ = self.cancel(&path);
                }
                std::thread::sleep(ASK_JOB_EVERY);
            }
            let answered = self.agent.get(&path)?;
            job =
                serde_json::from_str(&answered.text).map_err(|_| refused(answered.status, "the job cannot be read"))?;
        }
    }

    fn cancel(&self, path: &str) -> Result<Answered, Stop> {
        self.agent.send(&mut |token| self.agent.post(&format!("{path}/cancellation"), token).send_empty())
    }
}

/// What a file is sent for.
pub(super) enum Step {
    /// To be checked.
    DryRun,
    /// To be kept: as it was checked, if that is known.
    Commit(Option<String>),
}

fn parse(answered: &Answered) -> Result<(u16, Document), Stop> {
    let document = serde_json::from_str(&answered.text);
    let document = document.map_err(|_| refused(answered.status, "the answer is not one of a Faisceau server"))?;
    Ok((answered.status, document))
}

const STANDING: &str = "query Standing($programme: String!, $project: String!) { \
    projectByCode(programme: $programme, code: $project) { id reports(first: 200) { nodes { period state currentVersion } } } }";

/// Finds the project, its newest version and the report of the period. A project has fewer periods than a page.
fn stand(agent: &Agent<'_>, order: &Order, period: Quarter) -> Result<Standing, Stop> {
    #[derive(Deserialize)]
    struct Found {
        id: String,
        reports: Nodes,
    }
    #[derive(Deserialize)]
    struct Nodes {
        nodes: Vec<Report>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Report {
        period: String,
        state: String,
        current_version: u32,
    }
    let data = agent.ask(STANDING, json!({ "programme": order.programme, "project": order.project }))?;
    let found: Option<Found> = serde_json::from_value(data["projectByCode"].clone())
        .map_err(|_| Stop::Unreachable("the server's answer cannot be read".to_owned()))?;
    let found = found.ok_or_else(|| {
        Stop::Refused("the client sees no project of this code in a programme of this code".to_owned())
    })?;
    let reports = found.reports.nodes;
    Ok(Standing {
        project: found.id,
        newest: reports.iter().map(|report| report.current_version).max().unwrap_or(0),
        report: reports
            .into_iter()
            .find(|report| report.period == period.to_string() && report.current_version > 0)
            .map(|report| (report.current_version, report.state)),
    })
}

impl Pushed {
    /// The exit code that says so.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Submitted(_) | Self::AlreadyThere { .. } | Self::Checked(_) => 0,
            Self::Blocked(_) | Self::Declined(_) => 1,
        }
    }

    /// What came of it, in a word.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "SUBMITTED",
            Self::AlreadyThere { .. } => "ALREADY_THERE",
            Self::Checked(_) => "CHECKED",
            Self::Blocked(_) => "BLOCKED",
            Self::Declined(_) => "DECLINED",
        }
    }
}
