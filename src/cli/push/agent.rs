//! Speaking HTTP with a server: credentials, patience with what is busy or away, and nothing sent twice in vain.

use std::cell::RefCell;
use std::time::Duration;

use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use ureq::http::Response;
use ureq::{Body, Error};

use super::{Interrupt, Stop};
use crate::outgoing::{self, Patience};
use crate::refusal::Language;

/// How often a request is sent before the server counts as away, and how often while it says that it is busy.
const ATTEMPTS: u32 = 6;

/// See [`ATTEMPTS`].
const ATTEMPTS_WHILE_BUSY: u32 = 20;

/// The first pause between two attempts; each one doubles, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The longest pause that a server may ask for.
const LONGEST_ASKED_PAUSE: Duration = Duration::from_secs(60);

/// The largest answer.
const LARGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// An answer as it came.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) text: String,
}

/// A client of one server.
pub(super) struct Agent<'a> {
    http: ureq::Agent,
    server: &'a str,
    client: &'a str,
    secret: &'a SecretString,
    language: Language,
    interrupt: &'a Interrupt,
    token: RefCell<Option<SecretString>>,
}

/// A request that can be sent again: made anew for each attempt, with the token that it is given.
type Attempt<'r> = dyn FnMut(&str) -> Result<Response<Body>, Error> + 'r;

impl<'a> Agent<'a> {
    pub(super) fn new(
        server: &'a str,
        client: &'a str,
        secret: &'a SecretString,
        language: Language,
        interrupt: &'a Interrupt,
    ) -> Self {
        let patience = Patience { connect: Duration::from_secs(10), answer: Duration::from_secs(120), whole: None };
        Self { http: outgoing::agent(patience), server, client, secret, language, interrupt, token: RefCell::default() }
    }

    /// Asks the GraphQL API; gives its data.
    pub(super) fn ask(&self, query: &str, variables: serde_json::Value) -> Result<serde_json::Value, Stop> {
        let body = serde_json::json!({ "query": query, "variables": variables });
        let answered = self.send(&mut |token| self.post("/graphql", token).send_json(&body))?;
        let document: serde_json::Value = serde_json::from_str(&answered.text).unwrap_or_default();
        let error = &document["errors"][0];
        if answered.status != 200 || !error.is_null() || !document["data"].is_object() {
            let told = [&error["message"], &document["detail"]].into_iter().find_map(|words| words.as_str());
            return Err(refused(answered.status, told.unwrap_or("this is not the address of a Faisceau server")));
        }
        Ok(document["data"].clone())
    }

    /// A request to a path of the server; the token is nobody's but the server's.
    pub(super) fn post(&self, path: &str, token: &str) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let request = self.http.post(format!("{}{path}", self.server));
        request.header("authorization", format!("Bearer {token}")).header("accept-language", self.accepted())
    }

    /// Reads from a path of the server.
    pub(super) fn get(&self, path: &str) -> Result<Answered, Stop> {
        self.send(&mut |token| {
            let request = self.http.get(format!("{}{path}", self.server));
            request.header("authorization", format!("Bearer {token}")).header("accept-language", self.accepted()).call()
        })
    }

    /// Sends a request with a token, again and again while the server is busy or away. A token that has run out is
    /// renewed once.
    pub(super) fn send(&self, attempt: &mut Attempt<'_>) -> Result<Answered, Stop> {
        let answered = self.persist(&mut || attempt(self.token()?.expose_secret()).map_err(told))?;
        if answered.status != 401 {
            return Ok(answered);
        }
        self.token.replace(None);
        self.persist(&mut || attempt(self.token()?.expose_secret()).map_err(told))
    }

    fn accepted(&self) -> &'static str {
        match self.language {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }

    /// The token in use, or a new one.
    fn token(&self) -> Result<SecretString, Failed> {
        #[derive(Deserialize)]
        struct Given {
            access_token: String,
        }
        if let Some(token) = &*self.token.borrow() {
            return Ok(token.clone());
        }
        let credentials = BASE64.encode(format!("{}:{}", self.client, self.secret.expose_secret()).as_bytes());
        let answered = self.persist(&mut || {
            let request = self.http.post(format!("{}/oauth/token", self.server));
            let request = request.header("authorization", format!("Basic {credentials}"));
            request.send_form([("grant_type", "client_credentials")]).map_err(told)
        })?;
        let given: Option<Given> = serde_json::from_str(&answered.text).ok();
        let Some(given) = given.filter(|_| answered.status == 200) else {
            let words = match answered.status {
                401 => "the client is not known, or its secret is wrong",
                _ => "no token was given; this may not be the address of a Faisceau server",
            };
            return Err(refused(answered.status, words).into());
        };
        let token = SecretString::from(given.access_token);
        self.token.replace(Some(token.clone()));
        Ok(token)
    }

    fn persist(&self, attempt: &mut dyn FnMut() -> Result<Response<Body>, Failed>) -> Result<Answered, Stop> {
        let mut pause = FIRST_PAUSE;
        for sent in 1.. {
            let (busy_for, limit, words) = match attempt().and_then(read) {
                Ok((answered, asked)) if is_busy(answered.status) => {
                    (asked, ATTEMPTS_WHILE_BUSY, format!("the server is busy (status {})", answered.status))
                }
                Ok((answered, _)) => return Ok(answered),
                Err(Failed::Away(words)) => (None, ATTEMPTS, words),
                Err(Failed::Stop(stop)) => return Err(stop),
            };
            if sent >= limit && !self.interrupt.is_wished() {
                return Err(Stop::Unreachable(words));
            }
            if !self.interrupt.wait(pause.max(busy_for.unwrap_or_default())) {
                return Err(Stop::Interrupted("stopped; run the same command again to go on".to_owned()));
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        unreachable!("the loop has no end of its own")
    }
}

/// Why an attempt came to nothing: something that may pass, or the end.
enum Failed {
    Away(String),
    Stop(Stop),
}

impl From<Stop> for Failed {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// A failed attempt in words that hold nothing of what was sent.
fn told(error: Error) -> Failed {
    match error {
        Error::BadUri(_) | Error::Http(_) => Stop::Usage("--server is not an address".to_owned()).into(),
        Error::Rustls(_) | Error::Tls(_) => distrusted(),
        // A handshake that fails while the first bytes are read or written comes as one of these.
        Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => distrusted(),
        Error::HostNotFound => Failed::Away("no machine of that name was found".to_owned()),
        Error::Io(error) => Failed::Away(format!("the server cannot be reached: {}", error.kind())),
        Error::Timeout(_) => Failed::Away("the server does not answer in time".to_owned()),
        _ => Failed::Away("the connection to the server failed".to_owned()),
    }
}

fn distrusted() -> Failed {
    let words = "no trust in the server's certificate; SSL_CERT_FILE may name another authority";
    Stop::Unreachable(words.to_owned()).into()
}

/// Reads an answer whole, and the pause that it asks for.
fn read(mut response: Response<Body>) -> Result<(Answered, Option<Duration>), Failed> {
    let status = response.status().as_u16();
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let text = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_string().map_err(told)?;
    if (300..400).contains(&status) {
        return Err(Stop::Usage("the server has moved; give --server its new address".to_owned()).into());
    }
    Ok((Answered { status, text }, asked.map(Duration::from_secs).map(|pause| pause.min(LONGEST_ASKED_PAUSE))))
}

/// What may be otherwise in a moment: a server or a proxy that is busy.
fn is_busy(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}

/// A refusal by its status.
pub(super) fn refused(status: u16, words: &str) -> Stop {
    let words = super::report::clean(words);
    if status >= 500 { Stop::Unreachable(words) } else { Stop::Refused(words) }
}

/// The address of a server, held to TLS unless it is this very machine.
pub(super) fn server(address: &str, plain_http: bool) -> Result<String, Stop> {
    let address = address.trim_end_matches('/');
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    if address.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty()) {
        return Ok(address.to_owned());
    }
    let Some(host) = address.strip_prefix("http://").map(host).filter(|host| !host.is_empty()) else {
        return Err(Stop::Usage("--server takes an address such as https://faisceau.example.org".to_owned()));
    };
    let name = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    };
    if plain_http || matches!(name, "localhost" | "127.0.0.1" | "[::1") {
        return Ok(address.to_owned());
    }
    Err(Stop::Usage(
        "http:// would show the secret and the file on the way; use https://, or allow --plain-http".to_owned(),
    ))
}
