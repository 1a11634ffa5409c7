//! What settings must be together: each combination that would leave a door open is a problem.

use secrecy::ExposeSecret;

use super::database::{self, Way};
use super::sources::Given;
use super::{Configuration, DocumentsMode, Problem};

/// Everything that does not hold between settings.
pub fn check(configuration: &Configuration, given: &Given) -> Vec<Problem> {
    let public = configuration.public_url.as_ref();
    let mut problems = Vec::new();
    let mut demand = |holds: bool, what: &str, remedy: &str| {
        if !holds {
            problems.push(Problem::new(what, remedy));
        }
    };
    demand(
        configuration.listen.is_loopback() || public.is_some(),
        "listen reaches beyond this machine, but public_url is not set: tokens would travel without TLS",
        "set public_url to the https:// address of the reverse proxy in front, or listen on 127.0.0.1",
    );
    demand(
        public.is_none_or(|address| !address.is_https()) || !configuration.trusted_proxies.is_empty(),
        "public_url is set, but trusted_proxies is not: every caller would seem to come from the proxy",
        "set trusted_proxies to the network of the reverse proxy, such as 127.0.0.1/32",
    );
    demand(
        configuration.hsts_seconds.0 == 0 || public.is_some_and(super::PublicAddress::is_https),
        "hsts_seconds is set, but public_url is not https://: browsers would insist on a TLS that is not there",
        "set public_url to an https:// address, or leave hsts_seconds at 0",
    );
    let (mode, folder) = (configuration.documents_mode, configuration.documents.is_some());
    demand(
        mode == DocumentsMode::Off || folder,
        "documents_mode asks for trusted documents, but documents names no folder",
        "set documents to the folder of the trusted documents",
    );
    demand(
        mode != DocumentsMode::Off || !folder,
        "documents names a folder, but documents_mode is off: nobody would be held to it",
        "set documents_mode to allow or only",
    );
    let (provider, client) = (configuration.oidc_issuer.is_some(), configuration.oidc_client_id.is_some());
    let roles = configuration.oidc_roles.is_some();
    demand(
        !provider || client && roles,
        "oidc_issuer is set, but not both oidc_client_id and oidc_roles: nobody could sign in",
        "set oidc_client_id to the name of this service at the provider, and oidc_roles to the file of roles",
    );
    demand(
        provider || !client && !roles && configuration.oidc_client_secret.is_none(),
        "settings of a provider are given, but oidc_issuer is not: people would sign in with local accounts",
        "set oidc_issuer, or take the other oidc_ settings away",
    );
    demand(
        !provider || configuration.oidc_scopes.iter().any(|scope| scope.as_str() == "openid"),
        "oidc_scopes lacks openid: the provider would vouch for nobody",
        "put openid among oidc_scopes",
    );
    let way = database::way(configuration.database_url.expose_secret(), &given.libpq);
    let remedy = if database::SPEAKS_TLS {
        "add ?sslmode=verify-full (and sslrootcert=FILE for an authority of your own) to database_url, or set \
         allow_plaintext_database where something else protects the way"
    } else {
        "build with `--no-default-features --features system-libpq` and use sslmode=verify-full, or set \
         allow_plaintext_database where something else protects the way"
    };
    demand(
        way != Way::Open || configuration.allow_plaintext_database,
        "the PostgreSQL of database_url is not on this machine, and nobody checks whom we speak to",
        remedy,
    );
    problems
}
