//! Why a figure is what it is, and what changed it, as tables: one row per report version, one row per fact.

use super::answer::{part, unit_code};
use super::{Cell, Table, columns, french_or};
use crate::consolidation::answer::Figure;
use crate::consolidation::explain::changes::{Cause, WhatChanged};
use crate::consolidation::explain::{Explained, Explanation};
use crate::consolidation::question::Window;
use crate::refusal::Language;
use crate::storage::journal::Position;
use crate::text::ShortCode;

/// The report versions behind a figure, each with its project's own share.
pub fn contributions(programme: &ShortCode, told: &Explanation, language: Language) -> Table {
    let said = |fr, en| french_or(language, fr, en);
    let columns = columns(
        [
            ("project", "Project", "Projet"),
            ("title", "Title", "Intitulé"),
            ("version", "Report version", "Version du rapport"),
            ("period", "Period", "Période"),
            ("digest", "SHA-256 of the version", "SHA-256 de la version"),
            ("rule_set", "Rule set", "Jeu de règles"),
            ("late", "Late", "En retard"),
            ("approved_position", "Position of its approval", "Position de l'approbation"),
            ("numerator", "Numerator of the project alone", "Numérateur du projet seul"),
            ("denominator", "Denominator of the project alone", "Dénominateur du projet seul"),
            ("justified", "Findings justified", "Constats justifiés"),
            ("waived", "Findings waived", "Constats dispensés"),
        ],
        language,
    );
    let mut about = about(programme, &told.figure, language);
    about.extend([
        (said("Phrase", "Sentence"), told.sentence(language).into()),
        (said("Position", "Position"), position(told.position)),
        (said("Au jour du", "As of day"), Cell::Day(told.day)),
    ]);
    about.extend(window(told.window, language));
    let beyond = said("Somme des numérateurs au-delà du chiffre", "Sum of the numerators beyond the figure");
    about.push((beyond, part(told.excess(), &told.figure.indicator.numerator)));
    Table {
        name: format!("{programme}-{}-{}", told.figure.indicator.code, told.position),
        language,
        columns,
        source: Box::new(told.contributions.iter().map(contribution).collect::<Vec<_>>()),
        about,
        definitions: definition(&told.figure, language),
    }
}

fn contribution(explained: &Explained) -> Vec<Cell> {
    let contribution = &explained.contribution;
    let (version, indicator) = (contribution.version, &contribution.figure.indicator);
    let sum = |count: fn(&crate::reporting::rules::RuleCount) -> u32| explained.standing.iter().map(count).sum::<u32>();
    vec![
        contribution.project.details.code.as_str().into(),
        contribution.project.details.title.as_str().into(),
        version.map(|version| version.number).into(),
        version.map(|version| version.period.to_string()).into(),
        version.map(|version| version.digest.to_string()).into(),
        explained.report.as_ref().map(|report| report.rule_set).into(),
        version.map_or(Cell::Nothing, |version| Cell::Flag(version.late)),
        version.map_or(Cell::Nothing, |version| position(version.approved)),
        part(contribution.figure.numerator, &indicator.numerator),
        part(contribution.figure.denominator, &indicator.denominator),
        sum(|count| count.justified_count).into(),
        sum(|count| count.waived_count).into(),
    ]
}

/// What changed a figure between two points; the changes sum exactly to the whole difference.
pub fn changes(programme: &ShortCode, told: &WhatChanged, language: Language) -> Table {
    let columns = columns(
        [
            ("position", "Position", "Position"),
            ("at", "Committed at", "Enregistré le"),
            ("cause", "Cause", "Cause"),
            ("event", "Event", "Événement"),
            ("project", "Project", "Projet"),
            ("title", "Title", "Intitulé"),
            ("version", "Report version", "Version du rapport"),
            ("definition", "Definitions", "Définitions"),
            ("digest", "SHA-256", "SHA-256"),
            ("numerator_change", "Change of the numerator", "Variation du numérateur"),
            ("denominator_change", "Change of the denominator", "Variation du dénominateur"),
            ("numerator", "Numerator after it", "Numérateur après"),
            ("denominator", "Denominator after it", "Dénominateur après"),
        ],
        language,
    );
    let rows = told.changes.iter().map(|change| {
        let (indicator, cause) = (&change.after.indicator, &change.cause);
        let definition = match cause {
            Cause::Definition { code, .. } => Some(code.clone()),
            _ => None,
        };
        vec![
            position(change.position),
            Cell::Text(change.at.to_string()),
            cause.kind().code().into(),
            change.event.clone().into(),
            cause.project().map(|project| project.details.code.as_str()).into(),
            cause.project().map(|project| project.details.title.as_str()).into(),
            cause.version().map(|version| version.number).into(),
            definition.into(),
            cause.digest().map(|digest| digest.to_string()).into(),
            part(change.numerator(), &indicator.numerator),
            part(change.denominator(), &indicator.denominator),
            part(change.after.numerator, &indicator.numerator),
            part(change.after.denominator, &indicator.denominator),
        ]
    });
    let mut about = about(programme, &told.to.figure, language);
    let named = [
        (&told.from, ["Position at the beginning", "Position au début", "Figure at the beginning", "Chiffre au début"]),
        (&told.to, ["Position at the end", "Position à la fin", "Figure at the end", "Chiffre à la fin"]),
    ];
    for (point, [position_en, position_fr, figure_en, figure_fr]) in named {
        about.push((french_or(language, position_fr, position_en), position(point.position)));
        about.push((french_or(language, figure_fr, figure_en), Cell::Text(point.figure.display(language))));
    }
    about.extend(window(told.to.window, language));
    Table {
        name: format!("{programme}-{}-{}-{}", told.to.figure.indicator.code, told.from.position, told.to.position),
        language,
        columns,
        source: Box::new(rows.collect::<Vec<_>>()),
        about,
        definitions: definition(&told.to.figure, language),
    }
}

fn position(position: Position) -> Cell {
    Cell::Whole(position.0)
}

fn window(window: Window, language: Language) -> [(&'static str, Cell); 2] {
    [
        (french_or(language, "Du", "From"), Cell::Day(window.from)),
        (french_or(language, "Au", "To"), Cell::Day(window.to)),
    ]
}

fn about(programme: &ShortCode, figure: &Figure, language: Language) -> Vec<(&'static str, Cell)> {
    let (indicator, set) = (&figure.indicator, &figure.indicator.set);
    let said = [
        ("Programme", "Programme", programme.as_str().into()),
        ("Indicateur", "Indicator", indicator.code.as_str().into()),
        ("Unité comptée", "Unit counted", unit_code(figure.unit).into()),
        ("Chiffre", "Figure", Cell::Text(figure.display(language))),
        ("Numérateur", "Numerator", part(figure.numerator, &indicator.numerator)),
        ("Dénominateur", "Denominator", part(figure.denominator, &indicator.denominator)),
        ("Définitions", "Definitions", set.code.as_str().into()),
        ("SHA-256 des définitions", "SHA-256 of the definitions", Cell::Text(set.digest.to_string())),
    ];
    said.into_iter().map(|(fr, en, cell)| (french_or(language, fr, en), cell)).collect()
}

fn definition(figure: &Figure, language: Language) -> Vec<[String; 3]> {
    let indicator = &figure.indicator;
    vec![[indicator.code.as_str(), indicator.name(language), indicator.text(language)].map(str::to_owned)]
}
