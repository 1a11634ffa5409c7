//! The two cookies: of a session, and of a sign-in that is under way. Behind TLS their names begin with `__Host-`, so that no
//! other host can set them; on this machine itself, without TLS, browsers would not take them so.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

use crate::access::issuer::Issuer;
use crate::access::session::SessionSecret;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session of somebody who signed in.
    Session,
    /// A sign-in through a provider, until the browser comes back.
    SignIn,
}

impl Cookie {
    /// Its name at a public address.
    pub fn name(self, issuer: &Issuer) -> &'static str {
        match (self, is_secure(issuer)) {
            (Self::Session, true) => "__Host-faisceau",
            (Self::SignIn, true) => "__Host-faisceau-sign-in",
            (Self::Session, false) => "faisceau",
            (Self::SignIn, false) => "faisceau-sign-in",
        }
    }

    /// Its value in a request. One that is there twice says two things, and is empty.
    pub fn read<'r>(self, request: &'r HttpRequest, issuer: &Issuer) -> Option<&'r str> {
        let name = self.name(issuer);
        let headers = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
        let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(given, _)| *given == name).map(|(_, value)| value);
        let first = values.next()?;
        Some(if values.next().is_some() { "" } else { first })
    }

    /// The header that gives it to a browser for so many seconds; 0 takes it away.
    pub fn set(self, issuer: &Issuer, value: &str, seconds: i64) -> HeaderValue {
        let secure = if is_secure(issuer) { "; Secure" } else { "" };
        let name = self.name(issuer);
        HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"))
            .expect("values of cookies are letters, digits and dots")
    }
}

/// The session that a browser sends, if it has the form of one.
pub fn session(request: &HttpRequest, issuer: &Issuer) -> Option<SessionSecret> {
    Cookie::Session.read(request, issuer).and_then(SessionSecret::read)
}

fn is_secure(issuer: &Issuer) -> bool {
    issuer.as_str().starts_with("https://")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn behind_tls_a_cookie_is_of_this_host_alone() {
        let (tls, here): (Issuer, Issuer) =
            ("https://f.example.org".parse().unwrap(), "http://127.0.0.1:8080".parse().unwrap());
        let set = Cookie::Session.set(&tls, "abc", 60);
        assert_eq!(set, "__Host-faisceau=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(Cookie::SignIn.set(&here, "", 0), "faisceau-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        let read = |issuer: &Issuer, cookies: &str| {
            let request = TestRequest::default().insert_header(("Cookie", cookies)).to_http_request();
            Cookie::Session.read(&request, issuer).map(str::to_owned)
        };
        assert_eq!(read(&tls, "a=b; __Host-faisceau=abc").as_deref(), Some("abc"));
        assert_eq!(read(&tls, "faisceau=abc"), None, "what another host could have set");
        assert_eq!(read(&here, "faisceau=abc; faisceau=def").as_deref(), Some(""));
        assert_eq!(read(&here, "faisceau-sign-in=abc"), None);
    }
}
