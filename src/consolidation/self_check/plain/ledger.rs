//! Whole projects as the plain route adds them up: how many, whose they are, and their money, row by row.
//!
//! It knows neither image nor roll-up, nor how the directory reads its projects.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::consolidation::question::Window;
use crate::consolidation::self_check::store::{self, AgreementRow, StatedRow};
use crate::consolidation::vocabulary::Measure;
use crate::directory::period::Quarter;
use crate::directory::store::stored;
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::storage::AnyConnection;
use crate::storage::journal::Position;

/// What is known of the money of some projects at a position.
pub struct Ledger {
    accounts: BTreeMap<String, Account>,
}

struct Account {
    row: AgreementRow,
    agreement: (Date, Date),
    organisations: BTreeSet<String>,
    /// Payments that count: the day and the cents of each.
    payments: Vec<(Date, i64)>,
    /// What versions state of spending since the project's start, the oldest first: the last day of the period.
    stated: Vec<(Date, Option<i64>)>,
}

impl Ledger {
    /// Reads every project.
    pub fn read(connection: &mut AnyConnection, position: Position) -> Outcome<Self> {
        let mut accounts = BTreeMap::new();
        for row in store::list_agreements(connection, position)? {
            let agreement = (stored(&row.agreement_from)?, stored(&row.agreement_to)?);
            let organisations = BTreeSet::from([row.lead_organisation_id.clone()]);
            let id = row.project_id.clone();
            // In order: a later revision takes the place of the one before, with its own members.
            accounts.insert(id, Account { row, agreement, organisations, payments: Vec::new(), stated: Vec::new() });
        }
        for (project, since, organisation) in store::list_members(connection)? {
            if let Some(account) = accounts.get_mut(&project).filter(|account| account.row.position == since) {
                account.organisations.insert(organisation);
            }
        }
        for (project, paid_on, cents) in store::list_paid(connection, position)? {
            account_of(&mut accounts, &project)?.payments.push((stored(&paid_on)?, cents));
        }
        for StatedRow { project_id, period, finance } in store::list_stated(connection, position)? {
            let last_day = stored::<Quarter>(&period)?.last_day();
            let spending = finance.map(|text| spending_in(&text)).transpose()?;
            account_of(&mut accounts, &project_id)?.stated.push((last_day, spending));
        }
        Ok(Self { accounts })
    }

    /// The sum of a measure over some projects in a window; nothing where nothing is stated.
    pub fn sum(&self, projects: &[&ProjectId], window: Window, measure: &Measure) -> Outcome<Option<i64>> {
        let mut sum: Option<i64> = if matches!(measure, Measure::DeclaredSpending) { None } else { Some(0) };
        let mut organisations = BTreeSet::new();
        for id in projects {
            let account = self.accounts.get(id.as_str()).ok_or_else(|| unknown(id.as_str()))?;
            let meets = account.agreement.0 <= window.to && account.agreement.1 >= window.from;
            let whole = |value: i64| if meets { Some(value) } else { None };
            let added = match measure {
                Measure::Projects => whole(1),
                Measure::Organisations => {
                    organisations.extend(account.organisations.iter().filter(|_| meets));
                    None
                }
                Measure::Grants => whole(account.row.grant_cents),
                Measure::EligibleCost => whole(account.row.eligible_cost_cents),
                Measure::Target => whole(account.row.target_participants),
                Measure::Payments => Some(account.paid_in(window)),
                Measure::DeclaredSpending => account.spent_in(window),
                Measure::Count(_) | Measure::SupportHours { .. } => None,
            };
            sum = added.map_or(sum, |added| Some(sum.unwrap_or(0) + added));
        }
        if matches!(measure, Measure::Organisations) {
            sum = i64::try_from(organisations.len()).ok();
        }
        Ok(sum)
    }
}

impl Account {
    fn paid_in(&self, window: Window) -> i64 {
        self.payments.iter().filter(|(on, _)| window.from <= *on && *on <= window.to).map(|(_, cents)| cents).sum()
    }

    /// What was spent by the end of the window, less what was spent before its first day.
    fn spent_in(&self, window: Window) -> Option<i64> {
        let by = |day: Date| self.stated.iter().rfind(|(last_day, _)| *last_day <= day).and_then(|(_, cents)| *cents);
        let before = window.from.yesterday().ok().and_then(by).unwrap_or(0);
        by(window.to).map(|spent| spent - before)
    }
}

fn account_of<'a>(accounts: &'a mut BTreeMap<String, Account>, project: &str) -> Outcome<&'a mut Account> {
    accounts.get_mut(project).ok_or_else(|| unknown(project))
}

fn unknown(project: &str) -> Failure {
    Failure::fault(format!("project {project} has rows, but no revision"))
}

fn spending_in(finance: &str) -> Outcome<i64> {
    let broken = || Failure::fault("a stored section is out of form");
    let stated: serde_json::Value = serde_json::from_str(finance).map_err(|_| broken())?;
    stated["spending"].as_i64().ok_or_else(broken)
}
