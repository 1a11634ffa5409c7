//! `faisceau totals`: the consolidated figures of a programme, as a table, as JSON, or as a document to hand on.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::Place;
use crate::access::Desk;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::rest::totals::Totals;
use crate::api::tables::answer::{self as tables, Asked, BOTH};
use crate::api::tables::format::Format;
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::operations::Consolidation;
use crate::consolidation::question::{AsOf, Question, Unit};
use crate::refusal::{Code, Failure, Language, Outcome};
use crate::storage::journal::Position;

#[derive(Args)]
pub(super) struct TotalsArguments {
    /// The programme's code.
    #[arg(long, default_value = "PIC-IPR")]
    programme: String,
    /// The figures as they stood at this position of the journal; the newest if absent.
    #[arg(long)]
    position: Option<i64>,
    /// Under this version of the definitions; the one that stands if absent.
    #[arg(long)]
    definition: Option<String>,
    /// Print JSON, with every numerator and denominator.
    #[arg(long)]
    json: bool,
    /// Write one row per figure: `csv`, `csv-fr` (for French Excel), `xlsx` or `ndjson`.
    #[arg(long, conflicts_with = "json")]
    format: Option<String>,
    /// With `--format`, the file to write; standard output if absent.
    #[arg(long, requires = "format")]
    output: Option<PathBuf>,
    /// Print in French.
    #[arg(long)]
    french: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn totals(arguments: &TotalsArguments) -> Outcome<()> {
    let no_format = || {
        let names = Format::ALL.map(Format::name).join(", ");
        Failure::fault(format!("there is no such format; choose one of {names}"))
    };
    let format = arguments.format.as_deref().map(|name| Format::of_name(name).ok_or_else(no_format)).transpose()?;
    let desk = arguments.place.desk()?;
    let unknown = || Failure::fault("no programme of that code was registered by then; name one with --programme CODE");
    let programme = arguments.programme.parse().map_err(|_| unknown())?;
    let mut question = Question::of(programme);
    if let Some(position) = arguments.position {
        question.as_of = AsOf::Position(Position(position), None);
    }
    let undefined = |_| Failure::fault("no version of the definitions has that code");
    question.definition = arguments.definition.as_deref().map(str::parse).transpose().map_err(undefined)?;
    let answer = ask(&desk, &question).map_err(|failure| match failure {
        Failure::Refused(refusal) if refusal.code == Code::NotFound => unknown(),
        failure => failure,
    })?;
    let language = if arguments.french { Language::Fr } else { Language::En };
    if let Some(format) = format {
        let asked = Asked { question, units: BOTH, address: ("totals", String::new()) };
        write(&asked, answer, language, format, arguments.output.as_ref())?;
    } else if arguments.json {
        println!("{}", json(&arguments.programme, &answer, language)?);
    } else {
        println!("{}", table(&answer, language));
    }
    Ok(())
}

fn write(asked: &Asked, answer: Answer, language: Language, format: Format, output: Option<&PathBuf>) -> Outcome<()> {
    let mut out: Box<dyn Write + Send> = match output {
        Some(path) => Box::new(std::fs::File::create(path).map_err(not_written)?),
        None => Box::new(std::io::stdout()),
    };
    tables::table(asked, answer, language).write(format, &mut out).and_then(|()| out.flush()).map_err(not_written)
}

fn not_written(error: std::io::Error) -> Failure {
    Failure::fault(format!("the figures could not be written: {error}"))
}

/// Puts a question from the console.
pub(super) fn ask(desk: &Desk, question: &Question) -> Outcome<Answer> {
    Consolidation::new().answer(desk, &at_the_console(Role::Auditor), question)
}

/// An answer for machines.
pub(super) fn json(programme: &str, answer: &Answer, language: Language) -> Outcome<String> {
    let totals = Totals::of(programme.to_owned(), answer, language);
    serde_json::to_string_pretty(&totals).map_err(|_| Failure::fault("the totals could not be written as JSON"))
}

/// An answer as a table that people read.
pub(super) fn table(answer: &Answer, language: Language) -> String {
    let french = language == Language::Fr;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(if french {
        ["Indicateur", "Personnes", "Participations"]
    } else {
        ["Indicator", "Persons", "Participations"]
    });
    for indicator in Defined::all(&answer.definition) {
        let figure = |unit| answer.total.figure(&indicator, unit).display(language);
        let by_unit = indicator.units().contains(&Unit::Participation);
        let by_participation = if by_unit { figure(Unit::Participation) } else { String::new() };
        table.add_row([indicator.name(language).to_owned(), figure(Unit::Person), by_participation]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n{}", note(answer, french))
}

/// What the figures rest on, in two sentences.
fn note(answer: &Answer, french: bool) -> String {
    let coverage = &answer.coverage;
    let (covered, expected) = (coverage.in_force.len(), coverage.expected_count());
    let (from, to, position) = (answer.window.from, answer.window.to, answer.position);
    match (coverage.period, french) {
        (Some(period), true) => format!(
            "Du {from} au {to}, à la position {position}. Un rapport approuvé couvre {period} pour {covered} des {expected} projets attendus."
        ),
        (Some(period), false) => format!(
            "From {from} to {to}, at position {position}. An approved report covers {period} for {covered} of the {expected} projects expected."
        ),
        (None, true) => format!("Du {from} au {to}, à la position {position}. Aucun rapport n'était encore attendu."),
        (None, false) => format!("From {from} to {to}, at position {position}. No report was due yet."),
    }
}
