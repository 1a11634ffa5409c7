//! The sections of a version beside its participations.

use async_graphql::SimpleObject;

use super::Money;
use crate::api::graphql::codes::{DeclaredCount, FundingSource, SupportKind};
use crate::api::graphql::scalars::{DateScalar, ReferenceScalar};
use crate::reporting::sections;

/// What a version states beside its participations.
#[derive(SimpleObject)]
pub struct Sections {
    /// Collective actions, by reference.
    activities: Vec<Activity>,
    /// Money spent and received since the project's start, if it was stated.
    finance: Option<Finance>,
    /// Totals that the partner states itself.
    declared_figures: Vec<DeclaredFigure>,
    /// What the partner tells in words.
    narrative: Option<Narrative>,
}

/// A collective action: who came cannot be told from it.
#[derive(SimpleObject)]
pub struct Activity {
    /// The partner's own key.
    reference: ReferenceScalar,
    /// Its kind.
    kind: SupportKind,
    /// Its day, or the first of several.
    on: DateScalar,
    /// Whole hours.
    hours: u32,
    /// How many people came.
    headcount: u32,
}

/// Money spent and received since the project's start, at the period's end.
#[derive(SimpleObject)]
pub struct Finance {
    /// Eligible spending.
    spending: Money,
    /// Money received beside the grant, by source.
    cofinancing: Vec<Cofinancing>,
}

/// Money received from one source since the project's start.
#[derive(SimpleObject)]
pub struct Cofinancing {
    /// Where it comes from.
    source: FundingSource,
    /// How much.
    amount: Money,
}

/// A total that the partner states itself.
#[derive(SimpleObject)]
pub struct DeclaredFigure {
    /// What is counted.
    count: DeclaredCount,
    /// How many participations.
    value: u32,
}

/// What the partner tells in words.
#[derive(SimpleObject)]
pub struct Narrative {
    /// What was achieved.
    achievements: Option<String>,
    /// What was difficult.
    difficulties: Option<String>,
    /// What comes next.
    outlook: Option<String>,
}

impl From<sections::Sections> for Sections {
    fn from(stated: sections::Sections) -> Self {
        let activity = |one: sections::Activity| Activity {
            reference: ReferenceScalar::of(&one.reference),
            kind: one.kind.into(),
            on: DateScalar::of(one.on),
            hours: one.hours,
            headcount: one.headcount,
        };
        let figure = |one: sections::DeclaredFigure| DeclaredFigure { count: one.count.into(), value: one.value };
        let passage = |text: Option<sections::Passage>| text.map(|text| text.to_string());
        Self {
            activities: stated.activities.into_iter().map(activity).collect(),
            finance: stated.finance.map(Finance::from),
            declared_figures: stated.declared_figures.into_iter().map(figure).collect(),
            narrative: stated.narrative.map(|narrative| Narrative {
                achievements: passage(narrative.achievements),
                difficulties: passage(narrative.difficulties),
                outlook: passage(narrative.outlook),
            }),
        }
    }
}

impl From<sections::Finance> for Finance {
    fn from(finance: sections::Finance) -> Self {
        let received =
            |one: sections::Cofinancing| Cofinancing { source: one.source.into(), amount: Money::from(one.amount) };
        Self {
            spending: Money::from(finance.spending),
            cofinancing: finance.cofinancing.into_iter().map(received).collect(),
        }
    }
}
