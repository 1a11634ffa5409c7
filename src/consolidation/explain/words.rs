//! The words of sentences: what attributes are called, which of their codes are meant, and where a selection lies.

use crate::consolidation::vocabulary::{Attribute, Codes};
use crate::directory::geography;
use crate::refusal::Language;

/// What people call an attribute.
pub fn attribute(attribute: Attribute, french: bool) -> &'static str {
    let [english, in_french] = match attribute {
        Attribute::Sex => ["sex", "sexe"],
        Attribute::AgeBand => ["age at entry", "âge à l'entrée"],
        Attribute::ProtectionStatus => ["protection status", "statut de protection"],
        Attribute::FrenchLevel => ["French level at entry", "niveau de français à l'entrée"],
        Attribute::Education => ["education level", "niveau de formation"],
        Attribute::LabourStatus => ["labour status at entry", "situation d'emploi à l'entrée"],
        Attribute::ResidenceRegion => ["region of residence", "région de résidence"],
        Attribute::PriorityDistrict => ["lives in a priority district (QPV)", "réside en QPV"],
        Attribute::RuralArea => ["lives in a rural area (FRR)", "réside en FRR"],
        Attribute::Disability => ["recognised disability", "handicap reconnu"],
        Attribute::HousingAtEntry => ["housing at entry", "logement à l'entrée"],
        Attribute::Identity => ["identity", "identité"],
        Attribute::SupportKind => ["support received", "accompagnement reçu"],
        Attribute::OutcomeClass => ["class of exit", "classe de sortie"],
        Attribute::ExitSituation => ["situation at exit", "situation à la sortie"],
        Attribute::ContractKind => ["contract at exit", "contrat à la sortie"],
        Attribute::TrainingKind => ["training at exit", "formation à la sortie"],
        Attribute::FrenchProgress => ["progress in French", "progression en français"],
        Attribute::HousingAtExit => ["housing at exit", "logement à la sortie"],
        Attribute::FinancialAutonomy => ["financial autonomy at exit", "autonomie financière à la sortie"],
        Attribute::SixMonths => ["situation six months after", "situation à six mois"],
    };
    if french { in_french } else { english }
}

/// An attribute with the labels of the codes meant, or of those not meant where they are fewer.
pub fn classes_of(codes: &Codes, french: bool) -> String {
    let of = codes.attribute();
    let language = if french { Language::Fr } else { Language::En };
    let labels = |meant: bool| -> Vec<&str> {
        let places = (0..of.codes().len()).filter(|place| codes.holds(*place) == meant);
        places.map(|place| of.label(place, language)).collect()
    };
    let (meant, others) = (labels(true), labels(false));
    let name = attribute(of, french);
    let colon = if french { " : " } else { ": " };
    if others.is_empty() || meant.len() <= others.len() {
        return format!("{name}{colon}{}", meant.join(", "));
    }
    let other_than = if french { "autre que" } else { "other than" };
    format!("{name} {other_than}{colon}{}", others.join(", "))
}

/// A region behind its preposition.
pub fn in_region(code: &str, french: bool) -> String {
    let name = geography::region(code).map_or("", |region| region.name);
    if !french {
        return format!("in {name}");
    }
    match code {
        "32" | "52" => format!("dans les {name}"),
        "44" => format!("dans le {name}"),
        "04" | "06" => format!("à {name}"),
        _ => format!("en {name}"),
    }
}

/// The name of a department.
pub fn department(code: &str) -> &'static str {
    geography::department(code).map_or("", |department| department.name)
}

/// What people have in common, behind a comma: `, women only`, or `, age at entry: 18 to 24`.
pub fn only(codes: &Codes, french: bool) -> String {
    let meant: Vec<&str> = codes.codes().collect();
    match (codes.attribute(), meant.as_slice(), french) {
        (Attribute::Sex, ["F"], false) => ", women only".to_owned(),
        (Attribute::Sex, ["M"], false) => ", men only".to_owned(),
        (Attribute::Sex, ["F"], true) => ", femmes seulement".to_owned(),
        (Attribute::Sex, ["M"], true) => ", hommes seulement".to_owned(),
        _ => format!(", {}", classes_of(codes, french)),
    }
}
