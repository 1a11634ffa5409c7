//! An answer of the consolidation layer as a table: one row per figure, with all that says what it is.

use super::{Cell, Column, Rows, Table, columns};
use crate::consolidation::answer::{Answer, Figure};
use crate::consolidation::indicator::{Defined, IndicatorUnit};
use crate::consolidation::question::{Question, Series, Unit, Window};
use crate::consolidation::rollup::axes::Key;
use crate::consolidation::vocabulary::{Cell as Counted, Measure};
use crate::refusal::Language;

/// The columns behind the groups: key, English and French heading.
const COLUMNS: [(&str, &str, &str); 13] = [
    ("indicator", "Indicator", "Indicateur"),
    ("version", "Version of the indicator", "Version de l'indicateur"),
    ("name", "Name", "Nom"),
    ("unit", "Unit counted", "Unité comptée"),
    ("numerator", "Numerator", "Numérateur"),
    ("denominator", "Denominator", "Dénominateur"),
    ("value", "Value (percentages in %)", "Valeur (pourcentages en %)"),
    ("display", "As people read it", "Affichage"),
    ("from", "From", "Du"),
    ("to", "To", "Au"),
    ("definition", "Definitions", "Définitions"),
    ("position", "Position", "Position"),
    ("day", "As of day", "Au jour du"),
];

/// By which units figures are told.
pub const BOTH: &[Unit] = &[Unit::Person, Unit::Participation];

/// The code of a unit.
pub fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::Person => "PERSON",
        Unit::Participation => "PARTICIPATION",
    }
}

/// The figures of a cell by some units, in the order asked for: by participation only what differs by it, if persons are
/// told too.
pub fn figures<'a>(
    cell: &'a Counted,
    indicators: &'a [Defined],
    units: &'a [Unit],
) -> impl Iterator<Item = Figure> + 'a {
    units.iter().flat_map(move |unit| {
        let told = indicators.iter().filter(move |one| units.len() == 1 || one.units().contains(unit));
        told.map(move |indicator| cell.figure(indicator, *unit))
    })
}

/// How an answer was asked for.
#[derive(Clone)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// By which units its figures are told.
    pub units: &'static [Unit],
    /// The address without the programme's, `table` or `totals`, and the parameters as they were given.
    pub address: (&'static str, String),
}

struct Figures {
    answer: Answer,
    units: &'static [Unit],
    language: Language,
}

/// The table of an answer.
pub fn table(asked: &Asked, answer: Answer, language: Language) -> Table {
    let french = language == Language::Fr;
    let of_groups = answer.table.axes.iter().flat_map(|axis| {
        let [code, en, fr] = axis.dimension.names();
        let (title, key) = (if french { fr } else { en }, code.to_lowercase());
        let label = format!("{key}_label");
        let named = format!("{title} ({})", if french { "nom" } else { "name" });
        [Column { key: key.into(), title: title.into() }, Column { key: label.into(), title: named.into() }]
    });
    let definitions = answer.indicators.iter().map(|indicator| {
        [indicator.code.as_str(), indicator.name(language), indicator.text(language)].map(str::to_owned)
    });
    Table {
        name: format!("{}-{}", asked.question.programme, answer.position),
        language,
        columns: of_groups.chain(columns(COLUMNS, language)).collect(),
        about: about(asked, &answer, french),
        definitions: definitions.collect(),
        source: Box::new(Figures { answer, units: asked.units, language }),
    }
}

fn about(asked: &Asked, answer: &Answer, french: bool) -> Vec<(&'static str, Cell)> {
    let coverage = &answer.coverage;
    let count = |count: usize| Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
    let period = coverage.period.map_or(Cell::Nothing, |period| Cell::Text(period.to_string()));
    let said = [
        ("Programme", "Programme", asked.question.programme.as_str().into()),
        ("Question, to be asked again", "Question, à reposer", Cell::Text(again(asked, answer))),
        ("Position", "Position", Cell::Whole(answer.position.0)),
        ("As of day", "Au jour du", Cell::Day(answer.day)),
        ("From", "Du", Cell::Day(answer.window.from)),
        ("To", "Au", Cell::Day(answer.window.to)),
        ("Definitions", "Définitions", answer.definition.code.as_str().into()),
        ("SHA-256 of the definitions", "SHA-256 des définitions", Cell::Text(answer.definition.digest.to_string())),
        ("Last period due", "Dernière période due", period),
        ("Projects expected", "Projets attendus", count(coverage.expected_count())),
        ("Projects in force about it", "Projets en vigueur à ce titre", count(coverage.in_force.len())),
        (
            "Projects in force about an earlier one",
            "Projets en vigueur à un titre antérieur",
            count(coverage.partial.len()),
        ),
        ("Projects without approved report", "Projets sans rapport approuvé", count(coverage.missing.len())),
        (
            "Computed without records erased by law",
            "Calculé sans des enregistrements effacés par la loi",
            Cell::Flag(answer.redacted),
        ),
        ("Figures of a sandbox", "Chiffres d'un bac à sable", Cell::Flag(answer.sandbox)),
    ];
    said.into_iter().map(|(en, fr, cell)| (if french { fr } else { en }, cell)).collect()
}

/// The address that gives the same figures for ever: what was asked, at the point that was answered.
fn again(asked: &Asked, answer: &Answer) -> String {
    let (programme, (route, given)) = (&asked.question.programme, &asked.address);
    let (position, day, window) = (answer.position, answer.day, answer.window);
    let fixed = ["asOf", "day", "from", "to", "definition", "format"];
    let kept = given.split('&').filter(|pair| !pair.is_empty());
    let kept = kept.filter(|pair| !fixed.contains(&pair.split('=').next().unwrap_or_default()));
    let kept: String = kept.map(|pair| format!("&{pair}")).collect();
    let (from, to, definition) = (window.from, window.to, &answer.definition.code);
    format!(
        "/v1/programmes/{programme}/{route}?asOf={position}&day={day}&from={from}&to={to}&definition={definition}{kept}"
    )
}

impl Rows for Figures {
    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
        let Answer { indicators, table, total, .. } = &self.answer;
        let nowhere = vec![Cell::Nothing; table.axes.len() * 2];
        let of_total = figures(total, indicators, self.units)
            .map(move |figure| self.row(nowhere.clone(), self.answer.window, &figure));
        let of_groups = table.cells.iter().enumerate().flat_map(move |(place, cell)| {
            let keys = table.keys(place);
            let window = self.part(&keys);
            let groups: Vec<Cell> =
                keys.into_iter().flat_map(|key| [key.code.as_str().into(), self.label(key)]).collect();
            figures(cell, indicators, self.units).map(move |figure| self.row(groups.clone(), window, &figure))
        });
        Box::new(of_total.chain(of_groups))
    }
}

impl Figures {
    fn label(&self, key: &Key) -> Cell {
        if self.language == Language::Fr { key.label_fr.as_str() } else { key.label_en.as_str() }.into()
    }

    /// The window of a group: its own part, or from the first day to its end.
    fn part(&self, keys: &[&Key]) -> Window {
        let whole = self.answer.window;
        let part = keys.iter().find_map(|key| key.part).unwrap_or(whole);
        if self.answer.series == Series::Cumulative { Window { from: whole.from, ..part } } else { part }
    }

    fn row(&self, mut row: Vec<Cell>, window: Window, figure: &Figure) -> Vec<Cell> {
        let (indicator, answer) = (&figure.indicator, &self.answer);
        row.extend([
            indicator.code.as_str().into(),
            Cell::Whole(i64::from(indicator.version)),
            indicator.name(self.language).into(),
            unit_code(figure.unit).into(),
            part(figure.numerator, &indicator.numerator),
            part(figure.denominator, &indicator.denominator),
            figure.rounded().map_or(Cell::Nothing, |value| rounded(indicator.unit, value)),
            Cell::Text(figure.display(self.language)),
            Cell::Day(window.from),
            Cell::Day(window.to),
            answer.definition.code.as_str().into(),
            Cell::Whole(answer.position.0),
            Cell::Day(answer.day),
        ]);
        row
    }
}

/// A numerator, a denominator, or a difference of these.
pub(super) fn part(part: Option<i64>, of: &[Measure]) -> Cell {
    match part {
        Some(cents) if of.first().is_some_and(Measure::is_money) => Cell::Decimal(cents, 2),
        Some(count) => Cell::Whole(count),
        None => Cell::Nothing,
    }
}

/// A rounded value, with as many decimals as its unit is told with.
fn rounded(unit: IndicatorUnit, value: i64) -> Cell {
    match unit {
        IndicatorUnit::Count | IndicatorUnit::Hours => Cell::Whole(value),
        IndicatorUnit::Percent | IndicatorUnit::HoursEach => Cell::Decimal(value, 1),
        IndicatorUnit::Eur | IndicatorUnit::EurEach => Cell::Decimal(value, 2),
    }
}
