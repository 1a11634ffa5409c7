//! What a project owes for a period, and where it stands: one pure function, [`standing`], decides.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::lifecycle::State;
use super::version::Report;
use crate::clock::Instant;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::project::Project;
use crate::id::ProjectId;
use crate::text::Reason;

/// Where a project stands with the report of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The period's last day has not come: nothing can be reported yet.
    NotOpen,
    /// Open, not yet due, and never reported.
    Expected,
    /// Past due, and nothing of it is with the funder.
    Overdue,
    /// The state of the report. A skipped period that a later report has overtaken is superseded too.
    Reported(State),
}

impl Standing {
    /// Its code, as shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOpen => "NOT_OPEN",
            Self::Expected => "EXPECTED",
            Self::Overdue => "OVERDUE",
            Self::Reported(state) => state.code(),
        }
    }
}

/// Decides where a project stands, from what the directory says, what it reported, and the day.
pub fn standing(
    period: &ReportingPeriod,
    extended_to: Option<Date>,
    state: Option<State>,
    later_period_reported: bool,
    today: Date,
) -> Standing {
    match state {
        Some(state) if state.has_reached_funder() => Standing::Reported(state),
        // Frozen already: it can still be certified, whatever came later.
        Some(State::AwaitingCertification) if today <= due_on(period.due_on, extended_to) => {
            Standing::Reported(State::AwaitingCertification)
        }
        Some(State::AwaitingCertification) => Standing::Overdue,
        _ if later_period_reported => Standing::Reported(State::Superseded),
        None if today < period.last_on => Standing::NotOpen,
        _ if today > due_on(period.due_on, extended_to) => Standing::Overdue,
        Some(state) => Standing::Reported(state),
        None => Standing::Expected,
    }
}

/// The day that counts: the period's due date, or the day to which it was extended.
pub fn due_on(due_on: Date, extended_to: Option<Date>) -> Date {
    extended_to.map_or(due_on, |day| day.max(due_on))
}

/// An extension of a due date: a fact, of which the newest counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The project.
    pub project: ProjectId,
    /// The period.
    pub period: Quarter,
    /// The last day on which a submission is not late.
    pub extended_to: Date,
    /// Why.
    pub reason: Reason,
    /// Who extended it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What a project owes for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The project.
    pub project: Project,
    /// The period.
    pub period: ReportingPeriod,
    /// Where it stands.
    pub standing: Standing,
    /// Its report, if anything was ever submitted.
    pub report: Option<Report>,
    /// Whether the report's newest version reached the funder late.
    pub late: bool,
    /// The extensions of its due date, the newest last.
    pub extensions: Vec<Extension>,
}

impl Obligation {
    /// The day to which the due date was extended, if it was.
    pub fn extended_to(&self) -> Option<Date> {
        self.extensions.last().map(|extension| extension.extended_to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn standing_is_this_table() {
        use Standing::{Expected, NotOpen, Overdue, Reported};
        use State::{Approved, AwaitingCertification, Draft, InReview, Returned, Submitted, Superseded};
        let period = ReportingPeriod::of_quarter("2024-Q1".parse().unwrap(), date(2024, 4, 30));
        let extended = Some(date(2024, 5, 10));
        let earlier = Some(date(2024, 4, 20));
        // Days: before the last day, the last day, the due date, the day after, the day after the extension.
        let (before, last, due, after, too_late) =
            (date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 11));
        for (state, later, extended_to, today, expected) in [
            (None, false, None, before, NotOpen),
            (None, false, None, last, Expected),
            (None, false, None, due, Expected),
            (None, false, None, after, Overdue),
            (None, false, extended, after, Expected),
            (None, false, extended, too_late, Overdue),
            // A period rescheduled beyond its extension keeps the later day.
            (None, false, earlier, due, Expected),
            (None, true, None, last, Reported(Superseded)),
            (None, true, None, after, Reported(Superseded)),
            (Some(Draft), false, None, due, Reported(Draft)),
            (Some(Draft), false, None, after, Overdue),
            (Some(Draft), true, None, after, Reported(Superseded)),
            (Some(AwaitingCertification), false, None, due, Reported(AwaitingCertification)),
            (Some(AwaitingCertification), false, None, after, Overdue),
            (Some(AwaitingCertification), false, extended, after, Reported(AwaitingCertification)),
            (Some(AwaitingCertification), true, None, due, Reported(AwaitingCertification)),
            (Some(Submitted), false, None, too_late, Reported(Submitted)),
            (Some(InReview), false, None, too_late, Reported(InReview)),
            (Some(Returned), false, None, too_late, Reported(Returned)),
            (Some(Returned), true, None, too_late, Reported(Returned)),
            (Some(Approved), true, None, too_late, Reported(Approved)),
            (Some(Superseded), true, None, too_late, Reported(Superseded)),
        ] {
            let told = standing(&period, extended_to, state, later, today);
            assert_eq!(told, expected, "{state:?}, later {later}, extended {extended_to:?}, on {today}");
        }
    }
}
