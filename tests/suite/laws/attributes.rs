//! What the model reads of a participation and of a project, by the codes that people see.

use std::collections::BTreeMap;

use faisceau::consolidation::question::Dimension;
use faisceau::consolidation::vocabulary::Attribute;
use faisceau::directory::project::Project;
use faisceau::id::OrganisationId;
use faisceau::reporting::codes::FrenchLevel;
use faisceau::reporting::identity::Identity;
use faisceau::reporting::statement::{Answer, Participation};

const CLASSES: [&str; 7] = [
    "SUSTAINABLE_EMPLOYMENT",
    "TRANSITION_EMPLOYMENT",
    "QUALIFYING_TRAINING",
    "OTHER_TRAINING",
    "OTHER",
    "UNKNOWN",
    "NEUTRALISED",
];

/// The codes of an attribute: one, several of kinds of support, none of what only an exit has.
pub fn codes_of(attribute: Attribute, p: &Participation, class: usize) -> Vec<&'static str> {
    let exit = p.exit.as_ref();
    match attribute {
        Attribute::Sex => vec![p.sex.code()],
        Attribute::AgeBand => vec![band(p)],
        Attribute::ProtectionStatus => vec![p.protection_status.code()],
        Attribute::FrenchLevel => vec![p.french_at_entry.code()],
        Attribute::Education => vec![p.education.code()],
        Attribute::LabourStatus => vec![p.labour_status.code()],
        Attribute::ResidenceRegion => vec![residence(p)],
        Attribute::PriorityDistrict => vec![p.priority_district.code()],
        Attribute::RuralArea => vec![p.rural_area.code()],
        Attribute::Disability => vec![p.disability.code()],
        Attribute::HousingAtEntry => vec![p.housing_at_entry.code()],
        Attribute::Identity => vec![if p.person == Identity::None { "UNLINKED" } else { "LINKED" }],
        Attribute::SupportKind => p.supports.iter().map(|support| support.kind.code()).collect(),
        Attribute::OutcomeClass => exit.map(|_| CLASSES[class]).into_iter().collect(),
        Attribute::ExitSituation => exit.map(|exit| exit.situation.code()).into_iter().collect(),
        Attribute::ContractKind => exit.and_then(|exit| exit.contract).map(|kind| kind.code()).into_iter().collect(),
        Attribute::TrainingKind => exit.and_then(|exit| exit.training).map(|kind| kind.code()).into_iter().collect(),
        Attribute::FrenchProgress => exit.map(|exit| progress(p.french_at_entry, exit.french)).into_iter().collect(),
        Attribute::HousingAtExit => exit.map(|exit| exit.housing.code()).into_iter().collect(),
        Attribute::FinancialAutonomy => exit.map(|exit| exit.financial_autonomy.code()).into_iter().collect(),
        Attribute::SixMonths => {
            vec![p.follow_up.as_ref().map_or("NOT_OBSERVED", |follow_up| follow_up.situation.code())]
        }
    }
}

fn band(p: &Participation) -> &'static str {
    let Answer::Known(born) = p.birth_year else { return "UNKNOWN" };
    match p.entry_on.year() - born {
        ..18 => "UNDER_18",
        18..25 => "FROM_18_TO_24",
        25..30 => "FROM_25_TO_29",
        30..40 => "FROM_30_TO_39",
        40..55 => "FROM_40_TO_54",
        _ => "FROM_55",
    }
}

fn residence(p: &Participation) -> &'static str {
    match &p.residence_department {
        Answer::Known(code) => match code.as_str() {
            "69" => "84",
            "13" => "93",
            "75" => "11",
            "2A" => "94",
            "976" => "06",
            other => panic!("no stay resides in {other}"),
        },
        Answer::Unknown => "UNKNOWN",
        Answer::Refused => "REFUSED",
        Answer::NotCollected => "NOT_COLLECTED",
    }
}

fn progress(entry: FrenchLevel, exit: FrenchLevel) -> &'static str {
    let levels = ["NON_READER", "BELOW_A1", "A1", "A2", "B1", "B2", "C1", "C2"];
    let place = |level: FrenchLevel| levels.iter().position(|code| *code == level.code());
    match (place(entry), place(exit)) {
        (Some(entry), Some(exit)) if exit > entry => "PROGRESSED",
        (Some(_), Some(_)) => "NOT_PROGRESSED",
        _ => "UNKNOWN",
    }
}

/// The key of a project in a dimension of whole projects.
pub fn key_of(dimension: Dimension, project: &Project, organisations: &BTreeMap<OrganisationId, String>) -> String {
    let details = &project.details;
    match dimension {
        Dimension::Region => details.department.region.to_owned(),
        Dimension::Department => details.department.code.to_owned(),
        Dimension::Project => details.code.to_string(),
        Dimension::Organisation => organisations[&details.lead].clone(),
        Dimension::Call => details.call.to_string(),
        Dimension::Sector => details.sector.as_str().to_owned(),
        other => panic!("{other:?} is not of projects"),
    }
}

/// The keys of the groups that a stay lies in.
pub fn keys_of(
    dimension: Dimension,
    project: &Project,
    organisations: &BTreeMap<OrganisationId, String>,
    stated: &Participation,
) -> Vec<String> {
    match dimension.attribute() {
        Some(attribute) => codes_of(attribute, stated, 0).into_iter().map(str::to_owned).collect(),
        None => vec![key_of(dimension, project, organisations)],
    }
}
