//! The table of settings: topic, name, type, default and what it does. Everything else about a setting follows from its row.

use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;

use super::sources::Given;
use super::values::{
    Address, DocumentsMode, Form, IssuerAddress, LogFormat, PublicAddress, Secret, WebOrigin, Whole, Word,
};
use super::{Problem, Setting};

macro_rules! settings {
    ($( $topic:literal { $( $name:ident: $kind:ty = $default:literal, $text:literal; )* } )*) => {
        /// Everything that can be set, typed and checked.
        #[derive(Clone, Debug)]
        pub struct Configuration { $( $( #[doc = $text] pub $name: $kind, )* )* }

        /// Every setting, in the order in which it is documented.
        pub const SETTINGS: &[Setting] = &[ $( $( Setting {
            name: stringify!($name), topic: $topic, form: <$kind as Form>::form, default: $default, text: $text,
        }, )* )* ];

        impl Configuration {
            /// Reads every setting; those that do not hold are told together.
            pub(super) fn build(given: &Given, problems: &mut Vec<Problem>) -> Option<Self> {
                $( $( let $name = given.value::<$kind>(stringify!($name), $default, problems); )* )*
                Some(Self { $( $( $name: $name?, )* )* })
            }
        }
    };
}

settings! {
    "Data and keys" {
        database_url: SecretString = "faisceau.db", "Where the data is: a file of the embedded SQLite, or `postgres://user:password@host/database`.";
        allow_plaintext_database: bool = "false", "Lets a PostgreSQL beyond this machine be spoken to without verified TLS: only where something else protects the way there.";
        keys: PathBuf = "keys", "The folder of the keys, open to its owner only. Keys never live in the database.";
        log_format: LogFormat = "text", "How the log is written.";
    }
    "Addresses" {
        listen: Address = "127.0.0.1:8080", "The address to listen on. Beyond this machine it needs `public_url`.";
        public_url: Option<PublicAddress> = "", "The address by which clients reach the service, through the reverse proxy that holds the certificate.";
        trusted_proxies: Vec<IpNet> = "", "Networks of the reverse proxies whose `X-Forwarded-For` is believed. Needed with `public_url`.";
        operations_listen: Option<Address> = "", "A second address for `/metrics` and `/health`, for whoever runs the service. It has threads of its own, and stays up when the other is busy.";
        hsts_seconds: Whole<0, 63_072_000> = "0", "How long browsers are to insist on TLS (`Strict-Transport-Security`); 0 leaves that to the proxy.";
        cors_origins: Vec<WebOrigin> = "", "Origins whose pages may call the API from a browser. None by default; there is no wildcard.";
    }
    "Limits" {
        connections: Whole<16, 65_536> = "1024", "Most connections held at once.";
        work_at_once: Whole<8, 1024> = "128", "Most requests that work on the database at once, waiting ones included. Of these, reading may take three quarters: what is submitted still comes in. Beyond it, 503 with `Retry-After`.";
        exports_at_once: Whole<1, 64> = "2", "Most large downloads made at once: fewer than there are connections that read.";
        rate_per_second: Whole<0, 1_000_000> = "200", "Requests per second of one organisation (or of a client without one), on average; 0 for no limit. Beyond it, 429 with `Retry-After`.";
        rate_burst: Whole<1, 10_000_000> = "2000", "How many requests it may save up.";
        anonymous_rate_per_second: Whole<0, 1_000_000> = "20", "The same for callers without a valid token, by network address, IPv6 by /64; 0 for no limit. Callers on this machine are not counted.";
        anonymous_rate_burst: Whole<1, 10_000_000> = "200", "How many requests such an address may save up.";
        kept_answers_mib: Whole<0, 4096> = "8", "How many MiB of answers of figures are kept until something that they read changes; 0 for none.";
        compressed_requests: bool = "false", "Lets bodies in that are compressed with gzip; what they unfold to is held to the same limits.";
    }
    "People" {
        session_idle_minutes: Whole<1, 1440> = "30", "After how many minutes without a request somebody is signed out.";
        session_hours: Whole<1, 168> = "10", "After how many hours somebody must sign in again.";
        oidc_issuer: Option<IssuerAddress> = "", "The OpenID Connect provider through which people sign in, as it writes itself. Without one they sign in with local accounts.";
        oidc_client_id: Option<Word> = "", "What this service is called at the provider.";
        oidc_client_secret: Option<Secret> = "", "What the service proves itself with there; without it, PKCE alone.";
        oidc_scopes: Vec<Word> = "openid", "What is asked of the provider; `openid` is always among it.";
        oidc_roles: Option<PathBuf> = "", "The file that says which claims give which role. Whom it gives none does not get in.";
    }
    "Self-check" {
        self_check_minutes: Whole<0, 10_080> = "60", "How often figures are compared with the stored reports, in minutes; 0 for never. On a difference no figure is published.";
    }
    "GraphQL" {
        playground: bool = "true", "Whether `/playground` is served.";
        introspection: bool = "true", "Whether the schema can be asked for (`__schema`, `__type`, `/schema.graphql`).";
        documents: Option<PathBuf> = "", "A folder of trusted documents (`*.graphql`), each asked for as `\"documentId\": \"sha256:…\"`, the hash of its file.";
        documents_mode: DocumentsMode = "off", "`allow` takes documents of the folder beside others; `only` takes no others.";
    }
}
