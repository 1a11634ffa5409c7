//! A question to the consolidated data, as callers write it.

use async_graphql::{ID, InputObject};

use super::Reader;
use crate::api::graphql::codes::{DefinitionCode, DimensionCode, Sex};
use crate::api::graphql::scalars::{DateScalar, InstantScalar, PositionScalar};
use crate::clock::Instant;
use crate::consolidation::question::{AsOf, Filter, Question};
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::storage::journal::Position;
use crate::text::ShortCode;

/// A point in the history of what was known: an instant, or a position with or without a day. Now, if empty.
#[derive(InputObject, Default, Clone)]
pub struct AsOfInput {
    /// The last position committed by this instant, on its day.
    pub instant: Option<InstantScalar>,
    /// A position, as an earlier answer returned it.
    pub position: Option<PositionScalar>,
    /// The day that serves for the window's end and for due dates, with a position; the day of its commit if absent.
    pub day: Option<DateScalar>,
}

/// A window of days, both included.
#[derive(InputObject, Default, Clone)]
pub struct WindowInput {
    /// First day; the programme's first day if absent.
    pub from: Option<DateScalar>,
    /// Last day; the day of `asOf` if absent.
    pub to: Option<DateScalar>,
}

/// Which participations are counted; an absent list selects all.
#[derive(InputObject, Default, Clone)]
pub struct FilterInput {
    /// INSEE codes of the regions of delivery.
    #[graphql(default)]
    pub regions: Vec<String>,
    /// Projects.
    #[graphql(default)]
    pub projects: Vec<ID>,
    /// Sexes. Money and projects are then not applicable.
    #[graphql(default)]
    pub sexes: Vec<Sex>,
}

/// How a question is cut and defined.
#[derive(Default)]
pub struct QuestionParts {
    /// As of when.
    pub as_of: Option<AsOfInput>,
    /// In which window.
    pub window: Option<WindowInput>,
    /// Of what.
    pub filter: Option<FilterInput>,
    /// Cut how.
    pub group_by: Option<DimensionCode>,
    /// Under which definitions.
    pub definition: Option<DefinitionCode>,
}

impl QuestionParts {
    /// Reads the question; the first thing that does not hold is refused.
    pub fn read(self, programme: &str) -> Result<Question, Refusal> {
        let mut reader = Reader::default();
        let programme = reader.read::<ShortCode>("programme", programme);
        let as_of = reader_as_of(&mut reader, self.as_of.unwrap_or_default());
        let window = self.window.unwrap_or_default();
        let from = day(&mut reader, "window.from", window.from);
        let to = day(&mut reader, "window.to", window.to);
        let filter = self.filter.unwrap_or_default();
        let mut projects = Vec::with_capacity(filter.projects.len());
        for project in &filter.projects {
            projects.extend(reader.read::<ProjectId>("filter.projects", project));
        }
        let question = programme.map(|programme| Question {
            programme,
            as_of,
            from,
            to,
            filter: Filter {
                regions: filter.regions,
                projects,
                sexes: filter.sexes.into_iter().map(Into::into).collect(),
            },
            group_by: self.group_by.map(Into::into),
            definition: self.definition.map(Into::into).unwrap_or_default(),
        });
        reader
            .finish(question)
            .map_err(|refusals| refusals.into_iter().next().unwrap_or_else(|| Code::RequestMalformed.into()))
    }
}

fn reader_as_of(reader: &mut Reader, input: AsOfInput) -> AsOf {
    let day = day(reader, "asOf.day", input.day);
    match (input.instant, input.position) {
        (None, None) if day.is_none() => AsOf::Now,
        (Some(instant), None) if day.is_none() => {
            let instant = instant.0.parse::<Instant>().ok();
            reader.read_by("asOf.instant", Code::ParameterInvalid, instant).map_or(AsOf::Now, AsOf::Instant)
        }
        (None, Some(position)) => {
            let position = position.0.parse::<i64>().ok().map(Position);
            let position = reader.read_by("asOf.position", Code::ParameterInvalid, position);
            position.map_or(AsOf::Now, |position| AsOf::Position(position, day))
        }
        // A day alone, or an instant with a position or a day, means nothing definite.
        _ => {
            reader.read_by::<()>("asOf", Code::ParameterInvalid, None);
            AsOf::Now
        }
    }
}

fn day(reader: &mut Reader, path: &str, text: Option<DateScalar>) -> Option<jiff::civil::Date> {
    text.and_then(|text| reader.read_by(path, Code::DateInvalid, parse_day(&text.0)))
}
