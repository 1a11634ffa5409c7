//! Random histories: what happens to three projects that share people, and the playing of it through operations.

use std::collections::BTreeMap;

use faisceau::access::Scope;
use faisceau::access::role::Role;
use faisceau::clock::{Clock, Instant};
use faisceau::directory::money::Cents;
use faisceau::directory::period::Quarter;
use faisceau::directory::programme::{Call, Programme};
use faisceau::directory::project::Project;
use faisceau::id::{OrganisationId, PaymentId};
use faisceau::refusal::{Code, Failure, Outcome};
use faisceau::reporting::lifecycle::State;
use faisceau::reporting::operations::{self as reporting, Content, Submission, Submitted, Target};
use faisceau::reporting::rules::{JustifiedWarning, RULE_SET, Severity, rules};
use faisceau::reporting::sections::{Finance, SentSections};
use faisceau::reporting::version::{Channel, Report};
use faisceau::storage::Store;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::model::{PlainPayment, PlainStay, PlainVersion};
use super::stays::{Stay, statement_of};
use crate::support::{Stage, world};

/// One thing that happens. Small numbers choose among whatever it can happen to at that moment.
#[derive(Clone, Debug)]
pub enum Step {
    /// A partner submits what it stated before, without some stays, with some of them ended, and with new ones.
    Submit {
        project: usize,
        period: u8,
        drop: u8,
        end: u8,
        add: Vec<Stay>,
    },
    Recall(u8),
    StartReview(u8),
    Return(u8),
    Approve(u8),
    /// A submission is reviewed and approved at once.
    Accept(u8),
    Reopen(u8),
    Annul(u8),
    /// The funder pays a project some euros, some days after the programme's first.
    Pay {
        project: usize,
        euros: u16,
        day: u8,
    },
    /// A payment turns out to be wrong.
    CancelPayment(u8),
    /// The node restarts: new connections, an empty image.
    Restart,
    /// Some days pass.
    Days(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let rarely = prop_oneof![6 => Just(0_u8), 1 => any::<u8>()];
    let added = prop::collection::vec(Stay::any(), 0..7);
    let submit = (0..3_usize, any::<u8>(), rarely.clone(), rarely, added)
        .prop_map(|(project, period, drop, end, add)| Step::Submit { project, period, drop, end, add });
    prop_oneof![
        7 => submit,
        1 => any::<u8>().prop_map(Step::Recall),
        3 => any::<u8>().prop_map(Step::StartReview),
        2 => any::<u8>().prop_map(Step::Return),
        3 => any::<u8>().prop_map(Step::Approve),
        7 => any::<u8>().prop_map(Step::Accept),
        2 => any::<u8>().prop_map(Step::Reopen),
        2 => any::<u8>().prop_map(Step::Annul),
        2 => (0..3_usize, 1..900_u16, any::<u8>()).prop_map(|(project, euros, day)| Step::Pay { project, euros, day }),
        1 => any::<u8>().prop_map(Step::CancelPayment),
        1 => Just(Step::Restart),
        4 => (1..100_u8).prop_map(Step::Days),
    ]
}

/// Histories of 10 to 40 steps.
pub fn histories() -> impl Strategy<Value = Vec<Step>> {
    histories_of(10..41)
}

/// Histories of some number of steps.
pub fn histories_of(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), steps)
}

/// Whether a step moved what answers read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    Figures,
    NoFigure,
    Calendar,
}

/// A history being played, and a plain account of it that shares no code with the product's own.
pub struct Play {
    pub stage: Stage,
    pub programme: Programme,
    pub projects: Vec<Project>,
    /// Versions by project, in the order of their numbers.
    pub versions: Vec<Vec<PlainVersion>>,
    pub payments: Vec<PlainPayment>,
    /// The SIRET of each lead.
    pub organisations: BTreeMap<OrganisationId, String>,
    pub payment_ids: Vec<PaymentId>,
    partners: Vec<Scope>,
    officer: Scope,
    /// The newest statement of each project, with its references.
    stated: Vec<Vec<(String, Stay)>>,
    reports: Vec<Report>,
    references: usize,
}

impl Play {
    /// Three projects, two of them in one region and one with a shorter agreement; it is October 2023.
    pub fn begin() -> Self {
        let stage = Stage::empty(Clock::set_to("2023-10-15T10:00:00Z".parse::<Instant>().unwrap()));
        let mut details = world::programme();
        details.calls.push(Call { code: "WAVE-2".parse().unwrap(), ..details.calls[0].clone() });
        let programme = stage.programme(details);
        let funder = stage.organisation(1);
        let mut projects = Vec::new();
        let mut partners = Vec::new();
        let mut organisations = BTreeMap::new();
        for (number, department) in [(2, "69"), (3, "13"), (4, "38")] {
            let lead = stage.organisation(number);
            let cents = i64::from(number) * 1_000_001;
            let code = format!("P{number}");
            let mut details = world::project(&code, &lead, &funder, department, cents * 2, cents);
            if number == 4 {
                (details.agreement_from, details.agreement_to) = (date(2023, 4, 1), date(2024, 3, 31));
                details.call = "WAVE-2".parse().unwrap();
            }
            if number != 2 {
                details.sector = "Catering".parse().unwrap();
            }
            organisations.insert(lead.clone(), world::some_siret(number).as_str().to_owned());
            projects.push(stage.project(&programme, details));
            partners.push(stage.client(&format!("partner-{number}"), Role::Partner, Some(&lead)));
        }
        let officer = stage.client("officer", Role::Officer, Some(&funder));
        Self {
            stage,
            programme,
            projects,
            versions: vec![Vec::new(); 3],
            payments: Vec::new(),
            organisations,
            payment_ids: Vec::new(),
            partners,
            officer,
            stated: vec![Vec::new(); 3],
            reports: Vec::new(),
            references: 0,
        }
    }

    /// The present day in the programme.
    pub fn today(&self) -> Date {
        self.stage.desk.clock.now().day_in(&self.programme.details.time_zone)
    }

    /// Plays one step.
    pub fn play(&mut self, step: &Step) -> Moved {
        use reporting::{annul, approve, recall, reopen, return_for_correction, start_review};
        let desk = self.stage.desk.clone();
        let officer = self.officer.clone();
        let reason = "Because.".parse().unwrap();
        match step {
            Step::Submit { project, period, drop, end, add } => {
                if let Some(period) = self.choose_period(*project, *period) {
                    self.submit(*project, period, *drop, *end, add);
                }
                Moved::NoFigure
            }
            Step::Recall(pick) => {
                let partners = self.partners.clone();
                let owner = |place: usize| partners[place].clone();
                self.act(State::Submitted, *pick, |place, target| recall(&desk, &owner(place), target));
                Moved::NoFigure
            }
            Step::StartReview(pick) => {
                self.act(State::Submitted, *pick, |_, target| start_review(&desk, &officer, target));
                Moved::NoFigure
            }
            Step::Return(pick) => {
                let act = |_: usize, target: &Target| return_for_correction(&desk, &officer, target, &reason, &[]);
                self.act(State::InReview, *pick, act);
                Moved::NoFigure
            }
            Step::Reopen(pick) => {
                self.act(State::Approved, *pick, |_, target| reopen(&desk, &officer, target, &reason));
                Moved::NoFigure
            }
            Step::Approve(pick) => {
                let approved = self.act(State::InReview, *pick, |_, target| approve(&desk, &officer, target, true));
                self.note_approval(approved)
            }
            Step::Accept(pick) => {
                let approved = self.act(State::Submitted, *pick, |_, target| {
                    start_review(&desk, &officer, target).and_then(|_| approve(&desk, &officer, target, true))
                });
                self.note_approval(approved)
            }
            Step::Annul(pick) => {
                let Some((project, number)) = self.choose_approved(*pick) else { return Moved::NoFigure };
                let report = self.report_of(project, self.versions[project][number - 1].period).clone();
                let target = Target { report: report.id, version: u32::try_from(number).unwrap() };
                let Some(report) = unless_refused(annul(&desk, &officer, &target, &reason)) else {
                    return Moved::NoFigure;
                };
                self.keep(report);
                self.versions[project][number - 1].annulled = Some(self.head());
                Moved::Figures
            }
            Step::Pay { project, euros, day } => self.pay(*project, *euros, *day),
            Step::CancelPayment(pick) => self.cancel_payment(*pick),
            Step::Restart => {
                self.stage.desk.store = Store::open(self.stage.database.location()).unwrap();
                Moved::NoFigure
            }
            Step::Days(days) => {
                desk.clock.turn_to(desk.clock.now().plus_seconds(i64::from(*days) * 86_400));
                Moved::Calendar
            }
        }
    }

    fn note_approval(&mut self, approved: Option<(usize, usize)>) -> Moved {
        let Some((project, number)) = approved else { return Moved::NoFigure };
        self.versions[project][number - 1].approved = Some(self.head());
        Moved::Figures
    }

    /// The journal's last position.
    pub fn head(&self) -> i64 {
        self.stage.desk.store.read(faisceau::storage::journal::head).unwrap().0.0
    }

    /// Does something to one of the reports in a state; gives the project's place and the version's number.
    fn act(
        &mut self,
        state: State,
        pick: u8,
        act: impl FnOnce(usize, &Target) -> Outcome<Report>,
    ) -> Option<(usize, usize)> {
        let fitting: Vec<&Report> = self.reports.iter().filter(|report| report.state == state).collect();
        let report = *fitting.get(usize::from(pick) % fitting.len().max(1))?;
        let place = self.projects.iter().position(|project| project.id == report.project).unwrap();
        let target = Target { report: report.id.clone(), version: report.current_version };
        let report = unless_refused(act(place, &target))?;
        self.keep(report);
        Some((place, usize::try_from(target.version).unwrap()))
    }

    fn choose_approved(&self, pick: u8) -> Option<(usize, usize)> {
        let in_force = |version: &&PlainVersion| version.approved.is_some() && version.annulled.is_none();
        let places = (0..3).flat_map(|project| {
            let versions = self.versions[project].iter().filter(in_force);
            versions.map(move |version| (project, version.number))
        });
        let places: Vec<(usize, usize)> = places.collect();
        places.get(usize::from(pick) % places.len().max(1)).copied()
    }

    /// One of the periods that are over and not before the newest one reported.
    fn choose_period(&self, project: usize, pick: u8) -> Option<Quarter> {
        let details = &self.projects[project].details;
        let newest = self.versions[project].last().map(|version| version.period);
        // Seldom also when its report is not with the partner, to be refused.
        let with_partner = |newest| matches!(self.report_of(project, newest).state, State::Draft | State::Returned);
        let may_repeat = pick > 240 || newest.is_some_and(with_partner);
        let periods = self.programme.details.periods.iter().filter(|period| {
            period.last_on <= self.today()
                && details.agreement_meets(period.first_on, period.last_on)
                && newest.is_none_or(|newest| period.code > newest || (period.code == newest && may_repeat))
        });
        let periods: Vec<Quarter> = periods.map(|period| period.code).collect();
        periods.get(usize::from(pick) % periods.len().max(1)).copied()
    }

    /// Submits for a period; a report in a state that does not allow it is left alone.
    pub fn submit(&mut self, project: usize, period: Quarter, drop: u8, end: u8, add: &[Stay]) {
        let bit = |bits: u8, place: usize| bits >> (place % 8) & 1 == 1;
        let before = self.stated[project].clone();
        let mut stays: Vec<(String, Stay)> =
            before.into_iter().enumerate().filter(|(place, _)| !bit(drop, *place)).map(|(_, stay)| stay).collect();
        for (place, (_, stay)) in stays.iter_mut().enumerate().filter(|(place, _)| bit(end, *place)) {
            stay.length.get_or_insert(30 + 10 * u16::try_from(place).unwrap());
        }
        for stay in add {
            self.references += 1;
            stays.push((format!("R-{}", self.references), stay.clone()));
        }
        let details = &self.projects[project].details;
        let (stays, participations) = statement_of(stays, details.agreement_from, details.agreement_to, period);
        let number = self.versions[project].len() + 1;
        let before = self.versions[project].last();
        let plain = stays.iter().zip(&participations).map(|((reference, stay), stated)| {
            let same = before.and_then(|version| version.stays.iter().find(|before| before.stated == *stated));
            PlainStay {
                who: stay.who(project, reference),
                first: same.map_or(number, |same| same.first),
                stated: stated.clone(),
                classes: stay.classes(),
            }
        });
        let plain: Vec<PlainStay> = plain.collect();
        // Every other version says nothing new of money.
        let spending =
            before.and_then(|version| version.spending).unwrap_or(0) + i64::try_from(number % 2).unwrap() * 1_234;
        let sections = SentSections {
            finance: Some(Finance { spending: Cents(spending), cofinancing: Vec::new() }),
            ..SentSections::default()
        };
        let submission = Submission {
            project: self.projects[project].id.clone(),
            period,
            base_version: u32::try_from(self.versions[project].len()).unwrap(),
            content: Content { participations, sections, ..Content::default() },
            justifications: every_justification(),
            answers: Vec::new(),
            check: None,
            channel: Channel::GraphQl,
        };
        let submitted = reporting::submit(&self.stage.desk, &self.partners[project], submission);
        let Some(submitted) = unless_refused(submitted) else { return };
        let Submitted::Accepted(receipt) = submitted else { panic!("{submitted:?}") };
        self.stated[project] = stays;
        let late = self.today() > period.next().first_day().last_of_month();
        self.versions[project].push(PlainVersion {
            number,
            period,
            late,
            spending: Some(spending),
            stays: plain,
            approved: None,
            annulled: None,
        });
        assert_eq!(usize::try_from(receipt.version.number).unwrap(), number);
        self.keep(receipt.report);
    }

    /// Approves a version that has been submitted, whatever its review needs before.
    pub fn approve(&mut self, project: usize, period: Quarter) {
        let report = self.report_of(project, period).clone();
        let target = Target { report: report.id, version: report.current_version };
        reporting::start_review(&self.stage.desk, &self.officer, &target).unwrap();
        let report = reporting::approve(&self.stage.desk, &self.officer, &target, true).unwrap();
        self.keep(report);
    }

    fn report_of(&self, project: usize, period: Quarter) -> &Report {
        let id = &self.projects[project].id;
        self.reports.iter().find(|report| report.project == *id && report.period == period).unwrap()
    }

    fn keep(&mut self, report: Report) {
        match self.reports.iter_mut().find(|known| known.id == report.id) {
            Some(known) => *known = report,
            None => self.reports.push(report),
        }
    }
}

/// What came of an action, or nothing if it is not allowed here; anything else is a failure.
pub fn unless_refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(Failure::Refused(refusal))
            if matches!(
                refusal.code,
                Code::TransitionRefused | Code::LaterPeriodReported | Code::PaymentsAboveGrant
            ) =>
        {
            None
        }
        Err(failure) => panic!("{failure:?}"),
    }
}

fn every_justification() -> Vec<JustifiedWarning> {
    let warnings = rules(RULE_SET).filter(|rule| rule.severity == Severity::Warning);
    let answer = |code: &str| JustifiedWarning { code: code.to_owned(), path: None, text: "Checked.".parse().unwrap() };
    warnings.map(|rule| answer(rule.code)).collect()
}

/// A day counted from the programme's first.
pub fn day_of(place: u16) -> Date {
    date(2023, 1, 1).checked_add(i64::from(place).days()).unwrap()
}
