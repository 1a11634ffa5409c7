//! An OpenID Connect provider of the tests: keys of its own, codes with PKCE, and ways to make it lie.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::browser::{Browser, form, header};
use super::oauth::Key;
use super::raw::Raw;

pub const CLIENT: &str = "faisceau:prod&x";
pub const SECRET: &str = "se:cret & more";

/// A key that signs with RS256.
pub struct RsaKey {
    pair: KeyPair,
    pub kid: String,
}

/// What a forger of id tokens has.
pub struct Forging<'a> {
    pub key: &'a RsaKey,
    pub other: &'a RsaKey,
    pub ec: &'a Key,
    pub claims: Value,
}

/// A way to lie in an id token.
pub type Forge = fn(&Forging<'_>) -> String;

/// What the provider knows and how it behaves.
pub struct State {
    pub key: Arc<RsaKey>,
    pub other: Arc<RsaKey>,
    pub ec: Arc<Key>,
    /// What userinfo tells; `sub` is in the id token too.
    pub person: Value,
    pub now: i64,
    pub forge: Option<Forge>,
    pub userinfo_signed: bool,
    pub userinfo_subject: Option<String>,
    /// What the answer says of its issuer.
    pub iss: Option<String>,
    pub code_again: bool,
    pub discovery: Value,
    pub tokens_asked: usize,
    next: usize,
    codes: HashMap<String, HashMap<String, String>>,
}

/// A provider that listens on this machine until the tests end.
#[derive(Clone)]
pub struct Idp {
    pub url: String,
    pub state: Arc<Mutex<State>>,
}

impl RsaKey {
    pub fn new(kid: &str) -> Self {
        Self { pair: KeyPair::generate(KeySize::Rsa2048).unwrap(), kid: kid.to_owned() }
    }

    /// The public half as a JSON Web Key: the two numbers of its DER.
    pub fn public(&self) -> Value {
        let der = self.pair.public_key().as_ref();
        let n = &der[9..9 + 256];
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": BASE64URL_NOPAD.encode(n), "e": "AQAB" })
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "RS256", "kid": self.kid, "typ": "JWT" })
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

impl Idp {
    /// Starts a provider whose clock shows an instant.
    pub fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let at = |path: &str| format!("{url}{path}");
        let discovery = json!({
            "issuer": url, "authorization_endpoint": at("/auth?flavour=plain"), "token_endpoint": at("/token"),
            "jwks_uri": at("/keys"), "userinfo_endpoint": at("/userinfo"), "end_session_endpoint": at("/logout"),
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
        });
        let state = State {
            key: Arc::new(RsaKey::new("one")),
            other: Arc::new(RsaKey::new("one")),
            ec: Arc::new(Key::new(Algorithm::ES256)),
            person: json!({ "sub": "person-1", "email": "jeanne.canari@example.org", "groups": ["staff", "officers"] }),
            now,
            forge: None,
            userinfo_signed: false,
            userinfo_subject: None,
            iss: Some(url.clone()),
            code_again: false,
            discovery,
            tokens_asked: 0,
            next: 0,
            codes: HashMap::new(),
        };
        let idp = Self { url, state: Arc::new(Mutex::new(state)) };
        let serving = idp.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        idp
    }

    /// Goes with a browser through the provider's own page, as somebody who says yes; gives where it is sent back.
    pub fn consent(&self, location: &str) -> String {
        let query = location.strip_prefix(&format!("{}/auth?flavour=plain&", self.url)).expect("the provider's page");
        let asked = parse(query);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!((asked["code_challenge_method"].as_str(), asked["code_challenge"].len()), ("S256", 43));
        let mut state = self.state.lock().unwrap();
        state.next += 1;
        let code = format!("code-{}", state.next);
        let mut back = vec![("code", code.clone()), ("state", asked["state"].clone())];
        back.extend(state.iss.clone().map(|iss| ("iss", iss)));
        let location = format!("{}?{}", asked["redirect_uri"], form_of(&back));
        state.codes.insert(code, asked);
        location
    }

    /// A whole sign-in; gives what the service answers to the browser that comes back.
    pub fn sign_in(&self, browser: &Browser) -> Raw {
        let begun = browser.get("/sign-in/provider?return_to=/v1/programmes");
        assert_eq!(begun.status, 303, "{}", begun.text());
        let back = self.consent(&header(&begun, "location"));
        browser.get(back.strip_prefix(&browser.url).expect("back to the service"))
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut start, mut lines) = (String::new(), HashMap::new());
        reader.read_line(&mut start)?;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(": ").map(|(n, v)| (n.to_lowercase(), v.to_owned()))
            else {
                break;
            };
            lines.insert(name, value);
        }
        let mut body = vec![0; lines.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let path = start.split(' ').nth(1).unwrap_or_default().to_owned();
        let (status, kind, text) = self.answer(&path, &lines, &String::from_utf8_lossy(&body));
        let length = text.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let mut stream = stream;
        stream.write_all(format!("{head}{text}").as_bytes())
    }

    fn answer(&self, path: &str, lines: &HashMap<String, String>, body: &str) -> (u16, &'static str, String) {
        let mut state = self.state.lock().unwrap();
        let json_type = "application/json";
        match path {
            "/.well-known/openid-configuration" => (200, json_type, state.discovery.to_string()),
            "/keys" => {
                let mut ec = state.ec.public.clone();
                (ec["kid"], ec["use"]) = ("ec".into(), "sig".into());
                let mut sealing = state.other.public();
                (sealing["kid"], sealing["use"]) = ("sealing".into(), "enc".into());
                let symmetric = json!({ "kty": "oct", "kid": "oct", "k": "c2VjcmV0", "alg": "HS256" });
                (200, json_type, json!({ "keys": [symmetric, sealing, state.key.public(), ec] }).to_string())
            }
            "/token" => state.token(&self.url, lines, &parse(body)),
            "/userinfo" => {
                if lines.get("authorization").map(String::as_str) != Some("Bearer access-1") {
                    return (401, json_type, "{}".to_owned());
                }
                let mut person = state.person.clone();
                if let Some(subject) = &state.userinfo_subject {
                    person["sub"] = subject.as_str().into();
                }
                if !state.userinfo_signed {
                    return (200, json_type, person.to_string());
                }
                (person["iss"], person["aud"]) = (self.url.as_str().into(), CLIENT.into());
                (200, "application/jwt", state.key.sign(&state.key.header(), &person))
            }
            _ => (404, json_type, "{}".to_owned()),
        }
    }
}

impl State {
    fn token(
        &mut self,
        url: &str,
        lines: &HashMap<String, String>,
        sent: &HashMap<String, String>,
    ) -> (u16, &'static str, String) {
        self.tokens_asked += 1;
        let (refused, json_type) =
            ((400, "application/json", "{\"error\":\"invalid_grant\"}".to_owned()), "application/json");
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = BASE64.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)).as_bytes());
        if lines.get("authorization") != Some(&format!("Basic {basic}")) {
            return (401, json_type, "{\"error\":\"invalid_client\"}".to_owned());
        }
        let code = sent.get("code").cloned().unwrap_or_default();
        let asked = if self.code_again { self.codes.get(&code).cloned() } else { self.codes.remove(&code) };
        let Some(asked) = asked else { return refused };
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(sent["code_verifier"].as_bytes()));
        if challenge != asked["code_challenge"] || sent["redirect_uri"] != asked["redirect_uri"] {
            return refused;
        }
        let at_hash = BASE64URL_NOPAD.encode(&Sha256::digest(b"access-1")[..16]);
        let claims = json!({
            "iss": url, "sub": self.person["sub"], "aud": CLIENT, "iat": self.now, "exp": self.now + 300,
            "nonce": asked["nonce"], "at_hash": at_hash,
        });
        let id_token = match self.forge {
            Some(forge) => forge(&Forging { key: &self.key, other: &self.other, ec: &self.ec, claims }),
            None => self.key.sign(&self.key.header(), &claims),
        };
        let given =
            json!({ "access_token": "access-1", "token_type": "Bearer", "expires_in": 60, "id_token": id_token });
        (200, json_type, given.to_string())
    }
}

fn form_of(fields: &[(&str, String)]) -> String {
    form(&fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
}

/// The fields of a query or a form.
pub fn parse(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
