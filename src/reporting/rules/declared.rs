//! Rules on declared figures: among themselves, against the version before, and against the participations.

use std::fmt;

use super::history::jumped;
use super::{Case, Check, Found, Rule, Severity, Topic};
use crate::reporting::codes::DeclaredCount::{self, *};
use crate::reporting::codes::{ExitSituation, Flag, LabourStatus, Sex};
use crate::reporting::sections::DeclaredFigure;
use crate::reporting::statement::Participation;

pub const TOPIC: Topic = Topic {
    en: "The declared figures: among themselves, against the version before, and against the participations.",
    fr: "Les chiffres déclarés : entre eux, face à la version précédente et face aux participations.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "DECLARED_TWICE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{count} is declared twice.",
        fr: "{count} est déclaré deux fois.",
        remedy_en: "Declare each figure once.",
        remedy_fr: "Déclarez chaque chiffre une fois.",
        check: Check::Whole(|case, found| {
            // Figures stand in the order of their codes.
            for pair in declared(case).windows(2).filter(|pair| pair[0].count == pair[1].count) {
                found.at(Place(pair[1].count), &[("count", &pair[1].count.code())]);
            }
        }),
    },
    Rule {
        code: "DECLARED_EXITS_ABOVE_ENTRIES",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{exits} exits are declared, more than the {entries} entries.",
        fr: "{exits} sorties sont déclarées, plus que les {entries} entrées.",
        remedy_en: "Correct one of the two; both are cumulative since the start.",
        remedy_fr: "Corrigez l'un des deux ; les deux sont cumulés depuis le début.",
        check: Check::Whole(|case, found| {
            if let Some((exits, entries)) = both(case, Exits, Entries).filter(|(exits, entries)| exits > entries) {
                found.at(Place(Exits), &[("exits", &exits), ("entries", &entries)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_PRESENT_DIFFERS",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{present} are declared present; entries less exits are {difference}.",
        fr: "{present} sont déclarés présents ; les entrées moins les sorties font {difference}.",
        remedy_en: "Correct one of the three.",
        remedy_fr: "Corrigez l'un des trois.",
        check: Check::Whole(|case, found| {
            let Some((present, (entries, exits))) = value(case, Present).zip(both(case, Entries, Exits)) else {
                return;
            };
            let difference = i64::from(entries) - i64::from(exits);
            if i64::from(present) != difference {
                found.at(Place(Present), &[("present", &present), ("difference", &difference)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_EXIT_KINDS_DIFFER",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The exits by kind add up to {sum}, the exits declared are {total}.",
        fr: "Les sorties par type font {sum}, les sorties déclarées {total}.",
        remedy_en: "Correct the figures: every exit is of one kind.",
        remedy_fr: "Corrigez les chiffres : chaque sortie est d'un seul type.",
        check: Check::Whole(|case, found| adds_up(case, found, Exits, &EXIT_KINDS)),
    },
    Rule {
        code: "DECLARED_SEXES_DIFFER",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The entries by sex add up to {sum}, the entries declared are {total}.",
        fr: "Les entrées par sexe font {sum}, les entrées déclarées {total}.",
        remedy_en: "Correct the figures; who is not recorded has a figure too.",
        remedy_fr: "Corrigez les chiffres ; le non renseigné a aussi le sien.",
        check: Check::Whole(|case, found| adds_up(case, found, Entries, &SEXES)),
    },
    Rule {
        code: "DECLARED_LABOUR_ABOVE_ENTRIES",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The entries by labour status add up to {sum}, more than the {entries} entries declared.",
        fr: "Les entrées par situation d'emploi font {sum}, plus que les {entries} entrées déclarées.",
        remedy_en: "Correct the figures: everybody has one status at entry.",
        remedy_fr: "Corrigez les chiffres : chacun a une seule situation à l'entrée.",
        check: Check::Whole(|case, found| {
            let (sum, _) = sum_of(case, &LABOUR_STATUSES);
            if let Some(entries) = value(case, Entries).filter(|entries| sum > u64::from(*entries)) {
                found.at(Place(Unemployed), &[("sum", &sum), ("entries", &entries)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_LABOUR_INCOMPLETE",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The entries by labour status add up to {sum} of {entries} entries declared.",
        fr: "Les entrées par situation d'emploi font {sum} sur {entries} entrées déclarées.",
        remedy_en: "Complete the figures, or say that the status of the others is not known.",
        remedy_fr: "Complétez les chiffres, ou dites que la situation des autres est inconnue.",
        check: Check::Whole(|case, found| {
            let (sum, whole) = sum_of(case, &LABOUR_STATUSES);
            if let Some(entries) = value(case, Entries).filter(|entries| whole && sum < u64::from(*entries)) {
                found.at(Place(Unemployed), &[("sum", &sum), ("entries", &entries)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_PART_ABOVE_WHOLE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{part} is declared as {value}, more than {whole}, which is {limit}.",
        fr: "{part} est déclaré à {value}, plus que {whole}, qui est à {limit}.",
        remedy_en: "Correct one of the two: the first is part of the second.",
        remedy_fr: "Corrigez l'un des deux : le premier fait partie du second.",
        check: Check::Whole(part_above_whole),
    },
    Rule {
        code: "DECLARED_SUSTAINABLE_ABOVE_EMPLOYMENT",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{sustainable} exits to sustainable employment are declared, more than the {employment} to employment.",
        fr: "{sustainable} sorties vers l'emploi durable sont déclarées, plus que les {employment} vers l'emploi.",
        remedy_en: "Correct one of the two: sustainable employment is part of employment.",
        remedy_fr: "Corrigez l'un des deux : l'emploi durable fait partie de l'emploi.",
        check: Check::Whole(|case, found| {
            let pair = both(case, SustainableExits, EmploymentExits).filter(|(part, whole)| part > whole);
            if let Some((sustainable, employment)) = pair {
                found.at(Place(SustainableExits), &[("sustainable", &sustainable), ("employment", &employment)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_DECREASED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{count} fell from {before} to {now}; it is cumulative since the start.",
        fr: "{count} est passé de {before} à {now} ; il est cumulé depuis le début.",
        remedy_en: "Correct the figure, or say why the earlier one was wrong.",
        remedy_fr: "Corrigez le chiffre, ou dites pourquoi le précédent était faux.",
        check: Check::Whole(|case, found| {
            for (figure, before) in against_before(case).filter(|(figure, before)| figure.value < *before) {
                let code = figure.count.code();
                found.at(Place(figure.count), &[("count", &code), ("before", &before), ("now", &figure.value)]);
            }
        }),
    },
    Rule {
        code: "DECLARED_JUMP",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{count} rose from {before} to {now}.",
        fr: "{count} est passé de {before} à {now}.",
        remedy_en: "Check the figure, or say what happened.",
        remedy_fr: "Vérifiez le chiffre, ou dites ce qui s'est passé.",
        check: Check::Whole(declared_jump),
    },
    Rule {
        code: "DECLARED_DIFFERS_FROM_RECORDS",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{count} is declared as {declared}, the participations give {counted}.",
        fr: "{count} est déclaré à {declared}, les participations donnent {counted}.",
        remedy_en: "Correct the figure or the participations; a figure that participations give need not be declared.",
        remedy_fr: "Corrigez le chiffre ou les participations ; un chiffre que donnent les participations n'a pas à être déclaré.",
        check: Check::Whole(differs_from_records),
    },
];

const EXIT_KINDS: [DeclaredCount; 5] = [EmploymentExits, TrainingExits, OtherExits, NeutralisedExits, UnknownExits];
const SEXES: [DeclaredCount; 4] = [Women, Men, NonBinary, SexNotRecorded];
const LABOUR_STATUSES: [DeclaredCount; 3] = [Unemployed, Inactive, Employed];

/// Figures and what they are part of.
const PARTS: [(DeclaredCount, DeclaredCount); 4] =
    [(LongTermUnemployed, Unemployed), (PriorityDistrict, Entries), (RuralArea, Entries), (Disability, Entries)];

/// Where a figure stands.
struct Place(DeclaredCount);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "declaredFigures[count={}].value", self.0.code())
    }
}

fn declared<'a>(case: &Case<'a>) -> &'a [DeclaredFigure] {
    &case.statement.sections.declared_figures
}

fn value(case: &Case<'_>, count: DeclaredCount) -> Option<u32> {
    declared(case).iter().find(|figure| figure.count == count).map(|figure| figure.value)
}

fn both(case: &Case<'_>, one: DeclaredCount, other: DeclaredCount) -> Option<(u32, u32)> {
    value(case, one).zip(value(case, other))
}

/// The sum of some figures, and whether all of them are declared.
fn sum_of(case: &Case<'_>, parts: &[DeclaredCount]) -> (u64, bool) {
    let values: Vec<u32> = parts.iter().filter_map(|part| value(case, *part)).collect();
    (values.iter().map(|value| u64::from(*value)).sum(), values.len() == parts.len())
}

/// All parts together are the total; some of them are no more than it.
fn adds_up(case: &Case<'_>, found: &mut Found<'_>, total: DeclaredCount, parts: &[DeclaredCount]) {
    let (sum, whole) = sum_of(case, parts);
    let Some(value) = value(case, total) else { return };
    if sum > u64::from(value) || (whole && sum < u64::from(value)) {
        found.at(Place(total), &[("sum", &sum), ("total", &value)]);
    }
}

fn part_above_whole(case: &Case<'_>, found: &mut Found<'_>) {
    for (part, whole) in PARTS {
        if let Some((value, limit)) = both(case, part, whole).filter(|(part, whole)| part > whole) {
            let (part_code, whole_code) = (part.code(), whole.code());
            let values: &[(&'static str, &dyn fmt::Display)] =
                &[("part", &part_code), ("value", &value), ("whole", &whole_code), ("limit", &limit)];
            found.at(Place(part), values);
        }
    }
}

/// Cumulative figures with what the version before declared.
fn against_before<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a DeclaredFigure, u32)> + use<'a> {
    let before = case.previous.map_or(&[][..], |previous| &previous.head.sections().declared_figures);
    let cumulative = declared(case).iter().filter(|figure| figure.count != Present);
    cumulative.filter_map(|figure| Some((figure, before.iter().find(|old| old.count == figure.count)?.value)))
}

/// Only of figures alone: where participations are stated, their jump says the same.
fn declared_jump(case: &Case<'_>, found: &mut Found<'_>) {
    let rose = |now: u32, before: u32| now > before && jumped(u64::from(before), u64::from(now));
    let alone = case.statement.participations.is_empty();
    for (figure, before) in against_before(case).filter(|(figure, before)| alone && rose(figure.value, *before)) {
        let code = figure.count.code();
        found.at(Place(figure.count), &[("count", &code), ("before", &before), ("now", &figure.value)]);
    }
}

/// Whether a participation counts in a figure. Sustainable employment is told by the definitions of consolidation only.
fn counts_in(p: &Participation, count: DeclaredCount) -> Option<bool> {
    use ExitSituation as To;
    let left_to = |situations: &[ExitSituation]| p.exit.as_ref().is_some_and(|e| situations.contains(&e.situation));
    let status = |statuses: &[LabourStatus]| statuses.contains(&p.labour_status);
    Some(match count {
        Entries => true,
        Exits => p.exit.is_some(),
        Present => p.exit.is_none(),
        EmploymentExits => left_to(&[To::Employment]),
        SustainableExits => return None,
        TrainingExits => left_to(&[To::Training]),
        OtherExits => left_to(&[To::Seeking, To::Inactive, To::DroppedOut, To::Moved, To::Excluded]),
        NeutralisedExits => left_to(&[To::Health, To::Maternity, To::Death]),
        UnknownExits => left_to(&[To::Unknown]),
        Women => p.sex == Sex::Female,
        Men => p.sex == Sex::Male,
        NonBinary => p.sex == Sex::Other,
        SexNotRecorded => p.sex == Sex::NotRecorded,
        Unemployed => status(&[LabourStatus::Unemployed, LabourStatus::LongTermUnemployed]),
        LongTermUnemployed => status(&[LabourStatus::LongTermUnemployed]),
        Inactive => status(&[LabourStatus::Inactive, LabourStatus::InEducation]),
        Employed => status(&[LabourStatus::Employed]),
        PriorityDistrict => p.priority_district == Flag::Yes,
        RuralArea => p.rural_area == Flag::Yes,
        Disability => p.disability == Flag::Yes,
    })
}

/// Only where participations are stated: a project may declare figures alone.
fn differs_from_records(case: &Case<'_>, found: &mut Found<'_>) {
    let stays = &case.statement.participations;
    for figure in declared(case).iter().filter(|_| !stays.is_empty()) {
        let counted: Option<u32> =
            stays.iter().map(|p| counts_in(p, figure.count)).try_fold(0, |sum, one| Some(sum + u32::from(one?)));
        if let Some(counted) = counted.filter(|counted| *counted != figure.value) {
            let values: &[(&'static str, &dyn fmt::Display)] =
                &[("count", &figure.count.code()), ("declared", &figure.value), ("counted", &counted)];
            found.at(Place(figure.count), values);
        }
    }
}
