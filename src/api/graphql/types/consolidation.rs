//! Consolidated answers: figures with their parts, groups, overlap, coverage, contributions.

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, Object, SimpleObject};

use super::directory::Project;
use super::indicators::Indicator;
use crate::api::graphql::codes::{DefinitionCode, DimensionCode, LanguageCode, UnitCode};
use crate::api::graphql::context::{Requested, error_of, failed, unknown_code};
use crate::api::graphql::inputs::question::QuestionParts;
use crate::api::graphql::paging::{USUAL_PAGE, list_connection};
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, DigestScalar, PeriodScalar, PositionScalar};
use crate::consolidation::answer::{self, Answer, Cell};
use crate::consolidation::coverage;
use crate::consolidation::indicator::{self, INDICATORS, find_indicator};
use crate::consolidation::question::{AsOf, Question, Unit};
use crate::directory::money::Cents;
use crate::refusal::Language;

/// Whether a figure could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FigureStatus {
    /// Exact.
    Exact,
    /// A rate over nothing: it has no value.
    NoDenominator,
    /// Not applicable to this selection: money and projects accept filters on projects only.
    NotApplicable,
}

/// A figure with its two parts. Rates are exact as numerator over denominator; the value is rounded for display.
pub struct Figure(pub answer::Figure);

/// A figure with its two parts. Rates are exact as numerator over denominator; the value is rounded for display.
#[Object]
impl Figure {
    /// Its definition.
    async fn indicator(&self) -> Indicator {
        Indicator(self.0.indicator)
    }

    /// The unit counted.
    async fn unit(&self) -> UnitCode {
        self.0.unit.into()
    }

    /// Whether it could be told.
    async fn status(&self) -> FigureStatus {
        match (self.0.numerator, &self.0.indicator.denominator, self.0.per_mille()) {
            (None, _, _) => FigureStatus::NotApplicable,
            (Some(_), Some(_), None) => FigureStatus::NoDenominator,
            _ => FigureStatus::Exact,
        }
    }

    /// The count, the amount in EUR, or the percentage rounded half up to one decimal.
    async fn value(&self) -> Option<DecimalScalar> {
        if self.0.indicator.denominator.is_some() {
            return self.0.per_mille().map(decimal_percent);
        }
        self.part(self.0.numerator)
    }

    /// The numerator, exact.
    async fn numerator(&self) -> Option<DecimalScalar> {
        self.part(self.0.numerator)
    }

    /// The denominator, exact; only rates have one.
    async fn denominator(&self) -> Option<DecimalScalar> {
        self.part(self.0.denominator)
    }

    /// What people read, in the language given or the request's.
    async fn display(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        self.0.display(ctx.language(language))
    }
}

impl Figure {
    fn part(&self, part: Option<i64>) -> Option<DecimalScalar> {
        let money = self.0.indicator.numerator.is_money();
        part.map(|part| if money { DecimalScalar::of(Cents(part)) } else { DecimalScalar::of(part) })
    }
}

/// A percentage rounded half up to one decimal.
pub fn percent(numerator: i64, denominator: i64) -> Option<DecimalScalar> {
    answer::per_mille(numerator, denominator).map(decimal_percent)
}

/// Tenths of a percent as a percentage.
pub fn decimal_percent(tenths: i64) -> DecimalScalar {
    let sign = if tenths < 0 { "-" } else { "" };
    DecimalScalar(format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10))
}

/// An answer of the consolidation layer, at one position.
pub struct Consolidation {
    answer: Answer,
    question: Question,
}

impl Consolidation {
    /// Puts a question of a request to the consolidation layer.
    pub async fn ask(ctx: &Context<'_>, programme: &str, parts: QuestionParts) -> async_graphql::Result<Self> {
        let request = ctx.request();
        ctx.caller()?;
        let question = parts.read(programme).map_err(|refusal| error_of(&refusal, request.language))?;
        let asked = question.clone();
        let answer = ctx.run(move |desk, scope, consolidation| consolidation.answer(desk, scope, &asked)).await?;
        Ok(Self { answer, question })
    }
}

/// An answer of the consolidation layer, at one position.
#[Object]
impl Consolidation {
    /// The position that the figures stand at; ask again with it and `day` and get the same answer.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.answer.position)
    }

    /// The day that served for the window's end and for due dates.
    async fn day(&self) -> DateScalar {
        DateScalar::of(self.answer.day)
    }

    /// First day of the window.
    async fn from(&self) -> DateScalar {
        DateScalar::of(self.answer.window.from)
    }

    /// Last day of the window.
    async fn to(&self) -> DateScalar {
        DateScalar::of(self.answer.window.to)
    }

    /// The definitions by which exits were classed.
    async fn definition(&self) -> DefinitionCode {
        self.answer.definition.into()
    }

    /// The figures of everything selected.
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Figure>> {
        figures(ctx, &self.answer.total, indicators, unit.into())
    }

    /// The dimension of the groups, if the answer is cut.
    async fn group_by(&self) -> Option<DimensionCode> {
        self.answer.group_by.map(Into::into)
    }

    /// The groups, in the order of their keys.
    async fn groups(&self) -> Vec<Group> {
        self.answer.groups.iter().cloned().map(Group).collect()
    }

    /// For each indicator that can be added up, how much the groups sum to above the total because they share people.
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Overlap>> {
        let overlap = |indicator: &'static indicator::Indicator| {
            let excess = self.answer.overlap(indicator, unit.into())?;
            let money = indicator.numerator.is_money();
            let excess = if money { DecimalScalar::of(Cents(excess)) } else { DecimalScalar::of(excess) };
            Some(Overlap { indicator: Indicator(indicator), unit, excess })
        };
        Ok(chosen(ctx, indicators)?.into_iter().filter_map(overlap).collect())
    }

    /// On which of the expected projects the figures rest.
    async fn coverage(&self) -> Coverage {
        Coverage(self.answer.coverage.clone())
    }

    /// The report versions in force behind a figure, each with the figure of its project alone, by project code.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's code.")] indicator: String,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Contribution>> {
        let indicator = one(ctx, &indicator)?;
        let page = ctx.page(first, after.as_deref())?;
        // The answer's own position and day, whatever was approved meanwhile.
        let as_of = AsOf::Position(self.answer.position, Some(self.answer.day));
        let question = Question { as_of, ..self.question.clone() };
        let found = ctx
            .run(move |desk, scope, consolidation| {
                consolidation.contributions(desk, scope, &question, indicator, unit.into())
            })
            .await?;
        Ok(list_connection(found.into_iter().map(Contribution).collect(), &page))
    }
}

fn one(ctx: &Context<'_>, code: &str) -> async_graphql::Result<&'static indicator::Indicator> {
    let unknown = || failed(&unknown_code("indicators", "indicators"), ctx.request().language);
    find_indicator(code).ok_or_else(unknown)
}

fn chosen(ctx: &Context<'_>, codes: Option<Vec<String>>) -> async_graphql::Result<Vec<&'static indicator::Indicator>> {
    match codes {
        Some(codes) => codes.iter().map(|code| one(ctx, code)).collect(),
        None => Ok(INDICATORS.iter().collect()),
    }
}

fn figures(
    ctx: &Context<'_>,
    cell: &Cell,
    codes: Option<Vec<String>>,
    unit: Unit,
) -> async_graphql::Result<Vec<Figure>> {
    Ok(chosen(ctx, codes)?.into_iter().map(|indicator| Figure(cell.figure(indicator, unit))).collect())
}

/// One group of a cut answer.
pub struct Group(answer::Group);

/// One group of a cut answer.
#[Object]
impl Group {
    /// Its code: an INSEE region, a project's code, a sex, a quarter.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What people read, in the language given or the request's.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        match ctx.language(language) {
            Language::En => &self.0.label_en,
            Language::Fr => &self.0.label_fr,
        }
    }

    /// The figures of the group.
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Figure>> {
        figures(ctx, &self.0.cell, indicators, unit.into())
    }
}

/// How much groups sum to above their total.
#[derive(SimpleObject)]
pub struct Overlap {
    /// The indicator.
    indicator: Indicator,
    /// The unit counted.
    unit: UnitCode,
    /// Sum of the groups less the total.
    excess: DecimalScalar,
}

/// The projects expected to report, and how far each has an approved version in force.
pub struct Coverage(coverage::Coverage);

/// The projects expected to report, and how far each has an approved version in force.
#[Object]
impl Coverage {
    /// The last period that ended by the window's end and was due by the day; nothing before the first.
    async fn period(&self) -> Option<PeriodScalar> {
        self.0.period.map(PeriodScalar::of)
    }

    /// How many projects were expected to report on it.
    async fn expected(&self) -> usize {
        self.0.expected_count()
    }

    /// How many have a version in force about it or a later period.
    async fn in_force(&self) -> usize {
        self.0.in_force.len()
    }

    /// How many have a version in force about an earlier period only.
    async fn partial(&self) -> usize {
        self.0.partial.len()
    }

    /// How many have no version in force.
    async fn missing(&self) -> usize {
        self.0.missing.len()
    }

    /// How many rest on a version that came late.
    async fn late(&self) -> usize {
        self.0.late_count
    }

    /// The projects in force about an earlier period only.
    async fn partial_projects(&self) -> Vec<Project> {
        self.0.partial.iter().cloned().map(Project).collect()
    }

    /// The projects without any version in force.
    async fn missing_projects(&self) -> Vec<Project> {
        self.0.missing.iter().cloned().map(Project).collect()
    }
}

/// The share of a report version in a figure. Persons in several projects are counted in each.
pub struct Contribution(answer::Contribution);

/// The share of a report version in a figure. Persons in several projects are counted in each.
#[Object]
impl Contribution {
    /// The project.
    async fn project(&self) -> Project {
        Project(self.0.project.clone())
    }

    /// The number of the version in force, if one is.
    async fn version(&self) -> Option<u32> {
        self.0.version.map(|version| version.number)
    }

    /// The period that it is about.
    async fn period(&self) -> Option<PeriodScalar> {
        self.0.version.map(|version| PeriodScalar::of(version.period))
    }

    /// Its digest.
    async fn digest(&self) -> Option<DigestScalar> {
        self.0.version.map(|version| DigestScalar::of(version.digest))
    }

    /// Whether it came late.
    async fn late(&self) -> Option<bool> {
        self.0.version.map(|version| version.late)
    }

    /// The position of its approval.
    async fn approved_position(&self) -> Option<PositionScalar> {
        self.0.version.map(|version| PositionScalar::of(version.approved))
    }

    /// The figure of its project alone.
    async fn figure(&self) -> Figure {
        Figure(self.0.figure)
    }
}
