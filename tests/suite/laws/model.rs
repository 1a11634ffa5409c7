//! The roll-up once more, as plainly as it can be said: loops over stays, no image, no keys, no positions of rows.

use std::collections::BTreeMap;

use faisceau::consolidation::answer::{Answer, Cell, Counts, ProjectSums};
use faisceau::consolidation::outcome::DefinitionVersion;
use faisceau::consolidation::question::{Dimension, Filter, Question, Window};
use faisceau::directory::period::Quarter;
use faisceau::directory::project::Project;
use faisceau::reporting::codes::Sex;
use jiff::civil::Date;

use super::history::Play;

/// A version as it was submitted, and where in the journal it was approved and annulled.
#[derive(Clone, Debug)]
pub struct PlainVersion {
    pub number: usize,
    pub period: Quarter,
    pub late: bool,
    pub stays: Vec<PlainStay>,
    pub approved: Option<i64>,
    pub annulled: Option<i64>,
}

/// A stay in days and classes: of the definition "at least six months", then of "more than six months".
#[derive(Clone, Debug)]
pub struct PlainStay {
    pub who: String,
    pub entry: Date,
    pub exit: Option<Date>,
    pub sex: Sex,
    pub classes: [usize; 2],
}

/// What an answer says, without identifiers.
#[derive(Debug, PartialEq, Eq)]
pub struct Figures {
    pub total: Cell,
    pub groups: Vec<(String, Cell)>,
    /// How many persons supported the groups share: counted once too often for each group beyond the first.
    pub shared: Option<i64>,
    pub due: Option<Quarter>,
    /// Codes of the projects in force, partial and missing.
    pub coverage: [Vec<String>; 3],
    pub late: usize,
}

impl Figures {
    /// What the product answered.
    pub fn of(answer: &Answer) -> Self {
        let codes = |projects: &[Project]| projects.iter().map(|p| p.details.code.to_string()).collect();
        let supported = faisceau::consolidation::indicator::find_indicator("SUPPORTED").unwrap();
        let coverage = &answer.coverage;
        Self {
            total: answer.total.clone(),
            groups: answer.groups.iter().map(|group| (group.key.clone(), group.cell.clone())).collect(),
            shared: answer.overlap(supported, faisceau::consolidation::question::Unit::Person),
            due: coverage.period,
            coverage: [codes(&coverage.in_force), codes(&coverage.partial), codes(&coverage.missing)],
            late: coverage.late_count,
        }
    }

    /// What the model answers to the same question, at the position, day and window that the answer names.
    pub fn expected(play: &Play, question: &Question, answer: &Answer) -> Self {
        let model = Model { play, position: answer.position.0, definition: question.definition };
        let (window, filter) = (answer.window, &question.filter);
        let cuts = question.group_by.map(|dimension| model.cuts(dimension, window, filter));
        let shared = cuts.as_ref().map(|cuts| model.shared(window, filter, cuts));
        let groups = cuts.unwrap_or_default().into_iter();
        let groups = groups.map(|(key, window, filter)| (key, model.cell(window, &filter))).collect();
        let periods = &play.programme.details.periods;
        let due = periods.iter().rfind(|p| p.last_on <= window.to && p.due_on <= answer.day);
        let mut coverage: [Vec<String>; 3] = Default::default();
        let mut late = 0;
        for place in (0..3).filter(|place| model.selects(*place, filter)) {
            let details = &play.projects[place].details;
            let Some(due) = due else { continue };
            if details.agreement_from > due.last_on || details.agreement_to < due.first_on {
                continue;
            }
            let version = model.in_force(place);
            let part = version.map_or(2, |version| usize::from(version.period < due.code));
            coverage[part].push(details.code.to_string());
            late += usize::from(version.is_some_and(|version| version.late));
        }
        let total = model.cell(window, filter);
        Self { total, groups, shared, due: due.map(|period| period.code), coverage, late }
    }
}

struct Model<'a> {
    play: &'a Play,
    position: i64,
    definition: DefinitionVersion,
}

type Cut = (String, Window, Filter);

impl Model<'_> {
    fn selects(&self, place: usize, filter: &Filter) -> bool {
        let project = &self.play.projects[place];
        (filter.projects.is_empty() || filter.projects.contains(&project.id))
            && (filter.regions.is_empty() || filter.regions.contains(&region(project)))
    }

    fn in_force(&self, place: usize) -> Option<&PlainVersion> {
        let known = |position: Option<i64>| position.is_some_and(|position| position <= self.position);
        self.play.versions[place].iter().rfind(|version| known(version.approved) && !known(version.annulled))
    }

    /// The stays selected that have a day in the window.
    fn supported(&self, window: Window, filter: &Filter) -> Vec<&PlainStay> {
        let stays = (0..3).filter(|place| self.selects(*place, filter)).filter_map(|place| self.in_force(place));
        stays
            .flat_map(|version| &version.stays)
            .filter(|stay| filter.sexes.is_empty() || filter.sexes.contains(&stay.sex))
            .filter(|stay| stay.entry <= window.to && stay.exit.is_none_or(|exit| exit >= window.from))
            .collect()
    }

    fn class(&self, stay: &PlainStay) -> usize {
        stay.classes[usize::from(self.definition == DefinitionVersion::V1MoreThanSixMonths)]
    }

    fn cell(&self, window: Window, filter: &Filter) -> Cell {
        if window.to < window.from {
            return Cell::default();
        }
        let present = |stay: &PlainStay| stay.exit.is_none_or(|exit| exit > window.to);
        let mut participations = Counts::default();
        let mut people: BTreeMap<&str, Vec<&PlainStay>> = BTreeMap::new();
        for stay in self.supported(window, filter) {
            people.entry(&stay.who).or_default().push(stay);
            participations.supported += 1;
            participations.entries += i64::from(stay.entry >= window.from);
            if present(stay) {
                participations.present += 1;
            } else {
                participations.exits += 1;
                participations.exits_by_class[self.class(stay)] += 1;
            }
        }
        let mut persons = Counts::default();
        for stays in people.values() {
            persons.supported += 1;
            persons.entries += i64::from(stays.iter().any(|stay| stay.entry >= window.from));
            if stays.iter().any(|stay| present(stay)) {
                persons.present += 1;
                continue;
            }
            persons.exits += 1;
            let last = stays.iter().map(|stay| stay.exit).max().unwrap();
            let best = stays.iter().filter(|stay| stay.exit == last).map(|stay| self.class(stay)).min().unwrap();
            persons.exits_by_class[best] += 1;
        }
        let projects = filter.sexes.is_empty().then(|| self.sums(window, filter));
        Cell { participations, persons, projects }
    }

    fn sums(&self, window: Window, filter: &Filter) -> ProjectSums {
        let mut sums = ProjectSums::default();
        for place in (0..3).filter(|place| self.selects(*place, filter)) {
            let details = &self.play.projects[place].details;
            if details.agreement_from <= window.to && details.agreement_to >= window.from {
                sums.count += 1;
                sums.grant_cents += details.grant.0;
                sums.eligible_cost_cents += details.eligible_cost.0;
            }
        }
        sums
    }

    /// The same question for each value of a dimension.
    fn cuts(&self, dimension: Dimension, window: Window, filter: &Filter) -> Vec<Cut> {
        let selected = || (0..3).filter(|place| self.selects(*place, filter)).map(|place| &self.play.projects[place]);
        match dimension {
            Dimension::Region => {
                let mut codes: Vec<String> = selected().map(region).collect();
                codes.sort();
                codes.dedup();
                let only = |code: &String| Filter { regions: vec![code.clone()], ..filter.clone() };
                codes.iter().map(|code| (code.clone(), window, only(code))).collect()
            }
            Dimension::Project => {
                let only = |project: &Project| Filter { projects: vec![project.id.clone()], ..filter.clone() };
                selected().map(|project| (project.details.code.to_string(), window, only(project))).collect()
            }
            Dimension::Sex => {
                let wanted = |sex: &&Sex| filter.sexes.is_empty() || filter.sexes.contains(sex);
                let only = |sex: Sex| Filter { sexes: vec![sex], ..filter.clone() };
                Sex::ALL.iter().filter(wanted).map(|sex| (sex.code().to_owned(), window, only(*sex))).collect()
            }
            Dimension::Quarter => {
                let mut cuts = Vec::new();
                let mut first = Quarter::of(window.from).first_day();
                while first <= window.to {
                    let quarter = Quarter::of(first);
                    let (from, to) = (first.max(window.from), quarter.last_day().min(window.to));
                    cuts.push((quarter.to_string(), Window { from, to }, filter.clone()));
                    first = quarter.last_day().tomorrow().unwrap();
                }
                cuts
            }
        }
    }

    /// How often persons supported stand in more groups than one.
    fn shared(&self, window: Window, filter: &Filter, cuts: &[Cut]) -> i64 {
        let mut people: Vec<&str> = self.supported(window, filter).iter().map(|stay| stay.who.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let stands = |who: &str, cut: &Cut| self.supported(cut.1, &cut.2).iter().any(|stay| stay.who == who);
        let groups = |who: &str| cuts.iter().filter(|cut| stands(who, cut)).count();
        people.iter().map(|who| i64::try_from(groups(who)).unwrap() - 1).sum()
    }
}

fn region(project: &Project) -> String {
    project.details.department.region.to_owned()
}
