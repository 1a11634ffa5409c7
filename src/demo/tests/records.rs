//! Every record keeps the rules.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::date;

use super::{STORY, all_participations};
use crate::directory::geography;
use crate::directory::period::Quarter;
use crate::reporting::codes::{ContractKind, ExitSituation, ProtectionStatus};
use crate::reporting::identity::{Identity, pseudonymise};

#[test]
fn stays_lie_within_agreements_and_periods() {
    for (project, one) in all_participations() {
        let at = format!("{} {}", project.code, one.reference);
        let last_day = project.last_period.last_day();
        assert!((project.agreement_from..=project.agreement_to).contains(&one.entry_on), "{at}");
        assert!(one.entry_on <= last_day, "{at}");
        let end = one.exit_on().unwrap_or(last_day);
        assert!(end <= last_day && end >= one.entry_on, "{at}");
        assert!(one.exit.is_none() || end >= one.entry_on + 8.days(), "{at}");
        for support in &one.supports {
            assert!(Quarter::of(one.entry_on) <= support.quarter && support.quarter <= Quarter::of(end), "{at}");
            assert!((1..=500).contains(&support.hours), "{at}");
        }
        let kinds: BTreeSet<_> = one.supports.iter().map(|support| (support.kind, support.quarter)).collect();
        assert_eq!(kinds.len(), one.supports.len(), "{at}");
        if let Some(follow_up) = &one.follow_up {
            let span = end + 150.days()..=end + 210.days();
            assert!(one.exit.is_some() && span.contains(&follow_up.observed_on), "{at}");
            assert!(follow_up.observed_on <= last_day, "{at}");
        }
    }
}

#[test]
fn exits_are_coherent() {
    for (project, one) in all_participations() {
        let Some(exit) = &one.exit else { continue };
        let at = format!("{} {}: {exit:?}", project.code, one.reference);
        assert_eq!(exit.situation == ExitSituation::Employment, exit.contract.is_some(), "{at}");
        assert_eq!(exit.situation == ExitSituation::Training, exit.training.is_some(), "{at}");
        assert!(exit.contract.is_some() || exit.contract_from.is_none() && exit.contract_to.is_none(), "{at}");
        if let Some(from) = exit.contract_from {
            assert!(from >= one.entry_on && from <= exit.on + 28.days(), "{at}");
            assert!(from <= Quarter::of(exit.on).last_day(), "{at}");
            assert!(exit.contract_to.is_none_or(|to| to > from), "{at}");
        }
        match exit.contract {
            Some(ContractKind::Permanent | ContractKind::PublicService | ContractKind::BusinessCreation) => {
                assert!(exit.contract_to.is_none(), "{at}");
            }
            Some(ContractKind::Unknown) | None => {}
            Some(_) => assert!(exit.contract_from.is_some() && exit.contract_to.is_some(), "{at}"),
        }
        let both_known = one.french_at_entry.is_known() && exit.french.is_known();
        assert!(!both_known || exit.french >= one.french_at_entry, "{at}");
    }
}

#[test]
fn people_are_of_age_and_live_somewhere() {
    for (project, one) in all_participations() {
        let at = format!("{} {}", project.code, one.reference);
        if let Some(year) = one.birth_year.known() {
            assert!((16..=69).contains(&(one.entry_on.year() - year)), "{at}");
        }
        if let Some(residence) = one.residence_department.known() {
            assert!(geography::department(residence.as_str()).is_some(), "{at}");
        }
        let temporary = one.protection_status == ProtectionStatus::TemporaryProtection;
        assert!(!temporary || one.entry_on >= date(2022, 3, 1), "{at}");
    }
}

#[test]
fn numbers_are_usable_and_nobody_shares_one() {
    let key = super::key();
    let mut seen = std::collections::HashSet::new();
    for (scheme, value) in STORY.people.iter().filter_map(|person| person.number.as_ref()) {
        match pseudonymise(*scheme, value, &key) {
            Identity::Known(stage_one) => assert!(seen.insert(stage_one), "{value} twice"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn references_are_unique_and_follow_entries() {
    for project in &STORY.projects {
        let one_after_the_other = project
            .participations
            .windows(2)
            .all(|pair| pair[0].reference < pair[1].reference && pair[0].entry_on <= pair[1].entry_on);
        assert!(one_after_the_other, "{}", project.code);
    }
    assert_eq!(super::project("BATIR").participations[0].reference.as_str(), "B-0001");
}
