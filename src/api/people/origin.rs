//! Whether a browser says that a request comes from a page of this very service. A page elsewhere can make a browser send
//! cookies, but not lie in these headers.

use actix_web::http::header::{self, HeaderMap};

use crate::access::issuer::Issuer;

/// Whether `Sec-Fetch-Site` and `Origin` say so: one of them at least, and none otherwise. A form of a page that tells no
/// referrer has the origin `null`; then only the first one counts.
pub fn is_ours(headers: &HeaderMap, issuer: &Issuer) -> bool {
    let single = |name: &str| {
        let mut values = headers.get_all(name);
        let first = values.next().map(|value| value.to_str().unwrap_or_default());
        if values.next().is_some() { Some("") } else { first }
    };
    match (single("sec-fetch-site"), single(header::ORIGIN.as_str())) {
        (Some("same-origin"), None | Some("null")) => true,
        (Some("same-origin") | None, Some(origin)) => origin == issuer.as_str(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_elsewhere_is_told_by_its_headers() {
        let issuer: Issuer = "https://f.example.org".parse().unwrap();
        let says = |lines: &[(&str, &str)]| {
            let request = lines
                .iter()
                .fold(TestRequest::default(), |request, (name, value)| request.append_header((*name, *value)));
            is_ours(request.to_http_request().headers(), &issuer)
        };
        let (site, origin) = ("Sec-Fetch-Site", "Origin");
        for ours in [
            &[(origin, "https://f.example.org")][..],
            &[(site, "same-origin")],
            &[(site, "same-origin"), (origin, "https://f.example.org")],
            &[(site, "same-origin"), (origin, "null")],
        ] {
            assert!(says(ours), "{ours:?}");
        }
        for elsewhere in [
            &[][..],
            &[(origin, "null")],
            &[(origin, "https://evil.example")],
            &[(origin, "https://f.example.org.evil.example")],
            &[(origin, "http://f.example.org")],
            &[(origin, "https://f.example.org:444")],
            &[(site, "cross-site")],
            &[(site, "same-site"), (origin, "https://f.example.org")],
            &[(site, "none")],
            &[(site, "cross-site"), (origin, "https://f.example.org")],
            &[(site, "same-origin"), (origin, "https://evil.example")],
            &[(origin, "https://f.example.org"), (origin, "https://evil.example")],
        ] {
            assert!(!says(elsewhere), "{elsewhere:?}");
        }
    }
}
