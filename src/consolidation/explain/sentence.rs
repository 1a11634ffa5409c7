//! One plain sentence, in English and in French, that says what a figure counts: made from the definition, the selection,
//! the window, the unit and the position, so that an indicator that an officer adds has one too.

use jiff::civil::Date;

use super::words::{attribute, classes_of};
use crate::consolidation::indicator::Indicator;
use crate::consolidation::question::{Unit, Window};
use crate::consolidation::vocabulary::{Ages, Condition, Count, Event, Measure};
use crate::refusal::Language;
use crate::reporting::codes::SupportKind;
use crate::storage::journal::Position;

/// What a figure is about, beside its definition.
pub struct About<'a> {
    /// The window.
    pub window: Window,
    /// The unit counted.
    pub unit: Unit,
    /// What is selected, in words that follow the window: places first, then `, women only`.
    pub selected: &'a str,
    /// The position.
    pub position: Position,
}

/// The sentence of a figure, in a language.
pub fn sentence(indicator: &Indicator, about: &About<'_>, language: Language) -> String {
    let french = language == Language::Fr;
    let part = |measures: &[Measure]| {
        let terms: Vec<String> = measures.iter().map(|measure| measure_words(measure, about.unit, french)).collect();
        terms.join(if french { " plus les " } else { " plus " })
    };
    let mut text = part(&indicator.numerator);
    if indicator.is_rate() {
        text.push_str(if french { ", rapporté à : " } else { ", divided by " });
        text.push_str(&part(&indicator.denominator));
        text.push(',');
    }
    let (from, to) = (day(about.window.from, french), day(about.window.to, french));
    text.push_str(&if french { format!(" entre le {from} et le {to}") } else { format!(" between {from} and {to}") });
    text.push_str(about.selected);
    if indicator.measures().any(Measure::is_by_unit) {
        text.push_str(match (about.unit, french) {
            (Unit::Person, false) => ", counted once however many projects",
            (Unit::Person, true) => ", comptées une fois quel que soit le nombre de projets",
            (Unit::Participation, false) => ", each participation counted",
            (Unit::Participation, true) => ", chaque participation étant comptée",
        });
    }
    let position = about.position;
    text.push_str(&if french {
        format!(", selon ce qui était approuvé à la position {position}.")
    } else {
        format!(", as approved up to position {position}.")
    });
    capitalised(&text)
}

fn measure_words(measure: &Measure, unit: Unit, french: bool) -> String {
    let words = |en: &str, fr: &str| if french { fr.to_owned() } else { en.to_owned() };
    match measure {
        Measure::Count(count) => count_words(count, unit, french),
        Measure::SupportHours { kind: None } => words("hours of support", "heures d'accompagnement"),
        Measure::SupportHours { kind: Some(kind) } => hours_of(*kind, french),
        Measure::Projects => words("projects with an agreement in force", "projets ayant une convention en cours"),
        Measure::Organisations => words(
            "organisations of projects with an agreement in force",
            "organismes des projets ayant une convention en cours",
        ),
        Measure::Grants => words(
            "grants of projects with an agreement in force",
            "subventions des projets ayant une convention en cours",
        ),
        Measure::EligibleCost => words(
            "eligible cost of projects with an agreement in force",
            "coût éligible des projets ayant une convention en cours",
        ),
        Measure::Payments => words("payments of grants made", "versements de subventions effectués"),
        Measure::DeclaredSpending => words("spending declared", "dépenses déclarées"),
        Measure::Target => words(
            "participants aimed at by projects with an agreement in force",
            "participants visés par les projets ayant une convention en cours",
        ),
    }
}

fn hours_of(kind: SupportKind, french: bool) -> String {
    if french {
        format!("heures d'accompagnement ({})", kind.label(Language::Fr))
    } else {
        format!("hours of support ({})", kind.label(Language::En))
    }
}

fn count_words(count: &Count, unit: Unit, french: bool) -> String {
    let event = match (unit, count.event, french) {
        (Unit::Person, Event::Supported, false) => "persons supported",
        (Unit::Person, Event::Entries, false) => "persons who entered",
        (Unit::Person, Event::Exits, false) => "persons who left",
        (Unit::Person, Event::Present, false) => "persons still present at the end of the time",
        (Unit::Person, Event::FirstEntries, false) => "persons by their first entry",
        (Unit::Participation, Event::Supported, false) => "participations in progress",
        (Unit::Participation, Event::Entries | Event::FirstEntries, false) => "participations begun",
        (Unit::Participation, Event::Exits, false) => "participations ended",
        (Unit::Participation, Event::Present, false) => "participations still in progress at the end of the time",
        (Unit::Person, Event::Supported, true) => "personnes accompagnées",
        (Unit::Person, Event::Entries, true) => "personnes entrées",
        (Unit::Person, Event::Exits, true) => "personnes sorties",
        (Unit::Person, Event::Present, true) => "personnes encore présentes à la fin de la durée",
        (Unit::Person, Event::FirstEntries, true) => "personnes selon leur première entrée",
        (Unit::Participation, Event::Supported, true) => "participations en cours",
        (Unit::Participation, Event::Entries | Event::FirstEntries, true) => "participations commencées",
        (Unit::Participation, Event::Exits, true) => "participations terminées",
        (Unit::Participation, Event::Present, true) => "participations encore en cours à la fin de la durée",
    };
    let conditions: Vec<String> = count.conditions.iter().map(|condition| condition_words(condition, french)).collect();
    if conditions.is_empty() { event.to_owned() } else { format!("{event} ({})", conditions.join(" ; ")) }
}

fn condition_words(condition: &Condition, french: bool) -> String {
    match condition {
        Condition::In(codes) => classes_of(codes, french),
        Condition::Known(known) => {
            let name = attribute(*known, french);
            if french { format!("{name} : connu") } else { format!("{name}: known") }
        }
        Condition::Age(Ages { from, to }) => match (from, to, french) {
            (Some(from), Some(to), false) => format!("aged {from} to {to}"),
            (Some(from), None, false) => format!("aged {from} or over"),
            (None, Some(to), false) => format!("aged {to} or under"),
            (Some(from), Some(to), true) => format!("de {from} à {to} ans"),
            (Some(from), None, true) => format!("de {from} ans ou plus"),
            (None, Some(to), true) => format!("de {to} ans ou moins"),
            (None, None, false) => "of any age".to_owned(),
            (None, None, true) => "de tout âge".to_owned(),
        },
    }
}

/// A day as people write it: `1 January 2019`, `1er janvier 2019`.
fn day(date: Date, french: bool) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = usize::from(date.month().unsigned_abs()) - 1;
    match (date.day(), french) {
        (day, false) => format!("{day} {} {}", ENGLISH[month], date.year()),
        (1, true) => format!("1er {} {}", FRENCH[month], date.year()),
        (day, true) => format!("{day} {} {}", FRENCH[month], date.year()),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
