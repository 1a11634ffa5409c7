//! People who sign in through an OpenID Connect provider: authorization code with PKCE, an id token that is believed only
//! when everything about it holds, and a role only for whom a mapping gives one.
//!
//! What a provider says of a person is read, mapped and forgotten: nothing of it is kept but a keyed hash of issuer and
//! subject. It knows no browser and no directory.

mod claims;
mod flow;
mod http;
mod id_token;
mod keys;
mod mapping;
mod metadata;
mod userinfo;

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use super::Desk;
use crate::clock::Instant;
use crate::refusal::{Code, Outcome};

pub use flow::{Answer, Begun, Identified, local_path};
pub use mapping::{Mapped, Mapping};

use http::Http;
use keys::ProviderKeys;
use metadata::Metadata;

/// How long a provider's metadata and keys are believed without asking again, in seconds.
const BELIEVED_SECONDS: i64 = 3600;

/// How soon the keys are asked for again when a token names one that is not among them, in seconds.
const KEYS_AGAIN_SECONDS: i64 = 10;

/// What is configured of a provider.
pub struct ProviderSettings {
    /// Its issuer, exactly as it writes itself.
    pub issuer: String,
    /// What this deployment is called there.
    pub client_id: String,
    /// What it proves to be it with; PKCE alone, if nothing.
    pub client_secret: Option<SecretString>,
    /// The scopes to ask for, `openid` among them.
    pub scopes: Vec<String>,
    /// Which claims give which role.
    pub mapping: Mapping,
}

/// A provider, asked about itself at the first use.
pub struct Provider {
    settings: ProviderSettings,
    http: Http,
    known: Mutex<Option<Known>>,
}

/// What a provider last said of itself.
#[derive(Clone)]
struct Known {
    metadata: Arc<Metadata>,
    keys: Arc<ProviderKeys>,
    asked_at: Instant,
    keys_at: Instant,
}

impl Provider {
    /// A provider that was not asked yet: a service starts, and machines are served, while it is away.
    pub fn new(settings: ProviderSettings) -> Self {
        Self { settings, http: Http::new(), known: Mutex::new(None) }
    }

    /// Which claims give which role.
    pub fn mapping(&self) -> &Mapping {
        &self.settings.mapping
    }

    /// What it last said of itself, or says now. Nobody signs in while it does not answer as it should.
    fn known(&self, now: Instant) -> Outcome<Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known
            && (known.asked_at..known.asked_at.plus_seconds(BELIEVED_SECONDS)).contains(&now)
        {
            return Ok(known.clone());
        }
        let metadata = Metadata::discover(&self.http, &self.settings.issuer).map_err(unavailable)?;
        let keys = ProviderKeys::fetch(&self.http, &metadata.jwks_uri).map_err(unavailable)?;
        let fresh = Known { metadata: Arc::new(metadata), keys: Arc::new(keys), asked_at: now, keys_at: now };
        *known = Some(fresh.clone());
        Ok(fresh)
    }

    /// Its keys asked for anew, since one was named that is not among them; the ones known, if they were asked for just now.
    fn keys_again(&self, now: Instant) -> Outcome<Arc<ProviderKeys>> {
        let mut held = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = &mut *held else { return Err(Code::ProviderUnavailable.into()) };
        if now >= known.keys_at.plus_seconds(KEYS_AGAIN_SECONDS) {
            known.keys = Arc::new(ProviderKeys::fetch(&self.http, &known.metadata.jwks_uri).map_err(unavailable)?);
            known.keys_at = now;
        }
        Ok(Arc::clone(&known.keys))
    }

    /// Where a browser is sent to sign out there too; nothing if the provider has no such place, or does not answer.
    pub fn sign_out_address(&self, desk: &Desk, id_token: Option<&SecretString>) -> Option<String> {
        let known = self.known(desk.clock.now()).ok()?;
        flow::sign_out_address(desk, &self.settings, &known.metadata, id_token)
    }

    /// The origins that a form of ours may lead to at sign-out, as far as the provider is known.
    pub fn sign_out_origin(&self, desk: &Desk) -> Option<String> {
        let address = self.sign_out_address(desk, None)?;
        let (scheme, rest) = address.split_once("://")?;
        Some(format!("{scheme}://{}", rest.split(['/', '?', '#']).next()?))
    }
}

/// Why a provider is not as it should be: the words, which hold nothing of a person, go to the log.
fn unavailable(why: &'static str) -> crate::refusal::Failure {
    tracing::warn!(why, "the identity provider cannot be used");
    Code::ProviderUnavailable.into()
}

/// Why somebody is not believed: the words go to the log.
fn refused(why: &'static str) -> crate::refusal::Failure {
    tracing::warn!(why, "a sign-in through the identity provider was refused");
    Code::ProviderRefused.into()
}
