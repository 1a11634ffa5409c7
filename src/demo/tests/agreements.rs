//! Money, places, dates and consortia.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::{STORY, project};
use crate::demo::Story;
use crate::directory::project::ConsortiumRole;
use crate::id::OrganisationId;

#[test]
fn the_same_story_is_told_twice() {
    assert!(Story::tell() == *STORY);
}

#[test]
fn money_adds_up_exactly() {
    let grants: i64 = STORY.projects.iter().map(|project| project.grant.0).sum();
    let costs: i64 = STORY.projects.iter().map(|project| project.eligible_cost.0).sum();
    assert_eq!((grants, costs), (5_100_000_000, 10_100_000_000));
    assert!(STORY.programme.envelope.0 >= grants);
    for project in &STORY.projects {
        let (grant, cost) = (project.grant.0, project.eligible_cost.0);
        assert!(grant * 100 >= cost * 35 && grant * 100 <= cost * 65, "{}: {grant} of {cost}", project.code);
        let per_person = cost / 100 / project.participations.len() as i64;
        assert!((2_500..12_000).contains(&per_person), "{}: {per_person} euros each", project.code);
    }
    let batir = project("BATIR");
    assert_eq!(
        (batir.grant.to_string().as_str(), batir.eligible_cost.to_string().as_str()),
        ("675000.00", "1227272.73")
    );
}

#[test]
fn agreements_are_those_of_two_waves_and_all_meet_the_last_quarter() {
    assert_eq!(STORY.projects.len(), 55);
    let regions: BTreeSet<_> = STORY.projects.iter().map(|project| project.department.region).collect();
    assert!(regions.len() >= 14 && ["01", "03", "04"].iter().all(|overseas| regions.contains(overseas)));
    for project in &STORY.projects {
        let starts = match project.call.as_str() {
            "WAVE-1" => date(2019, 1, 1)..=date(2019, 6, 30),
            _ => date(2019, 10, 1)..=date(2020, 12, 31),
        };
        assert!(starts.contains(&project.agreement_from), "{}", project.code);
        assert!((date(2023, 12, 31)..=date(2024, 6, 30)).contains(&project.agreement_to), "{}", project.code);
        let size = project.participations.len();
        assert!((60..=1_200).contains(&size), "{}: {size}", project.code);
        let target = project.target as usize;
        assert!(target * 100 >= size * 80 && target * 100 <= size * 130, "{}: {target} for {size}", project.code);
    }
}

#[test]
fn a_project_can_be_registered_once_its_organisations_are() {
    let ids: Vec<_> = STORY.organisations.iter().map(|_| OrganisationId::new()).collect();
    for project in &STORY.projects {
        let details = project.details(&ids);
        assert!(details.check().is_ok() && !details.members.is_empty(), "{}", project.code);
        assert!(details.members.iter().all(|member| member.organisation != details.lead));
        assert!(STORY.programme.calls.iter().any(|call| call.code == details.call));
    }
    let batir = project("BATIR");
    let roles: BTreeSet<_> = batir.members.iter().map(|(_, role)| *role).collect();
    assert_eq!(roles, [ConsortiumRole::Training, ConsortiumRole::Housing, ConsortiumRole::Social].into());
    assert_eq!(STORY.organisations[batir.lead].name.as_str(), "Les clés de l'Atelier");
    assert!(STORY.organisations[batir.lead].esus);
    assert_eq!(batir.department.region, "84");
}

#[test]
fn codes_names_and_sirets_are_unique() {
    let organisations = || STORY.organisations.iter().chain([&STORY.funder]);
    let count = organisations().count();
    assert_eq!(organisations().map(|one| &one.siret).collect::<BTreeSet<_>>().len(), count);
    assert_eq!(organisations().map(|one| &one.name).collect::<BTreeSet<_>>().len(), count);
    assert_eq!(STORY.projects.iter().map(|project| &project.code).collect::<BTreeSet<_>>().len(), 55);
    assert_eq!(STORY.projects.iter().map(|project| &project.title).collect::<BTreeSet<_>>().len(), 55);
}
