//! The roll-up once more, as plainly as it can be said: loops over stays, no image, no packing, no places of rows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use faisceau::consolidation::operations::Measured;
use faisceau::consolidation::question::{Dimension, Filter, Question, Series, Window};
use faisceau::consolidation::vocabulary::{Attribute, Condition, Count, Event, Measure};
use faisceau::directory::period::Quarter;
use faisceau::directory::project::Project;
use faisceau::reporting::statement::Participation;
use jiff::civil::{Date, date};

use super::attributes::{codes_of, keys_of};
use super::history::Play;

/// A version as it was submitted, and where in the journal it was approved and annulled.
#[derive(Clone, Debug)]
pub struct PlainVersion {
    pub number: usize,
    pub period: Quarter,
    pub late: bool,
    pub spending: Option<i64>,
    pub stays: Vec<PlainStay>,
    pub approved: Option<i64>,
    pub annulled: Option<i64>,
}

/// A payment, and where in the journal it was recorded and cancelled.
#[derive(Clone, Debug)]
pub struct PlainPayment {
    pub project: usize,
    pub on: Date,
    pub cents: i64,
    pub recorded: i64,
    pub cancelled: Option<i64>,
}

/// A stay as it was stated, the version that first stated it so, and its classes under the two definitions.
#[derive(Clone, Debug)]
pub struct PlainStay {
    pub who: String,
    pub first: usize,
    pub stated: Participation,
    pub classes: [usize; 2],
}

impl PlainStay {
    fn exit(&self) -> Option<Date> {
        self.stated.exit.as_ref().map(|exit| exit.on)
    }

    fn is_present(&self, window: Window) -> bool {
        self.stated.entry_on <= window.to && self.exit().is_none_or(|exit| exit > window.to)
    }

    fn is_supported(&self, window: Window) -> bool {
        self.stated.entry_on <= window.to && self.exit().is_none_or(|exit| exit >= window.from)
    }

    fn enters(&self, window: Window) -> bool {
        window.from <= self.stated.entry_on && self.stated.entry_on <= window.to
    }
}

/// Every value of an answer: of the total, then of each group under its keys; by participation, then by person.
pub type Told = BTreeMap<String, Vec<[Option<i64>; 2]>>;

/// What the product measured, in the same form.
pub fn told(measured: &Measured) -> Told {
    let mut told = Told::from([("total".to_owned(), measured.total.values.clone())]);
    for (place, cell) in measured.table.cells.iter().enumerate() {
        let keys = measured.table.keys(place).into_iter().map(|key| key.code.as_str());
        told.insert(keys.collect::<Vec<_>>().join("|"), cell.values.clone());
    }
    told
}

/// The model at a point of a history.
pub struct Model<'a> {
    pub play: &'a Play,
    pub position: i64,
    /// The version of the definitions that is named.
    pub definition: &'a str,
}

/// A stay with its project and the class of its exit.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    project: &'a Project,
    stay: &'a PlainStay,
    class: usize,
}

impl<'a> Model<'a> {
    /// What the model measures for a question in a window.
    pub fn tell(&self, question: &Question, window: Window, measures: &[Measure]) -> Told {
        let filter = &question.filter;
        let stays = self.stays(filter);
        let all: Vec<Known<'_>> = stays.iter().filter(|known| self.passes(known, filter)).copied().collect();
        let projects: Vec<usize> = (0..3).filter(|place| self.selects(*place, filter)).collect();
        let on_projects = filter.codes.is_empty();
        let kinds = |_: &Known<'_>, kind: &str| passes_kind(kind, filter);
        let value =
            |stays: &[Known<'_>], projects: Option<&[usize]>, window, kinds: &dyn Fn(&Known<'_>, &str) -> bool| {
                measures.iter().map(|measure| self.value(measure, stays, projects, window, kinds)).collect::<Vec<_>>()
            };
        let mut told =
            Told::from([("total".to_owned(), value(&all, on_projects.then_some(&projects), window, &kinds))]);
        if question.group_by.is_empty() {
            return told;
        }
        let axes: Vec<Vec<String>> =
            question.group_by.iter().map(|one| self.keys(*one, filter, window, &projects)).collect();
        let of_projects = on_projects && question.group_by.iter().all(|one| one.attribute().is_none());
        let combinations = axes.iter().fold(vec![Vec::new()], |all: Vec<Vec<&String>>, axis| {
            all.iter().flat_map(|keys| axis.iter().map(move |key| [keys.clone(), vec![key]].concat())).collect()
        });
        for keys in combinations {
            let lies = |dimension: Dimension, key: &str, known: &Known<'_>| {
                keys_of(dimension, known.project, &self.play.organisations, &known.stay.stated)
                    .contains(&key.to_owned())
            };
            let cut = |(dimension, key): (&Dimension, &&String)| time_part(*dimension, key, window, question.series);
            let part = question.group_by.iter().zip(&keys).find_map(cut).unwrap_or(window);
            let others = || question.group_by.iter().zip(&keys).filter(|(dimension, _)| !dimension.is_of_time());
            let inside: Vec<Known<'_>> =
                all.iter().filter(|known| others().all(|(one, key)| lies(*one, key, known))).copied().collect();
            let whole = |place: &usize| {
                let project = &self.play.projects[*place];
                others().all(|(one, key)| super::attributes::key_of(*one, project, &self.play.organisations) == **key)
            };
            let of_cell: Vec<usize> = projects.iter().filter(|place| of_projects && whole(place)).copied().collect();
            let of_kind = |stay: &Known<'_>, kind: &str| {
                kinds(stay, kind) && others().all(|(one, key)| *one != Dimension::SupportKind || **key == kind)
            };
            let name = keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join("|");
            told.insert(name, value(&inside, of_projects.then_some(&of_cell), part, &of_kind));
        }
        told
    }

    /// Whether a project is selected.
    pub fn selects(&self, place: usize, filter: &Filter) -> bool {
        let project = &self.play.projects[place];
        let details = &project.details;
        let among = |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        among(&filter.regions, details.department.region)
            && among(&filter.departments, details.department.code)
            && among(&filter.calls, details.call.as_str())
            && among(&filter.sectors, details.sector.as_str())
            && (filter.projects.is_empty() || filter.projects.contains(&project.id))
            && (filter.organisations.is_empty() || filter.organisations.contains(&details.lead))
    }

    fn passes(&self, known: &Known<'_>, filter: &Filter) -> bool {
        filter.codes.iter().all(|codes| {
            let values = codes_of(codes.attribute(), &known.stay.stated, known.class);
            codes.codes().any(|code| values.contains(&code))
        })
    }

    /// The version in force, if there is one.
    pub fn in_force(&self, place: usize) -> Option<&'a PlainVersion> {
        let known = |position: Option<i64>| position.is_some_and(|position| position <= self.position);
        self.play.versions[place].iter().rfind(|version| known(version.approved) && !known(version.annulled))
    }

    fn stays(&self, filter: &Filter) -> Vec<Known<'a>> {
        let definition = usize::from(self.definition == "V1_MORE_THAN_SIX_MONTHS");
        let mut stays = Vec::new();
        for place in (0..3).filter(|place| self.selects(*place, filter)) {
            let project = &self.play.projects[place];
            let known = |stay: &'a PlainStay| Known { project, stay, class: stay.classes[definition] };
            stays.extend(self.in_force(place).into_iter().flat_map(|version| &version.stays).map(known));
        }
        stays
    }

    fn value(
        &self,
        measure: &Measure,
        stays: &[Known<'_>],
        projects: Option<&[usize]>,
        window: Window,
        of_kind: &dyn Fn(&Known<'_>, &str) -> bool,
    ) -> [Option<i64>; 2] {
        match measure {
            Measure::Count(count) => [count_stays(count, stays, window), count_persons(count, stays, window)].map(Some),
            Measure::SupportHours { kind } => {
                let mut hours = 0;
                for stay in stays {
                    for support in &stay.stay.stated.supports {
                        let last = support.quarter.last_day();
                        let counts = kind.is_none_or(|kind| kind == support.kind)
                            && of_kind(stay, support.kind.code())
                            && window.from <= last
                            && last <= window.to;
                        hours += if counts { i64::from(support.hours) } else { 0 };
                    }
                }
                [Some(hours); 2]
            }
            measure => [projects.and_then(|places| self.of_projects(measure, places, window)); 2],
        }
    }

    fn of_projects(&self, measure: &Measure, places: &[usize], window: Window) -> Option<i64> {
        let meeting = places.iter().filter(|place| {
            let details = &self.play.projects[**place].details;
            details.agreement_from <= window.to && details.agreement_to >= window.from
        });
        let details = meeting.map(|place| &self.play.projects[*place].details);
        let count = |number: usize| Some(i64::try_from(number).unwrap());
        match measure {
            Measure::Projects => count(details.count()),
            Measure::Organisations => {
                let of = |d: &'a faisceau::directory::project::ProjectDetails| {
                    let members = d.members.iter().map(|member| member.organisation.clone());
                    members.chain([d.lead.clone()]).collect::<Vec<_>>()
                };
                count(details.flat_map(of).collect::<BTreeSet<_>>().len())
            }
            Measure::Grants => Some(details.map(|d| d.grant.0).sum()),
            Measure::EligibleCost => Some(details.map(|d| d.eligible_cost.0).sum()),
            Measure::Target => Some(details.map(|d| i64::from(d.target_participants)).sum()),
            Measure::Payments => {
                let counts = |payment: &&PlainPayment| {
                    places.contains(&payment.project)
                        && payment.recorded <= self.position
                        && payment.cancelled.is_none_or(|cancelled| cancelled > self.position)
                        && window.from <= payment.on
                        && payment.on <= window.to
                };
                Some(self.play.payments.iter().filter(counts).map(|payment| payment.cents).sum())
            }
            Measure::DeclaredSpending => {
                let parts = places.iter().filter_map(|place| {
                    let to = self.spending_by(*place, window.to)?;
                    Some(to - self.spending_by(*place, window.from.yesterday().unwrap()).unwrap_or(0))
                });
                let parts: Vec<i64> = parts.collect();
                (!parts.is_empty()).then(|| parts.iter().sum())
            }
            Measure::Count(_) | Measure::SupportHours { .. } => unreachable!(),
        }
    }

    fn spending_by(&self, place: usize, day: Date) -> Option<i64> {
        let known = |position: Option<i64>| position.is_some_and(|position| position <= self.position);
        let stands = |v: &&PlainVersion| known(v.approved) && !known(v.annulled) && v.period.last_day() <= day;
        self.play.versions[place].iter().rfind(stands).and_then(|version| version.spending)
    }

    fn keys(&self, dimension: Dimension, filter: &Filter, window: Window, projects: &[usize]) -> Vec<String> {
        if let Some(attribute) = dimension.attribute() {
            let chosen = filter.codes.iter().find(|codes| codes.attribute() == attribute);
            let kept = |code: &&&str| chosen.is_none_or(|codes| codes.codes().any(|one| one == **code));
            return attribute.codes().iter().filter(kept).map(|code| (*code).to_owned()).collect();
        }
        match dimension {
            Dimension::Quarter => {
                Quarter::of(window.from).through(Quarter::of(window.to)).map(|quarter| quarter.to_string()).collect()
            }
            Dimension::Year => (window.from.year()..=window.to.year()).map(|year| year.to_string()).collect(),
            _ => {
                let key = |place: &usize| {
                    super::attributes::key_of(dimension, &self.play.projects[*place], &self.play.organisations)
                };
                projects.iter().map(key).collect::<BTreeSet<String>>().into_iter().collect()
            }
        }
    }
}

fn passes_kind(kind: &str, filter: &Filter) -> bool {
    let chosen = filter.codes.iter().find(|codes| codes.attribute() == Attribute::SupportKind);
    chosen.is_none_or(|codes| codes.codes().any(|code| code == kind))
}

fn time_part(dimension: Dimension, key: &str, window: Window, series: Series) -> Option<Window> {
    let (first, last) = match dimension {
        Dimension::Quarter => {
            let quarter: Quarter = key.parse().unwrap();
            (quarter.first_day(), quarter.last_day())
        }
        Dimension::Year => (date(key.parse().unwrap(), 1, 1), date(key.parse().unwrap(), 12, 31)),
        _ => return None,
    };
    let from = if series == Series::Cumulative { window.from } else { window.from.max(first) };
    Some(Window { from, to: window.to.min(last) })
}

fn meets(conditions: &[Condition], known: &Known<'_>) -> bool {
    conditions.iter().all(|condition| match condition {
        Condition::In(codes) => {
            let values = codes_of(codes.attribute(), &known.stay.stated, known.class);
            codes.codes().any(|code| values.contains(&code))
        }
        Condition::Known(attribute) => {
            let values = codes_of(*attribute, &known.stay.stated, known.class);
            let silent = ["UNKNOWN", "REFUSED", "NOT_COLLECTED", "NOT_RECORDED", "UNREACHABLE", "NOT_OBSERVED"];
            values.iter().any(|value| !silent.contains(value))
        }
        Condition::Age(ages) => {
            let stated = &known.stay.stated;
            let age = stated.birth_year.known().map(|born| stated.entry_on.year() - born);
            age.is_some_and(|age| {
                ages.from.is_none_or(|from| age >= i16::from(from)) && ages.to.is_none_or(|to| age <= i16::from(to))
            })
        }
    })
}

fn happens(event: Event, stay: &PlainStay, window: Window) -> bool {
    match event {
        Event::Supported => stay.is_supported(window),
        Event::Entries | Event::FirstEntries => stay.enters(window),
        Event::Exits => stay.is_supported(window) && !stay.is_present(window),
        Event::Present => stay.is_present(window),
    }
}

fn count_stays(count: &Count, stays: &[Known<'_>], window: Window) -> i64 {
    let counts = |known: &&Known<'_>| happens(count.event, known.stay, window) && meets(&count.conditions, known);
    i64::try_from(stays.iter().filter(counts).count()).unwrap()
}

fn count_persons(count: &Count, stays: &[Known<'_>], window: Window) -> i64 {
    let mut people: BTreeMap<&str, Vec<&Known<'_>>> = BTreeMap::new();
    for known in stays.iter().filter(|known| known.stay.is_supported(window)) {
        people.entry(&known.stay.who).or_default().push(known);
    }
    let recorded = |known: &Known<'_>| {
        let code = known.project.details.code.to_string();
        (code, known.stay.first, known.stay.stated.reference.to_string())
    };
    let counts = |stays: &&Vec<&Known<'_>>| match count.event {
        Event::Exits => {
            let last = stays.iter().min_by_key(|known| (Reverse(known.stay.exit()), known.class, recorded(known)));
            let present = stays.iter().any(|known| known.stay.is_present(window));
            !present && last.is_some_and(|known| meets(&count.conditions, known))
        }
        Event::FirstEntries => {
            let entering = stays.iter().filter(|known| known.stay.enters(window));
            let first = entering.min_by_key(|known| (known.stay.stated.entry_on, recorded(known)));
            first.is_some_and(|known| meets(&count.conditions, known))
        }
        event => stays.iter().any(|known| happens(event, known.stay, window) && meets(&count.conditions, known)),
    };
    i64::try_from(people.values().filter(counts).count()).unwrap()
}
