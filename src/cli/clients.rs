//! `faisceau client`: register clients, list them, narrow them, rotate what they prove themselves with, take them back;
//! and `faisceau token`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use super::Place;
use super::serve::PublicAddress;
use crate::access::client::ClientRecord;
use crate::access::operations::{self as access, at_the_console};
use crate::access::role::Role;
use crate::access::token::LIFETIME_SECONDS;
use crate::access::{Desk, Scope};
use crate::api::inputs::clients::{ClientInput, ClientRevisionInput, KeyInput, SecretInput};
use crate::directory::operations as directory;
use crate::page::{LARGEST_PAGE, PageRequest};
use crate::refusal::{Code, Failure, Language, Outcome, Refusal};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client and print its secret, which is never shown again.
    Add(AddArguments),
    /// List the clients: role, standing, and when each was last used.
    List(Place),
    /// Show a client: what narrows it, and what it proves itself with.
    Show(Named),
    /// Change what narrows a client. An empty value lifts a limit.
    Limit(LimitArguments),
    /// Let neither a client nor its tokens in until it is resumed; at once, on every node.
    Suspend(Named),
    /// Let a suspended client in again.
    Resume(Named),
    /// Take a client back for good, with its credentials and tokens; at once, on every node.
    Revoke(Named),
    /// Make another secret and print it; the one before ends after the overlap.
    Rotate {
        #[command(flatten)]
        named: Named,
        /// After how many hours the secrets before end.
        #[arg(long, default_value_t = 168)]
        overlap_hours: u32,
    },
    /// Add a public key, for `private_key_jwt`.
    AddKey {
        #[command(flatten)]
        named: Named,
        /// The public key: a JSON Web Key or a PEM file.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// End a secret or a key of a client at once.
    EndCredential {
        #[command(flatten)]
        named: Named,
        /// The credential's identifier, as `client show` tells it.
        credential: String,
    },
}

#[derive(Args)]
pub(super) struct Named {
    /// The client's name.
    name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct AddArguments {
    /// The client's name: 1 to 40 letters, digits, `-`, `_`, `.` or `/`.
    name: String,
    /// PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR.
    #[arg(long)]
    role: String,
    /// The SIRET of the organisation that it belongs to; required for partners. For officers, the funder's own:
    /// nobody approves what their own organisation submitted.
    #[arg(long)]
    organisation: Option<String>,
    #[command(flatten)]
    limits: LimitFlags,
    /// A file with its public key (JSON Web Key or PEM): it then signs for its tokens, and has no secret.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
struct LimitFlags {
    /// A project that it sees, as `PROGRAMME:PROJECT`; all of its organisation if none is named.
    #[arg(long = "project", value_delimiter = ',')]
    projects: Option<Vec<String>>,
    /// A programme in which it has a role, as `PROGRAMME:ROLE` or, for its role, `PROGRAMME`; for staff. All if none is named.
    #[arg(long = "programme", value_delimiter = ',')]
    programmes: Option<Vec<String>>,
    /// A network from which it may come, such as `192.0.2.0/24`; any if none is named.
    #[arg(long = "network", value_delimiter = ',')]
    networks: Option<Vec<String>>,
    /// A scope that its tokens may have, such as `reports:write`; all of use to its role if none is named.
    #[arg(long = "scope", value_delimiter = ',')]
    scopes: Option<Vec<String>>,
    /// When it ends, such as `2026-01-31T23:00:00Z`.
    #[arg(long)]
    expires_at: Option<String>,
}

#[derive(Args)]
pub(super) struct LimitArguments {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    limits: LimitFlags,
    /// Lets it never end.
    #[arg(long)]
    never_expires: bool,
}

#[derive(Args)]
pub(super) struct TokenArguments {
    /// The client's name.
    client: String,
    /// How long the token lives, in seconds; a day at most.
    #[arg(long, default_value_t = LIFETIME_SECONDS)]
    seconds: i64,
    #[command(flatten)]
    address: PublicAddress,
    #[command(flatten)]
    place: Place,
}

pub(super) fn client(command: &ClientCommand) -> Outcome<()> {
    match command {
        ClientCommand::Add(arguments) => add(arguments),
        ClientCommand::List(place) => list(place),
        ClientCommand::Show(named) => named.act(|desk, scope, name| {
            access::find_client(desk, scope, name)?.ok_or_else(|| Refusal::new(Code::NotFound).at("client").into())
        }),
        ClientCommand::Limit(arguments) => limit(arguments),
        ClientCommand::Suspend(named) => named.act(access::suspend_client),
        ClientCommand::Resume(named) => named.act(access::resume_client),
        ClientCommand::Revoke(named) => named.act(access::revoke_client),
        ClientCommand::Rotate { named, overlap_hours } => rotate(named, *overlap_hours),
        ClientCommand::AddKey { named, key } => named.act(|desk, scope, name| {
            let input = KeyInput { client: name.into(), key: read(key)? };
            access::add_key(desk, scope, name, &input.read()?)
        }),
        ClientCommand::EndCredential { named, credential } => {
            named.act(|desk, scope, name| access::end_credential(desk, scope, name, credential))
        }
    }
}

impl Named {
    /// Does something with the client and shows it as it then is.
    fn act(&self, work: impl FnOnce(&Desk, &Scope, &str) -> Outcome<ClientRecord>) -> Outcome<()> {
        let desk = self.place.desk()?;
        let record = work(&desk, &at_the_console(Role::Operator), &self.name).map_err(|failure| match failure {
            Failure::Refused(refusal)
                if refusal.path.as_deref() == Some("client") && refusal.code == Code::NotFound =>
            {
                Failure::fault("no client of that name is registered; `faisceau client list` lists them")
            }
            failure => failure,
        })?;
        print!("{}", shown(&desk, &record));
        Ok(())
    }
}

fn add(arguments: &AddArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let operator = at_the_console(Role::Operator);
    let LimitFlags { projects, programmes, networks, scopes, expires_at } = &arguments.limits;
    let input = ClientInput {
        name: arguments.name.clone(),
        role: arguments.role.clone(),
        organisation: arguments.organisation.clone(),
        projects: projects.clone().unwrap_or_default(),
        programmes: programmes.clone().unwrap_or_default(),
        networks: networks.clone().unwrap_or_default(),
        scopes: scopes.clone().unwrap_or_default(),
        expires_at: expires_at.clone(),
        key: arguments.key.as_ref().map(read).transpose()?,
    };
    let plan = input.read().map_err(told_all)?;
    if plan.role.is_bound() && plan.organisation.is_none() {
        return Err(Failure::fault("a partner belongs to an organisation; add --organisation SIRET"));
    }
    let (record, secret) = directory::register_client(&desk, &operator, plan).map_err(|failure| match failure {
        Failure::Refused(refusal) if refusal.path.as_deref() == Some("organisation") => Failure::fault(
            "no organisation of that SIRET is registered; register it first (mutation organisationRegister)",
        ),
        failure => failure,
    })?;
    println!("client_id={}", record.client.id);
    let Some(secret) = secret else {
        for credential in &record.credentials {
            println!("kid={}", credential.id);
        }
        return Ok(());
    };
    println!("client_secret={}", secret.expose_secret());
    eprintln!("Keep the secret: it is not shown again. The client gets its tokens from the service's address with:");
    eprintln!("  curl -u CLIENT_ID:CLIENT_SECRET -d grant_type=client_credentials http://127.0.0.1:8080/oauth/token");
    Ok(())
}

fn list(place: &Place) -> Outcome<()> {
    let desk = place.desk()?;
    let (operator, now) = (at_the_console(Role::Operator), desk.clock.now());
    let mut page = PageRequest::new(LARGEST_PAGE, None)?;
    let mut table = comfy_table::Table::new();
    table.set_header(["client", "role", "standing", "last used"]);
    loop {
        let found = access::list_clients(&desk, &operator, &page)?;
        for record in &found.items {
            let used = record.credentials.iter().filter_map(|credential| credential.last_used_at).max();
            let used = used.map_or_else(|| "never".to_owned(), |at| at.to_string());
            let standing = record.standing(now).code().to_owned();
            table.add_row([record.client.id.to_string(), record.client.role.code().to_owned(), standing, used]);
        }
        match found.items.last() {
            Some(last) if found.has_more => page = page.following(last.client.id.as_str()),
            _ => break,
        }
    }
    println!("{table}");
    Ok(())
}

fn limit(arguments: &LimitArguments) -> Outcome<()> {
    let given = |list: &Option<Vec<String>>| {
        list.as_ref().map(|list| list.iter().filter(|text| !text.is_empty()).cloned().collect())
    };
    let LimitFlags { projects, programmes, networks, scopes, expires_at } = &arguments.limits;
    let input = ClientRevisionInput {
        client: arguments.named.name.as_str().into(),
        projects: given(projects),
        programmes: given(programmes),
        networks: given(networks),
        scopes: given(scopes),
        expires_at: expires_at.clone(),
        never_expires: arguments.never_expires,
    };
    let revision = input.read().map_err(told_all)?;
    arguments.named.act(|desk, scope, name| directory::revise_client(desk, scope, name, revision))
}

fn rotate(named: &Named, overlap_hours: u32) -> Outcome<()> {
    let input = SecretInput { client: named.name.as_str().into(), overlap_hours: Some(overlap_hours) };
    let overlap = input.overlap_seconds()?;
    named.act(|desk, scope, name| {
        let (record, secret) = access::add_secret(desk, scope, name, overlap)?;
        if let Some(secret) = secret {
            println!("client_id={}\nclient_secret={}", record.client.id, secret.expose_secret());
            eprintln!("Keep the secret: it is not shown again.");
        }
        Ok(record)
    })
}

pub(super) fn token(arguments: &TokenArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?.with_issuer(arguments.address.issuer_beside(&arguments.place)?);
    let operator = at_the_console(Role::Operator);
    let issued = access::issue_token_at_the_console(&desk, &operator, &arguments.client, arguments.seconds);
    let token = issued.map_err(|failure| match failure {
        Failure::Refused(refusal) if refusal.code == Code::NotFound => {
            Failure::fault("no client of that name is registered and active; `faisceau client add` registers one")
        }
        failure => failure,
    })?;
    println!("{token}");
    Ok(())
}

/// A client as text, a line for each thing.
fn shown(desk: &Desk, record: &ClientRecord) -> String {
    let client = &record.client;
    let now = desk.clock.now();
    let mut lines = vec![format!("{} {} {}", client.id, client.role.code(), record.standing(now).code())];
    lines.extend(client.organisation.iter().map(|organisation| format!("organisation {organisation}")));
    lines.extend(client.limits.projects.iter().map(|project| format!("only project {project}")));
    lines.extend(client.limits.programmes.iter().map(|programme| format!("only programme {programme}")));
    lines.extend(client.limits.networks.iter().map(|network| format!("only network {network}")));
    lines.extend(client.limits.scopes.iter().map(|scope| format!("only scope {}", scope.code())));
    lines.extend(client.limits.expires_at.iter().map(|at| format!("ends {at}")));
    for credential in &record.credentials {
        let end = match credential.ends_at {
            None => String::new(),
            Some(at) if at > now => format!(", ends {at}"),
            Some(at) => format!(", ended {at}"),
        };
        let used = credential.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let kind = credential.kind.code();
        lines.push(format!("{kind} {} of {}{end}, last used {used}", credential.id, credential.created_at));
    }
    lines.join("\n") + "\n"
}

fn read(file: &PathBuf) -> Outcome<String> {
    std::fs::read_to_string(file).map_err(|error| Failure::fault(format!("cannot read {}: {error}", file.display())))
}

/// Everything that does not hold in what was given, as one failure.
pub(super) fn told_all(refusals: Vec<Refusal>) -> Failure {
    let told = refusals.iter().map(|refusal| {
        let at = refusal.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        format!("{at}{} {}", refusal.message(Language::En), refusal.remedy(Language::En))
    });
    Failure::fault(told.collect::<Vec<_>>().join("\n"))
}
