//! People at a browser: how long they stay signed in, by what they sign in, and how a request of theirs is told from one
//! that another page made. It knows no route.

pub mod cookies;
pub mod origin;

use std::path::Path;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use tokio::sync::Semaphore;

use crate::access::oidc::{Mapping, Provider, ProviderSettings};
use crate::access::session::Lengths;
use crate::configuration::Configuration;
use crate::refusal::{Failure, Outcome};

/// How many passwords are looked at once: each takes 19 MiB and a core for a moment.
const PASSWORDS_AT_ONCE: usize = 2;

/// What a service knows about people.
pub struct People {
    /// How long sessions last.
    pub lengths: Lengths,
    /// The provider through which they sign in; by local accounts, if none.
    pub provider: Option<Arc<Provider>>,
    /// How many passwords are looked at once.
    pub passwords: Arc<Semaphore>,
}

impl People {
    /// As a configuration has it; the file of roles must hold.
    pub fn configured(configuration: &Configuration) -> Outcome<Self> {
        let lengths = Lengths {
            idle: i64::from(configuration.session_idle_minutes.0) * 60,
            absolute: i64::from(configuration.session_hours.0) * 3600,
        };
        let provider = settings(configuration)?.map(|settings| Arc::new(Provider::new(settings)));
        Ok(Self { lengths, provider, passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)) })
    }
}

fn settings(configuration: &Configuration) -> Outcome<Option<ProviderSettings>> {
    let set = (&configuration.oidc_issuer, &configuration.oidc_client_id, &configuration.oidc_roles);
    let (Some(issuer), Some(client), Some(roles)) = set else { return Ok(None) };
    Ok(Some(ProviderSettings {
        issuer: issuer.as_str().to_owned(),
        client_id: client.as_str().to_owned(),
        client_secret: configuration.oidc_client_secret.as_ref().map(|secret| secret.0.expose_secret().into()),
        scopes: configuration.oidc_scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        mapping: mapping(roles)?,
    }))
}

fn mapping(file: &Path) -> Outcome<Mapping> {
    let wrong = |why: String| {
        Failure::fault(format!(
            "the file of oidc_roles, {}: {why}; see docs/access.md for how rules are written",
            file.display()
        ))
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    Mapping::read(&text).map_err(wrong)
}
