//! `faisceau explain`: why a figure is what it is, and what changed it, for people or as JSON.

use clap::Args;
use comfy_table::{Table, presets};

use super::Place;
use super::directory::print;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::rest::explanations::{ChangesDocument, ExplanationDocument};
use crate::consolidation::explain::Explanation;
use crate::consolidation::explain::changes::WhatChanged;
use crate::consolidation::operations::Consolidation;
use crate::consolidation::question::{AsOf, Question, Unit};
use crate::refusal::{Failure, Language, Outcome};
use crate::storage::journal::Position;

#[derive(Args)]
pub(super) struct ExplainArguments {
    /// The indicator's code, such as `SUPPORTED`.
    indicator: String,
    /// The programme's code.
    #[arg(long, default_value = "PIC-IPR")]
    programme: String,
    /// Count participations instead of persons.
    #[arg(long)]
    participations: bool,
    /// The figure as it stood at this position of the journal; the newest if absent.
    #[arg(long)]
    position: Option<i64>,
    /// Say what changed it since this position instead.
    #[arg(long)]
    since: Option<i64>,
    /// Under this version of the definitions; the one that stands if absent.
    #[arg(long)]
    definition: Option<String>,
    /// Print JSON, as REST answers.
    #[arg(long)]
    json: bool,
    /// Print in French.
    #[arg(long)]
    french: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn explain(arguments: &ExplainArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let auditor = at_the_console(Role::Auditor);
    let unknown = |what: &str| Failure::fault(format!("no {what} of that code"));
    let mut question = Question::of(arguments.programme.parse().map_err(|_| unknown("programme"))?);
    question.definition = arguments
        .definition
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| unknown("version of the definitions"))?;
    if let Some(position) = arguments.position {
        question.as_of = AsOf::Position(Position(position), None);
    }
    let unit = if arguments.participations { Unit::Participation } else { Unit::Person };
    let language = if arguments.french { Language::Fr } else { Language::En };
    let (consolidation, indicator) = (Consolidation::new(), arguments.indicator.as_str());
    if let Some(since) = arguments.since {
        let since = AsOf::Position(Position(since), None);
        let told = consolidation.what_changed(&desk, &auditor, &question, since, (indicator, unit))?;
        if arguments.json {
            return print(&ChangesDocument::of(&told, language));
        }
        println!("{}", changes(&told, language));
        return Ok(());
    }
    let explained = consolidation.explain(&desk, &auditor, &question, indicator, unit)?;
    if arguments.json {
        return print(&ExplanationDocument::of(&explained, language));
    }
    println!("{}", explanation(&explained, language));
    Ok(())
}

fn explanation(explanation: &Explanation, language: Language) -> String {
    let french = language == Language::Fr;
    let (sentence, figure) = (explanation.sentence(language), &explanation.figure);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(if french {
        ["Projet", "Version", "Période", "Part", "Constats justifiés", "Dérogations", "Empreinte"]
    } else {
        ["Project", "Version", "Period", "Share", "Justified findings", "Waived", "Digest"]
    });
    for explained in &explanation.contributions {
        let (contribution, report) = (&explained.contribution, explained.report.as_ref());
        let counted = |count: fn(&crate::reporting::rules::RuleCount) -> u32| -> String {
            explained.standing.iter().map(count).sum::<u32>().to_string()
        };
        table.add_row([
            contribution.project.details.code.to_string(),
            report.map(|report| report.number.to_string()).unwrap_or_default(),
            report.map(|report| report.period.to_string()).unwrap_or_default(),
            contribution.figure.display(language),
            counted(|count| count.justified_count),
            counted(|count| count.waived_count),
            report.map(|report| report.digest.to_string()[..16].to_owned()).unwrap_or_default(),
        ]);
    }
    let (code, version, set) = (&figure.indicator.code, figure.indicator.version, &figure.indicator.set);
    let definition = if french { "définition" } else { "definition" };
    let displayed = figure.display(language);
    format!("{sentence}\n{code} = {displayed} ({definition} {version}, {}, {})\n{table}", set.code, set.digest)
}

fn changes(told: &WhatChanged, language: Language) -> String {
    let french = language == Language::Fr;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(if french {
        ["Position", "Quand", "Quoi", "Projet", "Écart", "Ensuite"]
    } else {
        ["Position", "When", "What", "Project", "Change", "Then"]
    });
    for change in &told.changes {
        let version = change.cause.version().map(|version| format!(" {}", version.number)).unwrap_or_default();
        let event = change.event.clone().unwrap_or_else(|| change.cause.kind().code().to_lowercase());
        table.add_row([
            change.position.to_string(),
            change.at.to_string(),
            format!("{event}{version}"),
            change.cause.project().map(|project| project.details.code.to_string()).unwrap_or_default(),
            change.numerator().map(|numerator| change.after.indicator.exact(numerator)).unwrap_or_default(),
            change.after.display(language),
        ]);
    }
    let (from, to) = (&told.from, &told.to);
    let (before, after) = (from.figure.display(language), to.figure.display(language));
    format!("{}: {before} -> {}: {after}\n{table}", from.position, to.position)
}
