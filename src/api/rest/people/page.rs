//! The page where people sign in and out, in French or English: plain HTML that works without script, with a keyboard and
//! with a screen reader.

use std::fmt::Write as _;

use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::access::SHORTEST_PASSWORD;
use crate::access::oidc::local_path;
use crate::access::operations as access;
use crate::access::session::Signed;
use crate::api::people::cookies;
use crate::api::problem;
use crate::api::rest::run;
use crate::api::service::Service;
use crate::refusal::{Code, Kind, Language, Refusal};

const STYLE: &str = include_str!("page.css");

/// Where somebody who signed in goes, if they came from nowhere.
pub(super) const HERE: &str = "/sign-in";

/// What the page is about.
pub(super) enum View<'a> {
    /// Somebody who is signed in, with the token of their session; the origin where signing out leads.
    SignedIn { signed: &'a Signed, csrf: &'a str, leads_to: Option<String> },
    /// Name and password, and a new one if it is to change.
    Local { change: bool, return_to: &'a str },
    /// The way through the provider.
    Provider { return_to: &'a str },
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    return_to: Option<String>,
    change: Option<String>,
}

/// A local path to go back to, from what a browser says.
pub(super) fn way_back(given: Option<&str>) -> &str {
    given.and_then(local_path).unwrap_or(HERE)
}

/// Shows the page.
pub async fn sign_in(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let parameters = Query::<Parameters>::from_query(request.query_string()).ok();
    let asked = parameters.as_ref().and_then(|parameters| parameters.return_to.as_deref());
    let change = parameters.as_ref().is_some_and(|parameters| parameters.change.is_some());
    if let Some(secret) = cookies::session(&request, &service.desk.issuer) {
        let (lengths, csrf) = (service.people.lengths, secret.csrf_token(&service.desk.keys));
        let found = run(&service, move |service| {
            let signed = access::recognise_session(&service.desk, lengths, &secret)?;
            let leads_to = service.people.provider.as_ref().and_then(|known| known.sign_out_origin(&service.desk));
            Ok((signed, leads_to))
        });
        if let Ok((signed, leads_to)) = found.await
            && !change
        {
            return answer(&request, &View::SignedIn { signed: &signed, csrf: &csrf, leads_to }, None);
        }
    }
    answer(&request, &view(&service, change, way_back(asked)), None)
}

/// The view of whoever is to sign in.
pub(super) fn view<'a>(service: &Service, change: bool, return_to: &'a str) -> View<'a> {
    match service.people.provider {
        Some(_) => View::Provider { return_to },
        None => View::Local { change, return_to },
    }
}

/// The page, with what was refused.
pub(super) fn answer(request: &HttpRequest, view: &View<'_>, refusal: Option<&Refusal>) -> HttpResponse {
    let language = problem::language(request.headers());
    let (mut response, told) = match refusal {
        Some(refusal) => (problem::respond(refusal.code.kind(), language), alert(refusal, language)),
        None => (HttpResponse::Ok(), String::new()),
    };
    if let Some(refusal) = refusal
        && refusal.code.kind() == Kind::Throttled
        && let Some(seconds) = refusal.value("seconds")
    {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    let form_action = match view {
        View::SignedIn { leads_to: Some(origin), .. } => format!("'self' {origin}"),
        _ => "'self'".to_owned(),
    };
    let style = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
    );
    let fr = language == Language::Fr;
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_LANGUAGE, if fr { "fr" } else { "en" }))
        .insert_header((header::VARY, "Accept-Language, Cookie"))
        .content_type("text/html; charset=utf-8")
        .body(html(view, &told, fr))
}

/// The page that says only what was refused.
pub(super) fn refused(request: &HttpRequest, service: &Service, refusal: &Refusal) -> HttpResponse {
    let change = matches!(refusal.code, Code::PasswordMustChange | Code::PasswordWeak);
    answer(request, &view(service, change, HERE), Some(refusal))
}

fn html(view: &View<'_>, told: &str, fr: bool) -> String {
    let say = |english: &'static str, french: &'static str| if fr { french } else { english };
    let title = match view {
        View::SignedIn { .. } => say("You are signed in", "Vous êtes connecté"),
        View::Local { change: true, .. } => say("Choose your password", "Choisissez votre mot de passe"),
        _ => say("Sign in", "Connexion"),
    };
    let language = if fr { "fr" } else { "en" };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title} - Faisceau</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{told}"
    );
    // Writing into a text cannot fail.
    let _ = match view {
        View::SignedIn { signed, csrf, .. } => writeln!(
            page,
            "<p>{} <strong>{}</strong>. {} {}.</p>\n<form method=\"post\" action=\"/sign-out\">\n\
             <input type=\"hidden\" name=\"csrf\" value=\"{}\">\n<button>{}</button>\n</form>",
            say("Your role:", "Votre rôle :"),
            signed.record.account.role.code(),
            say("Your session ends at the latest at", "Votre session finit au plus tard à"),
            signed.ends_at,
            escaped(csrf),
            say("Sign out", "Se déconnecter"),
        ),
        View::Provider { return_to } => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
            writeln!(
                page,
                "<p><a class=\"button\" href=\"/sign-in/provider?{}\">{}</a></p>",
                escaped(&query),
                say("Go on to the identity provider", "Continuer vers le fournisseur d'identité"),
            )
        }
        View::Local { change, return_to } => local(&mut page, *change, return_to, &say),
    };
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn local(
    page: &mut String,
    change: bool,
    return_to: &str,
    say: &impl Fn(&'static str, &'static str) -> &'static str,
) -> std::fmt::Result {
    writeln!(
        page,
        "<form method=\"post\" action=\"/sign-in\">\n<input type=\"hidden\" name=\"return_to\" value=\"{}\">\n\
         <label for=\"name\">{}</label>\n\
         <input id=\"name\" name=\"name\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required>\n\
         <label for=\"password\">{}</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>",
        escaped(return_to),
        say("Name", "Nom"),
        if change { say("Present password", "Mot de passe actuel") } else { say("Password", "Mot de passe") },
    )?;
    if change {
        writeln!(
            page,
            "<label for=\"new\">{}</label>\n<input id=\"new\" name=\"new_password\" type=\"password\" \
             autocomplete=\"new-password\" minlength=\"{SHORTEST_PASSWORD}\" aria-describedby=\"hint\" required>\n\
             <p id=\"hint\">{SHORTEST_PASSWORD} {}</p>",
            say("New password", "Nouveau mot de passe"),
            say(
                "characters or more; several words that do not belong together are good.",
                "caractères ou plus ; plusieurs mots sans rapport entre eux conviennent.",
            ),
        )?;
    }
    writeln!(page, "<button>{}</button>\n</form>", say("Sign in", "Se connecter"))?;
    if !change {
        let words = say("Change your password", "Changer de mot de passe");
        writeln!(page, "<p><a href=\"/sign-in?change=1\">{words}</a></p>")?;
    }
    Ok(())
}

fn alert(refusal: &Refusal, language: Language) -> String {
    format!(
        "<p role=\"alert\" data-code=\"{}\">{} {}</p>\n",
        refusal.code.as_str(),
        escaped(&refusal.message(language)),
        escaped(&refusal.remedy(language))
    )
}

/// A text as it may stand in a page.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
