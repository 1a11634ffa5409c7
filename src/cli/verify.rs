//! `faisceau verify`: checks of what is stored, each an operation by its name, also beside a running deployment. Fails when
//! anything does not hold.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Place;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::consolidation::self_check::{self, Checked};
use crate::refusal::{Failure, Outcome};

#[derive(Args)]
pub(super) struct VerifyArguments {
    /// Check only this; give it once per check. Everything is checked otherwise.
    #[arg(long = "only")]
    only: Vec<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// A check: its name, what it goes through, and the operation.
type Check = (&'static str, &'static str, fn(&Desk, &Scope) -> Outcome<Checked>);

/// Every check, in the order in which they are run.
const CHECKS: &[Check] = &[
    ("versions", "versions with their records", self_check::verify_versions),
    ("figures", "figures counted a second time, from the rows", self_check::verify_figures),
];

pub(super) fn verify(arguments: &VerifyArguments) -> Outcome<ExitCode> {
    if let Some(unknown) = arguments.only.iter().find(|name| CHECKS.iter().all(|check| check.0 != **name)) {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.0).collect();
        return Err(Failure::fault(format!("no check is named {unknown}; there are: {}", names.join(", "))));
    }
    let desk = arguments.place.desk()?;
    let scope = at_the_console(Role::Auditor);
    let mut results = Vec::new();
    for (name, what, check) in CHECKS {
        if arguments.only.is_empty() || arguments.only.iter().any(|only| only == name) {
            results.push((*name, *what, self_check::read_or_noted(check(&desk, &scope))?));
        }
    }
    let holds = results.iter().all(|(.., checked)| checked.holds());
    if arguments.json {
        let checks: Vec<_> = results
            .iter()
            .map(|(name, _, checked)| {
                json!({
                    "check": name, "holds": checked.holds(), "checked": checked.checked_count,
                    "problems": checked.problem_count, "listed": checked.problems,
                })
            })
            .collect();
        println!("{}", json!({ "holds": holds, "checks": checks }));
    } else {
        results.iter().for_each(|(name, what, checked)| tell(name, what, checked));
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(name: &str, what: &str, checked: &Checked) {
    if checked.holds() {
        println!("holds  {name}: {} {what}", checked.checked_count);
        return;
    }
    println!("BROKEN {name}: {} problems in {} {what}", checked.problem_count, checked.checked_count);
    for problem in &checked.problems {
        println!("       {problem}");
    }
    let untold = checked.problem_count - u64::try_from(checked.problems.len()).unwrap_or(u64::MAX);
    if untold > 0 {
        println!("       and {untold} more");
    }
}
