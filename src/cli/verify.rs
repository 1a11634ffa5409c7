//! `faisceau verify`: checks of what is stored, each an operation by its name, also beside a running deployment. Fails when
//! anything does not hold.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Place;
use crate::access::chain::{self, Checked, parse_head};
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::consolidation::closing::check::verify_closings;
use crate::consolidation::self_check;
use crate::refusal::{Failure, Outcome};
use crate::reporting::operations as reporting;
use crate::storage::chain::Link;

#[derive(Args)]
pub(super) struct VerifyArguments {
    /// Check only this; give it once per check. Everything is checked otherwise.
    #[arg(long = "only")]
    only: Vec<String>,
    /// A file of heads that were printed earlier and kept elsewhere: each must still be in its chain.
    #[arg(long)]
    heads: Option<PathBuf>,
    /// Check nothing, and print the newest link of every chain, to be kept elsewhere.
    #[arg(long, conflicts_with_all = ["only", "heads", "json"])]
    print_heads: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// What a check is given beside the desk.
struct Given<'a> {
    desk: &'a Desk,
    scope: &'a Scope,
    heads: &'a [Link],
}

/// A check: its name, what it goes through, and the operation.
type Check = (&'static str, &'static str, fn(&Given<'_>) -> Outcome<Checked>);

/// Every check, in the order in which they are run.
const CHECKS: &[Check] = &[
    ("journal", "links of the journal's chains", |given| chain::verify_journal(given.desk, given.scope, given.heads)),
    ("versions", "versions with their records", |given| reporting::verify_versions(given.desk, given.scope)),
    ("figures", "figures counted a second time, from the rows", |given| {
        self_check::verify_figures(given.desk, given.scope)
    }),
    ("closings", "published closings", |given| verify_closings(given.desk, given.scope)),
];

pub(super) fn verify(arguments: &VerifyArguments) -> Outcome<ExitCode> {
    let desk = arguments.place.desk()?;
    let scope = at_the_console(Role::Auditor);
    if arguments.print_heads {
        for link in chain::list_heads(&desk, &scope)? {
            println!("{}", chain::head_line(&link));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = arguments.only.iter().find(|name| CHECKS.iter().all(|check| check.0 != **name)) {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.0).collect();
        return Err(Failure::fault(format!("no check is named {unknown}; there are: {}", names.join(", "))));
    }
    let heads = arguments.heads.as_deref().map_or(Ok(Vec::new()), read_heads)?;
    let given = Given { desk: &desk, scope: &scope, heads: &heads };
    let mut results = Vec::new();
    for (name, what, check) in CHECKS {
        if arguments.only.is_empty() || arguments.only.iter().any(|only| only == name) {
            results.push((*name, *what, self_check::read_or_noted(check(&given))?));
        }
    }
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
        println!("{}", json!({ "holds": results.iter().all(|(.., checked)| checked.holds()), "checks": checks }));
    } else {
        results.iter().for_each(|(name, what, checked)| tell(name, what, checked));
    }
    Ok(if results.iter().all(|(.., checked)| checked.holds()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

fn read_heads(file: &Path) -> Outcome<Vec<Link>> {
    let unreadable = |error| Failure::fault(format!("cannot read {}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = |(place, line): (usize, &str)| {
        let wrong = || format!("{}, line {}: chain, number and hash expected", file.display(), place + 1);
        parse_head(line).map_err(|_| Failure::fault(wrong()))
    };
    lines.map(head).collect()
}
