//! A world to act in: a migrated database, keys, a clock that tests turn, and the real server on a real port.
//!
//! The cast of [`World::with_projects`]: programme `TEST` (quarters 2023-Q1 to 2024-Q4, each due on the last day of the
//! month after it), the funder, two partner organisations leading projects `ALPHA` (department 69, region 84) and `BETA`
//! (department 13, region 93), two officers, an analyst, an auditor and an operator.

use std::sync::Arc;
use std::sync::Mutex;

use faisceau::access::Desk;
use faisceau::access::client::Client;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations as access;
use faisceau::access::role::Role;
use faisceau::api::edge::Edge;
use faisceau::api::kept::KeptAnswers;
use faisceau::api::server;
use faisceau::api::service::Service;
use faisceau::clock::{Clock, Instant};
use faisceau::configuration::{Configuration, Given};
use faisceau::consolidation::operations::Consolidation;
use faisceau::directory::operations as directory;
use faisceau::directory::organisation::OrganisationDetails;
use faisceau::directory::period::{Quarter, ReportingPeriod};
use faisceau::directory::programme::{Call, ProgrammeDetails};
use faisceau::directory::project::{ConsortiumMember, ConsortiumRole, Project, ProjectDetails};
use faisceau::directory::{geography, siret};
use faisceau::id::OrganisationId;
use faisceau::storage::Store;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::Database;

/// A running service and everything that its test needs.
pub struct World {
    pub database: Database,
    pub desk: Desk,
    pub url: String,
    pub edge: Arc<Edge>,
    /// What the server answers from.
    pub consolidation: Arc<Consolidation>,
    /// The answers that it keeps.
    pub kept: Arc<KeptAnswers>,
}

/// A client that speaks HTTP with tokens from the real token endpoint.
pub struct Caller {
    pub client: String,
    pub secret: String,
    url: String,
    clock: Clock,
    token: Mutex<Option<(i64, String)>>,
    agent: ureq::Agent,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub status: u16,
    pub body: Value,
    pub text: String,
}

/// An agent that gives every status as an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().new_agent()
}

impl World {
    /// A migrated, empty database with keys for programme `TEST`, served; the clock shows noon on 2024-05-15.
    pub fn empty() -> Self {
        let database = Database::migrated();
        KeyRing::create(&database.keys(), &["TEST"]).unwrap();
        Self::over(database)
    }

    /// Serves what a database holds, with its keys, in this process.
    pub fn over(database: Database) -> Self {
        Self::configured(database, Configuration::default())
    }

    /// The same cast, served with settings.
    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        let mut given = Given::default();
        settings.iter().for_each(|(name, value)| given.flag(name, *value));
        let configuration = Configuration::read(&given).unwrap_or_else(|problems| panic!("{problems:?}"));
        let Self { database, desk, .. } = Self::with_projects();
        drop(desk);
        Self::configured(database, configuration)
    }

    fn configured(database: Database, configuration: Configuration) -> Self {
        let keys = Arc::new(KeyRing::load(&database.keys()).unwrap());
        let clock = Clock::set_to("2024-05-15T10:00:00Z".parse::<Instant>().unwrap());
        let desk = Desk::new(Store::open(database.location()).unwrap(), clock, keys);
        let listening = server::listen("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listening.address());
        let desk = desk.with_issuer(url.parse().unwrap());
        let service = Service::configured(desk.clone(), configuration).unwrap();
        let (edge, kept) = (Arc::clone(&service.edge), Arc::clone(&service.kept));
        let consolidation = Arc::clone(&service.consolidation);
        std::thread::spawn(move || listening.serve(service));
        Self { database, desk, url, edge, consolidation, kept }
    }

    /// The same database served afresh, as after a restart: nothing in memory is shared.
    pub fn restarted(self) -> Self {
        let Self { database, desk, .. } = self;
        let now = desk.clock.now();
        drop(desk);
        let world = Self::over(database);
        world.desk.clock.turn_to(now);
        world
    }

    /// Turns the clock to noon UTC of a day.
    pub fn turn_to(&self, day: Date) {
        self.desk.clock.turn_to(format!("{day}T12:00:00Z").parse().unwrap());
    }

    /// A world with the cast of this module's description.
    pub fn with_projects() -> Self {
        Self::with_projects_of(programme())
    }

    /// The same cast under another programme `TEST`.
    pub fn with_projects_of(programme: ProgrammeDetails) -> Self {
        let world = Self::empty();
        let operator = access::at_the_console(Role::Operator);
        let programme = directory::register_programme(&world.desk, &operator, programme).unwrap();
        let organisation = |number: u32, name: &str| {
            let details = OrganisationDetails {
                siret: some_siret(number),
                name: name.parse().unwrap(),
                esus: false,
                sandbox: false,
            };
            directory::register_organisation(&world.desk, &operator, details).unwrap().id
        };
        let funder = organisation(1, "Funder");
        let alpha = organisation(2, "Association Alpha");
        let beta = organisation(3, "Association Beta");
        for (code, lead, department, cost, grant) in
            [("ALPHA", &alpha, "69", 20_000_000, 10_000_000), ("BETA", &beta, "13", 30_000_000, 12_000_000)]
        {
            let details = project(code, lead, &funder, department, cost, grant);
            directory::register_project(&world.desk, &operator, &programme.id, details).unwrap();
        }
        for (name, role, organisation) in [
            ("partner-alpha", Role::Partner, Some(&alpha)),
            ("partner-beta", Role::Partner, Some(&beta)),
            ("officer-one", Role::Officer, Some(&funder)),
            ("officer-two", Role::Officer, Some(&funder)),
            ("officer-of-alpha", Role::Officer, Some(&alpha)),
            ("analyst", Role::Analyst, None),
            ("auditor", Role::Auditor, None),
            ("operator", Role::Operator, None),
        ] {
            world.register_client(name, role, organisation);
        }
        world
    }

    /// Registers a client whose secret is derived from nothing: only this world knows it.
    pub fn register_client(&self, name: &str, role: Role, organisation: Option<&OrganisationId>) -> Caller {
        self.register(Client::new(name.parse().unwrap(), role, organisation.cloned()))
    }

    /// The same of a client that may be narrowed.
    pub fn register(&self, client: Client) -> Caller {
        let operator = access::at_the_console(Role::Operator);
        let registration = access::register_client(&self.desk, &operator, client).unwrap();
        let name = registration.client.id.as_str();
        std::fs::write(self.secret_file(name), registration.secret.expose_secret()).unwrap();
        self.caller(name)
    }

    /// A client registered in this world.
    pub fn caller(&self, name: &str) -> Caller {
        let secret = std::fs::read_to_string(self.secret_file(name)).expect("a client of this world");
        Caller {
            client: name.to_owned(),
            secret,
            url: self.url.clone(),
            clock: self.desk.clock.clone(),
            token: Mutex::new(None),
            agent: agent(),
        }
    }

    /// A project of programme `TEST` by its code.
    pub fn project(&self, code: &str) -> Project {
        let auditor = access::at_the_console(Role::Auditor);
        let programme = directory::find_programme(&self.desk, &auditor, "TEST").unwrap().unwrap();
        directory::find_project_by_code(&self.desk, &auditor, &programme.id, code).unwrap().unwrap()
    }

    fn secret_file(&self, name: &str) -> std::path::PathBuf {
        self.database.folder().join(format!("secret-of-{name}"))
    }
}

impl Caller {
    /// A client of a server elsewhere, by the machine's clock.
    pub fn at(url: &str, client: &str, secret: &str) -> Self {
        Self {
            client: client.to_owned(),
            secret: secret.to_owned(),
            url: url.to_owned(),
            clock: Clock::System,
            token: Mutex::new(None),
            agent: agent(),
        }
    }

    /// A client of a world's server with its secret.
    pub fn within(world: &World, client: &str, secret: &str) -> Self {
        Self { clock: world.desk.clock.clone(), ..Self::at(&world.url, client, secret) }
    }

    /// A token, got from the token endpoint unless the last one still has five minutes.
    pub fn token(&self) -> String {
        let now = self.clock.now().as_seconds();
        let mut kept = self.token.lock().unwrap();
        match &*kept {
            Some((until, token)) if *until > now && now + 600 >= *until => token.clone(),
            _ => {
                let credentials = data_encoding::BASE64.encode(format!("{}:{}", self.client, self.secret).as_bytes());
                let mut response = self
                    .agent
                    .post(format!("{}/oauth/token", self.url))
                    .header("authorization", format!("Basic {credentials}"))
                    .send_form([("grant_type", "client_credentials")])
                    .unwrap();
                let body: Value = response.body_mut().read_json().unwrap();
                let token = body["access_token"].as_str().expect("a token").to_owned();
                *kept = Some((now + 300, token.clone()));
                token
            }
        }
    }

    /// Posts a GraphQL document; gives status and body as they are.
    pub fn post(&self, query: &str, variables: Value) -> Answered {
        let mut response = self
            .agent
            .post(format!("{}/graphql", self.url))
            .header("authorization", format!("Bearer {}", self.token()))
            .send_json(json!({ "query": query, "variables": variables }))
            .unwrap();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap();
        Answered { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// Posts a GraphQL document that must succeed; gives its data.
    pub fn ask(&self, query: &str, variables: Value) -> Value {
        let answered = self.post(query, variables);
        assert!(answered.body["errors"].is_null() && answered.status == 200, "{}: {}", self.client, answered.text);
        answered.body["data"].clone()
    }

    /// Posts a body to a REST route with headers.
    pub fn send(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answered {
        let mut request =
            self.agent.post(format!("{}{path}", self.url)).header("authorization", format!("Bearer {}", self.token()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).unwrap();
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(1 << 30).read_to_string().unwrap();
        Answered { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// Gets a REST route.
    pub fn get(&self, path: &str) -> Answered {
        let mut response = self
            .agent
            .get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token()))
            .call()
            .unwrap();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap();
        Answered { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }
}

/// Programme `TEST`.
pub fn programme() -> ProgrammeDetails {
    let quarters = Quarter::new(2023, 1).unwrap().through(Quarter::new(2024, 4).unwrap());
    let due = |quarter: Quarter| quarter.next().first_day().last_of_month();
    ProgrammeDetails {
        code: "TEST".parse().unwrap(),
        name_en: "Test programme".parse().unwrap(),
        name_fr: "Programme d'essai".parse().unwrap(),
        envelope: "1000000.00".parse().unwrap(),
        time_zone: TimeZone::get("Europe/Paris").unwrap(),
        first_on: date(2023, 1, 1),
        disclosure_threshold: 5,
        certification: false,
        calls: vec![Call {
            code: "CALL".parse().unwrap(),
            name_en: "Call".parse().unwrap(),
            name_fr: "Appel".parse().unwrap(),
        }],
        periods: quarters.map(|quarter| ReportingPeriod::of_quarter(quarter, due(quarter))).collect(),
    }
}

/// A project of programme `TEST`, its agreement from 2023-01-01 to 2024-12-31.
pub fn project(
    code: &str,
    lead: &OrganisationId,
    member: &OrganisationId,
    department: &str,
    cost_cents: i64,
    grant_cents: i64,
) -> ProjectDetails {
    ProjectDetails {
        code: code.parse().unwrap(),
        title: format!("Project {code}").parse().unwrap(),
        call: "CALL".parse().unwrap(),
        lead: lead.clone(),
        members: vec![ConsortiumMember { organisation: member.clone(), role: ConsortiumRole::Training }],
        department: geography::department(department).unwrap(),
        sector: "Construction".parse().unwrap(),
        agreement_from: date(2023, 1, 1),
        agreement_to: date(2024, 12, 31),
        target_participants: 50,
        eligible_cost: faisceau::directory::money::Cents(cost_cents),
        grant: faisceau::directory::money::Cents(grant_cents),
    }
}

/// A valid fictional SIRET.
pub fn some_siret(number: u32) -> siret::Siret {
    let siren = siret::siren_with_check_digit(&format!("9991{number:04}")).unwrap();
    siret::with_check_digit(&format!("{siren}0001")).unwrap()
}
