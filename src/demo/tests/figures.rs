//! National figures and those of *Bâtir*, at the end of 2023-Q4.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, STORY, all_participations, class, lasts_exactly_six_months, project};
use crate::reporting::codes::{ContractKind, ExitSituation, SupportKind};
use crate::reporting::statement::Participation;

type Known = Vec<(&'static str, &'static Participation<usize>)>;

/// What is known of every person.
fn by_person() -> BTreeMap<usize, Known> {
    let mut people: BTreeMap<usize, Known> = BTreeMap::new();
    for (project, one) in all_participations() {
        people.entry(one.person).or_default().push((project.code.as_str(), one));
    }
    people
}

/// The class of the last exit (same day: the better), or nothing while a stay is open.
fn outcome(known: &Known) -> Option<Class> {
    let mut last = None;
    for (_, one) in known {
        let exit = one.exit.as_ref()?;
        let better = match last {
            None => true,
            Some((on, outcome)) => exit.on > on || exit.on == on && class(exit) < outcome,
        };
        if better {
            last = Some((exit.on, class(exit)));
        }
    }
    last.map(|(_, outcome)| outcome)
}

#[test]
fn people_add_up_to_the_case() {
    let people = by_person();
    assert_eq!(people.len(), 23_000);
    assert_eq!(STORY.people.len(), 23_000);
    assert_eq!(all_participations().count(), 23_690);
    assert_eq!(people.values().filter(|known| known.len() == 2).count(), 690);
    assert!(people.values().all(|known| known.len() <= 2));
    assert!(people.values().filter(|known| known.len() == 2).all(|known| known[0].0 != known[1].0));

    let outcomes: Vec<Class> = people.values().filter_map(outcome).collect();
    let count = |wanted: &[Class]| outcomes.iter().filter(|outcome| wanted.contains(outcome)).count();
    assert_eq!(outcomes.len(), 18_000);
    assert_eq!(people.len() - outcomes.len(), 5_000, "present");
    assert_eq!(count(&[Class::Neutralised]), 250);
    assert_eq!(count(&[Class::SustainableEmployment, Class::TransitionEmployment]), 5_900);
    assert_eq!(count(&[Class::QualifyingTraining, Class::OtherTraining]), 4_040);
    assert_eq!(count(&[Class::Other, Class::Unknown]), 7_810);
    let sustainable = count(&[Class::SustainableEmployment]);
    assert!((1_850..2_100).contains(&sustainable), "{sustainable} sustainable");
    assert!(count(&[Class::QualifyingTraining]) > 2_600);
    assert_eq!(9_940 * 1000 / 17_750, 560);
}

#[test]
fn people_of_two_projects_make_persons_and_participations_differ() {
    let people = by_person();
    let shared: Vec<&Known> = people.values().filter(|known| known.len() == 2).collect();
    let open = |known: &Known| known.iter().filter(|(_, one)| one.exit.is_none()).count();
    let positive = |known: &Known| {
        known.iter().filter(|(_, one)| one.exit.as_ref().is_some_and(|exit| class(exit).is_positive())).count()
    };
    assert!(shared.iter().filter(|known| open(known) == 1).count() >= 150);
    assert!(shared.iter().filter(|known| open(known) == 0 && positive(known) == 1).count() >= 120);
    assert!(all_participations().filter(|(_, one)| one.exit.is_some()).count() > 18_000);
    let overlapping = shared.iter().filter(|known| known[0].1.overlaps(known[1].1)).count();
    assert!(overlapping <= 40, "{overlapping} overlap");
    for known in shared {
        assert!(STORY.people[known[0].1.person].number.is_some(), "shared people have a number");
        assert_eq!(known[0].1.sex, known[1].1.sex);
        assert_eq!(known[0].1.birth_year, known[1].1.birth_year);
        assert!(known.iter().all(|(code, _)| *code != "BATIR"));
    }
}

#[test]
fn batir_is_the_case() {
    let batir = project("BATIR");
    let exits: Vec<_> = batir.participations.iter().filter_map(|one| one.exit.as_ref()).collect();
    let count = |situation| exits.iter().filter(|exit| exit.situation == situation).count();
    let of_class = |wanted| exits.iter().filter(|exit| class(exit) == wanted).count();
    assert_eq!((batir.participations.len(), exits.len()), (160, 160));
    assert_eq!(count(ExitSituation::Employment), 74);
    assert_eq!(of_class(Class::SustainableEmployment), 20);
    assert_eq!(of_class(Class::QualifyingTraining), 52);
    assert_eq!(count(ExitSituation::Training), 52);
    assert_eq!(of_class(Class::Other) + of_class(Class::Unknown), 32);
    assert!(of_class(Class::Unknown) <= 16);
    assert_eq!(of_class(Class::Neutralised), 2);
    assert!(exits.iter().all(|exit| !lasts_exactly_six_months(exit)));
    for exit in exits.iter().filter(|exit| class(exit) == Class::TransitionEmployment) {
        assert!(exit.contract != Some(ContractKind::Unknown) && super::months(exit) < 5, "{exit:?}");
    }
    let kinds: BTreeSet<SupportKind> =
        batir.participations.iter().flat_map(|one| &one.supports).map(|s| s.kind).collect();
    assert_eq!(kinds, BTreeSet::from_iter(SupportKind::ALL[..6].iter().copied()));
}

#[test]
fn at_least_and_more_than_six_months_differ_elsewhere() {
    let exits: Vec<_> = all_participations().filter_map(|(_, one)| one.exit.as_ref()).collect();
    let exact: Vec<_> = exits.iter().filter(|exit| lasts_exactly_six_months(exit)).collect();
    assert!((5..60).contains(&exact.len()), "{} contracts of exactly six months", exact.len());
    assert!(exact.iter().any(|exit| exit.contract_from.is_some_and(|from| from.day() == 31)));
}

#[test]
fn the_people_look_like_the_case() {
    let total = all_participations().count();
    let women = all_participations().filter(|(_, one)| one.sex.code() == "F").count();
    assert!((36..=40).contains(&(women * 100 / total)), "{women} women");
    let without_number = STORY.people.iter().filter(|person| person.number.is_none()).count();
    assert!((300..600).contains(&without_number), "{without_number} without number");
    let rows: usize = all_participations().map(|(_, one)| one.supports.len()).sum();
    assert!((60_000..150_000).contains(&rows), "{rows} rows of supports");
}
