//! The reports, and the statements that they carry.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;

use super::{STORY, key};
use crate::clock::Instant;
use crate::demo::PlannedReport;
use crate::directory::period::Quarter;
use crate::reporting::codes::{ContractKind, ExitSituation};
use crate::reporting::statement::Statement;

fn by_project() -> BTreeMap<usize, Vec<&'static PlannedReport>> {
    let mut reports: BTreeMap<usize, Vec<&PlannedReport>> = BTreeMap::new();
    for report in &STORY.reports {
        reports.entry(report.project).or_default().push(report);
    }
    reports
}

fn quarter(code: &str) -> Quarter {
    code.parse().unwrap()
}

#[test]
fn every_project_reports_every_quarter_but_one_that_falls_silent() {
    let mut silent = Vec::new();
    for (place, reports) in by_project() {
        let project = &STORY.projects[place];
        let last = reports.last().map(|report| report.period);
        let periods: Vec<_> = reports.iter().map(|report| report.period).collect();
        let expected: Vec<_> = Quarter::of(project.agreement_from).through(project.last_period).collect();
        assert_eq!(periods, expected, "{}", project.code);
        if last == Some(quarter("2023-Q3")) {
            silent.push(project);
        } else {
            assert_eq!(last, Some(quarter("2023-Q4")), "{}", project.code);
        }
    }
    assert_eq!(by_project().len(), 55);
    assert_eq!(silent.len(), 1);
    assert!((60..=120).contains(&silent[0].participations.len()));
    assert_ne!(silent[0].code.as_str(), "BATIR");
    let periods: Vec<_> = STORY.programme.periods.iter().map(|period| period.code).collect();
    assert_eq!(periods, quarter("2019-Q1").through(quarter("2023-Q4")).collect::<Vec<_>>());
}

#[test]
fn reports_come_in_order_and_in_office_hours() {
    assert!(STORY.reports.windows(2).all(|pair| pair[0].submitted_at <= pair[1].submitted_at));
    let zone = &STORY.programme.time_zone;
    for reports in by_project().values() {
        let mut before = Instant(i64::MIN);
        for report in reports {
            let mut moments = vec![report.submitted_at];
            moments.extend(report.returned.iter().flat_map(|one| [one.returned_at, one.resubmitted_at]));
            moments.push(report.approved_at);
            for moment in moments {
                let day = moment.day_in(zone);
                let seconds = moment.as_seconds() - Instant::start_of(day, zone).as_seconds();
                assert!((8 * 3600..18 * 3600).contains(&seconds), "{report:?}");
                assert!(moment > before && day > report.period.last_day(), "{report:?}");
                before = moment;
            }
        }
    }
}

#[test]
fn some_are_late_and_some_sent_back() {
    let zone = &STORY.programme.time_zone;
    let due = |report: &PlannedReport| report.period.last_day() + 30.days();
    let total = STORY.reports.len();
    let late = STORY.reports.iter().filter(|one| one.submitted_at.day_in(zone) > due(one)).count();
    let returned = STORY.reports.iter().filter(|one| one.returned_first()).count();
    assert!((900..1_100).contains(&total), "{total} reports");
    assert!((total * 2 / 100..=total * 6 / 100).contains(&late), "{late} late of {total}");
    assert!((total * 2 / 100..=total * 5 / 100).contains(&returned), "{returned} returned of {total}");
    let last = STORY.reports.iter().find(|one| one.project == 0 && one.period == quarter("2023-Q4")).unwrap();
    assert!(last.submitted_at.day_in(zone) <= due(last) && !last.returned_first());
}

#[test]
fn statements_say_only_what_was_known_and_grow() {
    let statements = STORY.statements(&key());
    let mut entered_by = BTreeMap::new();
    for report in &STORY.reports {
        let statement = statements.complete(report);
        let last_day = report.period.last_day();
        assert!(!statement.participations.is_empty(), "{report:?}");
        check_known(&statement, report);
        let planned = &STORY.projects[report.project].participations;
        let entered = planned.iter().filter(|one| one.entry_on <= last_day).count();
        let left = planned.iter().filter(|one| one.exit_on().is_some_and(|on| on <= last_day)).count();
        assert_eq!(statement.participations.len(), entered);
        assert_eq!(statement.participations.iter().filter(|one| one.exit.is_some()).count(), left);
        let before = entered_by.insert(report.project, statement.participations.len()).unwrap_or(0);
        assert!(statement.participations.len() >= before);
        assert_few_unknown(&statement, report);
    }
    for (place, reports) in by_project() {
        let last = statements.complete(reports[reports.len() - 1]);
        let planned = &STORY.projects[place].participations;
        assert_eq!(last.participations.len(), planned.len());
        assert!(last.participations.iter().zip(planned).all(|(said, known)| {
            said.reference == known.reference && said.exit == known.exit && said.supports == known.supports
        }));
    }
}

#[test]
fn a_flawed_first_version_lacks_exits_but_breaks_no_rule() {
    let statements = STORY.statements(&key());
    for report in STORY.reports.iter().filter(|report| report.returned_first()) {
        let (flawed, complete) = (statements.flawed(report), statements.complete(report));
        let exits = |statement: &Statement| statement.participations.iter().filter(|one| one.exit.is_some()).count();
        assert!(exits(&flawed) < exits(&complete), "{report:?}");
        check_known(&flawed, report);
        assert_few_unknown(&flawed, report);
        for exit in flawed.participations.iter().filter_map(|one| one.exit.as_ref()) {
            let bounded = exit.contract.is_some_and(ContractKind::is_bounded);
            assert!(!bounded || exit.contract_from.is_some() && exit.contract_to.is_some());
        }
    }
}

#[test]
fn nothing_happens_after_the_programme() {
    let last = STORY.reports.iter().map(|report| report.approved_at.day_in(&STORY.programme.time_zone)).max();
    assert!(last.is_some_and(|day| day < date(2024, 3, 15)), "{last:?}");
}

fn check_known(statement: &Statement, report: &PlannedReport) {
    let last_day = report.period.last_day();
    for one in &statement.participations {
        assert!(one.entry_on <= last_day);
        assert!(one.exit_on().is_none_or(|on| on <= last_day));
        assert!(one.exit.as_ref().and_then(|exit| exit.contract_from).is_none_or(|from| from <= last_day));
        assert!(one.supports.iter().all(|support| support.quarter <= report.period));
        assert!(one.follow_up.as_ref().is_none_or(|follow_up| follow_up.observed_on <= last_day));
        assert!(one.follow_up.is_none() || one.exit.is_some());
    }
}

fn assert_few_unknown(statement: &Statement, report: &PlannedReport) {
    let exits: Vec<_> = statement.participations.iter().filter_map(|one| one.exit.as_ref()).collect();
    let unknown = exits.iter().filter(|exit| exit.situation == ExitSituation::Unknown).count();
    assert!(unknown * 10 < exits.len().max(1), "{report:?}: {unknown} of {}", exits.len());
}
