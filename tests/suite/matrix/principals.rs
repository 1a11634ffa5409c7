//! The kinds of callers: who asks, and how its requests say so.

use faisceau::access::client::Client;
use faisceau::access::operations as access;
use faisceau::access::programme_role::ProgrammeRole;
use faisceau::access::role::Role;
use faisceau::access::scope_token::ScopeToken;
use faisceau::directory::operations::register_programme;

use super::requests::Asked;
use crate::people::{PASSWORD, register_of};
use crate::support::World;
use crate::support::browser::Browser;
use crate::support::raw::{Raw, bearer, request};
use crate::support::world::{programme, project};

/// The officer who has no role in the programme that everything is about.
pub const OF_ANOTHER_PROGRAMME: &str = "officer of another programme";

/// A caller of a kind.
pub struct Principal {
    pub name: &'static str,
    means: Means,
}

enum Means {
    /// Nothing: it says nothing of itself.
    Nothing,
    /// An access token.
    Token(String),
    /// A browser's session, with the token that its pages write with.
    Session(Browser, String),
}

impl Principal {
    /// Whether it sends neither token nor cookie.
    pub fn claims_nothing(&self) -> bool {
        match &self.means {
            Means::Nothing => true,
            Means::Token(_) => false,
            Means::Session(browser, _) => !browser.holds_cookies(),
        }
    }

    /// Sends a request as this caller does.
    pub fn send(&self, world: &World, asked: &Asked) -> Raw {
        let lines = if asked.body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let body = asked.body.as_bytes();
        match &self.means {
            Means::Nothing => request(&world.url, &asked.start, lines, body),
            Means::Token(token) => request(&world.url, &asked.start, &format!("{}{lines}", bearer(Some(token))), body),
            Means::Session(browser, csrf) => {
                let lines = format!("{}X-CSRF-Token: {csrf}\r\n{lines}", browser.said_here());
                browser.send(&asked.start, &lines, body)
            }
        }
    }
}

/// A person of ALPHA's organisation, who has chosen a password or has not yet.
fn person(world: &World, name: &'static str, confirmed: bool) -> Principal {
    let (organisation, signs_in_as) = (world.project("ALPHA").details.lead, name.replace(' ', "/"));
    let (_, once) = register_of(world, &signs_in_as, Role::Partner, Some(organisation));
    let browser = Browser::new(&world.url);
    browser.sign_in(&signs_in_as, &once, confirmed.then_some(PASSWORD));
    let csrf = browser.get("/session").json()["csrfToken"].as_str().unwrap_or_default().to_owned();
    assert_eq!(csrf.is_empty(), !confirmed, "{name}");
    Principal { name, means: Means::Session(browser, csrf) }
}

/// A client of ALPHA's organisation, changed somehow before it is registered.
fn partner(world: &World, name: &'static str, narrow: impl FnOnce(&mut Client)) -> Principal {
    let organisation = Some(world.project("ALPHA").details.lead);
    let mut client = Client::new(name.replace(' ', "-").parse().unwrap(), Role::Partner, organisation);
    narrow(&mut client);
    Principal { name, means: Means::Token(world.register(client).token()) }
}

/// Whoever gets nowhere: strangers, and clients and persons whose standing was taken, or not given yet.
pub fn without_standing(world: &World) -> Vec<Principal> {
    let operator = access::at_the_console(Role::Operator);
    let now = world.desk.clock.now();
    let suspended = partner(world, "suspended partner", |_| {});
    let revoked = partner(world, "revoked partner", |_| {});
    let expired = partner(world, "expired partner", |client| client.limits.expires_at = Some(now.plus_seconds(60)));
    let forged = format!("{}.AAAA", world.caller("partner-alpha").token().rsplit_once('.').unwrap().0);
    let unconfirmed = person(world, "unconfirmed person", false);
    access::suspend_client(&world.desk, &operator, "suspended-partner").unwrap();
    access::revoke_client(&world.desk, &operator, "revoked-partner").unwrap();
    // Its time is over, that of its token is not.
    world.desk.clock.turn_to(now.plus_seconds(61));
    let (stranger, liar) = (Means::Nothing, Means::Token(forged));
    let [stranger, liar] = [("stranger", stranger), ("liar", liar)].map(|(name, means)| Principal { name, means });
    vec![stranger, liar, suspended, revoked, expired, unconfirmed]
}

/// Whoever is bound to ALPHA's organisation.
pub fn bound(world: &World) -> Vec<Principal> {
    let operator = access::at_the_console(Role::Operator);
    let alpha = world.project("ALPHA");
    // Another project of the same organisation, for a client that is held to it.
    let details = project("ASIDE", &alpha.details.lead, &alpha.details.lead, "69", 20_000_000, 10_000_000);
    let aside = faisceau::directory::operations::register_project(&world.desk, &operator, &alpha.programme, details);
    let aside = aside.unwrap().id;
    vec![
        partner(world, "partner", |_| {}),
        partner(world, "held to another project", |client| client.limits.projects = vec![aside]),
        partner(world, "reads the directory only", |client| client.limits.scopes = vec![ScopeToken::DirectoryRead]),
        person(world, "person", true),
    ]
}

/// The funder's people and machines, one of each role, one that belongs to ALPHA's organisation, and last one whose role is
/// for another programme than that of ALPHA and BETA.
pub fn staff(world: &World) -> Vec<Principal> {
    let all = [
        ("officer", "officer-one"),
        ("officer of the partner", "officer-of-alpha"),
        ("analyst", "analyst"),
        ("auditor", "auditor"),
        ("operator", "operator"),
    ]
    .map(|(name, client)| Principal { name, means: Means::Token(world.caller(client).token()) });
    all.into_iter().chain([elsewhere(world)]).collect()
}

fn elsewhere(world: &World) -> Principal {
    let operator = access::at_the_console(Role::Operator);
    let mut details = programme();
    details.code = "ELSEWHERE".parse().unwrap();
    let programme = register_programme(&world.desk, &operator, details).unwrap().id;
    let organisation = Some(world.project("ALPHA").details.members[0].organisation.clone());
    let mut client = Client::new("officer-elsewhere".parse().unwrap(), Role::Officer, organisation);
    client.limits.programmes = vec![ProgrammeRole { programme, role: Role::Officer }];
    Principal { name: OF_ANOTHER_PROGRAMME, means: Means::Token(world.register(client).token()) }
}
