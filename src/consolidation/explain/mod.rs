//! Why a figure is what it is: one sentence, the report versions behind it with what was justified and waived in them, and
//! what changed it between two positions.
//!
//! Everything is made from the same roll-up as the figure itself; nothing is kept.

pub mod changes;
mod operations;
pub mod sentence;
mod words;

use jiff::civil::Date;

use self::sentence::{About, sentence};
use super::answer::{Contribution, Figure};
use super::coverage::Coverage;
use super::image::Image;
use super::question::{Filter, Window};
use crate::directory::programme::Programme;
use crate::refusal::Language;
use crate::reporting::rules::RuleCount;
use crate::reporting::version::ReportVersion;
use crate::storage::journal::Position;

/// A figure explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The position that it stands at.
    pub position: Position,
    /// The day that served for the window's end and for due dates.
    pub day: Date,
    /// The window.
    pub window: Window,
    /// What it counts, in English and in French.
    pub sentences: [String; 2],
    /// The figure.
    pub figure: Figure,
    /// The report versions behind it, by project code.
    pub contributions: Vec<Explained>,
    /// On which of the expected projects it rests.
    pub coverage: Coverage,
}

/// A report version behind a figure, and what stands in it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its share.
    pub contribution: Contribution,
    /// The version as it was submitted, its rule set included; nothing where a project has none in force.
    pub report: Option<ReportVersion>,
    /// Its findings that were justified or waived, counted by rule.
    pub standing: Vec<RuleCount>,
}

impl Explanation {
    /// The sentence in a language.
    pub fn sentence(&self, language: Language) -> &str {
        &self.sentences[usize::from(language == Language::Fr)]
    }

    /// How much the shares sum to above the figure's numerator, because projects share people; below it, if negative.
    pub fn excess(&self) -> Option<i64> {
        let shares = self.contributions.iter().map(|explained| explained.contribution.figure.numerator);
        let sum: Option<i64> = shares.sum();
        Some(sum? - self.figure.numerator?)
    }
}

/// The sentences of a figure: English, French.
pub(super) fn sentences(
    figure: &Figure,
    image: &Image,
    programme: &Programme,
    position: Position,
    window: Window,
    filter: &Filter,
) -> [String; 2] {
    [Language::En, Language::Fr].map(|language| {
        let selected = selected_words(image, programme, position, filter, language == Language::Fr);
        let about = About { window, unit: figure.unit, selected: &selected, position };
        sentence(&figure.indicator, &about, language)
    })
}

/// What a filter selects, in words that follow the window: places and projects, then what people have in common.
fn selected_words(image: &Image, programme: &Programme, position: Position, filter: &Filter, french: bool) -> String {
    let or = if french { " ou " } else { " or " };
    let mut words = String::new();
    let mut add = |before: [&str; 2], named: Vec<String>| {
        if !named.is_empty() {
            words.push_str(before[usize::from(french)]);
            words.push_str(&named.join(or));
        }
    };
    add([" ", " "], filter.regions.iter().map(|code| words::in_region(code, french)).collect());
    let departments = filter.departments.iter().map(|code| format!("{code} {}", words::department(code))).collect();
    add([" in department ", " dans le département "], departments);
    let mut projects: Vec<String> = image
        .projects_of(programme, position)
        .filter(|(_, project)| filter.projects.contains(&project.id))
        .map(|(_, project)| project.details.code.to_string())
        .collect();
    projects.sort_unstable();
    add([" in project ", " dans le projet "], projects);
    let name = |id| image.organisation(id, position).map(|details| details.name.to_string());
    add([" led by ", " portés par "], filter.organisations.iter().filter_map(name).collect());
    add([" of call ", " de l'appel "], filter.calls.clone());
    add([" in sector ", " du secteur "], filter.sectors.clone());
    for codes in &filter.codes {
        words.push_str(&words::only(codes, french));
    }
    words
}
