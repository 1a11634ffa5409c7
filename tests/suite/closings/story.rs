//! The demo's real grid against the attacker: the public, and every partner with its own figures. A second closing that
//! could not be protected beside the first is refused.

use std::collections::{BTreeMap, BTreeSet};

use faisceau::access::Scope;
use faisceau::access::role::Role;
use faisceau::consolidation::closing::Closing;
use faisceau::consolidation::closing::cells::Exact;
use faisceau::consolidation::closing::links::join;
use faisceau::consolidation::closing::operations::{Preparation, prepare, publish, review};
use faisceau::consolidation::disclosure::suppress_small_cells_only;
use faisceau::consolidation::operations::Consolidation;
use faisceau::demo::Story;
use faisceau::id::ClosingId;
use faisceau::refusal::{Code, Failure, Outcome};
use serde_json::Value;

use super::attacker::Knowledge;
use crate::oracle::story::{played, report_a_quarter};
use crate::support::World;
use crate::support::raw::request;

/// The lines of a row that sum to another, and those never above another; written here again, for the attacker.
const SUMS: [(&str, &[&str]); 5] = [
    ("SUPPORTED", &["EXITS", "PRESENT"]),
    ("EXITS", &["COUNTED_EXITS", "NEUTRALISED_EXITS"]),
    ("COUNTED_EXITS", &["POSITIVE_EXITS", "NOT_POSITIVE_EXITS"]),
    ("POSITIVE_EXITS", &["EMPLOYMENT_EXITS", "TRAINING_EXITS"]),
    ("EMPLOYMENT_EXITS", &["SUSTAINABLE_EXITS", "TRANSITION_EXITS"]),
];

/// Everything that a closing says, by place, group, line and unit; nothing where it is suppressed.
type Told = BTreeMap<[String; 4], Option<i64>>;

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
                let group = match row["group"].as_str() {
                    Some(group) => format!("{}={group}", text(&table["dimension"])),
                    None => String::new(),
                };
                told.insert([place, group, text(&figure["code"]), text(&table["unit"])], figure["value"].as_i64());
            }
        }
    }
    told
}

fn name(key: &[String; 4]) -> String {
    key.join("|")
}

/// What is known of one closing. Where parts share nobody, the attacker is told so.
struct Case {
    told: Told,
    /// The true counts, by name.
    truth: BTreeMap<String, i64>,
    /// Which region each project is in.
    regions: BTreeMap<String, String>,
    /// What each project counts where closings have no projects: group, line and count.
    own: BTreeMap<String, Vec<(String, &'static str, i64)>>,
}

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
            if key[1].is_empty() {
                for dimension in ["SEX=", "QUARTER="] {
                    let groups: BTreeSet<&String> = self
                        .told
                        .keys()
                        .filter(|other| other[0] == key[0] && other[3] == key[3])
                        .map(|other| &other[1])
                        .filter(|group| group.starts_with(dimension))
                        .collect();
                    sums.push((groups.into_iter().map(|group| with(key, 1, group)).collect(), key.clone()));
                }
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
    fn knows(&self, project: &str, cell: &str) -> bool {
        let region = &self.regions[project];
        let alone = self.regions.values().filter(|other| *other == region).count() == 1;
        cell.starts_with(&format!("PROJECT:{project}|")) || alone && cell.starts_with(&format!("REGION:{region}|"))
    }

    /// What somebody knows: the public, or the partner of a project.
    fn knowledge(&self, partner: Option<&str>, label: &impl Fn(&str) -> String) -> Knowledge {
        let mut knowledge = Knowledge::default();
        for (key, value) in &self.told {
            if let Some(value) = value {
                knowledge.seen.insert(label(&name(key)), *value);
            }
        }
        for (cell, value) in &self.truth {
            if partner.is_some_and(|project| self.knows(project, cell)) {
                knowledge.seen.insert(label(cell), *value);
            }
        }
        let region = partner.map(|project| format!("REGION:{}", self.regions[project]));
        for (group, line, value) in partner.and_then(|project| self.own.get(project)).into_iter().flatten() {
            let own = format!("own|{group}|{line}");
            knowledge.seen.insert(own.clone(), *value);
            for place in ["NATION:"].into_iter().chain(region.as_deref()) {
                let cell = format!("{place}|{group}|{line}|PERSON");
                if self.truth.get(&cell).is_some_and(|all| all >= value) {
                    knowledge.inequalities.push(vec![(label(&cell), 1), (own.clone(), -1)]);
                }
            }
        }
        for (parts, whole) in self.sums() {
            let excess = parts.iter().filter_map(|part| self.value(part)).sum::<i64>() - self.value(&whole).unwrap();
            let mut terms: Vec<(String, i64)> = parts.iter().map(|part| (label(&name(part)), 1)).collect();
            terms.push((label(&name(&whole)), -1));
            knowledge
                .inequalities
                .extend(parts.iter().map(|part| vec![(label(&name(&whole)), 1), (label(&name(part)), -1)]));
            if excess != 0 {
                terms.push((label(&format!("excess of {} in {}", parts.len(), name(&whole))), -excess.signum()));
                knowledge.equalities.push((terms, 0));
            } else {
                knowledge.equalities.push((terms, excess));
            }
        }
        knowledge
    }

    /// The cells that nobody may find: those suppressed, except what all is of the partner's own people.
    fn hidden(&self, partner: Option<&str>) -> Vec<String> {
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
            let apart = self.own.get(project).into_iter().flatten();
            let mut apart = apart.filter(|(group, line, _)| (group, *line) == (&key[1], key[2].as_str()));
            same(format!("PROJECT:{project}")).or(apart.next().map(|(.., value)| *value)) == self.value(key)
        };
        self.told.iter().filter(|(key, value)| value.is_none() && !own(key)).map(|(key, _)| name(key)).collect()
    }
}

fn exact(world: &World, id: &ClosingId) -> Exact {
    serde_json::from_str(&world.database.sql(&format!("SELECT exact AS value FROM closings WHERE id = '{id}'"))[0])
        .unwrap()
}

fn case(world: &World, id: &ClosingId) -> Case {
    let content = request(&world.url, &format!("GET /v1/closings/{id}/content"), "", b"").json();
    let truth = exact(world, id).cells.into_iter().map(|cell| (cell.key, cell.value)).collect();
    let analyst = world.caller("analyst");
    let page = "{ programme(code: \"PIC-IPR\") { projects(first: 200) { nodes { code region { code } } } } }";
    let found = analyst.ask(page, serde_json::json!({}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = found["programme"]["projects"]["nodes"].as_array().unwrap().clone();
    let regions = nodes.iter().map(|project| (text(&project["code"]), text(&project["region"]["code"]))).collect();
    let mut own: BTreeMap<String, Vec<(String, &'static str, i64)>> = BTreeMap::new();
    let at = format!("asOf={}&day={}", content["position"].as_str().unwrap(), content["day"].as_str().unwrap());
    let lines = "indicators=SUPPORTED,POSITIVE_EXITS,EMPLOYMENT_EXITS,EXITS,NEUTRALISED_EXITS";
    let asked = format!("/v1/programmes/PIC-IPR/table?groupBy=PROJECT,SEX&{lines}&{at}");
    let table = analyst.get(&asked).body;
    for row in table["rows"].as_array().unwrap_or_else(|| panic!("{table}")) {
        let count = |place: usize| row["numerators"][place].as_str().unwrap().parse::<i64>().unwrap();
        let group = format!("SEX={}", text(&row["keys"][1]));
        let counted = [
            ("SUPPORTED", count(0)),
            ("POSITIVE_EXITS", count(1)),
            ("EMPLOYMENT_EXITS", count(2)),
            ("COUNTED_EXITS", count(3) - count(4)),
        ];
        let own = own.entry(text(&row["keys"][0])).or_default();
        own.extend(counted.into_iter().map(|(line, value)| (group.clone(), line, value)));
    }
    Case { told: told(&content), truth, regions, own }
}

fn scope(world: &World, client: &str) -> Scope {
    let token = world.caller(client).token();
    faisceau::access::operations::recognise(&world.desk, &token).unwrap()
}

fn prepared(world: &World, name: &str) -> Outcome<Closing> {
    let preparation = Preparation {
        programme: "PIC-IPR".parse().unwrap(),
        name: name.parse().unwrap(),
        position: None,
        day: None,
        revises: None,
    };
    prepare(&world.desk, &scope(world, "closer-one"), &Consolidation::new(), &preparation)
}

fn close(world: &World, name: &str) -> ClosingId {
    let started = std::time::Instant::now();
    let closing = prepared(world, name).unwrap();
    println!("{name}: {} of {} suppressed in {:?}", closing.suppressed_count, closing.figure_count, started.elapsed());
    let two = scope(world, "closer-two");
    review(&world.desk, &two, &closing.id).unwrap();
    publish(&world.desk, &two, &Consolidation::new(), &closing.id).unwrap().id
}

/// A hidden cell that somebody finds within its threshold.
fn found(knowledge: &Knowledge, hidden: &[String], solve_bounds: bool) -> Option<String> {
    let solved = knowledge.solved();
    if let Some(cell) = hidden.iter().find(|cell| solved.contains_key(*cell)) {
        return Some(format!("{cell} is {}", solved[cell]));
    }
    if solve_bounds { narrow(knowledge, hidden) } else { None }
}

/// A hidden cell that somebody bounds to less than its threshold.
fn narrow(knowledge: &Knowledge, hidden: &[String]) -> Option<String> {
    let narrow = knowledge.narrow(hidden, 5.0);
    narrow.map(|(cell, bounds)| format!("{cell} lies in {bounds:?}"))
}

/// Every partner eliminates with its own figures; some of them, or all where a binary is tested, bound the rest too.
fn no_partner_finds_more(case: &Case) {
    let plain = |name: &str| name.to_owned();
    let public = case.knowledge(None, &plain).eliminated();
    let thorough = std::env::var_os("FAISCEAU_TEST_BINARY").is_some();
    for (place, project) in case.regions.keys().enumerate() {
        let mut own = public.clone();
        for (cell, value) in case.truth.iter().filter(|(cell, _)| case.knows(project, cell)) {
            own.add(&[(cell.clone(), 1)], *value);
        }
        let (solved, hidden) = (own.solved(), case.hidden(Some(project)));
        assert_eq!(hidden.iter().find(|cell| solved.contains_key(*cell)), None, "{project}");
        if thorough || place % 20 == 0 {
            assert_eq!(narrow(&case.knowledge(Some(project), &plain), &hidden), None, "{project}");
        }
    }
}

#[test]
fn nobody_finds_what_the_closings_of_the_story_keep_back() {
    let story = Story::tell();
    let world = played(&story);
    world.register_client("analyst", Role::Analyst, None);
    for client in ["closer-one", "closer-two"] {
        world.register_client(client, Role::Officer, None);
    }
    let first = close(&world, "First");
    let case_of_first = case(&world, &first);
    let plain = |name: &str| name.to_owned();
    let hidden = case_of_first.hidden(None);
    assert!(hidden.len() > 50, "{}", hidden.len());
    assert_eq!(found(&case_of_first.knowledge(None, &plain), &hidden, true), None);
    no_partner_finds_more(&case_of_first);

    // With nothing hidden but what is small, the attacker succeeds.
    let mut small = exact(&world, &first);
    let mask = suppress_small_cells_only(&join(&mut small, &[]));
    let shown: BTreeSet<&str> = small
        .cells
        .iter()
        .zip(&mask.hidden)
        .filter(|(_, hidden)| !**hidden)
        .map(|(cell, _)| cell.key.as_str())
        .collect();
    let mut naive = case(&world, &first);
    for (key, value) in &mut naive.told {
        if shown.contains(name(key).as_str()) {
            *value = naive.truth.get(&name(key)).copied();
        }
    }
    let easy = found(&naive.knowledge(None, &plain), &naive.hidden(None), false);
    assert!(easy.is_some(), "hiding small cells alone protects nothing");

    // A second one after a late report of one project, which changes a few counts by a few people: its partner knows these
    // changes, and no world keeps the new totals from it. Nothing of it is kept.
    report_a_quarter(&world, &story);
    let kept = || world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM closings");
    let before = kept();
    match prepared(&world, "Second") {
        Err(Failure::Refused(refusal)) => assert_eq!(refusal.code, Code::ClosingUnprotectable),
        other => panic!("{other:?}"),
    }
    assert_eq!(kept(), before);
}
