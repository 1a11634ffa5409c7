//! The sign-in: a browser is sent to the provider and comes back with a code. State, nonce and PKCE verifier are derived from
//! what the browser keeps meanwhile, so that nothing is stored for those who only begin; what served, serves no more.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::id_token::{Expected, Verified, Wrong};
use super::metadata::Metadata;
use super::{Known, Provider, ProviderSettings, id_token, refused, unavailable, userinfo};
use crate::access::keys::KeyRing;
use crate::access::{Desk, store};
use crate::clock::{self, Instant};
use crate::refusal::{Code, Failure, Outcome};

/// How long a sign-in may take, in seconds.
const LASTS_SECONDS: i64 = 600;

/// The longest local path to go back to, in bytes.
const LONGEST_PATH: usize = 512;

/// A sign-in that begins.
pub struct Begun {
    /// Where the browser is sent.
    pub location: String,
    /// What it keeps meanwhile.
    pub kept: String,
}

/// What a browser comes back with.
#[derive(Default, Deserialize)]
pub struct Answer {
    /// The code, to be changed into tokens.
    pub code: Option<String>,
    /// What it was sent with.
    pub state: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Somebody whom the provider vouches for.
pub struct Identified {
    /// The provider.
    pub issuer: String,
    /// The provider's name for the person.
    pub subject: String,
    /// All that it says of the person; to be mapped and forgotten.
    pub claims: Value,
    /// The token that says so.
    pub id_token: SecretString,
    /// Where the browser wanted to go.
    pub return_to: String,
}

/// A path of this service to go back to: nothing that a browser could take for an address elsewhere.
pub fn local_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && text.len() <= LONGEST_PATH && text.starts_with('/') && !text.starts_with("//")).then_some(text)
}

impl Provider {
    /// Begins a sign-in.
    pub fn begin(&self, desk: &Desk, return_to: &str) -> Outcome<Begun> {
        let now = desk.clock.now();
        let known = self.known(now)?;
        let kept = Kept::new(now, return_to);
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(kept.verifier(&desk.keys).as_bytes()));
        let location = with_query(
            &known.metadata.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("client_id", self.settings.client_id.as_str()),
                ("redirect_uri", redirect_uri(desk).as_str()),
                ("scope", self.settings.scopes.join(" ").as_str()),
                ("state", kept.state(&desk.keys).as_str()),
                ("nonce", kept.nonce(&desk.keys).as_str()),
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ],
        );
        Ok(Begun { location, kept: kept.written(&desk.keys) })
    }

    /// Ends a sign-in: the answer must be to what this very browser began, and serves once.
    pub fn complete(&self, desk: &Desk, kept: &str, answer: &Answer) -> Outcome<Identified> {
        let now = desk.clock.now();
        let kept = Kept::read(&desk.keys, kept, now).ok_or(Code::SignInExpired)?;
        if !kept.is_answered_by(&desk.keys, answer.state.as_deref().unwrap_or_default()) {
            return Err(Code::SignInExpired.into());
        }
        let state_hash = desk.keys.hash_request(b"oidc-used", kept.secret.as_bytes());
        let ends_at = Instant(0).plus_seconds(kept.ends_at);
        desk.store_of_callers().write(|connection| store::use_sign_in(connection, &state_hash, ends_at))?;
        let known = self.known(now)?;
        let names_issuer = known.metadata.authorization_response_iss_parameter_supported;
        if answer.iss.as_ref().map_or(names_issuer, |iss| *iss != self.settings.issuer) {
            return Err(refused("the answer is of another issuer"));
        }
        let code = match (&answer.code, &answer.error) {
            (Some(code), None) => code,
            _ => return Err(refused("the provider gave no code")),
        };
        let (id_token, access_token) = self.exchange(desk, &known.metadata, &kept, code)?;
        let verified = self.verify(desk, &known, &kept, (&id_token, &access_token))?;
        let mut claims = verified.claims;
        if let Some(address) = &known.metadata.userinfo_endpoint {
            let keys = self.known(now)?.keys;
            let asked = userinfo::Asked {
                issuer: &self.settings.issuer,
                client_id: &self.settings.client_id,
                subject: &verified.subject,
                now,
            };
            let told = userinfo::ask(&self.http, address, &access_token, &keys, &asked).map_err(refused)?;
            add(&mut claims, told);
        }
        Ok(Identified {
            issuer: self.settings.issuer.clone(),
            subject: verified.subject,
            claims,
            id_token,
            return_to: kept.return_to,
        })
    }

    /// Changes a code into an id token and an access token.
    fn exchange(
        &self,
        desk: &Desk,
        metadata: &Metadata,
        kept: &Kept,
        code: &str,
    ) -> Outcome<(SecretString, SecretString)> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: String,
            access_token: String,
            token_type: String,
        }
        let (client, verifier, redirect) = (&self.settings.client_id, kept.verifier(&desk.keys), redirect_uri(desk));
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let basic = match &self.settings.client_secret {
            Some(secret) if metadata.takes_basic() => Some(basic(client, secret)),
            Some(secret) => {
                form.extend([("client_id", client.as_str()), ("client_secret", secret.expose_secret())]);
                None
            }
            None => {
                form.push(("client_id", client.as_str()));
                None
            }
        };
        let answered = self.http.post(&metadata.token_endpoint, basic.as_ref(), &form).map_err(unavailable)?;
        if answered.status != 200 {
            return Err(refused("the provider did not change the code into tokens"));
        }
        let tokens: Option<Tokens> = serde_json::from_str(&answered.text).ok();
        let tokens = tokens.filter(|tokens| tokens.token_type.eq_ignore_ascii_case("bearer"));
        tokens
            .map(|tokens| (tokens.id_token.into(), tokens.access_token.into()))
            .ok_or_else(|| refused("the provider gave no tokens"))
    }

    /// Verifies the id token; if it names a key that is not known, with the keys that the provider has by now.
    fn verify(
        &self,
        desk: &Desk,
        known: &Known,
        kept: &Kept,
        (id_token, access_token): (&SecretString, &SecretString),
    ) -> Outcome<Verified> {
        let now = desk.clock.now();
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: &kept.nonce(&desk.keys),
            access_token: access_token.expose_secret(),
            now,
        };
        let told = |wrong: Wrong| -> Failure {
            refused(match wrong {
                Wrong::Key => "the id token is signed with a key that the provider does not have",
                Wrong::Token(why) => why,
            })
        };
        match id_token::verify(id_token.expose_secret(), &known.keys, &expected) {
            Err(Wrong::Key) => {
                let keys = self.keys_again(now)?;
                id_token::verify(id_token.expose_secret(), &keys, &expected).map_err(told)
            }
            verified => verified.map_err(told),
        }
    }
}

/// Where a browser is sent to end its session at the provider.
pub(super) fn sign_out_address(
    desk: &Desk,
    settings: &ProviderSettings,
    metadata: &Metadata,
    id_token: Option<&SecretString>,
) -> Option<String> {
    let (back, state) = (desk.issuer.at("/sign-in"), BASE64URL_NOPAD.encode(&clock::random_bytes::<16>()));
    let mut parameters = vec![("client_id", settings.client_id.as_str())];
    parameters.extend([("post_logout_redirect_uri", back.as_str()), ("state", state.as_str())]);
    parameters.extend(id_token.map(|token| ("id_token_hint", token.expose_secret())));
    Some(with_query(metadata.end_session_endpoint.as_ref()?, &parameters))
}

fn redirect_uri(desk: &Desk) -> String {
    desk.issuer.at("/sign-in/callback")
}

fn with_query(address: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{query}")
}

/// Both parts are written as in a form before they are encoded (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &SecretString) -> SecretString {
    let written = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", written(client), written(secret.expose_secret()));
    data_encoding::BASE64.encode(pair.as_bytes()).into()
}

/// Adds what userinfo tells to what the id token says, which goes before.
fn add(claims: &mut Value, told: Value) {
    if let (Value::Object(claims), Value::Object(told)) = (claims, told) {
        for (name, value) in told {
            claims.entry(name).or_insert(value);
        }
    }
}

/// What a browser keeps while it is at the provider: a secret, an end and a way back, sealed so that only we write it.
struct Kept {
    secret: String,
    ends_at: i64,
    return_to: String,
}

impl Kept {
    fn new(now: Instant, return_to: &str) -> Self {
        Self {
            secret: BASE64URL_NOPAD.encode(&clock::random_bytes::<32>()),
            ends_at: now.plus_seconds(LASTS_SECONDS).as_seconds(),
            return_to: return_to.to_owned(),
        }
    }

    fn body(&self) -> String {
        format!("{}.{}.{}", self.secret, self.ends_at, BASE64URL_NOPAD.encode(self.return_to.as_bytes()))
    }

    fn written(&self, keys: &KeyRing) -> String {
        let body = self.body();
        let seal = BASE64URL_NOPAD.encode(&keys.hash_request(b"oidc-kept", body.as_bytes()));
        format!("{body}.{seal}")
    }

    fn read(keys: &KeyRing, text: &str, now: Instant) -> Option<Self> {
        let (body, seal) = text.rsplit_once('.')?;
        let seal = BASE64URL_NOPAD.decode(seal.as_bytes()).ok()?;
        if !keys.request_matches(b"oidc-kept", body.as_bytes(), &seal) {
            return None;
        }
        let mut parts = body.split('.');
        let (secret, ends_at, path) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let path = String::from_utf8(BASE64URL_NOPAD.decode(path.as_bytes()).ok()?).ok()?;
        let return_to = local_path(&path)?.to_owned();
        (now.as_seconds() < ends_at).then(|| Self { secret: secret.to_owned(), ends_at, return_to })
    }

    fn derived(&self, keys: &KeyRing, about: &[u8]) -> String {
        BASE64URL_NOPAD.encode(&keys.hash_request(about, self.secret.as_bytes()))
    }

    fn state(&self, keys: &KeyRing) -> String {
        self.derived(keys, b"oidc-state")
    }

    fn nonce(&self, keys: &KeyRing) -> String {
        self.derived(keys, b"oidc-nonce")
    }

    fn verifier(&self, keys: &KeyRing) -> String {
        self.derived(keys, b"oidc-verifier")
    }

    fn is_answered_by(&self, keys: &KeyRing, state: &str) -> bool {
        let state = BASE64URL_NOPAD.decode(state.as_bytes()).unwrap_or_default();
        keys.request_matches(b"oidc-state", self.secret.as_bytes(), &state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_service_are_gone_back_to() {
        for path in ["/", "/sign-in", "/playground?x=1#y", "/v1/programmes/TEST"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a b", "/a\r\nX: y", "/é"]
        {
            assert_eq!(local_path(path), None, "{path}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(512))), None);
    }
}
