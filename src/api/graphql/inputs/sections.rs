//! The sections of a statement as partners send them.

use async_graphql::InputObject;

use super::Reader;
use crate::api::graphql::codes::{DeclaredCount, FundingSource, SupportKind};
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, ReferenceScalar};
use crate::directory::money::Cents;
use crate::refusal::{Code, Refusal};
use crate::reporting::intake::MOST_HOURS;
use crate::reporting::sections::{
    Activity, Cofinancing, DeclaredFigure, Finance, MOST_PEOPLE, Narrative, Passage, SentSections,
};
use crate::reporting::statement::{self, parse_day};

/// A collective action: who came cannot be told from it.
#[derive(InputObject)]
pub struct ActivityInput {
    /// Your own key of the action, the same in every statement.
    pub reference: ReferenceScalar,
    /// Its kind.
    pub kind: SupportKind,
    /// Its day, or the first of several.
    pub on: DateScalar,
    /// Whole hours, 0 to 2 000.
    pub hours: i32,
    /// How many people came.
    pub headcount: i32,
}

/// Money spent and received since the project's start, at the period's end.
#[derive(InputObject)]
pub struct FinanceInput {
    /// Eligible spending in EUR.
    pub spending: DecimalScalar,
    /// Money received beside the grant, by source.
    #[graphql(default)]
    pub cofinancing: Vec<CofinancingInput>,
}

/// Money received from one source since the project's start.
#[derive(InputObject)]
pub struct CofinancingInput {
    /// Where it comes from.
    pub source: FundingSource,
    /// How much, in EUR.
    pub amount: DecimalScalar,
}

/// A total that you state yourself, since the project's start.
#[derive(InputObject)]
pub struct DeclaredFigureInput {
    /// What is counted.
    pub count: DeclaredCount,
    /// How many participations.
    pub value: i32,
}

/// What you tell in words, each part up to 4 000 characters, without any identity number.
#[derive(InputObject)]
pub struct NarrativeInput {
    /// What was achieved.
    pub achievements: Option<String>,
    /// What was difficult.
    pub difficulties: Option<String>,
    /// What comes next.
    pub outlook: Option<String>,
}

/// The sections of a submission, as they were sent.
pub struct SectionInputs {
    /// Collective actions.
    pub activities: Option<Vec<ActivityInput>>,
    /// Money.
    pub finance: Option<FinanceInput>,
    /// Totals.
    pub declared_figures: Option<Vec<DeclaredFigureInput>>,
    /// Words.
    pub narrative: Option<NarrativeInput>,
}

impl SectionInputs {
    /// Reads the sections; paths begin with a prefix.
    pub fn read(self, reader: &mut Reader, prefix: &str) -> SentSections {
        let activities = self.activities.map(|activities| {
            let read = activities.iter().enumerate();
            read.filter_map(|(place, one)| one.read(reader, &format!("{prefix}activities[{place}]"))).collect()
        });
        let finance = self.finance.and_then(|finance| finance.read(reader, &format!("{prefix}finance")));
        let declared_figures = self.declared_figures.map(|figures| {
            let read = figures.iter().enumerate();
            read.filter_map(|(place, one)| {
                let value = count(reader, &format!("{prefix}declaredFigures[{place}].value"), one.value)?;
                Some(DeclaredFigure { count: one.count.into(), value })
            })
            .collect()
        });
        let narrative = self.narrative.map(|narrative| narrative.read(reader, &format!("{prefix}narrative")));
        SentSections { activities, finance, declared_figures, narrative }
    }
}

fn count(reader: &mut Reader, path: &str, value: i32) -> Option<u32> {
    let value = u32::try_from(value).ok().filter(|value| *value <= MOST_PEOPLE);
    reader.keep(path, value.ok_or_else(|| Refusal::new(Code::CountInvalid).with("limit", MOST_PEOPLE)))
}

impl ActivityInput {
    fn read(&self, reader: &mut Reader, path: &str) -> Option<Activity> {
        let reference = reader.read::<statement::Reference>(&format!("{path}.reference"), &self.reference.0);
        let on = reader.read_by(&format!("{path}.on"), Code::DateInvalid, parse_day(&self.on.0));
        let hours = u32::try_from(self.hours).ok().filter(|hours| *hours <= MOST_HOURS);
        let invalid = || Refusal::new(Code::HoursInvalid).with("limit", MOST_HOURS);
        let hours = reader.keep(&format!("{path}.hours"), hours.ok_or_else(invalid));
        let headcount = count(reader, &format!("{path}.headcount"), self.headcount);
        Some(Activity { reference: reference?, kind: self.kind.into(), on: on?, hours: hours?, headcount: headcount? })
    }
}

impl FinanceInput {
    fn read(&self, reader: &mut Reader, path: &str) -> Option<Finance> {
        let spending = reader.read::<Cents>(&format!("{path}.spending"), &self.spending.0);
        let mut cofinancing = Vec::with_capacity(self.cofinancing.len());
        for (place, one) in self.cofinancing.iter().enumerate() {
            let amount = reader.read::<Cents>(&format!("{path}.cofinancing[{place}].amount"), &one.amount.0);
            cofinancing.extend(amount.map(|amount| Cofinancing { source: one.source.into(), amount }));
        }
        Some(Finance { spending: spending?, cofinancing })
    }
}

impl NarrativeInput {
    fn read(&self, reader: &mut Reader, path: &str) -> Narrative {
        let mut passage = |field: &str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty())?;
            reader.read::<Passage>(&format!("{path}.{field}"), text)
        };
        Narrative {
            achievements: passage("achievements", &self.achievements),
            difficulties: passage("difficulties", &self.difficulties),
            outlook: passage("outlook", &self.outlook),
        }
    }
}
