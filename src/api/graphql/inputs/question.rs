//! A question to the consolidated data, as callers write it.

use std::sync::Arc;

use async_graphql::{ID, InputObject};

use super::Reader;
use crate::api::graphql::codes::{
    AgeBand, DimensionCode, EducationLevel, Flag, FrenchLevel, LabourStatus, ProtectionStatus, SeriesCode, Sex,
    SupportKind,
};
use crate::api::graphql::scalars::{DateScalar, DefinitionScalar, InstantScalar, PositionScalar};
use crate::api::inputs::filters::FilterTexts;
use crate::clock::Instant;
use crate::consolidation::question::{AsOf, Dimension, Question};
use crate::consolidation::vocabulary::{self, Attribute};
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

/// Which participations are counted; an absent list selects all. People are judged only on the participations selected.
/// With a filter on anything but projects, money and projects are not applicable.
#[derive(InputObject, Default, Clone)]
pub struct FilterInput {
    /// INSEE codes of the regions of delivery.
    #[graphql(default)]
    pub regions: Vec<String>,
    /// INSEE codes of the departments of delivery.
    #[graphql(default)]
    pub departments: Vec<String>,
    /// Projects.
    #[graphql(default)]
    pub projects: Vec<ID>,
    /// Organisations that lead projects.
    #[graphql(default)]
    pub organisations: Vec<ID>,
    /// Codes of the calls that projects won.
    #[graphql(default)]
    pub calls: Vec<String>,
    /// Sectors or trades of projects, as they are written.
    #[graphql(default)]
    pub sectors: Vec<String>,
    /// Sexes.
    #[graphql(default)]
    pub sexes: Vec<Sex>,
    /// Ages at entry.
    #[graphql(default)]
    pub age_bands: Vec<AgeBand>,
    /// Protection statuses at entry.
    #[graphql(default)]
    pub protection_statuses: Vec<ProtectionStatus>,
    /// French levels at entry.
    #[graphql(default)]
    pub french_levels: Vec<FrenchLevel>,
    /// Education levels.
    #[graphql(default)]
    pub education_levels: Vec<EducationLevel>,
    /// Labour statuses at entry.
    #[graphql(default)]
    pub labour_statuses: Vec<LabourStatus>,
    /// INSEE codes of the regions of residence, or `UNKNOWN`, `REFUSED` or `NOT_COLLECTED`.
    #[graphql(default)]
    pub residence_regions: Vec<String>,
    /// Whether the person lives in a priority district (QPV).
    #[graphql(default)]
    pub priority_district: Vec<Flag>,
    /// Whether the person lives in a rural revitalisation area (FRR).
    #[graphql(default)]
    pub rural_area: Vec<Flag>,
    /// Whether the person has a recognised disability.
    #[graphql(default)]
    pub disability: Vec<Flag>,
    /// Kinds of support: whoever received one of them; and of hours, only those of these kinds.
    #[graphql(default)]
    pub support_kinds: Vec<SupportKind>,
}

macro_rules! codes {
    ($list:expr, $of:ty) => {
        $list.iter().map(|code| <$of>::from(*code).code()).collect()
    };
}

impl FilterInput {
    fn texts(&self) -> FilterTexts<'_> {
        use crate::reporting::codes as lists;
        let codes = vec![
            (Attribute::Sex, "sexes", codes!(self.sexes, lists::Sex)),
            (Attribute::AgeBand, "ageBands", codes!(self.age_bands, vocabulary::AgeBand)),
            (
                Attribute::ProtectionStatus,
                "protectionStatuses",
                codes!(self.protection_statuses, lists::ProtectionStatus),
            ),
            (Attribute::FrenchLevel, "frenchLevels", codes!(self.french_levels, lists::FrenchLevel)),
            (Attribute::Education, "educationLevels", codes!(self.education_levels, lists::EducationLevel)),
            (Attribute::LabourStatus, "labourStatuses", codes!(self.labour_statuses, lists::LabourStatus)),
            (Attribute::ResidenceRegion, "residenceRegions", texts(&self.residence_regions)),
            (Attribute::PriorityDistrict, "priorityDistrict", codes!(self.priority_district, lists::Flag)),
            (Attribute::RuralArea, "ruralArea", codes!(self.rural_area, lists::Flag)),
            (Attribute::Disability, "disability", codes!(self.disability, lists::Flag)),
            (Attribute::SupportKind, "supportKinds", codes!(self.support_kinds, lists::SupportKind)),
        ];
        FilterTexts {
            regions: self.regions.clone(),
            departments: self.departments.clone(),
            projects: self.projects.iter().map(|id| id.as_str()).collect(),
            organisations: self.organisations.iter().map(|id| id.as_str()).collect(),
            calls: self.calls.clone(),
            sectors: self.sectors.clone(),
            codes,
        }
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
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
    /// Cut along one dimension.
    pub group_by: Option<DimensionCode>,
    /// Cut along several.
    pub groupings: Option<Vec<DimensionCode>>,
    /// What quarters and years are told of.
    pub series: Option<SeriesCode>,
    /// Which indicators.
    pub indicators: Option<Arc<[String]>>,
    /// Under which definitions.
    pub definition: Option<DefinitionScalar>,
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
        let definition = self.definition.and_then(|code| {
            let unknown = |_: Refusal| Refusal::new(Code::CodeUnknown).with("list", "definitions");
            reader.keep("definition", code.0.parse().map_err(unknown))
        });
        let filter = filter.texts().read(&mut reader, "filter");
        let group_by: Vec<Dimension> = match (self.group_by, self.groupings) {
            (Some(one), None) => vec![one.into()],
            (None, several) => several.unwrap_or_default().into_iter().map(Into::into).collect(),
            // Two ways at once mean nothing definite.
            (Some(_), Some(_)) => {
                reader.read_by::<()>("groupings", Code::ParameterInvalid, None);
                Vec::new()
            }
        };
        let question = programme.map(|programme| Question {
            programme,
            as_of,
            from,
            to,
            filter,
            group_by,
            series: self.series.map(Into::into).unwrap_or_default(),
            indicators: self.indicators,
            definition,
        });
        reader
            .finish(question)
            .map_err(|refusals| refusals.into_iter().next().unwrap_or_else(|| Code::RequestMalformed.into()))
    }
}

/// Reads a point alone, as an argument named `from`.
pub fn read_as_of(input: AsOfInput) -> Result<AsOf, Refusal> {
    let mut reader = Reader::default();
    let as_of = reader_as_of(&mut reader, input);
    let refused = |refusals: Vec<Refusal>| refusals.into_iter().next().unwrap_or_else(|| Code::ParameterInvalid.into());
    reader.finish(Some(as_of)).map_err(|refusals| refused(refusals).at("from"))
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
