//! Plays the story on a service: every report goes through the same operations as the API's, by callers recognised by
//! their tokens, while the clock is turned from moment to moment.

use super::Story;
use super::rehearsal::answers;
use super::reports::PlannedReport;
use crate::access::client::{Client, Registration};
use crate::access::operations::{self as access, Proof};
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::operations as directory;
use crate::id::{OrganisationId, ProjectId, ReportId};
use crate::refusal::{Failure, Outcome};
use crate::reporting::lifecycle::Action;
use crate::reporting::operations::{self as reporting, Content, Submission, Submitted, Target};
use crate::reporting::sections::SentSections;
use crate::reporting::statement::Statement;
use crate::reporting::version::Channel;

/// The client that reviews.
pub const REVIEWER: &str = "officer-review";

/// The client that approves.
pub const APPROVER: &str = "officer-approval";

/// Why the officer sends reports back.
pub(super) const RETURN_REASON: &str =
    "Des sorties du trimestre manquent ou sont incomplètes : merci de les compléter.";

/// What happens at one moment of a report's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    Submitted,
    Returned,
    Resubmitted,
    Approved,
}

impl Moment {
    /// Whether a version is submitted.
    pub(super) fn submits(self) -> bool {
        matches!(self, Self::Submitted | Self::Resubmitted)
    }

    /// The code of what somebody does.
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::Submitted | Self::Resubmitted => Action::Submit.code(),
            Self::Returned => Action::Return.code(),
            Self::Approved => Action::Approve.code(),
        }
    }
}

/// The cast: who acts for whom.
struct Cast {
    reviewer: Scope,
    approver: Scope,
    partners: Vec<Scope>,
    projects: Vec<ProjectId>,
}

/// The name of a project's partner client.
pub fn partner_client(project_code: &str) -> String {
    format!("partner-{}", project_code.to_lowercase())
}

/// Registers the directory and plays every report; tells how many of how many are done after each step.
pub fn play(desk: &Desk, story: &Story, mut progress: impl FnMut(usize, usize)) -> Outcome<()> {
    let moments = moments(story);
    if let Some((first, _, _)) = moments.first() {
        desk.clock.turn_to(first.plus_seconds(-30 * 86_400));
    }
    let cast = register(desk, story)?;
    let key = desk.keys.programme(story.programme.code.as_str())?;
    let statements = story.statements(key);
    let mut reports: Vec<Option<(ReportId, u32)>> = vec![None; story.reports.len()];
    let mut versions = vec![0_u32; story.projects.len()];
    let count = moments.len();
    for (done, (at, place, moment)) in moments.into_iter().enumerate() {
        desk.clock.turn_to(at);
        let planned = &story.reports[place];
        match moment {
            Moment::Submitted | Moment::Resubmitted => {
                let statement = statements.at(planned, moment);
                let target = submit(desk, &cast, planned, versions[planned.project], statement)?;
                versions[planned.project] = target.version;
                reports[place] = Some((target.report, target.version));
            }
            Moment::Returned => return_once(desk, &cast, &target_of(&reports, place)?)?,
            Moment::Approved => approve(desk, &cast, &target_of(&reports, place)?)?,
        }
        progress(done + 1, count);
    }
    Ok(())
}

/// Every moment of every report, in the order of time.
pub(super) fn moments(story: &Story) -> Vec<(Instant, usize, Moment)> {
    let mut moments = Vec::with_capacity(story.reports.len() * 2);
    for (place, report) in story.reports.iter().enumerate() {
        moments.push((report.submitted_at, place, Moment::Submitted));
        if let Some(returned) = &report.returned {
            moments.push((returned.returned_at, place, Moment::Returned));
            moments.push((returned.resubmitted_at, place, Moment::Resubmitted));
        }
        moments.push((report.approved_at, place, Moment::Approved));
    }
    moments.sort();
    moments
}

fn register(desk: &Desk, story: &Story) -> Outcome<Cast> {
    let operator = access::at_the_console(Role::Operator);
    let programme = directory::register_programme(desk, &operator, story.programme.clone())?;
    let funder = directory::register_organisation(desk, &operator, story.funder.clone())?;
    let mut organisations: Vec<OrganisationId> = Vec::with_capacity(story.organisations.len());
    for details in &story.organisations {
        organisations.push(directory::register_organisation(desk, &operator, details.clone())?.id);
    }
    let mut cast = Cast {
        reviewer: enter(desk, &operator, REVIEWER, Role::Officer, Some(&funder.id))?,
        approver: enter(desk, &operator, APPROVER, Role::Officer, Some(&funder.id))?,
        partners: Vec::new(),
        projects: Vec::new(),
    };
    for planned in &story.projects {
        let details = planned.details(&organisations);
        let client = partner_client(details.code.as_str());
        cast.partners.push(enter(desk, &operator, &client, Role::Partner, Some(&details.lead))?);
        cast.projects.push(directory::register_project(desk, &operator, &programme.id, details)?.id);
    }
    Ok(cast)
}

/// Registers a client, gets it a token with its secret, and has it recognised by that token.
fn enter(
    desk: &Desk,
    operator: &Scope,
    name: &str,
    role: Role,
    organisation: Option<&OrganisationId>,
) -> Outcome<Scope> {
    let client = Client::new(name.parse().map_err(Failure::Refused)?, role, organisation.cloned());
    let Registration { client, secret } = access::register_client(desk, operator, client)?;
    let proof = Proof::Secret { client: client.id.to_string(), secret };
    let token = access::issue_token(desk, &access::authenticate(desk, &proof, None)?, None)?.token;
    access::recognise(desk, &token)
}

/// A whole statement as it is sent; what it does not state is not there yet.
fn content_of(statement: Statement) -> Content {
    let sections = SentSections {
        activities: Some(statement.sections.activities),
        finance: statement.sections.finance,
        declared_figures: Some(statement.sections.declared_figures),
        narrative: statement.sections.narrative,
    };
    Content { participations: statement.participations, sections, ..Content::default() }
}

/// Checks, answers the warnings, and submits.
fn submit(
    desk: &Desk,
    cast: &Cast,
    planned: &PlannedReport,
    base_version: u32,
    statement: Statement,
) -> Outcome<Target> {
    let scope = &cast.partners[planned.project];
    let mut submission = Submission {
        project: cast.projects[planned.project].clone(),
        period: planned.period,
        base_version,
        content: content_of(statement),
        justifications: Vec::new(),
        answers: Vec::new(),
        check: None,
        channel: Channel::Demo,
    };
    let assessment = reporting::check(desk, scope, submission.clone())?.assessment;
    submission.justifications = answers(&assessment.findings.counts);
    match reporting::submit(desk, scope, submission)? {
        Submitted::Accepted(receipt) => Ok(Target { report: receipt.report.id, version: receipt.version.number }),
        Submitted::Blocked(assessment, _) => Err(Failure::fault(format!(
            "the story does not meet the rules in {}: {:?}",
            planned.period,
            assessment.findings.listed.iter().filter(|finding| finding.blocks()).take(3).collect::<Vec<_>>()
        ))),
    }
}

fn return_once(desk: &Desk, cast: &Cast, target: &Target) -> Outcome<()> {
    reporting::start_review(desk, &cast.reviewer, target)?;
    let reason = RETURN_REASON.parse().map_err(Failure::Refused)?;
    reporting::return_for_correction(desk, &cast.reviewer, target, &reason, &[])?;
    Ok(())
}

fn approve(desk: &Desk, cast: &Cast, target: &Target) -> Outcome<()> {
    reporting::start_review(desk, &cast.reviewer, target)?;
    reporting::approve(desk, &cast.approver, target, true)?;
    Ok(())
}

fn target_of(reports: &[Option<(ReportId, u32)>], place: usize) -> Outcome<Target> {
    let (report, version) =
        reports[place].clone().ok_or_else(|| Failure::fault("the story acts on a report not yet sent"))?;
    Ok(Target { report, version })
}
