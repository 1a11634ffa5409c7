//! Requests to a provider: short, bounded, to the very addresses that it names.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::outgoing::{self, Patience};

/// The largest answer, in bytes.
const LARGEST: u64 = 1 << 20;

/// What a provider's answer holds.
pub(super) struct Answered {
    pub status: u16,
    pub media_type: String,
    pub text: String,
}

/// A client of a provider.
pub(super) struct Http(ureq::Agent);

type Sent = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

impl Http {
    pub fn new() -> Self {
        let whole = Some(Duration::from_secs(15));
        Self(outgoing::agent(Patience { connect: Duration::from_secs(5), answer: Duration::from_secs(10), whole }))
    }

    /// Gets a document; with a token, as its bearer.
    pub fn get(&self, address: &str, bearer: Option<&SecretString>) -> Result<Answered, &'static str> {
        let mut request = self.0.get(address).header("accept", "application/json, application/jwt;q=0.9");
        if let Some(bearer) = bearer {
            request = request.header("authorization", format!("Bearer {}", bearer.expose_secret()));
        }
        read(request.call())
    }

    /// Posts a form, perhaps with HTTP Basic.
    pub fn post(
        &self,
        address: &str,
        basic: Option<&SecretString>,
        form: &[(&str, &str)],
    ) -> Result<Answered, &'static str> {
        let mut request = self.0.post(address).header("accept", "application/json");
        if let Some(basic) = basic {
            request = request.header("authorization", format!("Basic {}", basic.expose_secret()));
        }
        read(request.send_form(form.iter().copied()))
    }
}

fn read(sent: Sent) -> Result<Answered, &'static str> {
    let mut response = sent.map_err(|_| "it does not answer")?;
    let media_type = response.body().mime_type().unwrap_or_default().to_ascii_lowercase();
    let status = response.status().as_u16();
    let text = response.body_mut().with_config().limit(LARGEST).read_to_string();
    Ok(Answered { status, media_type, text: text.map_err(|_| "its answer is broken off, or too large")? })
}

/// Whether an address is held to TLS, or is on this very machine as its issuer is.
pub(super) fn is_safe(address: &str, issuer: &str) -> bool {
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic()) && !address.contains(['#', '@', '\\']);
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let here = |address: &str| {
        address.strip_prefix("http://").map(host).is_some_and(|host| {
            let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
            matches!(name, "localhost" | "127.0.0.1" | "[::1]")
        })
    };
    plain
        && (address.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty())
            || here(address) && here(issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_held_to_tls_unless_both_are_on_this_machine() {
        let (far, here) = ("https://id.example.org", "http://127.0.0.1:4000");
        for safe in ["https://id.example.org/token", "https://other.example.org/a?b=c"] {
            assert!(is_safe(safe, far) && is_safe(safe, here), "{safe}");
        }
        assert!(is_safe("http://127.0.0.1:4000/token", here) && !is_safe("http://127.0.0.1:4000/token", far));
        for unsafe_one in [
            "http://id.example.org/token",
            "https://",
            "https://a@b.example.org/",
            "https://id.example.org/#x",
            "http://127.0.0.1.example.org/",
            "ftp://id.example.org/",
            "https://id.example.org/a b",
            "javascript:alert(1)",
        ] {
            assert!(!is_safe(unsafe_one, here), "{unsafe_one}");
        }
    }
}
