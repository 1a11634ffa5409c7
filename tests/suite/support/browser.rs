//! A browser, as far as it matters: it keeps cookies, follows no redirect by itself, and says from which page it asks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use serde_json::Value;

use super::raw::{Raw, request};

/// A browser at a service.
pub struct Browser {
    pub url: String,
    jar: Mutex<BTreeMap<String, String>>,
}

/// The values of a header of an answer.
pub fn headers(answered: &Raw, name: &str) -> Vec<String> {
    let lines = answered.head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

/// A header of an answer.
pub fn header(answered: &Raw, name: &str) -> String {
    headers(answered, name).into_iter().next().unwrap_or_default()
}

/// The code of what a page says was refused.
pub fn told(answered: &Raw) -> String {
    let text = answered.text();
    let code = text.split_once("data-code=\"").and_then(|(_, rest)| rest.split_once('"'));
    code.map_or_else(|| answered.code(), |(code, _)| code.to_owned())
}

/// A form, encoded.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Browser {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), jar: Mutex::default() }
    }

    /// A cookie that it holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    /// Whether it holds any cookie.
    pub fn holds_cookies(&self) -> bool {
        !self.jar.lock().unwrap().is_empty()
    }

    /// Puts a cookie into it, as an attacker could.
    pub fn plant(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Sends a request with its cookies and some header lines; keeps the cookies that come back.
    pub fn send(&self, start: &str, lines: &str, body: &[u8]) -> Raw {
        let mut cookies = String::new();
        for (name, value) in &*self.jar.lock().unwrap() {
            let _ = write!(cookies, "Cookie: {name}={value}\r\n");
        }
        let answered = request(&self.url, start, &format!("{cookies}{lines}"), body);
        let mut jar = self.jar.lock().unwrap();
        for cookie in headers(&answered, "set-cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answered
    }

    /// Goes to an address.
    pub fn get(&self, path: &str) -> Raw {
        self.send(&format!("GET {path}"), "", b"")
    }

    /// Sends a form from a page of the service.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Raw {
        let lines = format!("{}Content-Type: application/x-www-form-urlencoded\r\n", self.said_here());
        self.send(&format!("POST {path}"), &lines, form(fields).as_bytes())
    }

    /// Writes JSON as a page of the service does, with the session's token.
    pub fn write(&self, start: &str, body: &Value) -> Raw {
        let token = self.get("/session").json()["csrfToken"].as_str().unwrap_or_default().to_owned();
        let lines = format!("{}Content-Type: application/json\r\nX-CSRF-Token: {token}\r\n", self.said_here());
        self.send(start, &lines, body.to_string().as_bytes())
    }

    /// What a browser says about a request of a page of the service.
    pub fn said_here(&self) -> String {
        format!("Origin: {}\r\nSec-Fetch-Site: same-origin\r\n", self.url)
    }

    /// Signs in with a name and a password, and perhaps a new one.
    pub fn sign_in(&self, name: &str, password: &str, new: Option<&str>) -> Raw {
        let mut fields = vec![("name", name), ("password", password)];
        fields.extend(new.map(|new| ("new_password", new)));
        self.post_form("/sign-in", &fields)
    }
}
