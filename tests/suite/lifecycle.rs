//! Who may do what to a report in which state: the whole table, produced by doing it.

use std::cell::Cell;
use std::fmt::Write;

use faisceau::access::Scope;
use faisceau::access::role::{Permission, Role};
use faisceau::clock::{Clock, Instant};
use faisceau::directory::programme::{Programme, ProgrammeDetails};
use faisceau::directory::project::Project;
use faisceau::id::OrganisationId;
use faisceau::refusal::Failure;
use faisceau::reporting::lifecycle::{Action, State};
use faisceau::reporting::operations::{self as reporting, Content, Submission, Submitted, Target};
use faisceau::reporting::version::{Channel, Report};

use crate::support::{Stage, world};

/// The callers: each role, and those whom more than their role decides about.
const CALLERS: [&str; 8] =
    ["partner", "colleague", "other-partner", "officer", "officer-of-partner", "analyst", "auditor", "operator"];

struct Cast {
    stage: Stage,
    programme: Programme,
    /// One that asks a second person at the partner to certify.
    certified: Programme,
    partner: OrganisationId,
    scopes: Vec<Scope>,
    projects: Cell<u32>,
}

/// A report in some state, and its version that was approved before, which is 1.
struct Found {
    project: Project,
    report: Report,
    versions: u32,
}

impl Cast {
    fn assemble() -> Self {
        let stage = Stage::empty(Clock::set_to("2023-07-15T10:00:00Z".parse::<Instant>().unwrap()));
        let programme = stage.programme(world::programme());
        let code = "CERT".parse().unwrap();
        let certified = stage.programme(ProgrammeDetails { code, certification: true, ..world::programme() });
        let (funder, partner, other) = (stage.organisation(1), stage.organisation(2), stage.organisation(3));
        let scopes = CALLERS.map(|name| match name {
            "partner" | "colleague" => stage.client(name, Role::Partner, Some(&partner)),
            "other-partner" => stage.client(name, Role::Partner, Some(&other)),
            "officer" => stage.client(name, Role::Officer, Some(&funder)),
            "officer-of-partner" => stage.client(name, Role::Officer, Some(&partner)),
            "analyst" => stage.client(name, Role::Analyst, None),
            "auditor" => stage.client(name, Role::Auditor, None),
            _ => stage.client(name, Role::Operator, None),
        });
        Self { stage, programme, certified, partner, scopes: scopes.into(), projects: Cell::new(0) }
    }

    fn scope(&self, name: &str) -> &Scope {
        &self.scopes[CALLERS.iter().position(|caller| *caller == name).unwrap()]
    }

    /// Does something to a report as somebody: where it led, or the code of the refusal.
    fn act(&self, caller: &str, found: &mut Found, action: Action) -> Result<State, &'static str> {
        let (desk, scope) = (&self.stage.desk, self.scope(caller));
        // Everything is about the newest version but annulment, which is about the approved one.
        let version = match action {
            Action::Annul if found.report.state != State::Approved => 1,
            _ => found.report.current_version,
        };
        let target = Target { report: found.report.id.clone(), version };
        let reason = "Because.".parse().unwrap();
        let done = match action {
            Action::Submit => return self.submit(caller, found, "2023-Q1"),
            Action::Certify => reporting::certify(desk, scope, &target),
            Action::Recall => reporting::recall(desk, scope, &target),
            Action::StartReview => reporting::start_review(desk, scope, &target),
            Action::Return => reporting::return_for_correction(desk, scope, &target, &reason, &[]),
            Action::Approve => reporting::approve(desk, scope, &target, true),
            Action::Reopen => reporting::reopen(desk, scope, &target, &reason),
            Action::Annul => reporting::annul(desk, scope, &target, &reason),
        };
        found.report = done.map_err(|failure| code_of(&failure))?;
        Ok(found.report.state)
    }

    fn submit(&self, caller: &str, found: &mut Found, period: &str) -> Result<State, &'static str> {
        let submission = Submission {
            project: found.project.id.clone(),
            period: period.parse().unwrap(),
            base_version: found.versions,
            content: Content::default(),
            justifications: Vec::new(),
            answers: Vec::new(),
            check: None,
            channel: Channel::GraphQl,
        };
        let submitted = reporting::submit(&self.stage.desk, self.scope(caller), submission);
        let Submitted::Accepted(receipt) = submitted.map_err(|failure| code_of(&failure))? else {
            panic!("an empty statement is only noticed");
        };
        found.versions += 1;
        if period == "2023-Q1" {
            found.report = receipt.report.clone();
        }
        Ok(receipt.report.state)
    }

    /// A report for 2023-Q1 that was approved once, then led to a state, with or without a version for 2023-Q2.
    fn lead_to(&self, state: State, later: bool) -> Option<Found> {
        use Action::{Approve, Certify, Recall, Reopen, Return, StartReview, Submit};
        let number = self.projects.get() + 1;
        self.projects.set(number);
        let details = world::project(&format!("P{number}"), &self.partner, &self.partner, "69", 200, 100);
        let certified = state == State::AwaitingCertification;
        let project = self.stage.project(if certified { &self.certified } else { &self.programme }, details);
        let path: &[Action] = match state {
            State::Returned => &[],
            State::Draft => &[Submit, Recall],
            State::Submitted | State::AwaitingCertification => &[Submit],
            State::InReview => &[Submit, StartReview],
            State::Approved => &[Submit, StartReview, Approve],
            State::Superseded if later => &[Submit, StartReview],
            // Nothing is superseded unless a later period has been reported.
            State::Superseded => return None,
        };
        let mut found = self.first_version(project);
        let first: &[Action] =
            if certified { &[Certify, StartReview, Approve, Reopen] } else { &[StartReview, Approve, Reopen] };
        for action in first.iter().chain(path) {
            let caller = match action {
                Submit | Recall => "partner",
                Certify => "colleague",
                _ => "officer",
            };
            self.act(caller, &mut found, *action).unwrap();
        }
        if later {
            self.submit("partner", &mut found, "2023-Q2").unwrap();
        }
        if state == State::Superseded {
            self.act("officer", &mut found, Return).unwrap();
        }
        assert_eq!(found.report.state, state);
        Some(found)
    }

    fn first_version(&self, project: Project) -> Found {
        let submission = Submission {
            project: project.id.clone(),
            period: "2023-Q1".parse().unwrap(),
            base_version: 0,
            content: Content::default(),
            justifications: Vec::new(),
            answers: Vec::new(),
            check: None,
            channel: Channel::GraphQl,
        };
        match reporting::submit(&self.stage.desk, self.scope("partner"), submission).unwrap() {
            Submitted::Accepted(receipt) => Found { project, report: receipt.report, versions: 1 },
            blocked => panic!("{blocked:?}"),
        }
    }
}

fn code_of(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code.as_str(),
        Failure::Fault(fault) => panic!("{fault:?}"),
    }
}

#[test]
fn the_lifecycle_is_this_table() {
    let cast = Cast::assemble();
    let mut table = String::from("-> STATE is where an action leads; anything else is the code of its refusal.\n");
    for later in [false, true] {
        for caller in CALLERS {
            let when = if later { "a later period reported" } else { "no later period reported" };
            writeln!(table, "\n{caller}, {when}").unwrap();
            for state in State::ALL {
                let mut found = None;
                let mut row = Vec::new();
                for action in Action::ALL {
                    // Only an action that was done needs a fresh report after it.
                    let mut report = match found.take() {
                        Some(report) => report,
                        None => match cast.lead_to(state, later) {
                            Some(report) => report,
                            None => break,
                        },
                    };
                    let told = match cast.act(caller, &mut report, action) {
                        Ok(to) => format!("-> {}", to.code()),
                        Err(code) => {
                            let kept =
                                reporting::find_report(&cast.stage.desk, cast.scope("auditor"), &report.report.id);
                            assert_eq!(kept.unwrap().unwrap(), report.report, "a refusal changes nothing");
                            found = Some(report);
                            code.to_owned()
                        }
                    };
                    row.push((action.code(), told));
                }
                // One line where every action is told the same.
                let alike = row.windows(2).all(|pair| pair[0].1 == pair[1].1);
                let row = match row.first() {
                    Some((_, told)) if alike => vec![("any action", told.clone())],
                    _ => row,
                };
                for (action, told) in row {
                    writeln!(table, "  {:<22} {action:<12} {told}", state.code()).unwrap();
                }
            }
        }
    }
    insta::assert_snapshot!("lifecycle", table);
}

#[test]
fn the_permissions_of_roles_are_this_table() {
    let mut table = format!("{:<20}", "");
    for role in Role::ALL {
        write!(table, " {:<8}", role.code()).unwrap();
    }
    for permission in Permission::ALL {
        write!(table, "\n{:<20}", format!("{permission:?}")).unwrap();
        for role in Role::ALL {
            write!(table, " {:<8}", if role.may(permission) { "yes" } else { "-" }).unwrap();
        }
    }
    insta::assert_snapshot!("permissions", table);
}
