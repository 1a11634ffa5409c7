//! Individual records of a version.

use async_graphql::{Object, SimpleObject};

use crate::api::graphql::codes::*;
use crate::api::graphql::scalars::*;
use crate::reporting::record::Record;
use crate::reporting::statement;

/// One person's stay in a project, as a version holds it. Who the person is cannot be read here.
pub struct Participation(pub Record);

/// One person's stay in a project, as a version holds it. Who the person is cannot be read here.
#[Object]
impl Participation {
    /// The partner's own key.
    async fn reference(&self) -> ReferenceScalar {
        ReferenceScalar::of(&self.0.participation.reference)
    }

    /// First day.
    async fn entry_on(&self) -> DateScalar {
        DateScalar::of(self.0.participation.entry_on)
    }

    /// Sex.
    async fn sex(&self) -> Sex {
        self.0.participation.sex.into()
    }

    /// Year of birth, or why there is none.
    async fn birth_year(&self) -> BirthYearScalar {
        BirthYearScalar::of(&self.0.participation.birth_year)
    }

    /// Protection status at entry.
    async fn protection_status(&self) -> ProtectionStatus {
        self.0.participation.protection_status.into()
    }

    /// French level at entry.
    async fn french_at_entry(&self) -> FrenchLevel {
        self.0.participation.french_at_entry.into()
    }

    /// Highest education level.
    async fn education(&self) -> EducationLevel {
        self.0.participation.education.into()
    }

    /// Labour-market status at entry.
    async fn labour_status(&self) -> LabourStatus {
        self.0.participation.labour_status.into()
    }

    /// Department of residence, or why there is none.
    async fn residence_department(&self) -> DepartmentScalar {
        DepartmentScalar::of(&self.0.participation.residence_department)
    }

    /// Lives in a priority district (QPV).
    async fn priority_district(&self) -> Flag {
        self.0.participation.priority_district.into()
    }

    /// Lives in a rural revitalisation area (FRR).
    async fn rural_area(&self) -> Flag {
        self.0.participation.rural_area.into()
    }

    /// Has a recognised disability (RQTH).
    async fn disability(&self) -> Flag {
        self.0.participation.disability.into()
    }

    /// Housing at entry.
    async fn housing_at_entry(&self) -> Housing {
        self.0.participation.housing_at_entry.into()
    }

    /// Supports received, by kind and quarter.
    async fn supports(&self) -> Vec<Support> {
        self.0.participation.supports.iter().map(Support::from).collect()
    }

    /// The exit, if the person has left.
    async fn exit(&self) -> Option<Exit> {
        self.0.participation.exit.as_ref().map(Exit::from)
    }

    /// The situation six months after the exit, if observed.
    async fn follow_up(&self) -> Option<FollowUp> {
        self.0.participation.follow_up.as_ref().map(FollowUp::from)
    }
}

/// Hours of one kind of support in one calendar quarter.
#[derive(SimpleObject)]
pub struct Support {
    /// The kind.
    kind: SupportKind,
    /// The quarter.
    quarter: PeriodScalar,
    /// Whole hours received.
    hours: u32,
}

impl From<&statement::Support> for Support {
    fn from(support: &statement::Support) -> Self {
        Self { kind: support.kind.into(), quarter: PeriodScalar::of(support.quarter), hours: support.hours }
    }
}

/// How and to what a person left.
#[derive(SimpleObject)]
pub struct Exit {
    /// The last day.
    on: DateScalar,
    /// What the person went to.
    situation: ExitSituation,
    /// The contract, for employment.
    contract: Option<ContractKind>,
    /// The contract's first day.
    contract_from: Option<DateScalar>,
    /// The contract's last day.
    contract_to: Option<DateScalar>,
    /// The training, for training.
    training: Option<TrainingKind>,
    /// French level at exit.
    french: FrenchLevel,
    /// Housing at exit.
    housing: Housing,
    /// Financial autonomy at exit.
    financial_autonomy: Flag,
}

impl From<&statement::Exit> for Exit {
    fn from(exit: &statement::Exit) -> Self {
        Self {
            on: DateScalar::of(exit.on),
            situation: exit.situation.into(),
            contract: exit.contract.map(Into::into),
            contract_from: exit.contract_from.map(DateScalar::of),
            contract_to: exit.contract_to.map(DateScalar::of),
            training: exit.training.map(Into::into),
            french: exit.french.into(),
            housing: exit.housing.into(),
            financial_autonomy: exit.financial_autonomy.into(),
        }
    }
}

/// What was observed six months after the exit.
#[derive(SimpleObject)]
pub struct FollowUp {
    /// The day of the observation.
    observed_on: DateScalar,
    /// The situation.
    situation: FollowUpSituation,
}

impl From<&statement::FollowUp> for FollowUp {
    fn from(follow_up: &statement::FollowUp) -> Self {
        Self { observed_on: DateScalar::of(follow_up.observed_on), situation: follow_up.situation.into() }
    }
}
