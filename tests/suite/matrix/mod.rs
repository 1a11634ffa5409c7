//! Who may do what, whole: every operation and route, by every kind of principal, about what is its own, foreign,
//! missing and malformed.
//!
//! The requests are made from the schema's list of operations and from the route table, so that nothing is left out; what
//! comes of them is written down and reviewed as text. Laws are held beside: whoever is bound to an organisation cannot
//! tell foreign from missing, reads nothing of others, and changes nothing.

mod principals;
mod requests;

use std::fmt::Write as _;

use faisceau::api::routes::Entry;
use serde_json::Value;

use self::principals::{OF_ANOTHER_PROGRAMME, Principal, bound, staff, without_standing};
use self::requests::{Asked, Request, every_request, malformed};
use crate::support::World;
use crate::support::cast::{compared, ids, missing, people, secrets_of_beta, told};
use crate::support::dump::dump;
use crate::support::operations::Ids;
use crate::support::raw::Raw;
use crate::support::world::some_siret;

/// Whose things a request is about: those of ALPHA, those of BETA, those of nobody, and no identifiers at all.
const ABOUT: [&str; 4] = ["own", "foreign", "missing", "malformed"];

struct Stage {
    world: World,
    about: [Ids; 4],
    secrets: Vec<String>,
}

impl Stage {
    fn set() -> Self {
        // One organisation asks thousands of times.
        let world = people(World::with_settings(&[("rate_per_second", "0")]));
        let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
        let missing = missing(&own.programme);
        let secrets = secrets_of_beta(&world);
        Self { world, about: [own, foreign, missing, malformed()], secrets }
    }

    fn ask(&self, principal: &Principal, request: &Request, about: usize) -> Raw {
        principal.send(&self.world, &request.about(&self.about[about]))
    }

    /// The secrets of BETA that an answer tells, but for what the request itself named.
    fn told(&self, answered: &Raw, asked: &Asked) -> Vec<&str> {
        let sent = format!("{}{}", asked.start, asked.body);
        told(answered, &self.secrets, &[]).into_iter().filter(|secret| !sent.contains(secret)).collect()
    }
}

/// What came of a request, in a word: `ok`, the code of a refusal, a user error's code in brackets, or `nothing`.
fn outcome(answered: &Raw) -> String {
    let body = answered.json();
    if let Some(data) = body["data"].as_object().filter(|_| body["errors"].is_null()) {
        let root = data.values().next().unwrap_or(&Value::Null);
        return match root["userErrors"][0]["code"].as_str() {
            Some(code) => format!("({code})"),
            None if root.is_null() => "nothing".to_owned(),
            None => "ok".to_owned(),
        };
    }
    match answered.status {
        200..=299 if body["errors"].is_null() => "ok".to_owned(),
        status if answered.code().is_empty() => status.to_string(),
        _ => answered.code(),
    }
}

/// What came of every request, by principal and by what it was about; those alike stand together.
#[derive(Default)]
struct Matrix {
    text: String,
}

impl Matrix {
    fn write(&mut self, request: &Request, outcomes: &[Vec<(&str, String)>]) {
        let _ = writeln!(self.text, "{}", request.name);
        let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
        for (about, outcomes) in ABOUT.iter().zip(outcomes) {
            let mut alike: Vec<(&str, Vec<&str>)> = Vec::new();
            for (principal, outcome) in outcomes {
                match alike.iter_mut().find(|(known, _)| known == outcome) {
                    Some((_, principals)) => principals.push(principal),
                    None => alike.push((outcome, vec![principal])),
                }
            }
            let all = outcomes.len();
            let told = alike.iter().map(|(outcome, who)| match who.len() == all {
                true => format!("{outcome}: all"),
                false => format!("{outcome}: {}", who.join(", ")),
            });
            let told = told.collect::<Vec<_>>().join(" | ");
            match lines.iter_mut().find(|(_, known)| *known == told) {
                Some((abouts, _)) => abouts.push(about),
                None => lines.push((vec![about], told)),
            }
        }
        for (abouts, told) in lines {
            let abouts = if abouts.len() == ABOUT.len() { "any".to_owned() } else { abouts.join(", ") };
            let _ = writeln!(self.text, "  {abouts:<26} {told}");
        }
    }
}

fn is_fault(answered: &Raw) -> bool {
    answered.status == 0 || answered.status >= 500 || answered.code() == "INTERNAL"
}

#[test]
fn whoever_has_no_standing_gets_nowhere_whatever_it_asks() {
    let stage = Stage::set();
    let principals = without_standing(&stage.world);
    let before = dump(&stage.world.database);
    let mut wrong = Vec::new();
    for request in every_request() {
        let asked = request.about(&stage.about[1]);
        for principal in &principals {
            let answered = principal.send(&stage.world, &asked);
            let outcome = outcome(&answered);
            // What is open is open to whoever lays claim to nothing; a token that does not hold opens nothing at all.
            let open = request.entry == Entry::Open || request.entry == Entry::PerField && principal.claims_nothing();
            if is_fault(&answered)
                || !stage.told(&answered, &asked).is_empty()
                || (!open && outcome != "UNAUTHENTICATED")
            {
                wrong.push(format!("{} by {}: {}", request.name, principal.name, answered.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dump(&stage.world.database), before, "something was left behind");
}

#[test]
fn whoever_is_bound_to_an_organisation_gets_what_the_matrix_says_and_nothing_of_others() {
    let stage = Stage::set();
    let principals = bound(&stage.world);
    let before = dump(&stage.world.database);
    let (mut matrix, mut wrong) = (Matrix::default(), Vec::new());
    for request in every_request() {
        let mut outcomes = vec![Vec::new(); ABOUT.len()];
        for principal in &principals {
            let answers: [Raw; 4] = std::array::from_fn(|about| stage.ask(principal, &request, about));
            let [_, foreign, missing, _] = &answers;
            if compared(foreign, &stage.about[1]) != compared(missing, &stage.about[2]) {
                wrong.push(format!(
                    "{} by {}\n  foreign {}\n  missing {}",
                    request.name,
                    principal.name,
                    foreign.text(),
                    missing.text()
                ));
            }
            for (about, answered) in answers.iter().enumerate() {
                let told = stage.told(answered, &request.about(&stage.about[about]));
                if is_fault(answered) || !told.is_empty() {
                    let text = answered.text();
                    wrong.push(format!(
                        "{} by {} about {}: {told:?}\n  {text}",
                        request.name, principal.name, ABOUT[about]
                    ));
                }
                outcomes[about].push((principal.name, outcome(answered)));
            }
        }
        matrix.write(&request, &outcomes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dump(&stage.world.database), before, "something was left behind");
    insta::assert_snapshot!(matrix.text);
}

#[test]
fn staff_gets_what_the_matrix_says() {
    let stage = Stage::set();
    let principals = staff(&stage.world);
    // Organisations, and the clients that staff has, are no programme's own.
    let shared = [some_siret(3).to_string(), stage.about[1].organisation.clone(), "Association Beta".to_owned()];
    let (mut matrix, mut wrong) = (Matrix::default(), Vec::new());
    for request in every_request() {
        let mut outcomes = vec![Vec::new(); ABOUT.len()];
        for principal in &principals {
            for (about, outcomes) in outcomes.iter_mut().enumerate() {
                let answered = stage.ask(principal, &request, about);
                let mut told = stage.told(&answered, &request.about(&stage.about[about]));
                told.retain(|secret| principal.name == OF_ANOTHER_PROGRAMME && !shared.iter().any(|one| one == secret));
                if is_fault(&answered) || !told.is_empty() {
                    wrong.push(format!("{} by {}: {}", request.name, principal.name, answered.text()));
                }
                outcomes.push((principal.name, outcome(&answered)));
            }
        }
        matrix.write(&request, &outcomes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(matrix.text);
}
