//! What somebody can know who reads published closings, and what they must not find: the public, and a partner with its own
//! figures. Written again for the attacker, from what is published and from the exact figures beside it.

use std::collections::{BTreeMap, BTreeSet};

use faisceau::consolidation::closing::cells::Exact;
use faisceau::id::ClosingId;
use serde_json::Value;

use super::attacker::Knowledge;
use crate::support::raw::request;
use crate::support::{Caller, World};

/// The lines of a row that sum to another, and those never above another; written here again, for the attacker.
const SUMS: [(&str, &[&str]); 5] = [
    ("SUPPORTED", &["EXITS", "PRESENT"]),
    ("EXITS", &["COUNTED_EXITS", "NEUTRALISED_EXITS"]),
    ("COUNTED_EXITS", &["POSITIVE_EXITS", "NOT_POSITIVE_EXITS"]),
    ("POSITIVE_EXITS", &["EMPLOYMENT_EXITS", "TRAINING_EXITS"]),
    ("EMPLOYMENT_EXITS", &["SUSTAINABLE_EXITS", "TRANSITION_EXITS"]),
];

/// Everything that a closing says, by place, group, line and unit; nothing where it is suppressed.
pub type Told = BTreeMap<[String; 4], Option<i64>>;

fn told(content: &Value) -> Told {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told = Told::new();
    for table in content["tables"].as_array().unwrap() {
        for row in table["rows"].as_array().unwrap() {
            for figure in
                row["figures"].as_array().unwrap().iter().filter(|figure| {
                    !text(&figure["code"]).ends_with("RATE") && !text(&figure["code"]).contains("_RATE_")
                })
            {
                let place = format!("{}:{}", text(&row["level"]), text(&row["place"]));
                let group = super::named(row).as_str().unwrap_or_default().to_owned();
                let (key, value) =
                    ([place, group, text(&figure["code"]), text(&table["unit"])], figure["value"].as_i64());
                let before = told.insert(key, value);
                assert!(before.is_none_or(|before| before == value), "two tables do not agree: {row}");
            }
        }
    }
    told
}

pub fn name(key: &[String; 4]) -> String {
    key.join("|")
}

/// What is known of one closing. Where parts share nobody, the attacker is told so.
#[derive(Clone)]
pub struct Case {
    pub told: Told,
    /// The cells published, by name.
    pub shown: BTreeSet<String>,
    /// The true counts, by name.
    pub truth: BTreeMap<String, i64>,
    /// Which region each project is in.
    pub regions: BTreeMap<String, String>,
    /// What each project counts of each cell.
    counted: BTreeMap<String, BTreeMap<String, i64>>,
    /// What each project counts where closings have no projects, by groups and line.
    own: BTreeMap<String, Own>,
    /// For a place, groups, a dimension beside these and a unit: the groups that they are cut into along it.
    cuts: BTreeMap<[String; 4], BTreeSet<String>>,
}

type Own = BTreeMap<(String, String), i64>;

impl Case {
    fn value(&self, key: &[String; 4]) -> Option<i64> {
        self.truth.get(&name(key)).copied()
    }

    /// The wholes and parts that everybody knows of, as names of cells of which at least the whole is published.
    fn sums(&self) -> Vec<(Vec<[String; 4]>, [String; 4])> {
        let with = |key: &[String; 4], at: usize, value: &str| {
            let mut key = key.clone();
            key[at] = value.to_owned();
            key
        };
        let mut sums = Vec::new();
        for key in self.told.keys() {
            let within: Vec<String> = if key[0] == "NATION:" {
                self.regions
                    .values()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .map(|region| format!("REGION:{region}"))
                    .collect()
            } else {
                let own = self.regions.iter().filter(|(_, region)| key[0] == format!("REGION:{region}"));
                own.map(|(project, _)| format!("PROJECT:{project}")).collect()
            };
            let parts: Vec<_> = within.iter().map(|place| with(key, 0, place)).collect();
            sums.push((parts, key.clone()));
            for dimension in ["SEX", "QUARTER", "AGE_BAND", "PROTECTION_STATUS"] {
                let groups = self.cuts.get(&[&key[0], &key[1], dimension, &key[3]].map(str::to_owned));
                sums.push((groups.into_iter().flatten().map(|group| with(key, 1, group)).collect(), key.clone()));
            }
            for (whole, parts) in SUMS.iter().filter(|(whole, _)| *whole == key[2]) {
                let any = parts.iter().any(|part| self.told.contains_key(&with(key, 2, part)));
                if any && !whole.is_empty() {
                    sums.push((parts.iter().map(|part| with(key, 2, part)).collect(), key.clone()));
                }
            }
            if key[3] == "PARTICIPATION" {
                sums.push((vec![with(key, 3, "PERSON")], key.clone()));
            }
        }
        sums.retain(|(parts, _)| !parts.is_empty() && parts.iter().all(|part| self.value(part).is_some()));
        sums
    }

    /// Whether a cell is a partner's own: of its project, or of its region if it is alone there.
    pub fn knows(&self, project: &str, cell: &str) -> bool {
        let region = &self.regions[project];
        let alone = self.regions.values().filter(|other| *other == region).count() == 1;
        cell.starts_with(&format!("PROJECT:{project}|")) || alone && cell.starts_with(&format!("REGION:{region}|"))
    }

    /// A cell's name for the attacker. Cells of two closings have one name if they were published with one value, or were
    /// not and did not change: whoever attacks is told so.
    fn label(&self, cell: &str) -> String {
        let shown = self.shown.contains(cell);
        let own = self.counted.get(cell).filter(|_| !shown);
        format!("{cell} #{} {shown} {own:?}", self.truth[cell])
    }

    /// What somebody knows: the public, or the partner of a project.
    pub fn knowledge(&self, partner: Option<&str>) -> Knowledge {
        let mut knowledge = Knowledge::default();
        let label = |key: &[String; 4]| self.label(&name(key));
        for (key, value) in &self.told {
            if let Some(value) = value {
                knowledge.seen.insert(label(key), *value);
            }
        }
        knowledge.seen.extend(partner.into_iter().flat_map(|project| self.own_cells(project)));
        let region = partner.map(|project| format!("REGION:{}", self.regions[project]));
        for ((group, line), value) in partner.and_then(|project| self.own.get(project)).into_iter().flatten() {
            let own = format!("own|{group}|{line} #{value}");
            knowledge.seen.insert(own.clone(), *value);
            for place in ["NATION:"].into_iter().chain(region.as_deref()) {
                let cell = format!("{place}|{group}|{line}|PERSON");
                if self.truth.get(&cell).is_some_and(|all| all >= value) {
                    knowledge.inequalities.push(vec![(self.label(&cell), 1), (own.clone(), -1)]);
                }
            }
        }
        for (parts, whole) in self.sums() {
            let excess = parts.iter().filter_map(|part| self.value(part)).sum::<i64>() - self.value(&whole).unwrap();
            let mut terms: Vec<(String, i64)> = parts.iter().map(|part| (label(part), 1)).collect();
            terms.push((label(&whole), -1));
            if excess != 0 {
                // Where parts share nobody, what is not below zero says as much.
                knowledge.inequalities.extend(parts.iter().map(|part| vec![(label(&whole), 1), (label(part), -1)]));
                let over = format!("excess of {} in {} #{excess}", parts.len(), name(&whole));
                terms.push((over, -excess.signum()));
            }
            knowledge.equalities.push((terms, 0));
        }
        knowledge
    }

    /// A partner's own cells and their values.
    pub fn own_cells(&self, project: &str) -> Vec<(String, i64)> {
        let own = self.truth.iter().filter(|(cell, _)| self.knows(project, cell));
        own.map(|(cell, value)| (self.label(cell), *value)).collect()
    }

    /// The cells that nobody may find: those suppressed, except what all is of the partner's own people.
    pub fn hidden(&self, partner: Option<&str>) -> Vec<String> {
        let own = |key: &[String; 4]| {
            let Some(project) = partner else { return false };
            if self.knows(project, &name(key)) {
                return true;
            }
            let same = |place: String| {
                let mut own = key.clone();
                own[0] = place;
                self.value(&own)
            };
            let apart = || self.own.get(project)?.get(&(key[1].clone(), key[2].clone())).copied();
            same(format!("PROJECT:{project}")).or_else(apart) == self.value(key)
        };
        let hidden = self.told.iter().filter(|(key, value)| value.is_none() && !own(key));
        hidden.map(|(key, _)| self.label(&name(key))).collect()
    }

    /// The cells that differ from an earlier closing by what one project alone reported, and by how much: its partner knows
    /// it. Names before and now.
    fn own_changes(&self, before: &Self, project: &str) -> Vec<(&str, i64)> {
        let mut changes = Vec::new();
        for (cell, now) in &self.counted {
            let Some(then) = before.counted.get(cell) else { continue };
            let change = |of: &str| now.get(of).unwrap_or(&0) - then.get(of).unwrap_or(&0);
            let alone = self.regions.keys().all(|other| other == project || change(other) == 0);
            let by = self.truth[cell] - before.truth[cell];
            if alone && by != 0 && change(project) == by {
                changes.push((cell.as_str(), by));
            }
        }
        changes
    }
}

/// Two closings of the same projects, read together.
pub struct Both<'a> {
    pub before: &'a Case,
    pub now: &'a Case,
}

impl Both<'_> {
    /// What somebody knows of both.
    pub fn knowledge(&self, partner: Option<&str>) -> Knowledge {
        let mut knowledge = self.before.knowledge(partner);
        let later = self.now.knowledge(partner);
        knowledge.seen.extend(later.seen);
        knowledge.equalities.extend(later.equalities);
        knowledge.inequalities.extend(later.inequalities);
        knowledge.equalities.extend(partner.into_iter().flat_map(|project| self.own_changes(project)));
        knowledge
    }

    /// By how much cells differ, as the partner knows who alone changed them.
    pub fn own_changes(&self, project: &str) -> Vec<(Vec<(String, i64)>, i64)> {
        let changes = self.now.own_changes(self.before, project).into_iter();
        changes.map(|(cell, by)| (vec![(self.now.label(cell), 1), (self.before.label(cell), -1)], by)).collect()
    }

    /// The cells that somebody may learn, who adds its own change to what was published.
    pub fn conceded(&self, project: &str) -> BTreeSet<String> {
        let changes = self.now.own_changes(self.before, project).into_iter();
        let published = changes.filter(|(cell, _)| self.before.shown.contains(*cell));
        published.map(|(cell, _)| self.now.label(cell)).collect()
    }

    /// The cells that nobody may find, except what is the partner's own.
    pub fn hidden(&self, partner: Option<&str>) -> Vec<String> {
        let conceded = partner.map(|project| self.conceded(project)).unwrap_or_default();
        let mut hidden = self.before.hidden(partner);
        hidden.extend(self.now.hidden(partner).into_iter().filter(|cell| !conceded.contains(cell)));
        hidden.sort_unstable();
        hidden.dedup();
        hidden
    }
}

pub fn exact(world: &World, id: &ClosingId) -> Exact {
    serde_json::from_str(&world.database.sql(&format!("SELECT exact AS value FROM closings WHERE id = '{id}'"))[0])
        .unwrap()
}

pub fn case(world: &World, id: &ClosingId) -> Case {
    let content = request(&world.url, &format!("GET /v1/closings/{id}/content"), "", b"").json();
    let cells = exact(world, id).cells;
    let counted: BTreeMap<String, BTreeMap<String, i64>> =
        cells.iter().filter_map(|cell| Some((cell.key.clone(), cell.own.clone()?))).collect();
    let truth: BTreeMap<String, i64> = cells.into_iter().map(|cell| (cell.key, cell.value)).collect();
    let analyst = world.caller("analyst");
    let page = "{ programme(code: \"PIC-IPR\") { projects(first: 200) { nodes { code region { code } } } } }";
    let found = analyst.ask(page, serde_json::json!({}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = found["programme"]["projects"]["nodes"].as_array().unwrap().clone();
    let regions = nodes.iter().map(|project| (text(&project["code"]), text(&project["region"]["code"]))).collect();
    let at = format!("asOf={}&day={}", content["position"].as_str().unwrap(), content["day"].as_str().unwrap());
    let mut own = own_by_table(&analyst, &at);
    // Where tables are crossed, partners count their own people too: these counts stand beside the exact ones.
    for (cell, counts) in
        counted.iter().filter(|(cell, _)| cell.starts_with("NATION:") && cell.matches('=').count() > 1)
    {
        let [_, groups, line, _] = cell.split('|').collect::<Vec<_>>()[..] else { panic!("{cell}") };
        for (project, count) in counts {
            own.entry(project.clone()).or_default().insert((groups.to_owned(), line.to_owned()), *count);
        }
    }
    for (cell, own) in counted.iter().filter(|(cell, _)| cell.ends_with("|PARTICIPATION")) {
        assert_eq!(own.values().sum::<i64>(), truth[cell], "{cell} is what its projects count");
    }
    let told = told(&content);
    let shown = told.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| name(key)).collect();
    let cuts = cuts(&told);
    Case { told, shown, truth, regions, counted, own, cuts }
}

fn cuts(told: &Told) -> BTreeMap<[String; 4], BTreeSet<String>> {
    let mut cuts: BTreeMap<[String; 4], BTreeSet<String>> = BTreeMap::new();
    for [place, groups, _, unit] in told.keys() {
        let each: Vec<&str> = groups.split(',').filter(|group| !group.is_empty()).collect();
        for (along, group) in each.iter().enumerate() {
            let others = each.iter().enumerate().filter(|(other, _)| *other != along).map(|(_, group)| *group);
            let (others, dimension) = (others.collect::<Vec<_>>().join(","), group.split('=').next().unwrap());
            let whole = [place.as_str(), &others, dimension, unit].map(str::to_owned);
            cuts.entry(whole).or_default().insert(groups.clone());
        }
    }
    cuts
}

/// What each project counts by one dimension, as the service answers its partner.
fn own_by_table(analyst: &Caller, at: &str) -> BTreeMap<String, Own> {
    let lines = "indicators=SUPPORTED,POSITIVE_EXITS,EMPLOYMENT_EXITS,EXITS,NEUTRALISED_EXITS";
    let mut all: BTreeMap<String, Own> = BTreeMap::new();
    for dimension in ["SEX", "AGE_BAND", "PROTECTION_STATUS"] {
        let table = analyst.get(&format!("/v1/programmes/PIC-IPR/table?groupBy=PROJECT,{dimension}&{lines}&{at}")).body;
        for row in table["rows"].as_array().unwrap_or_else(|| panic!("{table}")) {
            let count = |place: usize| row["numerators"][place].as_str().unwrap().parse::<i64>().unwrap();
            let group = format!("{dimension}={}", row["keys"][1].as_str().unwrap());
            let counted = [
                ("SUPPORTED", count(0)),
                ("POSITIVE_EXITS", count(1)),
                ("EMPLOYMENT_EXITS", count(2)),
                ("COUNTED_EXITS", count(3) - count(4)),
            ];
            let own = all.entry(row["keys"][0].as_str().unwrap().to_owned()).or_default();
            let counted = counted.into_iter().filter(|(_, value)| *value != 0);
            own.extend(counted.map(|(line, value)| ((group.clone(), line.to_owned()), value)));
        }
    }
    all
}

/// A hidden cell that somebody finds within its threshold.
pub fn found(knowledge: &Knowledge, hidden: &[String], solve_bounds: bool) -> Option<String> {
    let solved = knowledge.solved();
    if let Some(cell) = hidden.iter().find(|cell| solved.contains_key(*cell)) {
        return Some(format!("{cell} is {}", solved[cell]));
    }
    if solve_bounds { narrow(knowledge, hidden) } else { None }
}

/// A hidden cell that somebody bounds to less than its threshold.
pub fn narrow(knowledge: &Knowledge, hidden: &[String]) -> Option<String> {
    let (delicate, plain): (Vec<String>, Vec<String>) =
        hidden.iter().cloned().partition(|cell| cell.contains("PROTECTION_STATUS="));
    let narrow = knowledge.narrow(&plain, 5.0).or_else(|| knowledge.narrow(&delicate, 11.0));
    narrow.map(|(cell, bounds)| format!("{cell} lies in {bounds:?}"))
}
