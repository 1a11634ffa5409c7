//! What is measured: the demo's programme with all its history, and further projects that report for the first time.

use faisceau::access::Desk;
use faisceau::access::client::Client;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations as access;
use faisceau::access::role::Role;
use faisceau::clock::Clock;
use faisceau::demo::{self, Story};
use faisceau::directory::operations as directory;
use faisceau::directory::organisation::OrganisationDetails;
use faisceau::directory::period::Quarter;
use faisceau::directory::project::ProjectDetails;
use faisceau::id::OrganisationId;
use faisceau::reporting::fields::{Field, kept_fields};
use faisceau::reporting::rules::{RULE_SET, Severity, rules};
use faisceau::reporting::statement::Participation;
use faisceau::storage::{Store, migrations};
use serde_json::{Map, Value, json};

use crate::copy::settle;
use crate::support::Database;
use crate::support::statement::{SUBMIT, justified, submission};
use crate::support::world::some_siret;

/// How many participations a pushed report holds.
pub const PUSHED: usize = 100;

const PARTNERS: usize = 8;
const PROGRAMME: &str = "PIC-IPR";

/// The world before anything is measured; nobody is connected to its database.
pub struct World {
    pub database: Database,
    pub projects: Vec<Project>,
    /// Tokens of those who review and approve.
    pub officers: [String; 2],
    records: Vec<Participation>,
    period: Quarter,
}

/// A project about to send its first report.
pub struct Project {
    pub id: String,
    pub token: String,
    number: usize,
}

impl World {
    /// Plays the whole demo through the operations and registers some projects more.
    pub fn build(project_count: usize) -> Self {
        let database = Database::create();
        KeyRing::create(&database.keys(), &[PROGRAMME]).unwrap();
        migrations::run(&database.location()).unwrap();
        let story = Story::tell();
        let desk = desk(&database, Clock::set_to(story.reports[0].submitted_at));
        demo::play(&desk, &story, |_, _| {}).unwrap();
        let desk = desk.with_clock(Clock::System);
        // What the largest project stated in the middle of its life.
        let largest =
            (0..story.projects.len()).max_by_key(|place| story.projects[*place].participations.len()).unwrap();
        let model = &story.projects[largest];
        let reports: Vec<_> = story.reports.iter().filter(|report| report.project == largest).collect();
        let report = reports[reports.len() / 2];
        let records = story.statements(desk.keys.programme(PROGRAMME).unwrap()).complete(report).participations;
        assert!(records.len() >= 2 * PUSHED, "too few records to take reports from");
        let funder = organisation(&desk, 9000);
        let officers = ["bench-officer-1", "bench-officer-2"].map(|name| client(&desk, name, Role::Officer, &funder));
        let partners: Vec<(OrganisationId, String)> = (0..PARTNERS)
            .map(|place| {
                let lead = organisation(&desk, 9001 + place as u32);
                let token = client(&desk, &format!("bench-partner-{place}"), Role::Partner, &lead);
                (lead, token)
            })
            .collect();
        let operator = access::at_the_console(Role::Operator);
        let programme = directory::find_programme(&desk, &operator, PROGRAMME).unwrap().unwrap();
        let projects = (0..project_count)
            .map(|number| {
                let (lead, token) = &partners[number % PARTNERS];
                let details = ProjectDetails {
                    code: format!("BENCH-{number}").parse().unwrap(),
                    title: format!("Project {number}").parse().unwrap(),
                    call: model.call.clone(),
                    lead: lead.clone(),
                    members: Vec::new(),
                    department: model.department,
                    sector: model.sector.clone(),
                    agreement_from: model.agreement_from,
                    agreement_to: model.agreement_to,
                    target_participants: model.target,
                    eligible_cost: model.eligible_cost,
                    grant: model.grant,
                };
                let project = directory::register_project(&desk, &operator, &programme.id, details).unwrap();
                Project { id: project.id.to_string(), token: token.clone(), number }
            })
            .collect();
        drop(desk);
        settle(&database);
        Self { database, projects, officers, records, period: report.period }
    }

    /// The body of a project's first report: as many participations as asked for, of people whom nobody has met.
    pub fn push(&self, project: &Project) -> String {
        let participations = (0..PUSHED).map(|place| self.participation(project, place)).collect();
        let input = submission(&project.id, &self.period.to_string(), 0, participations);
        json!({ "query": SUBMIT, "variables": { "input": justified(input) } }).to_string()
    }

    /// Where a project's submissions go through REST: its first report whole, or changes with the next quarter's.
    pub fn path(&self, project: &Project, base_version: u32) -> String {
        let (mode, period) = if base_version == 0 { ("REPLACE", self.period) } else { ("UPSERT", self.period.next()) };
        let warnings = rules(RULE_SET).filter(|rule| rule.severity == Severity::Warning);
        let answers: String = warnings.map(|rule| format!("&justification={}:Checked", rule.code)).collect();
        let id = &project.id;
        format!("/v1/projects/{id}/reports/{period}/submissions?baseVersion={base_version}&mode={mode}{answers}")
    }

    /// Participations as JSON lines.
    pub fn lines(&self, project: &Project, count: usize) -> String {
        (0..count).map(|place| format!("{}\n", self.participation(project, place))).collect()
    }

    /// Participations as a spreadsheet.
    pub fn table(&self, project: &Project, count: usize) -> String {
        let headers: Vec<&str> = kept_fields().map(Field::header).collect();
        let rows: String = (0..count).map(|place| self.csv_row(project, place)).collect();
        format!("{};agdref\n{rows}", headers.join(";"))
    }

    /// A participation as GraphQL takes it.
    pub fn participation(&self, project: &Project, place: usize) -> Value {
        let record = self.record(project.number, place);
        let mut stated = Map::new();
        for (field, text) in kept_fields().filter_map(|field| Some((field, field.text(record)?))) {
            let value = match field {
                Field::Reference => format!("P-{place:06}").into(),
                Field::Supports => Value::Array(record.supports.iter().map(support).collect()),
                _ => text.into(),
            };
            match field.name().split_once('.') {
                None => stated.insert(field.name().to_owned(), value),
                Some((group, name)) => {
                    let group = stated.entry(group).or_insert_with(|| json!({}));
                    group.as_object_mut().unwrap().insert(name.to_owned(), value)
                }
            };
        }
        let number = json!({ "scheme": "AGDREF", "value": agdref(project.number, place) });
        stated.insert("identity".to_owned(), json!({ "number": number }));
        stated.into()
    }

    fn csv_row(&self, project: &Project, place: usize) -> String {
        let record = self.record(project.number, place);
        let text = |field: Field| match field {
            Field::Reference => format!("P-{place:06}"),
            Field::Supports => {
                let one = |s: &faisceau::reporting::statement::Support| {
                    format!("{}:{}:{}", s.kind.code(), s.quarter, s.hours)
                };
                record.supports.iter().map(one).collect::<Vec<_>>().join("|")
            }
            field => field.text(record).unwrap_or_default(),
        };
        let cells: Vec<String> = kept_fields().map(text).collect();
        format!("{};{}\n", cells.join(";"), agdref(project.number, place))
    }

    fn record(&self, project: usize, place: usize) -> &Participation {
        &self.records[(project * 37 + place) % self.records.len()]
    }
}

/// A desk on a database.
pub fn desk(database: &Database, clock: Clock) -> Desk {
    let keys = KeyRing::load(&database.keys()).unwrap();
    Desk::new(Store::open(database.location()).unwrap(), clock, keys.into())
}

fn support(support: &faisceau::reporting::statement::Support) -> Value {
    json!({ "kind": support.kind.code(), "quarter": support.quarter.to_string(), "hours": support.hours })
}

/// A foreigner number of ten digits, another for every project and place, none of them a placeholder.
fn agdref(project: usize, place: usize) -> String {
    let scattered = (project as u64 * 1_000_003 + place as u64).wrapping_mul(2_654_435_761) % 8_999_999_929;
    (scattered + 1_000_000_000).to_string()
}

fn organisation(desk: &Desk, number: u32) -> OrganisationId {
    let name = format!("Organisation {number}").parse().unwrap();
    let details = OrganisationDetails { siret: some_siret(number), name, esus: false, sandbox: false };
    directory::register_organisation(desk, &access::at_the_console(Role::Operator), details).unwrap().id
}

/// Registers a client and gives it a token for a day.
fn client(desk: &Desk, name: &str, role: Role, organisation: &OrganisationId) -> String {
    let operator = access::at_the_console(Role::Operator);
    let client = Client::new(name.parse().unwrap(), role, Some(organisation.clone()));
    access::register_client(desk, &operator, client).unwrap();
    access::issue_token_at_the_console(desk, &operator, name, 86_400).unwrap()
}
