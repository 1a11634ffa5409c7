//! A whole directory, to be registered at once: what a funder that adopts the product brings along.
//!
//! Parts are known by their places in lists, so that every problem can say where it lies. What could not be read is left
//! out and said in `problems`; what follows only from that is not said again.

use std::collections::{HashMap, HashSet};

use super::amendment::AmendmentDetails;
use super::money::Cents;
use super::naming::{OrganisationName, ProgrammeName};
use super::organisation::OrganisationDetails;
use super::payment::{PaymentDetails, check_sum};
use super::period::Quarter;
use super::programme::ProgrammeDetails;
use super::project::{ConsortiumMember, ProjectDetails};
use super::siret::Siret;
use super::target::Target;
use crate::clock::Instant;
use crate::refusal::{Code, Refusal};
use crate::text::ShortCode;

/// A whole directory, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub struct DirectoryImport {
    /// The programme with its calls and periods.
    pub programme: Option<ProgrammeDetails>,
    /// Its organisations.
    pub organisations: Vec<Placed<OrganisationDetails>>,
    /// Its projects, each naming its programme.
    pub projects: Vec<Placed<(ProgrammeName, ProjectDetails<OrganisationName>)>>,
    /// Amendments, by the project's code, in the order of their numbers.
    pub amendments: Vec<Placed<(ShortCode, AmendmentDetails<OrganisationName>)>>,
    /// Payments, by the project's code.
    pub payments: Vec<Placed<(ShortCode, PaymentDetails)>>,
    /// Targets, by the project's code.
    pub targets: Vec<Placed<(ShortCode, Target)>>,
    /// What could not be read.
    pub problems: Vec<Refusal>,
}

/// Something at a place of its list, from 0.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The place.
    pub place: usize,
    /// What stands there.
    pub item: T,
}

impl DirectoryImport {
    /// Everything that does not hold within the document: what could not be read, what stands twice, what names nothing,
    /// sums that do not fit, and days that have not come at an instant.
    pub fn problems(&self, now: Instant) -> Vec<Refusal> {
        let mut problems = self.problems.clone();
        problems.extend(self.programme_problems());
        problems.extend(doubles("organisations", "siret", &self.organisations, |details| &details.siret));
        problems.extend(doubles("projects", "code", &self.projects, |(_, details)| &details.code));
        for Placed { place, item: (programme, details) } in &self.projects {
            let within = |refusal: Refusal| inside(refusal, "projects", *place);
            problems.extend(details.check().err().map(within));
            problems.extend(self.programme_problem(programme).map(within));
            problems.extend(self.call_problem(&details.call).map(within));
            problems.extend(double_members(&details.members).into_iter().map(within));
        }
        for Placed { place, item: (project, amended) } in &self.amendments {
            let within = |refusal: Refusal| inside(refusal, "amendments", *place);
            problems.extend(self.project_problem(project).map(within));
            problems.extend(amended.changes.call.as_ref().and_then(|call| self.call_problem(call)).map(within));
            problems
                .extend(double_members(amended.changes.members.as_deref().unwrap_or_default()).into_iter().map(within));
        }
        for Placed { place, item: (project, target) } in &self.targets {
            let within = |refusal: Refusal| inside(refusal, "targets", *place);
            problems.extend(self.project_problem(project).map(within));
            problems.extend(target.period.and_then(|period| self.period_problem(period)).map(within));
        }
        problems.extend(doubles("targets", "indicator", &self.targets, |(project, target)| {
            (project, &target.indicator, target.period)
        }));
        problems.extend(self.history_problems());
        problems.extend(self.days_ahead(now));
        problems
    }

    /// The SIRETs of the organisations in the document.
    pub fn sirets(&self) -> HashSet<&Siret> {
        self.organisations.iter().map(|placed| &placed.item.siret).collect()
    }

    /// Every organisation that the document names, with where it does.
    pub fn named_organisations(&self) -> impl Iterator<Item = (String, &OrganisationName)> {
        let leads = self
            .projects
            .iter()
            .map(|Placed { place, item: (_, details) }| (format!("projects[{place}].lead"), &details.lead));
        let of_projects = self.projects.iter().map(|p| ("projects", p.place, p.item.1.members.as_slice()));
        let of_amendments = self
            .amendments
            .iter()
            .map(|a| ("amendments", a.place, a.item.1.changes.members.as_deref().unwrap_or_default()));
        let members = of_projects.chain(of_amendments).flat_map(|(list, place, members)| {
            members
                .iter()
                .enumerate()
                .map(move |(at, member)| (format!("{list}[{place}].members[{at}].organisation"), &member.organisation))
        });
        leads.chain(members)
    }

    /// Whether something of a list could not be read, so that what it would have been is not known.
    pub fn is_unread(&self, list: &str) -> bool {
        let within = |path: &str| path == list || path.strip_prefix(list).is_some_and(|rest| rest.starts_with('['));
        self.problems.iter().any(|problem| problem.path.as_deref().is_none_or(within))
    }

    fn programme_problems(&self) -> Vec<Refusal> {
        let Some(programme) = &self.programme else { return Vec::new() };
        let mut problems = Vec::new();
        let (mut calls, mut periods) = (HashSet::new(), HashSet::new());
        for (place, call) in programme.calls.iter().enumerate() {
            if !calls.insert(&call.code) {
                problems.push(Refusal::new(Code::AlreadyRegistered).at(format!("programme.calls[{place}].code")));
            }
        }
        for (place, period) in programme.periods.iter().enumerate() {
            if !periods.insert(period.code) {
                problems.push(Refusal::new(Code::AlreadyRegistered).at(format!("programme.periods[{place}].code")));
            }
        }
        problems
    }

    fn days_ahead(&self, now: Instant) -> Vec<Refusal> {
        let Some(programme) = &self.programme else { return Vec::new() };
        let today = now.day_in(&programme.time_zone);
        let signed = self.amendments.iter().map(|a| ("amendments", a.place, "signedOn", a.item.1.amendment.signed_on));
        let paid = self.payments.iter().map(|p| ("payments", p.place, "paidOn", p.item.1.paid_on));
        let ahead = signed.chain(paid).filter(|(_, _, _, day)| *day > today);
        let ahead = ahead.map(|(list, place, field, _)| {
            inside(Refusal::new(Code::DayAhead).at(field).with("today", today), list, place)
        });
        ahead.collect()
    }

    fn programme_problem(&self, name: &ProgrammeName) -> Option<Refusal> {
        let programme = self.programme.as_ref()?;
        let same = *name == ProgrammeName::Code(programme.code.clone());
        (!same).then(|| Refusal::new(Code::NotFound).at("programme"))
    }

    fn call_problem(&self, code: &ShortCode) -> Option<Refusal> {
        let programme = self.programme.as_ref().filter(|_| !self.is_unread("programme.calls"))?;
        let known = programme.calls.iter().any(|call| call.code == *code);
        (!known).then(|| Refusal::new(Code::CodeUnknown).at("call").with("list", "calls"))
    }

    fn period_problem(&self, code: Quarter) -> Option<Refusal> {
        let programme = self.programme.as_ref().filter(|_| !self.is_unread("programme.periods"))?;
        let known = programme.periods.iter().any(|period| period.code == code);
        (!known).then(|| Refusal::new(Code::CodeUnknown).at("period").with("list", "periods"))
    }

    fn project_problem(&self, code: &ShortCode) -> Option<Refusal> {
        let known = self.projects.iter().any(|placed| placed.item.1.code == *code) || self.is_unread("projects");
        (!known).then(|| Refusal::new(Code::NotFound).at("project"))
    }

    /// What does not hold in the history of each project: the order of its amendments, what it becomes by them, and its
    /// payments against the grant that it ends with.
    fn history_problems(&self) -> Vec<Refusal> {
        let mut problems = Vec::new();
        let mut projects: HashMap<&ShortCode, (ProjectDetails<OrganisationName>, u32)> = HashMap::new();
        for Placed { item: (_, details), .. } in &self.projects {
            projects.entry(&details.code).or_insert_with(|| (details.clone(), 0));
        }
        if !self.is_unread("amendments") {
            for Placed { place, item: (project, amended) } in &self.amendments {
                let Some((details, newest)) = projects.get_mut(project) else { continue };
                let within = |refusal: Refusal| inside(refusal, "amendments", *place);
                if amended.amendment.number != *newest + 1 {
                    let out_of_order = Refusal::new(Code::AmendmentOutOfOrder).at("number");
                    problems.push(within(out_of_order.with("next", *newest + 1)));
                }
                *newest = amended.amendment.number;
                *details = amended.changes.clone().applied(details.clone());
                problems.extend(details.check().err().map(within));
            }
        }
        let mut paid: HashMap<&ShortCode, Vec<Cents>> = HashMap::new();
        for Placed { place, item: (project, payment) } in &self.payments {
            let within = |refusal: Refusal| inside(refusal, "payments", *place);
            problems.extend(self.project_problem(project).map(within));
            let Some((details, _)) = projects.get(project) else { continue };
            let amounts = paid.entry(project).or_default();
            amounts.push(payment.amount);
            let sum = check_sum(details.grant, amounts.iter().copied());
            problems.extend(sum.err().map(|refusal| within(refusal.at("amount"))));
        }
        problems
    }
}

/// A refusal at a place of a list.
pub fn inside(mut refusal: Refusal, list: &str, place: usize) -> Refusal {
    let path = refusal.path.take();
    refusal.at(path.map_or_else(|| format!("{list}[{place}]"), |path| format!("{list}[{place}].{path}")))
}

/// Members that stand in a consortium more than once in the same role.
fn double_members(members: &[ConsortiumMember<OrganisationName>]) -> Vec<Refusal> {
    let again = members.iter().enumerate().filter(|(place, member)| members[..*place].contains(member));
    let refusal = |place| Refusal::new(Code::AlreadyRegistered).at(format!("members[{place}].organisation"));
    again.map(|(place, _)| refusal(place)).collect()
}

/// What stands in a list more than once, by a key.
fn doubles<'a, T, K: std::hash::Hash + Eq + 'a>(
    list: &str,
    field: &str,
    items: &'a [Placed<T>],
    key: impl Fn(&'a T) -> K,
) -> Vec<Refusal> {
    let mut seen = HashSet::new();
    let again = items.iter().filter(|placed| !seen.insert(key(&placed.item)));
    again.map(|placed| inside(Refusal::new(Code::AlreadyRegistered).at(field), list, placed.place)).collect()
}
