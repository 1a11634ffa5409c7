//! Cohorts by quarter of entry, groups that share people, and people who cannot be recognised.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::figures::percent;
use crate::api::graphql::codes::LanguageCode;
use crate::api::graphql::context::Requested;
use crate::api::graphql::scalars::{DecimalScalar, PeriodScalar};
use crate::consolidation::outcome;
use crate::consolidation::rollup::axes::Key;
use crate::consolidation::rollup::cohorts::{self, Followed, HORIZONS};
use crate::consolidation::rollup::sharing;
use crate::refusal::Language;

/// The outcome class of an exit, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OutcomeClass {
    /// A permanent contract, one that lasts long enough, public service, an own business.
    SustainableEmployment,
    /// Any other employment.
    TransitionEmployment,
    /// Training that leads to a title or certificate.
    QualifyingTraining,
    /// Any other training.
    OtherTraining,
    /// Seeking, inactive, dropped out, moved, excluded.
    Other,
    /// Nobody knows.
    Unknown,
    /// Health, maternity, death: an exit, but in no denominator.
    Neutralised,
}

impl From<outcome::OutcomeClass> for OutcomeClass {
    fn from(class: outcome::OutcomeClass) -> Self {
        match class {
            outcome::OutcomeClass::SustainableEmployment => Self::SustainableEmployment,
            outcome::OutcomeClass::TransitionEmployment => Self::TransitionEmployment,
            outcome::OutcomeClass::QualifyingTraining => Self::QualifyingTraining,
            outcome::OutcomeClass::OtherTraining => Self::OtherTraining,
            outcome::OutcomeClass::Other => Self::Other,
            outcome::OutcomeClass::Unknown => Self::Unknown,
            outcome::OutcomeClass::Neutralised => Self::Neutralised,
        }
    }
}

/// Whoever entered in one quarter of the window: persons by the first of their entries in it.
pub struct Cohort {
    /// The quarter.
    pub quarter: crate::directory::period::Quarter,
    /// How it was followed.
    pub followed: Followed,
}

/// Whoever entered in one quarter of the window: persons by the first of their entries in it.
#[Object]
impl Cohort {
    /// The quarter.
    async fn quarter(&self) -> PeriodScalar {
        PeriodScalar::of(self.quarter)
    }

    /// How many entered.
    async fn entries(&self) -> i64 {
        self.followed.entries
    }

    /// How many had left 3, 6, 12 and 18 months after they entered.
    async fn left(&self) -> Vec<LeftWithin> {
        let entries = self.followed.entries;
        let left = HORIZONS.iter().zip(&self.followed.left);
        left.map(|(months, classes)| LeftWithin { months: *months, entries, classes: *classes }).collect()
    }
}

/// How many of a cohort had left some months after they entered.
pub struct LeftWithin {
    months: i32,
    entries: i64,
    classes: Option<[i64; 7]>,
}

/// How many of a cohort had left some months after they entered.
#[Object]
impl LeftWithin {
    /// How many months.
    async fn months(&self) -> i32 {
        self.months
    }

    /// Whether it can be known: not while some entered less than these months before the window's last day.
    async fn observable(&self) -> bool {
        self.classes.is_some()
    }

    /// How many had left; null if it cannot be known yet.
    async fn exits(&self) -> Option<i64> {
        self.classes.map(|classes| classes.iter().sum())
    }

    /// The share of those who entered, a percentage rounded half up to one decimal.
    async fn share(&self) -> Option<DecimalScalar> {
        self.classes.and_then(|classes| percent(classes.iter().sum(), self.entries))
    }

    /// The same by outcome class, best first; null if it cannot be known yet.
    async fn by_class(&self) -> Option<Vec<ClassCount>> {
        let count = |(class, count): (&outcome::OutcomeClass, i64)| ClassCount { class: (*class).into(), count };
        self.classes.map(|classes| outcome::OutcomeClass::ALL.iter().zip(classes).map(count).collect())
    }
}

/// How many left to an outcome class.
#[derive(SimpleObject)]
pub struct ClassCount {
    /// The class.
    class: OutcomeClass,
    /// How many.
    count: i64,
}

/// The cohorts of an answer in a unit.
pub fn in_unit(cohorts: Vec<cohorts::Cohort>, unit: crate::consolidation::question::Unit) -> Vec<Cohort> {
    cohorts.into_iter().map(|cohort| Cohort { quarter: cohort.quarter, followed: cohort.of(unit).clone() }).collect()
}

/// Two groups of projects and the persons supported in both.
pub struct SharedPersons(pub sharing::Pair);

/// Two groups of projects and the persons supported in both.
#[Object]
impl SharedPersons {
    /// The code of the first group.
    async fn one(&self) -> &str {
        &self.0.one.code
    }

    /// The code of the second group, later in order.
    async fn other(&self) -> &str {
        &self.0.other.code
    }

    /// What people read of the two, in the language given or the request's.
    async fn labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> Vec<&str> {
        let language = ctx.language(language);
        let label = |key: &'_ Key| -> bool { language == Language::Fr && !key.label_fr.is_empty() };
        [&self.0.one, &self.0.other]
            .map(|key| if label(key) { key.label_fr.as_str() } else { key.label_en.as_str() })
            .into()
    }

    /// How many persons were supported in both.
    async fn persons(&self) -> i64 {
        self.0.persons
    }
}

/// How many of those supported have no identity, and so are counted apart wherever they come.
#[derive(SimpleObject)]
pub struct Unlinked {
    /// Participations supported without identity.
    pub unlinked: i64,
    /// Participations supported.
    pub supported: i64,
    /// Their share, a percentage rounded half up to one decimal.
    pub share: Option<DecimalScalar>,
}
