//! The demo's whole story, then a report that its generator never made: the service and the SQL agree on every figure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use faisceau::access::Desk;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::clock::{Clock, Instant};
use faisceau::demo::{Person, PlannedProject, Story, play};
use faisceau::directory::operations as directory;
use faisceau::directory::project::Project;
use faisceau::reporting::identity::Scheme;
use faisceau::storage::Store;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::answer::{AT_LEAST, Asked, DIMENSIONS, MORE_THAN, Told};
use crate::first_steps::{approve, submit};
use crate::support::statement::{justified, other, permanent, submission};
use crate::support::{Caller, Database, World};

const PROGRAMME: &str = "PIC-IPR";
const TODAY: Date = date(2024, 2, 15);
const SILENT: &str = "POTAGERS";

const RECORDS: &str = "query Records($id: ID!, $number: Int!, $after: String) { project(id: $id) { \
    version(number: $number) { participations(first: 200, after: $after) { pageInfo { hasNextPage endCursor } nodes { \
    reference entryOn sex birthYear protectionStatus frenchAtEntry education labourStatus residenceDepartment \
    priorityDistrict ruralArea disability housingAtEntry supports { kind quarter hours } \
    exit { on situation contract contractFrom contractTo training french housing financialAutonomy } \
    followUp { observedOn situation } } } } } }";

#[test]
fn the_whole_story_and_a_report_never_told_give_the_same_figures_in_sql() {
    let story = Story::tell();
    let world = played(&story);
    let analyst = world.register_client("analyst", Role::Analyst, None);
    let told_at = position(&analyst);
    let before = publishes_the_case(&world, &analyst, told_at);

    let project = project(&world, SILENT);
    report_the_silent_quarter(&world, &story, &project);
    let now_at = position(&analyst);
    assert_eq!(now_at, told_at + 1, "an approval takes one position");
    let after = agrees_everywhere(&world, &analyst, now_at);
    assert_eq!(after["total PARTICIPATION SUPPORTED"], "23690", "nobody came and nobody disappeared");
    assert_eq!(after["total PERSON SUPPORTED"], "22999", "one person turned out to be known elsewhere");
    assert!(after["coverage"].starts_with("2023-Q4: of 55 expected 55 in force"), "{}", after["coverage"]);
    still_answers(&analyst, &before);

    let now = answers(&analyst, now_at);
    let world = world.restarted();
    let analyst = world.caller("analyst");
    still_answers(&analyst, &now);
    still_answers(&analyst, &before);
}

/// The story in a database of its own, served on the day after which the last quarter was due.
pub fn played(story: &Story) -> World {
    let database = Database::migrated();
    KeyRing::create(&database.keys(), &[PROGRAMME]).unwrap();
    let keys = Arc::new(KeyRing::load(&database.keys()).unwrap());
    let store = Store::open(database.location()).unwrap();
    play(&Desk::new(store, Clock::set_to(Instant(0)), keys), story, |_, _| ()).unwrap();
    let world = World::over(database);
    world.turn_to(TODAY);
    world
}

/// Compares the figures published of the case; gives questions with their answers as they came.
fn publishes_the_case(world: &World, analyst: &Caller, position: i64) -> Vec<(Asked, String)> {
    let whole = Asked { group_by: Some("PROJECT"), ..everything(position) };
    let told = whole.compare(&world.database, analyst);
    let published = [
        ("total PERSON SUPPORTED", "23000"),
        ("total PARTICIPATION SUPPORTED", "23690"),
        ("total PERSON EXITS", "18000"),
        ("total PERSON NEUTRALISED_EXITS", "250"),
        ("total PERSON POSITIVE_EXITS", "9940"),
        ("total PERSON POSITIVE_EXIT_RATE", "9940/17750 = 56.0"),
        ("total PERSON PRESENT", "5000"),
        ("total PERSON PROJECTS", "55"),
        ("total PERSON GRANTS", "51000000.00"),
        ("total PERSON ELIGIBLE_COST", "101000000.00"),
        ("total PERSON INTERVENTION_RATE", "51000000.00/101000000.00 = 50.5"),
    ];
    of_batir(&told);
    of_batir(&Asked { definition: MORE_THAN, ..whole.clone() }.compare(&world.database, analyst));
    for (name, figure) in published {
        assert_eq!(told[name], figure, "{name}");
    }
    assert!(told["coverage"].starts_with("2023-Q4: of 55 expected 54 in force, 1 partial [\"POTAGERS\"]"));
    answers(analyst, position)
}

/// Everything at a position, cut in every way, as it comes.
fn answers(analyst: &Caller, position: i64) -> Vec<(Asked, String)> {
    let ask = |group_by| {
        let asked = Asked { group_by, ..everything(position) };
        let text = asked.ask(analyst).text;
        (asked, text)
    };
    DIMENSIONS.map(ask).into()
}

fn of_batir(told: &Told) {
    let published = [
        ("SUPPORTED", "160"),
        ("EMPLOYMENT_RATE", "74/158 = 46.8"),
        ("SUSTAINABLE_RATE_OF_EXITS", "20/158 = 12.7"),
        ("TRAINING_RATE", "52/158 = 32.9"),
        ("INTERVENTION_RATE", "675000.00/1227272.73 = 55.0"),
    ];
    for (code, figure) in published {
        assert_eq!(told[&format!("BATIR PERSON {code}")], figure, "{code}");
    }
}

/// Every figure, overlap and coverage, uncut and cut in every way, in three windows; and all of it under the other
/// definition, cut by project. Gives the uncut answer.
fn agrees_everywhere(world: &World, analyst: &Caller, position: i64) -> Told {
    let windows = [
        (date(2019, 1, 1), TODAY, AT_LEAST),
        (date(2021, 5, 17), date(2022, 11, 3), AT_LEAST),
        (date(2023, 10, 1), date(2023, 12, 31), MORE_THAN),
    ];
    let mut uncut = Told::new();
    for (from, to, definition) in windows {
        for group_by in DIMENSIONS {
            let asked = Asked { from, to, definition, group_by, ..everything(position) };
            let told = asked.compare(&world.database, analyst);
            if group_by.is_none() && uncut.is_empty() {
                uncut = told;
            }
        }
    }
    let otherwise = Asked { definition: MORE_THAN, group_by: Some("PROJECT"), ..everything(position) };
    assert_ne!(otherwise.compare(&world.database, analyst), uncut);
    let halfway = Asked { position: position / 2, ..everything(position) };
    assert_ne!(halfway.compare(&world.database, analyst), uncut, "the past is another answer");
    uncut
}

fn still_answers(analyst: &Caller, before: &[(Asked, String)]) {
    for (asked, text) in before {
        assert!(asked.ask(analyst).text == *text, "{asked:?} has changed");
    }
}

/// Sends the quarter that the story's silent project owes, and has it approved.
pub fn report_a_quarter(world: &World, story: &Story) {
    report_the_silent_quarter(world, story, &project(world, SILENT));
}

/// Sends the silent project's records back for the quarter that it owes, with seven exits changed and one person who
/// is known elsewhere, and has it approved.
fn report_the_silent_quarter(world: &World, story: &Story, project: &Project) {
    let operator = at_the_console(Role::Operator);
    let partner = world.register_client("partner", Role::Partner, Some(&project.details.lead));
    let funder = directory::find_organisation_by_siret(&world.desk, &operator, &story.funder.siret.to_string());
    let funder = funder.unwrap().unwrap().id;
    for officer in ["officer-one", "officer-two"] {
        world.register_client(officer, Role::Officer, Some(&funder));
    }
    let planned = story.projects.iter().find(|planned| planned.code.as_str() == SILENT).unwrap();
    let (number, mut records) = records(&partner, project);
    assert_eq!(records.len(), planned.participations.len());
    identify(&mut records, story, planned);
    change_exits(&mut records);
    share_one(&mut records, story, planned);
    let mut input = justified(submission(project.id.as_str(), "2023-Q4", number, records));
    // The totals that the project stated before are no longer those of its records.
    input["declaredFigures"] = serde_json::json!([]);
    let (report, version) = submit(&partner, input);
    assert_eq!(version, u64::from(number) + 1);
    approve(world, &report, version);
}

/// The newest version's number and its records, page by page.
fn records(partner: &Caller, project: &Project) -> (u32, Vec<Value>) {
    let newest = "query Newest($id: ID!) { project(id: $id) { versions(first: 200) { nodes { number } } } }";
    let data = partner.ask(newest, json!({ "id": project.id.as_str() }));
    let number = data["project"]["versions"]["nodes"].as_array().unwrap().last().unwrap()["number"].as_u64().unwrap();
    let (mut records, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = partner.ask(RECORDS, json!({ "id": project.id.as_str(), "number": number, "after": after }));
        let page = &data["project"]["version"]["participations"];
        records.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return (u32::try_from(number).unwrap(), records);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Says again who the people are: identities cannot be read, so whoever sends records back must know them.
fn identify(records: &mut [Value], story: &Story, planned: &PlannedProject) {
    let people: BTreeMap<&str, usize> =
        planned.participations.iter().map(|known| (known.reference.as_str(), known.person)).collect();
    for record in records {
        let person = &story.people[people[record["reference"].as_str().unwrap()]];
        record["identity"] = identity(person);
    }
}

fn identity(person: &Person) -> Value {
    match &person.number {
        None => Value::Null,
        Some((scheme, value)) => {
            let scheme = match scheme {
                Scheme::Agdref => "AGDREF",
                Scheme::Nir => "NIR",
                Scheme::Programme => "PROGRAMME",
            };
            json!({ "number": { "scheme": scheme, "value": value } })
        }
    }
}

/// Three people leave on the last day, four exits lead elsewhere than was said.
fn change_exits(records: &mut [Value]) {
    let mut left = [3, 4];
    for record in records {
        let kind = usize::from(!record["exit"].is_null());
        if left[kind] == 0 {
            continue;
        }
        left[kind] -= 1;
        record["followUp"] = Value::Null;
        record["exit"] = match record["exit"]["situation"].as_str() {
            None => permanent("2023-12-29"),
            Some("EMPLOYMENT" | "TRAINING") => other(record["exit"]["on"].as_str().unwrap(), "SEEKING"),
            Some(_) => permanent(record["exit"]["on"].as_str().unwrap()),
        };
    }
    assert_eq!(left, [0, 0], "seven exits changed");
}

/// Gives the last who has left, known here only, the identity of somebody who is present in another project.
fn share_one(records: &mut [Value], story: &Story, planned: &PlannedProject) {
    let here: BTreeSet<usize> = planned.participations.iter().map(|known| known.person).collect();
    let others = || story.projects.iter().filter(|other| other.code != planned.code);
    let elsewhere: BTreeSet<usize> =
        others().flat_map(|other| &other.participations).map(|known| known.person).collect();
    let somebody = others()
        .flat_map(|other| &other.participations)
        .find(|known| {
            known.exit.is_none() && !here.contains(&known.person) && story.people[known.person].number.is_some()
        })
        .unwrap();
    let only_here = planned
        .participations
        .iter()
        .rfind(|known| known.exit.is_some() && !elsewhere.contains(&known.person))
        .unwrap();
    let shared = records.iter_mut().find(|record| record["reference"] == only_here.reference.as_str()).unwrap();
    shared["identity"] = identity(&story.people[somebody.person]);
}

fn everything(position: i64) -> Asked {
    let (from, to) = (date(2019, 1, 1), TODAY);
    Asked { programme: PROGRAMME, position, day: TODAY, from, to, definition: AT_LEAST, group_by: None }
}

fn project(world: &World, code: &str) -> Project {
    let auditor = at_the_console(Role::Auditor);
    let programme = directory::find_programme(&world.desk, &auditor, PROGRAMME).unwrap().unwrap();
    directory::find_project_by_code(&world.desk, &auditor, &programme.id, code).unwrap().unwrap()
}

fn position(analyst: &Caller) -> i64 {
    let totals = analyst.get(&format!("/v1/programmes/{PROGRAMME}/totals"));
    totals.body["position"].as_str().unwrap().parse().unwrap()
}
