//! A desk without a server: a migrated database, keys and a directory, for tests that call operations themselves.

use std::sync::Arc;

use faisceau::access::client::Client;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations as access;
use faisceau::access::role::Role;
use faisceau::access::{Desk, Scope};
use faisceau::clock::Clock;
use faisceau::directory::operations as directory;
use faisceau::directory::organisation::OrganisationDetails;
use faisceau::directory::programme::{Programme, ProgrammeDetails};
use faisceau::directory::project::{Project, ProjectDetails};
use faisceau::id::OrganisationId;
use faisceau::storage::Store;

use super::Database;
use super::world::some_siret;

/// A database and the desk that works on it.
pub struct Stage {
    pub database: Database,
    pub desk: Desk,
}

impl Stage {
    /// A migrated, empty database with keys for programme `TEST`.
    pub fn empty(clock: Clock) -> Self {
        Self::with_key(clock, "TEST")
    }

    /// A migrated, empty database with keys for a programme of some code.
    pub fn with_key(clock: Clock, programme: &str) -> Self {
        let database = Database::migrated();
        KeyRing::create(&database.keys(), &[programme]).unwrap();
        let keys = Arc::new(KeyRing::load(&database.keys()).unwrap());
        let desk = Desk::new(Store::open(database.location()).unwrap(), clock, keys);
        Self { database, desk }
    }

    /// Registers a programme.
    pub fn programme(&self, details: ProgrammeDetails) -> Programme {
        directory::register_programme(&self.desk, &operator(), details).unwrap()
    }

    /// Registers an organisation of a number of its own.
    pub fn organisation(&self, number: u32) -> OrganisationId {
        let name = format!("Organisation {number}").parse().unwrap();
        let details = OrganisationDetails { siret: some_siret(number), name, esus: false, sandbox: false };
        directory::register_organisation(&self.desk, &operator(), details).unwrap().id
    }

    /// Registers a project.
    pub fn project(&self, programme: &Programme, details: ProjectDetails) -> Project {
        directory::register_project(&self.desk, &operator(), &programme.id, details).unwrap()
    }

    /// Registers a client and gives the scope that its token is recognised as.
    pub fn client(&self, name: &str, role: Role, organisation: Option<&OrganisationId>) -> Scope {
        let client = Client::new(name.parse().unwrap(), role, organisation.cloned());
        access::register_client(&self.desk, &operator(), client).unwrap();
        access::recognise(&self.desk, &self.token(name)).unwrap()
    }

    /// A token of a registered client, for two hours.
    pub fn token(&self, name: &str) -> String {
        access::issue_token_at_the_console(&self.desk, &operator(), name, 7200).unwrap()
    }
}

fn operator() -> Scope {
    access::at_the_console(Role::Operator)
}
