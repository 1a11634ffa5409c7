//! An answer of the consolidation layer as a table: one row per figure, with all that says what it is.

use super::{Cell, Column, Rows, Table};
use crate::consolidation::answer::{Answer, Cell as Counted, Figure};
use crate::consolidation::indicator::INDICATORS;
use crate::consolidation::question::{Question, Unit};
use crate::refusal::Language;

/// The columns: key, English and French heading.
const COLUMNS: [(&str, &str, &str); 14] = [
    ("group", "Group", "Groupe"),
    ("group_label", "Group name", "Nom du groupe"),
    ("indicator", "Indicator", "Indicateur"),
    ("name", "Name", "Nom"),
    ("unit", "Unit counted", "Unité comptée"),
    ("numerator", "Numerator", "Numérateur"),
    ("denominator", "Denominator", "Dénominateur"),
    ("value", "Value (rates in %)", "Valeur (taux en %)"),
    ("display", "As people read it", "Affichage"),
    ("from", "From", "Du"),
    ("to", "To", "Au"),
    ("definition", "Definitions", "Définitions"),
    ("position", "Position", "Position"),
    ("day", "As of day", "Au jour du"),
];

/// The code of a unit.
pub fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::Person => "PERSON",
        Unit::Participation => "PARTICIPATION",
    }
}

/// The figures of a cell, in the order of the catalogue: by person, then by participation what differs by it.
pub fn figures(cell: &Counted) -> impl Iterator<Item = Figure> + '_ {
    [Unit::Person, Unit::Participation].into_iter().flat_map(move |unit| {
        let told = INDICATORS.iter().filter(move |i| unit == Unit::Person || !i.numerator.is_of_projects());
        told.map(move |indicator| cell.figure(indicator, unit))
    })
}

struct Figures {
    answer: Answer,
    language: Language,
}

/// The table of an answer to a question.
pub fn table(question: &Question, answer: Answer, language: Language) -> Table {
    let french = language == Language::Fr;
    let columns = COLUMNS.map(|(key, en, fr)| Column { key, title: if french { fr } else { en } }).to_vec();
    let definitions = INDICATORS.iter().map(|indicator| {
        let (name, text) =
            if french { (indicator.name_fr, indicator.text_fr) } else { (indicator.name_en, indicator.text_en) };
        [indicator.code, name, text].map(str::to_owned)
    });
    Table {
        name: format!("{}-{}", question.programme, answer.position),
        language,
        columns,
        about: about(question, &answer, french),
        definitions: definitions.collect(),
        source: Box::new(Figures { answer, language }),
    }
}

fn about(question: &Question, answer: &Answer, french: bool) -> Vec<(&'static str, Cell)> {
    let coverage = &answer.coverage;
    let count = |count: usize| Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
    let period = coverage.period.map_or(Cell::Nothing, |period| Cell::Text(period.to_string()));
    let said = [
        ("Programme", "Programme", Cell::Text(question.programme.to_string())),
        ("Question, to be asked again", "Question, à reposer", Cell::Text(again(question, answer))),
        ("Position", "Position", Cell::Whole(answer.position.0)),
        ("As of day", "Au jour du", Cell::Day(answer.day)),
        ("From", "Du", Cell::Day(answer.window.from)),
        ("To", "Au", Cell::Day(answer.window.to)),
        ("Definitions", "Définitions", answer.definition.code().into()),
        ("Last period due", "Dernière période due", period),
        ("Projects expected", "Projets attendus", count(coverage.expected_count())),
        ("Projects in force about it", "Projets en vigueur à ce titre", count(coverage.in_force.len())),
        (
            "Projects in force about an earlier one",
            "Projets en vigueur à un titre antérieur",
            count(coverage.partial.len()),
        ),
        ("Projects without approved report", "Projets sans rapport approuvé", count(coverage.missing.len())),
    ];
    said.into_iter().map(|(en, fr, cell)| (if french { fr } else { en }, cell)).collect()
}

/// The address that gives the same figures for ever.
fn again(question: &Question, answer: &Answer) -> String {
    let (programme, position, day, window) = (&question.programme, answer.position, answer.day, answer.window);
    let (from, to) = (window.from, window.to);
    format!("/v1/programmes/{programme}/totals?asOf={position}&day={day}&from={from}&to={to}")
}

impl Rows for Figures {
    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
        let total = figures(&self.answer.total).map(|figure| self.row([Cell::Nothing, Cell::Nothing], &figure));
        let groups = self.answer.groups.iter().flat_map(|group| {
            let label = if self.language == Language::Fr { &group.label_fr } else { &group.label_en };
            figures(&group.cell).map(|figure| self.row([group.key.as_str().into(), label.as_str().into()], &figure))
        });
        Box::new(total.chain(groups))
    }
}

impl Figures {
    fn row(&self, group: [Cell; 2], figure: &Figure) -> Vec<Cell> {
        let indicator = figure.indicator;
        let money = indicator.numerator.is_money();
        let part = |part: Option<i64>| match part {
            Some(cents) if money => Cell::Decimal(cents, 2),
            Some(count) => Cell::Whole(count),
            None => Cell::Nothing,
        };
        let value = match indicator.denominator {
            Some(_) => figure.per_mille().map_or(Cell::Nothing, |tenths| Cell::Decimal(tenths, 1)),
            None => part(figure.numerator),
        };
        let name = if self.language == Language::Fr { indicator.name_fr } else { indicator.name_en };
        let answer = &self.answer;
        let figure = [
            indicator.code.into(),
            name.into(),
            unit_code(figure.unit).into(),
            part(figure.numerator),
            part(figure.denominator),
            value,
            Cell::Text(figure.display(self.language)),
            Cell::Day(answer.window.from),
            Cell::Day(answer.window.to),
            answer.definition.code().into(),
            Cell::Whole(answer.position.0),
            Cell::Day(answer.day),
        ];
        group.into_iter().chain(figure).collect()
    }
}
