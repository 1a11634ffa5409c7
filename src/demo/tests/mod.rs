//! What the story promises, counted again from the plan by simple loops.

mod agreements;
mod figures;
mod history;
mod records;

use std::sync::LazyLock;

use jiff::ToSpan;
use secrecy::SecretBox;

use super::{PlannedProject, Story};
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::reporting::identity::ProgrammeKey;
use crate::reporting::statement::{Exit, Participation};

static STORY: LazyLock<Story> = LazyLock::new(Story::tell);

fn key() -> ProgrammeKey {
    SecretBox::new(Box::new([7; 32]))
}

fn all_participations() -> impl Iterator<Item = (&'static PlannedProject, &'static Participation<usize>)> {
    STORY.projects.iter().flat_map(|project| project.participations.iter().map(move |one| (project, one)))
}

fn project(code: &str) -> &'static PlannedProject {
    STORY.projects.iter().find(|project| project.code.as_str() == code).expect("the project exists")
}

/// The classes of the contract, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    SustainableEmployment,
    TransitionEmployment,
    QualifyingTraining,
    OtherTraining,
    Other,
    Unknown,
    Neutralised,
}

impl Class {
    fn is_positive(self) -> bool {
        self <= Self::OtherTraining
    }
}

fn class(exit: &Exit) -> Class {
    use ContractKind::*;
    match (exit.situation, exit.contract, exit.training) {
        (ExitSituation::Employment, Some(Permanent | PublicService | BusinessCreation), _) => {
            Class::SustainableEmployment
        }
        (ExitSituation::Employment, Some(FixedTerm | Temporary | Apprenticeship | Professionalisation), _)
            if months(exit) >= 6 =>
        {
            Class::SustainableEmployment
        }
        (ExitSituation::Employment, ..) => Class::TransitionEmployment,
        (ExitSituation::Training, _, Some(TrainingKind::Certifying)) => Class::QualifyingTraining,
        (ExitSituation::Training, ..) => Class::OtherTraining,
        (ExitSituation::Health | ExitSituation::Maternity | ExitSituation::Death, ..) => Class::Neutralised,
        (ExitSituation::Unknown, ..) => Class::Unknown,
        _ => Class::Other,
    }
}

/// Whole months that a bounded contract lasts.
fn months(exit: &Exit) -> i32 {
    let (Some(from), Some(to)) = (exit.contract_from, exit.contract_to) else { return 0 };
    (0..60).take_while(|months| to + 1.day() >= from + (months + 1).months()).count() as i32
}

fn lasts_exactly_six_months(exit: &Exit) -> bool {
    let (Some(from), Some(to)) = (exit.contract_from, exit.contract_to) else { return false };
    matches!(exit.contract, Some(ContractKind::FixedTerm | ContractKind::Temporary))
        && to + 1.day() == from + 6.months()
}
