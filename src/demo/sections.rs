//! What a report of the story says beside its participations: collective actions, money, totals, a few French sentences.

use jiff::civil::Date;

use super::calendar::{days_between, plus_days, working_day};
use super::chance::Chance;
use super::projects::PlannedProject;
use super::text;
use crate::directory::money::Cents;
use crate::directory::period::Quarter;
use crate::reporting::codes::{DeclaredCount, ExitSituation, FundingSource, Sex};
use crate::reporting::sections::{Activity, Cofinancing, DeclaredFigure, Finance, Narrative, Sections};
use crate::reporting::statement::Participation;

/// The sections of a project at the end of a quarter, whose participations are those given. Projects that send a
/// spreadsheet state participations alone.
pub(super) fn sections<P>(project: &PlannedProject, period: Quarter, participations: &[Participation<P>]) -> Sections {
    if project.sends_tables() {
        return Sections::default();
    }
    let mut sections = Sections {
        activities: project.first_period().through(period).flat_map(|quarter| activities(project, quarter)).collect(),
        finance: Some(finance(project, period)),
        declared_figures: figures(participations),
        narrative: Some(narrative(project, period, participations)),
    };
    sections.activities.sort();
    sections.declared_figures.sort();
    sections
}

/// One or two collective actions in a quarter; the same ones in every later report.
fn activities(project: &PlannedProject, quarter: Quarter) -> Vec<Activity> {
    let mut chance = Chance::about(&format!("activities of {} in {quarter}", project.code));
    let from = quarter.first_day().max(project.agreement_from);
    let days = days_between(from, quarter.last_day().min(project.last_day())) - 2;
    (1..=chance.between(1, 2))
        .filter(|_| days > 0)
        .map(|number| {
            let on = working_day(plus_days(from, chance.between(0, days))).min(quarter.last_day());
            Activity {
                reference: text(&format!("AC-{quarter}-{number}")),
                kind: chance.pick(&project.offers),
                on,
                hours: chance.between(1, 6) as u32 * 3,
                headcount: (chance.between(6, 22) as u32).min(present(project, on)),
            }
        })
        .filter(|activity| activity.headcount > 0)
        .collect()
}

/// How many people are in a project on a day.
fn present(project: &PlannedProject, day: Date) -> u32 {
    let is_there =
        |one: &&Participation<usize>| one.entry_on <= day && one.exit_on().is_none_or(|exit_on| exit_on >= day);
    project.participations.iter().filter(is_there).count() as u32
}

/// What was spent and received since the start: slowly at first, and not quite all of the eligible cost in the end.
fn finance(project: &PlannedProject, period: Quarter) -> Finance {
    let mut chance = Chance::about(&format!("money of {}", project.code));
    let part = elapsed(project, period.last_day());
    let spent_in_the_end = i64::from(chance.between(930, 985));
    let spending = of_thousand(project.eligible_cost, spent_in_the_end * (part + part * part / 1000) / 2 / 1000);
    let others = Cents(project.eligible_cost.0 - project.grant.0);
    let mut sources =
        [FundingSource::Region, FundingSource::Department, FundingSource::EuropeanUnion, FundingSource::Private];
    chance.shuffle(&mut sources);
    let greater = i64::from(chance.between(55, 75)) * 10;
    let received = |share: i64| of_thousand(others, share * part / 1000);
    let mut cofinancing = vec![
        Cofinancing { source: sources[0], amount: received(greater) },
        Cofinancing { source: sources[1], amount: received(990 - greater) },
    ];
    cofinancing.sort();
    Finance { spending, cofinancing }
}

/// How much of the agreement lies before the end of a day, in thousandths.
fn elapsed(project: &PlannedProject, day: Date) -> i64 {
    let whole = days_between(project.agreement_from, project.agreement_to) + 1;
    let gone = days_between(project.agreement_from, day) + 1;
    i64::from(gone.clamp(0, whole)) * 1000 / i64::from(whole)
}

fn of_thousand(amount: Cents, part: i64) -> Cents {
    Cents(amount.0 / 1000 * part)
}

/// The totals that the project states itself; they are those of its records.
fn figures<P>(participations: &[Participation<P>]) -> Vec<DeclaredFigure> {
    let count = |is: &dyn Fn(&Participation<P>) -> bool| participations.iter().filter(|one| is(one)).count() as u32;
    [
        (DeclaredCount::Entries, participations.len() as u32),
        (DeclaredCount::Women, count(&|one| one.sex == Sex::Female)),
        (DeclaredCount::Exits, count(&|one| one.exit.is_some())),
        (DeclaredCount::Present, count(&|one| one.exit.is_none())),
        (DeclaredCount::EmploymentExits, count(&|one| left_to(one, ExitSituation::Employment))),
        (DeclaredCount::TrainingExits, count(&|one| left_to(one, ExitSituation::Training))),
    ]
    .map(|(count, value)| DeclaredFigure { count, value })
    .to_vec()
}

fn left_to<P>(participation: &Participation<P>, situation: ExitSituation) -> bool {
    participation.exit.as_ref().is_some_and(|exit| exit.situation == situation)
}

const DIFFICULTIES: [&str; 6] = [
    "La mobilité reste le premier frein : peu de transports aux heures des chantiers et des équipes du soir.",
    "Les délais de renouvellement des titres de séjour interrompent des parcours.",
    "Trop peu de places de garde d'enfants ; plusieurs mères reportent leur entrée en formation.",
    "Le niveau de français à l'entrée baisse : un module de plus a été ouvert, sans moyens nouveaux.",
    "L'accès au logement retarde des prises de poste dans d'autres départements.",
    "Deux intervenants ont quitté l'équipe ; leur remplacement a pris six semaines.",
];

const OUTLOOKS: [&str; 5] = [
    "Un forum des employeurs se tiendra le trimestre prochain.",
    "Une nouvelle session ouvre au trimestre prochain ; les prescripteurs sont informés.",
    "Les visites d'entreprises reprennent avec les partenaires du consortium.",
    "L'équipe prépare le suivi à six mois des personnes sorties.",
    "Un atelier de préparation au certificat visé est ajouté au parcours.",
];

fn narrative<P>(project: &PlannedProject, period: Quarter, participations: &[Participation<P>]) -> Narrative {
    let mut chance = Chance::about(&format!("narrative of {} in {period}", project.code));
    let within = |day: Date| Quarter::of(day) == period;
    let entries = participations.iter().filter(|one| within(one.entry_on)).count();
    let exits = participations.iter().filter(|one| one.exit_on().is_some_and(within)).count();
    let since_the_start = participations.len();
    let achievements =
        format!("Entrées du trimestre : {entries} ; sorties : {exits} ; parcours depuis le début : {since_the_start}.");
    Narrative {
        achievements: Some(text(&achievements)),
        difficulties: chance.percent(70).then(|| text(chance.pick(&DIFFICULTIES))),
        outlook: Some(text(chance.pick(&OUTLOOKS))),
    }
}
