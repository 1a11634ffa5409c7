//! What is told of whole projects: how many, whose, and their money, which is never spread over people.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::axes::{Axes, Cut};
use super::{Rollup, Selected};
use crate::consolidation::vocabulary::Measure;
use crate::id::OrganisationId;
use crate::refusal::{Failure, Outcome};
use crate::storage::journal::Position;

/// Sums over projects, cell by cell.
pub struct ProjectSums<'a> {
    cells: Option<Vec<Sums<'a>>>,
}

#[derive(Clone, Default)]
struct Sums<'a> {
    count: i64,
    organisations: BTreeSet<&'a OrganisationId>,
    grants: i64,
    eligible_cost: i64,
    target: i64,
    payments: i64,
    spending: Option<i64>,
}

impl<'a> ProjectSums<'a> {
    /// Sums that cannot be told: the selection is not on whole projects.
    pub fn not_applicable() -> Self {
        Self { cells: None }
    }

    /// Sums over the projects selected; none are made if none is asked for.
    pub fn of(rollup: &Rollup<'_>, axes: &Axes, selected: &[Selected<'a>]) -> Outcome<Self> {
        if !rollup.measures.list().iter().any(Measure::is_of_projects) {
            return Ok(Self::not_applicable());
        }
        let mut cells = vec![Sums::default(); axes.cell_count()];
        for (selected, place) in selected.iter().zip(&axes.of_projects) {
            for cut in &axes.windows {
                let sums = cells.get_mut((place + cut.adds) as usize);
                let sums = sums.ok_or_else(|| Failure::fault("a cell lies outside its axes"))?;
                sums.add(selected, cut, rollup.position).ok_or_else(too_large)?;
            }
        }
        Ok(Self { cells: Some(cells) })
    }

    /// The sum that a measure asks for in a cell.
    pub fn value(&self, cell: usize, measure: &Measure) -> Option<i64> {
        let sums = self.cells.as_ref()?.get(cell)?;
        match measure {
            Measure::Projects => Some(sums.count),
            Measure::Organisations => i64::try_from(sums.organisations.len()).ok(),
            Measure::Grants => Some(sums.grants),
            Measure::EligibleCost => Some(sums.eligible_cost),
            Measure::Target => Some(sums.target),
            Measure::Payments => Some(sums.payments),
            Measure::DeclaredSpending => sums.spending,
            Measure::Count(_) | Measure::SupportHours { .. } => None,
        }
    }
}

fn too_large() -> Failure {
    Failure::fault("the money of the selected projects does not fit into 64 bits")
}

impl<'a> Sums<'a> {
    fn add(&mut self, selected: &Selected<'a>, cut: &Cut, position: Position) -> Option<()> {
        let details = &selected.project.details;
        let (from, to) = (cut.window.from, cut.window.to);
        if details.agreement_meets(from, to) {
            self.count += 1;
            self.organisations.insert(&details.lead);
            self.organisations.extend(details.members.iter().map(|member| &member.organisation));
            self.grants = self.grants.checked_add(details.grant.0)?;
            self.eligible_cost = self.eligible_cost.checked_add(details.eligible_cost.0)?;
            self.target = self.target.checked_add(i64::from(details.target_participants))?;
        }
        let counts = |cancelled: Option<Position>| cancelled.is_none_or(|cancelled| cancelled > position);
        for payment in selected.image.payments.iter().filter(|p| p.recorded <= position && counts(p.cancelled)) {
            if from <= payment.paid_on && payment.paid_on <= to {
                self.payments = self.payments.checked_add(payment.amount_cents)?;
            }
        }
        if let Some(stated) = stated_by(selected, position, to) {
            let before = from.yesterday().ok().and_then(|day| stated_by(selected, position, day)).unwrap_or(0);
            self.spending = Some(self.spending.unwrap_or(0).checked_add(stated.checked_sub(before)?)?);
        }
        Some(())
    }
}

/// The spending since a project's start that it stated for the last period ending by a day.
fn stated_by(selected: &Selected<'_>, position: Position, day: Date) -> Option<i64> {
    let mut versions = selected.image.versions_at(position).filter(|version| version.period.last_day() <= day);
    versions.next().and_then(|version| version.spending_cents)
}
