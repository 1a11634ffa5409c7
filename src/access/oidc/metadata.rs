//! What a provider says of itself (OpenID Connect Discovery): its endpoints, each held to TLS, and how it takes a client.

use serde::Deserialize;

use super::http::{Http, is_safe};

/// The metadata that is used.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    /// Whether answers name their issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Asks a provider, whose issuer must be the one that was asked.
    pub fn discover(http: &Http, issuer: &str) -> Result<Self, &'static str> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let answered = http.get(&address, None)?;
        if answered.status != 200 {
            return Err("it has no discovery document");
        }
        Self::read(&answered.text, issuer)
    }

    fn read(text: &str, issuer: &str) -> Result<Self, &'static str> {
        let metadata: Self = serde_json::from_str(text).map_err(|_| "its discovery document lacks something")?;
        if metadata.issuer != issuer {
            return Err("its discovery document is of another issuer");
        }
        let needed = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        let others = [&metadata.userinfo_endpoint, &metadata.end_session_endpoint].into_iter().flatten();
        if !needed.into_iter().chain(others).all(|address| is_safe(address, issuer)) {
            return Err("an endpoint of it is not held to TLS");
        }
        if metadata.code_challenge_methods_supported.as_ref().is_some_and(|known| !known.iter().any(|m| m == "S256")) {
            return Err("it does not know PKCE with S256");
        }
        Ok(metadata)
    }

    /// Whether the secret goes by HTTP Basic, which it does unless only the form is taken.
    pub fn takes_basic(&self) -> bool {
        self.token_endpoint_auth_methods_supported.as_ref().is_none_or(|known| {
            known.iter().any(|m| m == "client_secret_basic") || !known.iter().any(|m| m == "client_secret_post")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.example.org";

    fn document() -> Value {
        json!({
            "issuer": ISSUER, "authorization_endpoint": "https://id.example.org/auth",
            "token_endpoint": "https://id.example.org/token", "jwks_uri": "https://id.example.org/keys",
        })
    }

    #[test]
    fn a_provider_says_who_it_is_and_is_spoken_to_over_tls_only() {
        let read = |change: fn(&mut Value)| {
            let mut document = document();
            change(&mut document);
            Metadata::read(&document.to_string(), ISSUER)
        };
        assert!(read(|_| ()).unwrap().takes_basic());
        assert!(
            !read(|d| d["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]))
                .unwrap()
                .takes_basic()
        );
        let wrongs: [fn(&mut Value); 7] = [
            |d| d["issuer"] = json!("https://id.example.org/"),
            |d| d["issuer"] = json!("https://other.example.org"),
            |d| d["token_endpoint"] = json!("http://id.example.org/token"),
            |d| d["userinfo_endpoint"] = json!("http://127.0.0.1/userinfo"),
            |d| d["end_session_endpoint"] = json!("javascript:alert(1)"),
            |d| d["code_challenge_methods_supported"] = json!(["plain"]),
            |d| d["jwks_uri"] = Value::Null,
        ];
        for wrong in wrongs {
            assert!(read(wrong).is_err());
        }
    }
}
